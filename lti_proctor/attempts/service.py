"""Verbs on attempts. `fire` is the only writer of `Attempt.status`."""

import secrets
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from lti_proctor import journal, signals
from lti_proctor.attempts import appointments, effects, onboarded, sites, steps, timing
from lti_proctor.attempts.engines import is_outside
from lti_proctor.attempts.lifecycle import PHASE, Asked, Event, Facts, Guard, Phase, Status, may_fire, transition_for
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.passed import keep_step, passed_steps
from lti_proctor.attempts.scores import send_score
from lti_proctor.attempts.steps import Outcome, Passed, Step, StepKey
from lti_proctor.attempts.whole import find_attempt
from lti_proctor.errors import NotFound, Refused
from lti_proctor.exams import overrides, sparing
from lti_proctor.exams.accommodations import spared_for
from lti_proctor.exams.addons import Addon, Kind
from lti_proctor.exams.config import ExamConfig, handed_over
from lti_proctor.exams.service import config_at
from lti_proctor.extensions import add_if_new, current_settings, db, execute, table_of
from lti_proctor.journal import Actor, Role
from lti_proctor.prepared import Prepared
from lti_proctor.schedule.rules import Moment

REASON_MAX = 2000
PARAMETERS = "attempt.parameters"
_LATEST = Prepared(
    select(Attempt.id)
    .where(Attempt.resource_link_id == bindparam("link_id"), Attempt.user_id == bindparam("user_id"))
    .order_by(Attempt.number.desc())
    .limit(1)
)
_ROWS = table_of(Attempt)
_MOVE = Prepared(
    update(_ROWS)
    .where(_ROWS.c.id == bindparam("attempt_id"), _ROWS.c.status == bindparam("before", type_=_ROWS.c.status.type))
    .values(status=bindparam("target"))
    .returning(_ROWS.c.id)
)


def fire(
    attempt: Attempt, event: Event, *, actor: Actor, now: datetime, reason: str = "", data: dict[str, Any] | None = None
) -> None:
    """Move the attempt on, with everything that the life cycle's table says belongs to it.

    Raises `Refused` when status, actor or conditions do not allow it, and `Refused("changed_meanwhile")` when
    somebody else moved the attempt at the same moment. `reason` is kept in the history; `data` holds codes only.
    """
    config = config_of(attempt)
    before = attempt.status
    row = transition_for(before, event, actor.role, facts(attempt, config, actor, now, reason))
    if row.target is not None and row.target != before:
        _move(attempt, row.target)
    if event == Event.pause:
        attempt.paused_at, attempt.paused_by = now, actor.role
    change = effects.Change(attempt, config, event, before, actor, reason[:REASON_MAX], now)
    for effect in row.effects:
        effects.EFFECTS[effect](change)
    entry = {"from": before.value, "to": attempt.status.value, "reason": change.reason, **(data or {})}
    journal.record(actor, f"attempt.{event}", subject_of(attempt), entry, now)
    signals.announce(
        signals.attempt_changed, now, attempt_id=attempt.id, exam_id=attempt.exam_id, user_id=attempt.user_id,
        event=event.value, before=before.value, after=attempt.status.value, kind=attempt.exam.kind.value,
        provider=attempt.provider, by=actor.role.value,
    )  # fmt: skip


def _move(attempt: Attempt, target: Status) -> None:
    """Exactly one of two that race gets through, and a learner runs one attempt of an exam at a time."""
    if attempt.id is None:
        db.session.flush()
    # Only what runs can collide with another attempt, and a savepoint costs more than the statement.
    is_running = PHASE[target] == Phase.running
    try:
        with db.session.begin_nested() if is_running else nullcontext():
            moved = execute(_MOVE, attempt_id=attempt.id, before=attempt.status, target=target).first()
    except IntegrityError:
        raise Refused("attempt_running") from None
    if moved is None:
        raise Refused("changed_meanwhile")
    set_committed_value(attempt, "status", target)


