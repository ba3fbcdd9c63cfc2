"""The gradebook queue: outbox rows of an exam's scores, in words."""

from dataclasses import dataclass

from sqlalchemy import select

from lti_proctor.attempts.effects import SCORE
from lti_proctor.attempts.models import Attempt
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.outbox import Effect, State

SHOWN = 200


@dataclass(frozen=True)
class Row:
    """A score message on its way."""

    effect: Effect
    attempt: Attempt


def queue_of(exam: Exam) -> list[Row]:
    """Score messages of an exam: what is not done first, then the newest."""
    attempts = {a.id: a for a in db.session.scalars(select(Attempt).where(Attempt.exam_id == exam.id))}
    query = select(Effect).where(Effect.kind == SCORE, Effect.subject.in_([f"attempt:{i}" for i in attempts]))
    rows = db.session.scalars(query.order_by(Effect.id.desc()).limit(SHOWN))
    found = [Row(effect, attempts[effect.payload["attempt"]]) for effect in rows]
    return sorted(found, key=lambda row: row.effect.state == State.done)


def sent_grades(attempt_ids: list[int]) -> dict[int, Effect]:
    """The newest score message of each attempt."""
    subjects = [f"attempt:{i}" for i in attempt_ids]
    query = select(Effect).where(Effect.kind == SCORE, Effect.subject.in_(subjects)).order_by(Effect.id)
    return {effect.payload["attempt"]: effect for effect in db.session.scalars(query)}
