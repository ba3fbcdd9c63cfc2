"""Verbs on appointments: a learner chooses a time, another one, or gives it back."""

from datetime import datetime

from lti_proctor import journal
from lti_proctor.attempts.appointments import appointment_of, candidates, is_scheduled, wanted_by
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import config_of, next_step, subject_of
from lti_proctor.attempts.steps import StepKey
from lti_proctor.errors import Refused
from lti_proctor.exams.config import ExamConfig
from lti_proctor.journal import Actor
from lti_proctor.schedule import rules
from lti_proctor.schedule import service as schedule

#: Refusals after which the list of times is shown again, with why.
TOLD_ON_THE_PAGE = frozenset({"slot_taken", "slot_outside"})


def book(attempt: Attempt, start: datetime, *, actor: Actor, now: datetime) -> None:
    """Book a time, or another one in place of the present. Those who watch then belong to the attempt's members.

    Raises `Refused`: `slot_outside`, `slot_taken`, `slot_fixed`, `changed_meanwhile`; then the caller rolls back.
    """
    config = _open_for_booking(attempt, now)
    before = appointment_of(attempt, config, now)
    if before is not None and before.starts_at == start and before.moment == rules.Moment.booked:
        return
    wanted, allowed = wanted_by(attempt, config, now)
    if start <= now or not rules.is_quarter(start) or not rules.is_within(start, wanted, allowed):
        raise Refused("slot_outside")
    ids = [user.id for user in candidates(attempt.exam, config)]
    watching = schedule.book(attempt.id, start, ids, wanted, now=now)
    action = "attempt.booked" if before is None else "attempt.rebooked"
    data = {"starts_at": start.isoformat(), "proctors": watching}
    if before is not None:
        data["before"] = before.starts_at.isoformat()
    journal.record(actor, action, subject_of(attempt), data, now)


def give_back(attempt: Attempt, *, actor: Actor, now: datetime) -> None:
    """Let others have the time; given back twice, it is given back once. Raises `Refused("slot_fixed")`."""
    before = appointment_of(attempt, _open_for_booking(attempt, now), now)
    if before is not None and schedule.give_back(attempt.id):
        data = {"starts_at": before.starts_at.isoformat()}
        journal.record(actor, "attempt.unbooked", subject_of(attempt), data, now)


def _open_for_booking(attempt: Attempt, now: datetime) -> ExamConfig:
    """It is the learner's turn to choose: agreed to the rules, and not yet let in for an appointment."""
    config = config_of(attempt)
    step = next_step(attempt, config, now) if attempt.phase == Phase.before and is_scheduled(config) else None
    if step is None or step.key != StepKey.schedule:
        raise Refused("slot_fixed")
    return config
