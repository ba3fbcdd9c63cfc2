"""The pictures of a phone. The newest are always there, for the learner and for staff; of the exam one stays for each
`phone_keep_seconds`, as evidence. All others go after that time, so that no page shows one that is gone already.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, func, select

from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Refused
from lti_proctor.evidence import pictures, snapshots
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.evidence.service import NEEDS, note_kept, require_consent, store_picture
from lti_proctor.extensions import current_settings, db
from lti_proctor.phone.models import Phone
from lti_proctor.phone.service import JOINS, actor_of


def keep_picture(phone: Phone, upload: bytes, *, taken: datetime, now: datetime) -> Evidence:
    """Clean and store a picture of a phone that is on.

    Raises `Refused`: `phone_over`, `no_consent`; `Invalid`: `snapshot_time`, and what `pictures.clean` raises.
    """
    attempt = phone.attempt
    if phone.ended_at is not None or attempt.phase not in JOINS:
        raise Refused("phone_over")
    require_consent(attempt, NEEDS[EvidenceKind.phone])
    at = snapshots.moment_of(taken, since=phone.joined_at, now=now)
    picture = pictures.clean(upload, max_pixels=snapshots.PIXELS_MAX, longest_side=snapshots.SIDE)
    _discard_old(attempt, now)
    kept = store_picture(attempt, EvidenceKind.phone, picture, at=at)
    if _stays(attempt, kept):
        note_kept(kept, actor=actor_of(attempt), now=now)
    return kept


def newest(attempt: Attempt, most: int) -> list[Evidence]:
    """The newest pictures, the last one first."""
    return list(db.session.scalars(_of(attempt).order_by(Evidence.created_at.desc(), Evidence.id.desc()).limit(most)))


def count(attempt: Attempt) -> int:
    return db.session.scalar(select(func.count()).select_from(_of(attempt).subquery())) or 0


def discard_passing(attempt: Attempt) -> None:
    """At the end: let go what was only there to be looked at."""
    first: dict[datetime, int] = {}
    for picture in db.session.scalars(_of(attempt).order_by(Evidence.created_at, Evidence.id)).all():
        part = _part_of(attempt, picture)
        if part is None or first.setdefault(part, picture.id) != picture.id:
            snapshots.discard(picture)


def _discard_old(attempt: Attempt, now: datetime) -> None:
    """The same for what has been there long enough. When the last picture came, everything longer before it went."""
    for last in newest(attempt, 1):
        left = _of(attempt).where(
            Evidence.created_at >= last.created_at - 2 * _length(), Evidence.created_at < now - _length()
        )
        for picture in db.session.scalars(left).all():
            if not _stays(attempt, picture):
                snapshots.discard(picture)


def _stays(attempt: Attempt, picture: Evidence) -> bool:
    """Whether it is the first one in its part of the exam."""
    part = _part_of(attempt, picture)
    if part is None:
        return False
    before = _of(attempt).where(Evidence.created_at >= part, Evidence.created_at <= picture.created_at)
    first = before.with_only_columns(Evidence.id).order_by(Evidence.created_at, Evidence.id).limit(1)
    return db.session.scalar(first) == picture.id


def _part_of(attempt: Attempt, picture: Evidence) -> datetime | None:
    """When the part of the exam began in which it was taken; None before the exam."""
    begins = attempt.started_at
    if begins is None or picture.created_at < begins:
        return None
    return begins + _length() * ((picture.created_at - begins) // _length())


def _length() -> timedelta:
    return timedelta(seconds=current_settings().phone_keep_seconds)


def _of(attempt: Attempt) -> Select[Evidence]:
    return select(Evidence).where(Evidence.attempt_id == attempt.id, Evidence.kind == EvidenceKind.phone)
