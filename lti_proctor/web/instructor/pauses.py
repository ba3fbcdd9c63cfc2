"""Buttons that ask another system: however often they are pressed, it is asked once in a minute."""

from datetime import datetime, timedelta

from lti_proctor import once


def is_due(what: str, key: int, *, now: datetime) -> bool:
    """Whether it was not asked in this minute yet; asking counts, in the present transaction."""
    return once.use(what, f"{key} {now:%Y-%m-%dT%H:%M}", expires_at=now + timedelta(minutes=2))
