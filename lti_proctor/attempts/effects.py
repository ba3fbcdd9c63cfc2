"""What transitions do besides: one function for each `Effect` of the life cycle's table."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import bindparam, update
from sqlalchemy.orm.attributes import set_committed_value

from lti_proctor import mail, outbox
from lti_proctor.attempts import commands, sites, timing
from lti_proctor.attempts.control import Action, Command, command_for
from lti_proctor.attempts.engines import is_outside, pin, tell
from lti_proctor.attempts.lifecycle import Effect, Event, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.scores import send_score
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.allowances import allowances_of_each, more_time_of
from lti_proctor.exams.config import ExamConfig
from lti_proctor.extensions import current_settings, execute, table_of
from lti_proctor.journal import Actor, Role
from lti_proctor.prepared import Prepared
from lti_proctor.schedule import service as schedule

STATUS_MAIL = "mail.status"
#: What an outside provider is told of each event.
TOLD: Mapping[Event, str] = {
    Event.start: "start",
    Event.extend: "start",
    Event.submit: "stop",
    Event.terminate: "stop",
    Event.time_out: "stop",
    Event.fail: "error",
    Event.decline: "remove",
    Event.reset: "remove",
}
_ROWS = table_of(Attempt)
_SET_UP = Prepared(update(_ROWS).where(_ROWS.c.id == bindparam("attempt_id")).values(set_up_at=bindparam("now")))
MAILED = frozenset({Status.submitted, Status.verified, Status.rejected, Status.error})


@dataclass(frozen=True)
class Change:
    """What an effect needs to know about the transition that it belongs to."""

    attempt: Attempt
    config: ExamConfig
    event: Event
    before: Status
    actor: Actor
    reason: str
    now: datetime


def extra_time(attempt: Attempt, *, is_new: bool = False) -> timing.ExtraTime:
    """The allowance of this learner; looked up once for each attempt that is loaded, and again when it is new."""
    known: timing.ExtraTime | None = attempt.__dict__.get("_extra_time")
    if known is None or is_new:
        minutes, factor = more_time_of(attempt.exam_id, attempt.user_id)
        known = timing.ExtraTime(minutes, factor, attempt.granted_seconds)
        attempt.__dict__["_extra_time"] = known
    return known


def look_up_extra_times(attempts: Sequence[Attempt]) -> None:
    """Of many attempts in one statement, for lists: `extra_time` finds them there."""
    pairs = [(attempt.exam_id, attempt.user_id) for attempt in attempts]
    found = allowances_of_each(pairs)
    for attempt, pair in zip(attempts, pairs, strict=True):
        allowance = found.get(pair)
        minutes, factor = (allowance.extra_minutes, allowance.factor) if allowance else (0, Decimal(1))
        attempt.__dict__["_extra_time"] = timing.ExtraTime(minutes, factor, attempt.granted_seconds)


def _note_set_up(change: Change) -> None:
    execute(_SET_UP, attempt_id=change.attempt.id, now=change.now)
    set_committed_value(change.attempt, "set_up_at", change.now)


def _start_clock(change: Change) -> None:
    attempt, config = change.attempt, change.config
    attempt.started_at = attempt.seen_at = change.now
    attempt.config_version = attempt.exam.version
    attempt.deadline_at = timing.deadline(change.now, config.lifetime, config.close_at, extra_time(attempt))
    if attempt.deadline_at is None and attempt.assessment is not None:
        # The LMS ends it; should it never say so, somebody has to.
        hours = current_settings().assessment_hours
        attempt.deadline_at = change.now + timedelta(hours=hours)


def _hold_clock(change: Change) -> None:
    """A person stopped the learner, so the time stands still as well."""
    attempt = change.attempt
    attempt.held_seconds = timing.seconds_left(attempt.deadline_at, None, change.now)


def _release_clock(change: Change) -> None:
    attempt = change.attempt
    if attempt.held_seconds is not None:
        attempt.deadline_at = change.now + timedelta(seconds=attempt.held_seconds)
    attempt.held_seconds = attempt.paused_at = attempt.paused_by = None
    attempt.seen_at = change.now


def _stop_clock(change: Change) -> None:
    attempt = change.attempt
    over = timing.is_over(attempt.deadline_at, attempt.held_seconds, change.now)
    attempt.stopped_at = attempt.deadline_at if over else change.now
    if attempt.held_seconds is not None:
        # What was left stays known: the attempt may be resumed.
        attempt.deadline_at = change.now + timedelta(seconds=attempt.held_seconds)
    attempt.ended_by = change.actor.role
    attempt.held_seconds = None


def _reopen_clock(change: Change) -> None:
    attempt = change.attempt
    attempt.stopped_at = attempt.ended_by = attempt.held_seconds = attempt.paused_at = attempt.paused_by = None
    attempt.seen_at = change.now


def _note_error(change: Change) -> None:
    change.attempt.error = change.reason[:255] or None


def _mark_resumable(change: Change) -> None:
    change.attempt.is_resumable = True


def _mail_learner(change: Change) -> None:
    if change.attempt.status in MAILED:
        put_mail(change.attempt, change.attempt.status.value, change.now)


def put_mail(attempt: Attempt, name: str, now: datetime) -> None:
    """A mail of this name to the learner, where this site writes mails and the learner has an address."""
    if attempt.exam.kind == Kind.practice or not (mail.is_on() and attempt.user.email):
        return
    if sites.is_of_site(attempt):
        return  # The site writes to its own learners.
    payload = {"attempt": attempt.id, "status": name}
    outbox.put(STATUS_MAIL, lane=f"mail:{attempt.id}", subject=f"attempt:{attempt.id}", payload=payload, now=now)


def _control_assessment(change: Change) -> None:
    """Where the exam itself lives in the LMS, what a person did here is done there too."""
    if change.attempt.assessment is None:
        return
    automatic = change.config.control_automatic
    command = command_for(change.event, change.actor.role, is_automatic=automatic, message=change.reason)
    if command is not None:
        commands.put(change.attempt, command, now=change.now)


def tell_more_time(attempt: Attempt, seconds: int, now: datetime) -> None:
    """The LMS keeps the time of its own assessment, in whole minutes."""
    if seconds > 0 and attempt.assessment is not None:
        commands.put(attempt, Command(Action.update, 0.0, "more_time", minutes=math.ceil(seconds / 60)), now=now)


def _give_time_back(change: Change) -> None:
    """Whoever will not come any more leaves the place to others; a time that has begun stays as it was."""
    if change.attempt.started_at is None:
        schedule.give_back(change.attempt.id)


def _send_score(change: Change) -> None:
    scorer = change.actor.user_id if change.actor.role == Role.reviewer else None
    send_score(change.attempt, change.config, change.now, scorer=scorer)


def _choose_provider(change: Change) -> None:
    """From here on the attempt keeps its engine, whatever the exam says later."""
    if not change.attempt.provider:
        pin(change.attempt)
    if is_outside(change.attempt):
        tell(change.attempt, "register", now=change.now)


def _tell_provider(change: Change) -> None:
    word = TOLD[change.event]
    if change.attempt.provider and is_outside(change.attempt):
        tell(change.attempt, word, now=change.now)


def _tell_site(change: Change) -> None:
    """A site that has its exam watched here hears that the learner is ready, and what became of the attempt."""
    sites.tell_change(change.attempt, change.actor.role, now=change.now)


EFFECTS: Mapping[Effect, Callable[[Change], None]] = {
    Effect.note_set_up: _note_set_up,
    Effect.start_clock: _start_clock,
    Effect.hold_clock: _hold_clock,
    Effect.release_clock: _release_clock,
    Effect.stop_clock: _stop_clock,
    Effect.reopen_clock: _reopen_clock,
    Effect.note_error: _note_error,
    Effect.mark_resumable: _mark_resumable,
    Effect.send_score: _send_score,
    Effect.mail_learner: _mail_learner,
    Effect.control_assessment: _control_assessment,
    Effect.choose_provider: _choose_provider,
    Effect.tell_provider: _tell_provider,
    Effect.give_time_back: _give_time_back,
    Effect.tell_site: _tell_site,
}
