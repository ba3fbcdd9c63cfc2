"""Dates as the LTI services want them: ISO 8601 with a zone."""

import re
from datetime import UTC, datetime

from lti_proctor.sandbox.refusal import Refusal

_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d{1,9})?(Z|[+-]\d\d:?\d\d)")


def now_utc() -> datetime:
    return datetime.now(UTC)


def read_moment(value: object, name: str) -> datetime:
    if not isinstance(value, str) or not _FORM.fullmatch(value):
        raise Refusal(f"{name} must be an ISO 8601 date and time with seconds and a zone, not {value!r}.")
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError) as problem:
        raise Refusal(f"{name} is no date that exists: {value!r}.") from problem


def check_moment(value: object, name: str) -> str:
    """The same text back, when it is a date."""
    read_moment(value, name)
    return str(value)


def in_words(text: str) -> str:
    """A date for people, in the zone in which it was sent: 24 November 2026, 10:00 (UTC+01:00)."""
    moment = datetime.fromisoformat(text)
    return f"{moment.day} {moment:%B %Y, %H:%M} ({moment.tzname()})"