def facts(attempt: Attempt, config: ExamConfig, actor: Actor, now: datetime, reason: str = "") -> Facts:
    """The conditions of the moment."""
    settings = current_settings()

    def closes() -> datetime | None:
        extra = effects.extra_time(attempt) if attempt.phase != Phase.done else timing.NO_EXTRA
        return timing.close_for(config.close_at, config.lifetime, extra)

    over = timing.is_over(attempt.deadline_at, attempt.held_seconds, now)
    wait = config.timeout or (settings.assessment_wait_minutes if attempt.assessment is not None else 0)
    waited = attempt.paused_by == Role.timer and timing.waited_long_enough(attempt.paused_at, wait, now)
    away = attempt.seen_at is not None and now - attempt.seen_at > timedelta(seconds=settings.disconnect_seconds)
    opens = None if appointments.is_scheduled(config) else config.open_at
    return Asked({
        Guard.steps_done: lambda: attempt.phase == Phase.before and next_step(attempt, config, now) is None,
        Guard.is_open: lambda: timing.is_open(config.open_at, closes(), now),
        Guard.may_prepare: lambda: timing.is_open(opens, closes(), now),
        Guard.time_has_come: lambda: attempt.phase == Phase.before and appointments.is_on(attempt, config, now),
        Guard.time_left: lambda: not over,
        Guard.time_is_over: lambda: over or waited,
        Guard.window_is_over: lambda: not timing.is_open(None, closes(), now),
        Guard.is_away: lambda: away,
        Guard.may_go_on: lambda: attempt.paused_by in {None, Role.timer},
        Guard.may_decline: lambda: config.may_decline,
        Guard.is_sample: lambda: attempt.exam.kind in {Kind.practice, Kind.onboarding},
        Guard.is_reviewed: lambda: attempt.exam.kind in {Kind.proctored, Kind.onboarding},
        Guard.has_reason: lambda: bool(reason.strip()),
        Guard.may_appeal: lambda: timing.may_appeal(attempt.signed_at, config.appeal_days, now),
        Guard.was_started: lambda: attempt.started_at is not None,
        Guard.concludes_itself: lambda: Addon.auto in config.addons,
        Guard.rejects_itself: lambda: settings.auto_reject and Addon.auto in config.addons,
        Guard.is_onboarded: lambda: (
            attempt.phase != Phase.before or onboarded.due_event(attempt, config, now) is None
        ),
        Guard.starts_here: lambda: not sites.is_of_site(attempt),
        Guard.was_set_up: lambda: attempt.set_up_at is not None,
    })  # fmt: skip


def may(attempt: Attempt, event: Event, actor: Actor, now: datetime, reason: str = "–") -> bool:
    """Whether a page should offer it."""
    return may_fire(attempt.status, event, actor.role, facts(attempt, config_of(attempt), actor, now, reason))


def subject_of(attempt: Attempt) -> str:
    return f"attempt:{attempt.id}"


def config_of(attempt: Attempt) -> ExamConfig:
    """What the attempt goes by: pinned once it has started, with what its launch set and without what its learner is
    spared.
    """
    config = asked_of_all(attempt)
    return sparing.applied(config, attempt.spared) if attempt.spared else config


def asked_of_all(attempt: Attempt) -> ExamConfig:
    """What the exam asks of everybody, before anything is spared."""
    config = config_at(attempt.exam, attempt.config_version)
    if attempt.parameters:
        config = overrides.applied(config, attempt.parameters)
    return handed_over(config) if is_outside(attempt) else config


def get_attempt(attempt_id: int) -> Attempt:
    found = find_attempt(attempt_id)
    if found is None:
        raise NotFound("attempt")
    return found


def latest_attempt(link_id: int, user_id: int) -> Attempt | None:
    query = select(Attempt).where(Attempt.resource_link_id == link_id, Attempt.user_id == user_id)
    return db.session.scalars(query.order_by(Attempt.number.desc()).limit(1)).first()


def attempt_for_launch(link_id: int, exam_id: int, user_id: int, *, is_new_user: bool, now: datetime) -> int:
    """The key of the learner's present attempt at this link; the first one is made here.

    Two launches at once find the same.
    """
    found = None if is_new_user else execute(_LATEST, link_id=link_id, user_id=user_id).scalar()
    return found if found is not None else _add(link_id, exam_id, user_id, 1, now)


def attempt_of_number(link_id: int, exam_id: int, user_id: int, number: int, *, now: datetime) -> Attempt:
    """The attempt that an LMS counts by this number; made when it is new."""
    return db.session.get_one(Attempt, _add(link_id, exam_id, user_id, number, now))


def set_parameters(attempt: Attempt, asked: Mapping[str, str], *, actor: Actor, now: datetime) -> None:
    """Take over exam parameters of a launch, until the start. What is not taken stands in the history."""
    if attempt.phase != Phase.before:
        return
    found = overrides.read(attempt.exam.config, asked)
    data = {"set": sorted(found.values), "ignored": list(found.ignored)}
    if dict(found.values) == (attempt.parameters or {}):
        said = journal.last_entry(subject_of(attempt), PARAMETERS) if found.ignored else None
        if not found.ignored or (said is not None and said.data == data):
            return
    attempt.parameters = dict(found.values) or None
    journal.record(actor, PARAMETERS, subject_of(attempt), data, now)


