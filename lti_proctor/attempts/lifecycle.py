"""The life cycle of an attempt: one table, the only way a status changes. Pure.

`docs/lifecycle.md` is generated from this table (`lti-proctor lifecycle`). Status names are the published ones of the
edX subsystem; `session_status` is what search, CSV and API show (administrator's guide, section 4.3).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lti_proctor.errors import Refused
from lti_proctor.journal.roles import Role


class Status(StrEnum):
    created = "created"
    download_software_clicked = "download_software_clicked"
    ready_to_start = "ready_to_start"
    started = "started"
    paused = "paused"
    ready_to_submit = "ready_to_submit"
    submitted = "submitted"
    second_review_required = "second_review_required"
    verified = "verified"
    rejected = "rejected"
    error = "error"
    declined = "declined"
    expired = "expired"
    onboarding_missing = "onboarding_missing"
    onboarding_pending = "onboarding_pending"
    onboarding_failed = "onboarding_failed"
    onboarding_expired = "onboarding_expired"
    onboarding_reset = "onboarding_reset"
    timed_out = "timed_out"


class Phase(StrEnum):
    before = "before"
    running = "running"
    done = "done"
    blocked = "blocked"


PHASE: Mapping[Status, Phase] = {
    Status.created: Phase.before,
    Status.download_software_clicked: Phase.before,
    Status.ready_to_start: Phase.before,
    Status.started: Phase.running,
    Status.paused: Phase.running,
    Status.ready_to_submit: Phase.running,
    Status.submitted: Phase.done,
    Status.second_review_required: Phase.done,
    Status.verified: Phase.done,
    Status.rejected: Phase.done,
    Status.error: Phase.done,
    Status.declined: Phase.done,
    Status.expired: Phase.done,
    Status.onboarding_missing: Phase.blocked,
    Status.onboarding_pending: Phase.blocked,
    Status.onboarding_failed: Phase.blocked,
    Status.onboarding_expired: Phase.blocked,
    Status.onboarding_reset: Phase.done,
    Status.timed_out: Phase.done,
}


def statuses_in(*phases: Phase) -> list[Status]:
    """The statuses of these phases, for queries."""
    return [status for status, phase in PHASE.items() if phase in phases]


SESSION_STATUS: Mapping[Status, str] = {
    Status.created: "created",
    Status.download_software_clicked: "created",
    Status.ready_to_start: "created",
    Status.started: "started",
    Status.paused: "paused",
    Status.ready_to_submit: "started",
    Status.submitted: "stopped",
    Status.second_review_required: "stopped",
    Status.verified: "accepted",
    Status.rejected: "rejected",
    Status.error: "stopped",
    Status.declined: "skipped",
    Status.expired: "skipped",
    Status.onboarding_missing: "created",
    Status.onboarding_pending: "created",
    Status.onboarding_failed: "created",
    Status.onboarding_expired: "created",
    Status.onboarding_reset: "stopped",
    Status.timed_out: "stopped",
}


class Event(StrEnum):
    begin_setup = "begin_setup"
    finish_setup = "finish_setup"
    reopen_setup = "reopen_setup"
    start = "start"
    pause = "pause"
    resume = "resume"
    ask_to_submit = "ask_to_submit"
    go_back = "go_back"
    submit = "submit"
    terminate = "terminate"
    time_out = "time_out"
    fail = "fail"
    allow_resume = "allow_resume"
    accept = "accept"
    reject = "reject"
    ask_second_review = "ask_second_review"
    appeal = "appeal"
    decline = "decline"
    expire = "expire"
    extend = "extend"
    miss_onboarding = "miss_onboarding"
    await_onboarding = "await_onboarding"
    fail_onboarding = "fail_onboarding"
    outdate_onboarding = "outdate_onboarding"
    clear_onboarding = "clear_onboarding"
    reset = "reset"


class Guard(StrEnum):
    """Conditions beside status and actor; each is a yes-or-no fact of the moment (`Facts`)."""

    steps_done = "steps_done"
    is_open = "is_open"
    may_prepare = "may_prepare"
    time_has_come = "time_has_come"
    time_left = "time_left"
    time_is_over = "time_is_over"
    window_is_over = "window_is_over"
    is_away = "is_away"
    may_go_on = "may_go_on"
    may_decline = "may_decline"
    is_sample = "is_sample"
    is_reviewed = "is_reviewed"
    has_reason = "has_reason"
    may_appeal = "may_appeal"
    was_started = "was_started"
    concludes_itself = "concludes_itself"
    rejects_itself = "rejects_itself"
    is_onboarded = "is_onboarded"
    starts_here = "starts_here"
    was_set_up = "was_set_up"


class Effect(StrEnum):
    """What a transition does besides; `attempts/effects.py` has one function for each."""

    note_set_up = "note_set_up"
    start_clock = "start_clock"
    hold_clock = "hold_clock"
    release_clock = "release_clock"
    stop_clock = "stop_clock"
    reopen_clock = "reopen_clock"
    note_error = "note_error"
    mark_resumable = "mark_resumable"
    send_score = "send_score"
    mail_learner = "mail_learner"
    control_assessment = "control_assessment"
    choose_provider = "choose_provider"
    tell_provider = "tell_provider"
    give_time_back = "give_time_back"
    tell_site = "tell_site"


@dataclass(frozen=True)
class Transition:
    """One row. `target` None keeps the status: something else about the attempt changes."""

    event: Event
    sources: frozenset[Status]
    target: Status | None
    actors: frozenset[Role]
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()


#: Facts about the moment, by guard. What is not named is not true.
Facts = Mapping[Guard, bool]


class Asked(Mapping[Guard, bool]):
    """Facts that are looked up when a row of the table asks for them: some cost a query, most rows ask for few."""

    def __init__(self, answers: Mapping[Guard, Callable[[], bool]]) -> None:
        self._answers = answers

    def __getitem__(self, guard: Guard) -> bool:
        return self._answers[guard]()

    def __iter__(self) -> Iterator[Guard]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)


def _row(
    event: Event, sources: str, target: Status | None, actors: str, guards: str = "", effects: str = ""
) -> Transition:
    return Transition(
        event,
        frozenset(Status(s) for s in sources.split()),
        target,
        frozenset(Role(a) for a in actors.split()),
        tuple(Guard(g) for g in guards.split()),
        tuple(Effect(e) for e in effects.split()),
    )


_BEFORE = "created download_software_clicked ready_to_start"
_RUNNING = "started paused ready_to_submit"
_BLOCKED = "onboarding_missing onboarding_pending onboarding_failed onboarding_expired"
_END = "stop_clock send_score mail_learner tell_provider"

TABLE: tuple[Transition, ...] = (
    # setting up
    _row(Event.begin_setup, "created", Status.download_software_clicked, "learner provider platform", "may_prepare is_onboarded", "choose_provider"),
    _row(Event.finish_setup, "created download_software_clicked", Status.ready_to_start, "learner", "steps_done", "note_set_up choose_provider tell_site"),
    _row(Event.finish_setup, "created download_software_clicked", Status.ready_to_start, "provider", "", "note_set_up tell_site"),
    _row(Event.reopen_setup, "ready_to_start", Status.download_software_clicked, "learner provider timer"),
    # running
    _row(Event.start, "ready_to_start", Status.started, "learner", "is_open steps_done time_has_come is_onboarded starts_here", "start_clock send_score tell_provider"),
    _row(Event.start, "download_software_clicked ready_to_start", Status.started, "platform", "was_set_up", "start_clock send_score tell_provider"),
    _row(Event.pause, "started ready_to_submit", Status.paused, "proctor staff platform", "", "hold_clock control_assessment"),
    _row(Event.pause, "started ready_to_submit", Status.paused, "timer", "is_away", "control_assessment"),
    _row(Event.resume, "paused", Status.started, "learner", "may_go_on time_left", "release_clock control_assessment"),
    _row(Event.resume, "paused", Status.started, "proctor staff platform", "time_left", "release_clock control_assessment"),
    _row(Event.ask_to_submit, "started", Status.ready_to_submit, "learner"),
    _row(Event.go_back, "ready_to_submit", Status.started, "learner", "time_left"),
    # ending
    _row(Event.submit, "started paused ready_to_submit", Status.submitted, "learner platform provider", "", _END),
    _row(Event.terminate, _RUNNING, Status.submitted, "proctor staff platform", "has_reason", f"{_END} control_assessment"),
    _row(Event.time_out, _RUNNING, Status.submitted, "timer", "time_is_over", f"{_END} control_assessment"),
    _row(Event.fail, f"{_BEFORE} {_RUNNING}", Status.error, "learner provider platform staff", "", "stop_clock note_error mail_learner tell_provider give_time_back tell_site"),
    _row(Event.fail, "submitted second_review_required timed_out", Status.error, "provider", "is_reviewed", "note_error mail_learner tell_site"),
    _row(Event.decline, _BEFORE, Status.declined, "learner", "may_decline", "send_score tell_provider give_time_back"),
    _row(Event.decline, _BEFORE, Status.declined, "staff", "has_reason", "send_score tell_provider give_time_back"),
    _row(Event.expire, f"{_BEFORE} {_BLOCKED}", Status.expired, "timer", "window_is_over", "give_time_back"),
    # judging
    _row(Event.accept, "submitted second_review_required rejected timed_out", Status.verified, "reviewer provider", "is_reviewed", "send_score mail_learner control_assessment tell_site"),
    _row(Event.accept, "error", Status.verified, "reviewer provider", "is_reviewed was_started", "send_score mail_learner control_assessment tell_site"),
    _row(Event.accept, "submitted", Status.verified, "timer", "is_reviewed concludes_itself", "send_score mail_learner tell_site"),
    _row(Event.reject, "submitted second_review_required verified timed_out", Status.rejected, "reviewer provider", "is_reviewed has_reason", "send_score mail_learner control_assessment tell_site"),
    _row(Event.reject, "submitted", Status.rejected, "timer", "is_reviewed has_reason rejects_itself", "send_score mail_learner tell_site"),
    _row(Event.ask_second_review, "submitted verified timed_out", Status.second_review_required, "reviewer provider", "is_reviewed", "send_score tell_site"),
    _row(Event.appeal, "rejected", Status.second_review_required, "learner", "is_reviewed may_appeal", "send_score tell_site"),
    # another chance
    _row(Event.allow_resume, "error", None, "staff", "has_reason", "mark_resumable"),
    _row(Event.extend, "submitted timed_out", Status.started, "staff", "has_reason was_started time_left", "reopen_clock send_score tell_provider"),
    _row(Event.extend, "expired", Status.created, "staff", "has_reason is_open"),
    _row(Event.reset, "submitted second_review_required rejected error expired timed_out", Status.onboarding_reset, "learner staff", "is_sample", "tell_provider"),
    # onboarding
    _row(Event.miss_onboarding, f"{_BEFORE} {_BLOCKED}", Status.onboarding_missing, "provider timer"),
    _row(Event.await_onboarding, f"{_BEFORE} {_BLOCKED}", Status.onboarding_pending, "provider timer"),
    _row(Event.fail_onboarding, f"{_BEFORE} {_BLOCKED}", Status.onboarding_failed, "provider timer"),
    _row(Event.outdate_onboarding, f"{_BEFORE} {_BLOCKED}", Status.onboarding_expired, "provider timer"),
    _row(Event.clear_onboarding, _BLOCKED, Status.created, "provider timer staff"),
)  # fmt: skip


def rows_for(status: Status, event: Event) -> list[Transition]:
    return [row for row in TABLE if row.event == event and status in row.sources]


def transition_for(status: Status, event: Event, role: Role, facts: Facts) -> Transition:
    """The row that lets this actor fire this event now.

    Raises `Refused`: `wrong_status` when the event does not start here, `wrong_actor` when it is not this actor's to
    fire, else the name of the first condition that does not hold.
    """
    rows = rows_for(status, event)
    if not rows:
        raise Refused("wrong_status", status=status.value, event=event.value)
    row = next((row for row in rows if role in row.actors), None)
    if row is None:
        raise Refused("wrong_actor", status=status.value, event=event.value)
    for guard in row.guards:
        if not facts.get(guard, False):
            raise Refused(guard.value, status=status.value, event=event.value)
    return row


def may_fire(status: Status, event: Event, role: Role, facts: Facts) -> bool:
    try:
        transition_for(status, event, role, facts)
    except Refused:
        return False
    return True
