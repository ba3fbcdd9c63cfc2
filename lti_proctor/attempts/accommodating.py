"""Accommodations act on attempts: at once on those that run, and on ended ones only in the learner's favour."""

from datetime import datetime

from sqlalchemy import select

from lti_proctor import journal
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import asked_of_all, subject_of
from lti_proctor.exams.accommodations import spared_for
from lti_proctor.exams.models import Accommodation, Exam
from lti_proctor.exams.sparing import in_effect, in_order
from lti_proctor.extensions import db
from lti_proctor.journal import Actor


def spread(row: Accommodation, *, actor: Actor, now: datetime) -> list[Attempt]:
    """Let what a learner is spared act on the attempts of its exam or course; those that changed.

    What was switched off in an attempt that has ended stays off there: taking an accommodation back is about exams to
    come. Whoever calls this has the scores computed anew (`monitoring.service.rate_anew`).
    """
    place = Attempt.exam_id == row.exam_id if row.exam_id is not None else Exam.course_id == row.course_id
    query = select(Attempt).join(Exam).where(Attempt.user_id == row.user_id, place).order_by(Attempt.id)
    return [attempt for attempt in db.session.scalars(query) if _take_over(attempt, actor, now)]


def _take_over(attempt: Attempt, actor: Actor, now: datetime) -> bool:
    before = set(attempt.spared or ())
    after = set(spared_for(attempt.exam_id, attempt.user_id))
    if attempt.phase == Phase.done:
        after |= before
    if after == before:
        return False
    attempt.spared = list(in_order(after)) or None
    attempt.spared_version += 1
    data = {"spared": list(in_order(after))}
    journal.record(actor, "attempt.accommodated", subject_of(attempt), data, now)
    return True


def spared_in_effect(attempt: Attempt) -> tuple[str, ...]:
    """The codes of what this exam would ask and this learner is spared."""
    return in_effect(asked_of_all(attempt), attempt.spared) if attempt.spared else ()