def further_attempt(attempt: Attempt, *, actor: Actor, now: datetime) -> Attempt:
    """The next attempt after one that is done, as far as the exam allows; asked twice, it is the same one.

    Raises `Refused`: `attempt_running`, `no_further_attempt`.
    """
    latest = latest_attempt(attempt.resource_link_id, attempt.user_id) if attempt.resource_link_id else None
    if latest is not None and latest.number > attempt.number:
        return latest
    if not may_take_again(attempt, now):
        code = "no_further_attempt" if attempt.phase == Phase.done else "attempt_running"
        raise Refused(code)
    if attempt.link is None:
        raise Refused("no_further_attempt")
    if may(attempt, Event.reset, actor, now):
        fire(attempt, Event.reset, actor=actor, now=now)
    left = seconds_that_were_left(attempt)
    if attempt.status == Status.error:
        attempt.is_resumable = False
    following = _add(attempt.link.id, attempt.exam_id, attempt.user_id, attempt.number + 1, now)
    found = db.session.get_one(Attempt, following)
    found.parameters, found.granted_seconds = attempt.parameters, left
    return found


def seconds_that_were_left(attempt: Attempt) -> int | None:
    """What a broken attempt that may be resumed hands on to the next one; None for others, and without a limit."""
    is_resumed = attempt.status == Status.error and attempt.is_resumable and attempt.started_at is not None
    if not is_resumed or attempt.deadline_at is None or attempt.stopped_at is None:
        return None
    return timing.seconds_left(attempt.deadline_at, None, attempt.stopped_at)


def may_take_again(attempt: Attempt, now: datetime) -> bool:
    config = attempt.exam.config
    closes = timing.close_for(config.close_at, config.lifetime, effects.extra_time(attempt))
    if attempt.phase != Phase.done or not timing.is_open(None, closes, now) or attempt.assessment is not None:
        return False
    if attempt.exam.kind == Kind.practice or (attempt.status == Status.error and attempt.is_resumable):
        return True
    if attempt.exam.kind == Kind.onboarding:
        return attempt.status not in {Status.verified, Status.declined}
    return attempt.number <= config.attempt


def _add(link_id: int, exam_id: int, user_id: int, number: int, now: datetime) -> int:
    """The key of the attempt of this number, made here or a moment ago by somebody quicker."""
    key = {"resource_link_id": link_id, "user_id": user_id, "number": number}
    identifier = secrets.token_urlsafe(16)
    spared = spared_for(exam_id, user_id) or None
    values = {"identifier": identifier, "exam_id": exam_id, "status": Status.created, "created_at": now}
    added = add_if_new(Attempt, **values, **key, spared=spared)
    if added is None:
        return db.session.scalars(select(Attempt.id).filter_by(**key)).one()
    signals.announce(signals.attempt_created, now, attempt_id=added, exam_id=exam_id, user_id=user_id)
    return added


def passed_now(attempt: Attempt, config: ExamConfig, now: datetime) -> dict[StepKey, Passed]:
    """With the step that nothing is written down for: the appointment lets the learner on while it is open."""
    passed = passed_steps(attempt)
    appointment = appointments.appointment_of(attempt, config, now)
    if appointment is not None and appointment.moment == Moment.open:
        passed[StepKey.schedule] = Passed(Outcome.done, "", appointment.booked_at)
    return passed


def next_step(attempt: Attempt, config: ExamConfig, now: datetime) -> Step | None:
    return steps.next_step(config, passed_now(attempt, config, now), now, current_settings().check_hours)


