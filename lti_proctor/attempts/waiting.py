"""Learners who wait at the step `proctor` until somebody is there who watches over the exam."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import config_of, next_step, pass_step
from lti_proctor.attempts.steps import StepKey
from lti_proctor.exams.addons import Addon
from lti_proctor.exams.models import Exam
from lti_proctor.exams.service import names_addon
from lti_proctor.extensions import db
from lti_proctor.journal import Actor
from lti_proctor.people.presence import proctors_online

#: So long after the last sign of its page somebody counts as waiting, and so often at most that sign is written down.
HERE, EVERY = timedelta(seconds=60), timedelta(seconds=15)
_BEFORE = (Status.download_software_clicked, Status.ready_to_start)


def waits(attempt: Attempt, now: datetime) -> bool:
    """Whether the step is the learner's next one."""
    if attempt.status not in _BEFORE or Addon.proctor not in config_of(attempt).addons:
        return False
    step = next_step(attempt, config_of(attempt), now)
    return step is not None and step.key == StepKey.proctor


def is_somebody_there(attempt: Attempt, now: datetime) -> bool:
    return bool(proctors_online(attempt.exam.course_id, config_of(attempt).members, now))


def go_on(attempt: Attempt, *, actor: Actor, now: datetime) -> bool:
    """Pass the step where somebody is there; whether it was passed now."""
    if not waits(attempt, now) or not is_somebody_there(attempt, now):
        return False
    pass_step(attempt, StepKey.proctor, actor=actor, now=now)
    return True


def note_waiting(attempt: Attempt, now: datetime) -> bool:
    """The page of a learner who waits is open; whether there was anything to write."""
    if not waits(attempt, now) or (attempt.seen_at is not None and now - attempt.seen_at < EVERY):
        return False
    attempt.seen_at = now
    return True


def waiting_in(exam_ids: Sequence[int], now: datetime) -> list[Attempt]:
    """Attempts of these exams whose learners wait with an open page, the longest first."""
    query = (
        select(Attempt)
        .join(Exam)
        .where(Attempt.exam_id.in_(exam_ids), Attempt.status.in_(_BEFORE), Attempt.seen_at > now - HERE)
        .where(names_addon(Addon.proctor))
        .order_by(Attempt.created_at)
    )
    return [attempt for attempt in db.session.scalars(query) if waits(attempt, now)]
