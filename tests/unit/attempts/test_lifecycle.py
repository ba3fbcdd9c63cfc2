"""The table of transitions against an expectation that was written down without looking at it."""

from itertools import product

import pytest

from lti_proctor.attempts import service
from lti_proctor.attempts.effects import EFFECTS
from lti_proctor.attempts.lifecycle import (
    PHASE,
    SESSION_STATUS,
    TABLE,
    Effect,
    Event,
    Guard,
    Phase,
    Status,
    may_fire,
    rows_for,
    transition_for,
)
from lti_proctor.errors import Refused
from lti_proctor.journal import Role
from tests.factories import make_attempt
from tests.structure.source import for_each

BEFORE = "created download_software_clicked ready_to_start"
RUNNING = "started paused ready_to_submit"
BLOCKED = "onboarding_missing onboarding_pending onboarding_failed onboarding_expired"
JUDGED = "submitted second_review_required verified rejected timed_out"
ENDED_BADLY = "error declined expired onboarding_reset"

#: Who may fire what from where, all conditions holding: event, actor, from which statuses.
ALLOWED = """
begin_setup        learner provider platform            created
finish_setup       learner provider                     created download_software_clicked
reopen_setup       learner provider timer               ready_to_start
start              learner                              ready_to_start
start              platform                             download_software_clicked ready_to_start
pause              proctor staff platform timer         started ready_to_submit
resume             learner proctor staff platform       paused
ask_to_submit      learner                              started
go_back            learner                              ready_to_submit
submit             learner platform provider            started paused ready_to_submit
terminate          proctor staff platform               started paused ready_to_submit
time_out           timer                                started paused ready_to_submit
fail               learner provider platform staff      BEFORE RUNNING
fail               provider                             submitted second_review_required timed_out
allow_resume       staff                                error
accept             reviewer provider                    submitted second_review_required rejected timed_out
accept             reviewer provider                    error
accept             timer                                submitted
reject             reviewer provider                    submitted second_review_required verified timed_out
reject             timer                                submitted
ask_second_review  reviewer provider                    submitted verified timed_out
appeal             learner                              rejected
decline            learner staff                        BEFORE
expire             timer                                BEFORE BLOCKED
extend             staff                                submitted timed_out expired
reset              learner staff                        submitted second_review_required rejected timed_out
reset              learner staff                        error expired
miss_onboarding    provider timer                       BEFORE BLOCKED
await_onboarding   provider timer                       BEFORE BLOCKED
fail_onboarding    provider timer                       BEFORE BLOCKED
outdate_onboarding provider timer                       BEFORE BLOCKED
clear_onboarding   provider timer staff                 BLOCKED
"""  # fmt: skip

#: Where an event leads; the exceptions are told by status.
TARGET = {
    Event.begin_setup: "download_software_clicked",
    Event.finish_setup: "ready_to_start",
    Event.reopen_setup: "download_software_clicked",
    Event.start: "started",
    Event.pause: "paused",
    Event.resume: "started",
    Event.ask_to_submit: "ready_to_submit",
    Event.go_back: "started",
    Event.submit: "submitted",
    Event.terminate: "submitted",
    Event.time_out: "submitted",
    Event.fail: "error",
    Event.allow_resume: None,
    Event.accept: "verified",
    Event.reject: "rejected",
    Event.ask_second_review: "second_review_required",
    Event.appeal: "second_review_required",
    Event.decline: "declined",
    Event.expire: "expired",
    Event.extend: "started",
    Event.reset: "onboarding_reset",
    Event.miss_onboarding: "onboarding_missing",
    Event.await_onboarding: "onboarding_pending",
    Event.fail_onboarding: "onboarding_failed",
    Event.outdate_onboarding: "onboarding_expired",
    Event.clear_onboarding: "created",
}
EXTENDED_BEFORE_START = {Status.expired: "created"}

