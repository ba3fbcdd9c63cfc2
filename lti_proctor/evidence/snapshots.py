"""Pictures taken during an exam. They wait for their check; only those that show something stay."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import config_of
from lti_proctor.errors import Invalid, NotFound, Refused
from lti_proctor.evidence import pictures
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.evidence.service import NEEDS, require_consent, store_picture
from lti_proctor.extensions import db
from lti_proctor.storage import store

BYTES_MAX = 200_000
PIXELS_MAX = 2_000_000
SIDE = 640
#: How far the moment of a picture may lie before and after its arrival.
LATE, EARLY = timedelta(minutes=2), timedelta(seconds=10)


def keep_snapshot(attempt: Attempt, upload: bytes, *, taken: datetime, now: datetime) -> Evidence:
    """Clean and store a picture of the running exam until it is checked.

    Raises `Refused`: `wrong_status`, `not_recorded`, `no_consent`; `Invalid`: `snapshot_time`, and what
    `pictures.clean` raises.
    """
    if attempt.status != Status.started or attempt.started_at is None:
        raise Refused("wrong_status", status=attempt.status.value, event="snapshot")
    if NEEDS[EvidenceKind.snapshot] not in config_of(attempt).captures:
        raise Refused("not_recorded")
    require_consent(attempt, NEEDS[EvidenceKind.snapshot])
    at = moment_of(taken, since=attempt.started_at, now=now)
    picture = pictures.clean(upload, max_pixels=PIXELS_MAX, longest_side=SIDE)
    return store_picture(attempt, EvidenceKind.snapshot, picture, at=at)


def moment_of(taken: datetime, *, since: datetime, now: datetime) -> datetime:
    """The moment of a picture, between `since` and now. Raises `Invalid("snapshot_time")` for one far outside."""
    if not max(since, now - LATE) - EARLY <= taken <= now + EARLY:
        raise Invalid("snapshot_time")
    return min(max(taken, since), now)


def discard(snapshot: Evidence) -> None:
    """Bytes first: what fails half-way is found again by its row, and no picture stays that nobody knows of."""
    store().delete(snapshot.key)
    db.session.execute(delete(Evidence).where(Evidence.id == snapshot.id))


def bytes_of(snapshot: Evidence) -> bytes | None:
    """None when a discarding got half-way before."""
    try:
        return store().get(snapshot.key)
    except NotFound:
        return None
