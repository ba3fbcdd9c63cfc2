"""The look around the room before an exam: one picture for each turn."""

from datetime import datetime

from sqlalchemy import select

from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import config_of
from lti_proctor.errors import NotFound, Refused
from lti_proctor.evidence import pictures
from lti_proctor.evidence.models import Evidence, EvidenceKind, RoomPicture, Turn
from lti_proctor.evidence.service import NEEDS, note_kept, remove, require_consent, store_picture
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import current_settings, db
from lti_proctor.journal import Actor


def keep_turn(attempt: Attempt, turn: Turn, upload: bytes, *, actor: Actor, now: datetime) -> Evidence:
    """Clean and keep the picture of a turn; a newer one takes the place of the one before.

    Raises `NotFound("step")` where the exam has no look around, `Refused`: `wrong_status` once the exam has begun,
    `no_consent`; `Invalid` for what is no picture.
    """
    if Addon.overview not in config_of(attempt).addons:
        raise NotFound("step")
    if attempt.phase != Phase.before:
        raise Refused("wrong_status", status=attempt.status.value, event="overview")
    require_consent(attempt, NEEDS[EvidenceKind.overview])
    settings = current_settings()
    picture = pictures.clean(upload, max_pixels=settings.photo_max_pixels, longest_side=settings.photo_side)
    before = turns_of(attempt).get(turn)
    if before is not None:
        remove(before, actor=actor, now=now)
        db.session.flush()
    kept = store_picture(attempt, EvidenceKind.overview, picture, at=now)
    db.session.add(RoomPicture(evidence_id=kept.id, attempt_id=attempt.id, turn=turn))
    db.session.flush()
    note_kept(kept, actor=actor, now=now)
    return kept


def turns_of(attempt: Attempt) -> dict[Turn, Evidence]:
    """The pictures that are kept, in the order of the turns."""
    query = select(RoomPicture.turn, Evidence).join(Evidence).where(RoomPicture.attempt_id == attempt.id)
    found = {row.turn: row.Evidence for row in db.session.execute(query)}
    return {turn: found[turn] for turn in Turn if turn in found}


def next_turn(attempt: Attempt) -> Turn | None:
    """The first turn that has no picture yet; None when all have."""
    known = turns_of(attempt)
    return next((turn for turn in Turn if turn not in known), None)