#: What must hold besides: event, actor or * for all of them, the conditions.
CONDITIONS = """
begin_setup        *         may_prepare is_onboarded
finish_setup       learner   steps_done
start              learner   is_open steps_done time_has_come is_onboarded starts_here
start              platform  was_set_up
pause              timer     is_away
resume             learner   may_go_on time_left
resume             *         time_left
go_back            *         time_left
terminate          *         has_reason
time_out           *         time_is_over
accept             timer     is_reviewed concludes_itself
accept             *         is_reviewed
reject             timer     is_reviewed has_reason rejects_itself
reject             *         is_reviewed has_reason
ask_second_review  *         is_reviewed
appeal             *         is_reviewed may_appeal
decline            learner   may_decline
decline            staff     has_reason
expire             *         window_is_over
allow_resume       *         has_reason
extend             *         has_reason
reset              *         is_sample
"""
#: Conditions that depend on the status as well.
BY_STATUS = {
    **{
        (Event.fail, status): {Guard.is_reviewed}
        for status in map(Status, ["submitted", "second_review_required", "timed_out"])
    },
    (Event.accept, Status.error): {Guard.is_reviewed, Guard.was_started},
    (Event.extend, Status.submitted): {Guard.has_reason, Guard.was_started, Guard.time_left},
    (Event.extend, Status.timed_out): {Guard.has_reason, Guard.was_started, Guard.time_left},
    (Event.extend, Status.expired): {Guard.has_reason, Guard.is_open},
}
ALL_TRUE = dict.fromkeys(Guard, True)


def _allowed():
    words = {"BEFORE": BEFORE, "RUNNING": RUNNING, "BLOCKED": BLOCKED}
    actors = {role.value for role in Role}
    found = set()
    for line in ALLOWED.strip().splitlines():
        event, *rest = line.split()
        who = [word for word in rest if word in actors]
        where = " ".join(words.get(word, word) for word in rest if word not in actors).split()
        found |= {(Status(status), Event(event), Role(role)) for status, role in product(where, who)}
    return found


def _conditions():
    found = {}
    for line in CONDITIONS.strip().splitlines():
        event, role, *guards = line.split()
        found[(Event(event), role)] = {Guard(guard) for guard in guards}
    return found


EXPECTED = _allowed()
GUARDS = _conditions()


def guards_of(status, event, role):
    if (event, status) in BY_STATUS:
        return BY_STATUS[(event, status)]
    return GUARDS.get((event, role.value), GUARDS.get((event, "*"), set()))


@for_each(list(product(Status, Event)))
def test_every_status_event_and_actor_is_decided_as_written_down(case):
    status, event = case
    allowed = {role for role in Role if may_fire(status, event, role, ALL_TRUE)}
    assert allowed == {role for role in Role if (status, event, role) in EXPECTED}


@for_each(sorted(EXPECTED))
def test_an_allowed_event_leads_where_it_should_under_its_conditions_alone(case):
    status, event, role = case
    needed = guards_of(status, event, role)
    row = transition_for(status, event, role, dict.fromkeys(needed, True))
    target = EXTENDED_BEFORE_START.get(status, TARGET[event]) if event == Event.extend else TARGET[event]
    assert row.target == (Status(target) if target else None)
    for missing in needed:
        with pytest.raises(Refused) as refused:
            transition_for(status, event, role, {**ALL_TRUE, missing: False})
        assert refused.value.code == missing


def test_an_event_that_does_not_start_here_is_told_apart_from_one_of_somebody_else():
    with pytest.raises(Refused) as wrong_status:
        transition_for(Status.verified, Event.start, Role.learner, ALL_TRUE)
    with pytest.raises(Refused) as wrong_actor:
        transition_for(Status.submitted, Event.accept, Role.learner, ALL_TRUE)
    assert (wrong_status.value.code, wrong_actor.value.code) == ("wrong_status", "wrong_actor")


def test_a_fact_that_is_not_named_is_not_true():
    assert not may_fire(Status.created, Event.begin_setup, Role.learner, {})


@for_each(list(product(f"{JUDGED} error declined".split(), Event)))
def test_a_learner_can_not_move_an_attempt_that_is_over_except_to_replace_a_sample_or_to_appeal(case):
    status, event = case
    may = may_fire(Status(status), event, Role.learner, ALL_TRUE)
    assert not may or event in {Event.reset, Event.appeal}
    closed = {**ALL_TRUE, Guard.is_sample: False, Guard.may_appeal: False}
    assert not may_fire(Status(status), event, Role.learner, closed)