def pass_step(
    attempt: Attempt, key: StepKey, *, actor: Actor, now: datetime, outcome: Outcome = Outcome.done,
    data: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Note that a step is done, or left to a person, and go on to `ready_to_start` after the last one."""
    config = config_of(attempt)
    if attempt.phase != Phase.before:
        raise Refused("wrong_status", status=attempt.status.value, event="pass_step")
    step = steps.BY_KEY[key]
    if not step.applies(config):
        raise NotFound("step")
    keep_step(attempt, key, Passed(outcome, step.stamp(config), now), data or {})
    journal.record(actor, "attempt.step", subject_of(attempt), {"step": key.value, "outcome": outcome.value}, now)
    if attempt.status != Status.ready_to_start and next_step(attempt, config, now) is None:
        fire(attempt, Event.finish_setup, actor=actor, now=now)


def reopen_step(attempt: Attempt, key: StepKey) -> None:
    """The learner has to go through a step again, if they had."""
    for row in [row for row in attempt.steps if row.step == key]:
        attempt.steps.remove(row)


def restate_step(
    attempt: Attempt, key: StepKey, outcome: Outcome, data: dict[str, Any], *, actor: Actor, now: datetime,
    reason: str = "",
) -> None:  # fmt: skip
    """Change how a passed step ended, once more is known of it. Where that opens a step again, reading the attempt
    shows it (`refresh`).
    """
    row = next((r for r in attempt.steps if r.step == key), None)
    if row is None:
        raise NotFound("step")
    row.outcome, row.data = outcome, data
    entry = {"step": key.value, "outcome": outcome.value, "reason": reason[:REASON_MAX]}
    journal.record(actor, "attempt.step", subject_of(attempt), entry, now)


def held_steps(attempt: Attempt) -> list[StepKey]:
    """The steps at which the learner is held by the add-on `verify`."""
    if attempt.phase != Phase.before:
        return []
    config, passed = config_of(attempt), passed_steps(attempt)
    return [step.key for step in steps.steps_of(config) if steps.is_held(step, config, passed)]


def let_through(attempt: Attempt, key: StepKey, *, actor: Actor, now: datetime, reason: str) -> None:
    """A person has looked and lets the learner go on, although what was compared differs.

    Raises `Refused`: `wrong_actor`, `not_held`, `has_reason`.
    """
    if actor.role not in {Role.staff, Role.proctor}:
        raise Refused("wrong_actor")
    if key not in held_steps(attempt):
        raise Refused("not_held")
    if not reason.strip():
        raise Refused("has_reason")
    data = next(row.data for row in attempt.steps if row.step == key)
    restate_step(attempt, key, Outcome.let_through, data, actor=actor, now=now, reason=reason)


def refresh(attempt: Attempt, *, now: datetime) -> bool:
    """Apply on reading what the periodic job would: the end of the time, the end of the window, a faded check.

    Returns whether there was anything to apply.
    """
    config = config_of(attempt)
    known = facts(attempt, config, journal.SYSTEM, now)
    for event in (Event.time_out, Event.expire):
        if may_fire(attempt.status, event, Role.timer, known):
            fire(attempt, event, actor=journal.SYSTEM, now=now)
            return True
    if attempt.phase in {Phase.before, Phase.blocked} and (due := onboarded.due_event(attempt, config, now)):
        fire(attempt, due, actor=journal.SYSTEM, now=now)
        return True
    if attempt.status == Status.ready_to_start and not known[Guard.steps_done]:
        fire(attempt, Event.reopen_setup, actor=journal.SYSTEM, now=now)
        return True
    return False


def sign_of_life(attempt: Attempt, *, actor: Actor, now: datetime) -> None:
    """The exam window is there: a learner who had only lost the connection goes on."""
    if may(attempt, Event.resume, actor, now):
        fire(attempt, Event.resume, actor=actor, now=now)
    if attempt.phase == Phase.running:
        attempt.seen_at = now


def seconds_left(attempt: Attempt, now: datetime) -> int | None:
    """None without a limit. An assessment of the LMS without one has an end only for the case that nobody tells it."""
    if attempt.assessment is not None:
        config = config_of(attempt)
        if not config.lifetime and config.close_at is None:
            return None
    return timing.seconds_left(attempt.deadline_at, attempt.held_seconds, now)


def record_result(attempt: Attempt, share: Decimal, data: dict[str, Any], *, actor: Actor, now: datetime) -> None:
    """Keep what the exam's content reported, 0–1; the gradebook hears of it when the status lets it."""
    if attempt.phase not in {Phase.running} and attempt.status != Status.declined:
        raise Refused("wrong_status", status=attempt.status.value, event="result")
    attempt.result, attempt.result_data, attempt.result_at = share, data, now
    journal.record(actor, "attempt.result", subject_of(attempt), {"share": str(share)}, now)
    if attempt.status == Status.declined:
        send_score(attempt, config_of(attempt), now)


def lengthen(attempt: Attempt, *, now: datetime) -> None:
    """Let a new allowance act at once on an attempt that runs."""
    if attempt.phase != Phase.running or attempt.started_at is None or attempt.deadline_at is None:
        return
    config, extra = config_of(attempt), effects.extra_time(attempt, is_new=True)
    longer = timing.longer_deadline(attempt.deadline_at, attempt.started_at, config.lifetime, config.close_at, extra)
    added = int((longer - attempt.deadline_at).total_seconds())
    if attempt.held_seconds is not None:
        attempt.held_seconds += added
    attempt.deadline_at = longer
    effects.tell_more_time(attempt, added, now)


def extend(attempt: Attempt, minutes: int, *, actor: Actor, now: datetime, reason: str) -> None:
    """Open an attempt that has ended again by moving its deadline (administrator's guide, 12.1, made explicit)."""
    attempt.deadline_at = now + timedelta(minutes=minutes)
    fire(attempt, Event.extend, actor=actor, now=now, reason=reason, data={"minutes": minutes})
