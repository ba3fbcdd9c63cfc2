"""Verbs on what people write down about an attempt: notes for those who review, incidents that the learner sees."""

from datetime import datetime

from sqlalchemy import select

from lti_proctor import journal
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import subject_of
from lti_proctor.errors import Invalid, NotFound, Refused
from lti_proctor.evidence import pictures
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.extensions import current_settings, db
from lti_proctor.journal import Actor
from lti_proctor.review.models import Cause, Conclusion, Remark, RemarkKind

TEXT_MAX = 4000
MOST = 500


def remarks_of(attempt: Attempt) -> list[Remark]:
    """In the order of the moments that they are about; those about none come last."""
    rows = db.session.scalars(select(Remark).where(Remark.attempt_id == attempt.id).order_by(Remark.id))
    return sorted(rows, key=lambda row: (row.moment is None, row.moment or row.written_at))


def get_remark(attempt: Attempt, remark_id: int) -> Remark:
    """Raises `NotFound("remark")`."""
    found = db.session.get(Remark, remark_id)
    if found is None or found.attempt_id != attempt.id:
        raise NotFound("remark")
    return found


def write(
    attempt: Attempt,
    kind: RemarkKind,
    text: str,
    *,
    cause: Cause | None = None,
    moment: datetime | None = None,
    picture: bytes = b"",
    actor: Actor,
    now: datetime,
) -> Remark:
    """Write down a note or an incident, perhaps with a picture from the recording, which is cleaned like any upload.

    Raises `Invalid`: `remark_empty`, `cause_missing` (an incident says whose doing it was), `too_many_remarks`, and
    what `evidence.pictures.clean` says of a bad picture; `Upstream` when the store is away: then nothing is changed.
    """
    words = text.replace("\0", "").strip()[:TEXT_MAX]
    if not words:
        raise Invalid("remark_empty")
    if kind == RemarkKind.incident and cause is None:
        raise Invalid("cause_missing")
    if len(remarks_of(attempt)) >= MOST:
        raise Invalid("too_many_remarks", limit=MOST)
    remark = Remark(
        attempt_id=attempt.id,
        author_id=actor.user_id,
        kind=kind,
        cause=cause if kind == RemarkKind.incident else None,
        text=words,
        moment=_within(attempt, moment),
        evidence_id=_kept(attempt, picture, actor, now).id if picture else None,
        written_at=now,
    )
    db.session.add(remark)
    db.session.flush()
    data = {"remark": remark.id, "kind": kind.value, "cause": cause and cause.value}
    journal.record(actor, "remark.written", subject_of(attempt), data, now)
    return remark


def _within(attempt: Attempt, moment: datetime | None) -> datetime | None:
    """A moment of the attempt; one that lies outside is none."""
    if moment is None or attempt.started_at is None or moment < attempt.started_at:
        return None
    return moment if attempt.stopped_at is None or moment <= attempt.stopped_at else attempt.stopped_at


def _kept(attempt: Attempt, picture: bytes, actor: Actor, now: datetime) -> Evidence:
    settings = current_settings()
    clean = pictures.clean(picture, max_pixels=settings.photo_max_pixels, longest_side=settings.photo_side)
    found = evidence.store_picture(attempt, EvidenceKind.remark, clean, at=now)
    evidence.note_kept(found, actor=actor, now=now)
    return found


def take_back(remark: Remark, *, actor: Actor, now: datetime) -> None:
    """Remove what was written, as long as nobody has concluded since; the journal keeps that it was there.

    Raises `Refused("remark_stands")`.
    """
    since = select(Conclusion.id).where(Conclusion.attempt_id == remark.attempt_id, Conclusion.at >= remark.written_at)
    if db.session.scalar(since.limit(1)) is not None:
        raise Refused("remark_stands")
    picture = db.session.get(Evidence, remark.evidence_id) if remark.evidence_id else None
    if picture is not None:
        evidence.remove(picture, actor=actor, now=now)
    data = {"remark": remark.id, "kind": remark.kind.value}
    journal.record(actor, "remark.taken_back", f"attempt:{remark.attempt_id}", data, now)
    db.session.delete(remark)


def is_for_staff(picture: Evidence) -> bool:
    """Whether a picture belongs to a note, which the learner does not see."""
    if picture.kind != EvidenceKind.remark:
        return False
    incident = select(Remark.id).where(Remark.evidence_id == picture.id, Remark.kind == RemarkKind.incident)
    return db.session.scalar(incident.limit(1)) is None


def has_incident(attempt: Attempt) -> bool:
    query = select(Remark.id).where(Remark.attempt_id == attempt.id, Remark.kind == RemarkKind.incident).limit(1)
    return db.session.scalar(query) is not None