def test_a_learner_can_not_go_on_after_a_proctor_paused_the_exam():
    assert not may_fire(Status.paused, Event.resume, Role.learner, {Guard.time_left: True, Guard.may_go_on: False})
    assert may_fire(Status.paused, Event.resume, Role.proctor, {Guard.time_left: True, Guard.may_go_on: False})


PROVIDER_ONLY = (Event.miss_onboarding, Event.await_onboarding, Event.fail_onboarding, Event.outdate_onboarding)
JUDGEMENTS = (Event.accept, Event.reject, Event.ask_second_review, Event.allow_resume, Event.extend, Event.terminate)


@for_each(list(product(Status, (*PROVIDER_ONLY, Event.clear_onboarding, *JUDGEMENTS))))
def test_a_learner_can_not_fire_what_providers_and_staff_decide(case):
    status, event = case
    assert not may_fire(status, event, Role.learner, ALL_TRUE)


@pytest.mark.parametrize("status", f"{BEFORE} {RUNNING}".split())
def test_finishing_the_setup_needs_the_steps_of_a_learner_but_not_of_a_provider(status):
    allowed = status in {"created", "download_software_clicked"}
    assert may_fire(Status(status), Event.finish_setup, Role.provider, {}) is allowed
    assert not may_fire(Status(status), Event.finish_setup, Role.learner, {})


def test_a_clock_never_rejects_unless_the_site_has_switched_that_on():
    facts = {**ALL_TRUE, Guard.rejects_itself: False}
    assert not any(may_fire(status, Event.reject, Role.timer, facts) for status in Status)


@pytest.mark.parametrize("status", Status)
def test_every_status_has_a_phase_and_a_session_status(status):
    assert isinstance(PHASE[status], Phase)
    assert SESSION_STATUS[status] in {"created", "started", "paused", "stopped", "accepted", "rejected", "skipped"}


@pytest.mark.parametrize(
    ("phase", "statuses"),
    [
        (Phase.before, BEFORE),
        (Phase.running, RUNNING),
        (Phase.blocked, BLOCKED),
        (Phase.done, f"{JUDGED} {ENDED_BADLY}"),
    ],
)
def test_the_phases_are_those_of_the_architecture(phase, statuses):
    assert {s for s in Status if PHASE[s] == phase} == {Status(s) for s in statuses.split()}


@pytest.mark.parametrize("status", Status)
def test_every_status_can_be_reached_or_is_kept_for_imports(status):
    reached = {row.target for row in TABLE} | {Status.created}
    assert status in reached or status == Status.timed_out


@pytest.mark.parametrize("event", Event)
def test_every_event_has_a_row(event):
    assert any(rows_for(status, event) for status in Status)


def test_no_actor_finds_two_rows_for_one_event():
    seen = [(row.event, status, role) for row in TABLE for status in row.sources for role in row.actors]
    assert len(seen) == len(set(seen))


def test_every_effect_has_its_function_and_is_used():
    assert set(EFFECTS) == set(Effect)
    assert {effect for row in TABLE for effect in row.effects} == set(Effect)


def test_every_condition_is_used_and_computed(app, now, staff):
    attempt = make_attempt(now)
    facts = service.facts(attempt, service.config_of(attempt), staff, now)
    assert set(facts) == set(Guard)
    assert all(isinstance(fact, bool) for fact in facts.values())
    assert {guard for row in TABLE for guard in row.guards} == set(Guard)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.event}-{'-'.join(sorted(row.actors))}")
def test_whatever_ends_a_running_attempt_stops_its_clock(row):
    runs = any(PHASE[status] == Phase.running for status in row.sources)
    ends = row.target is not None and PHASE[row.target] == Phase.done
    assert not (runs and ends) or Effect.stop_clock in row.effects


def test_only_staff_make_an_attempt_resumable():
    actors = {role for row in TABLE if Effect.mark_resumable in row.effects for role in row.actors}
    assert actors == {Role.staff}
