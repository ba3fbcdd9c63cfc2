from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from lti_proctor import journal
from lti_proctor.attempts import service
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import fire
from lti_proctor.attempts.steps import Outcome, StepKey
from lti_proctor.errors import NotFound, Refused
from lti_proctor.exams import allowances
from lti_proctor.exams import service as exams
from lti_proctor.exams.addons import Addon, Kind
from lti_proctor.exams.allowances import Extra
from lti_proctor.exams.config import ExamConfig
from lti_proctor.extensions import db
from lti_proctor.journal import SYSTEM, Actor, Role
from tests.factories import make_attempt, make_exam, make_link, make_running, make_submitted, make_user

STAFF, PROCTOR = Actor(Role.staff), Actor(Role.proctor)


def learner(attempt):
    return Actor(Role.learner, attempt.user_id)


def events_of(attempt):
    return [entry.action for entry in journal.entries_of(service.subject_of(attempt))]


def refusal(function, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        function(*args, **kwargs)
    return refused.value.code


# firing


def test_firing_moves_the_attempt_writes_the_journal_and_does_what_belongs_to_it(app, now):
    attempt = make_attempt(now, exam=make_exam(now, lifetime=60), status=Status.ready_to_start)
    fire(attempt, Event.start, actor=learner(attempt), now=now, data={"door": "test"})
    entry = journal.entries_of(service.subject_of(attempt))[-1]
    assert (entry.action, entry.actor_role, entry.actor_id) == ("attempt.start", "learner", attempt.user_id)
    assert entry.data == {"from": "ready_to_start", "to": "started", "reason": "", "door": "test"}
    assert (attempt.status, attempt.started_at) == (Status.started, now)
    assert attempt.deadline_at == now + timedelta(minutes=60)
    assert attempt.config_version == 1


def test_a_refused_event_leaves_nothing_behind(app, now):
    attempt = make_attempt(now)
    assert refusal(fire, attempt, Event.submit, actor=learner(attempt), now=now) == "wrong_status"
    assert (attempt.status, attempt.stopped_at, events_of(attempt)) == (Status.created, None, [])


def test_a_reason_of_any_length_is_kept_cut(app, now):
    attempt = make_running(now)
    fire(attempt, Event.terminate, actor=PROCTOR, now=now, reason="x" * 5000)
    assert len(journal.entries_of(service.subject_of(attempt))[-1].data["reason"]) == 2000


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_ending_somebody_else_s_exam_needs_a_reason(app, now, reason):
    assert refusal(fire, make_running(now), Event.terminate, actor=PROCTOR, now=now, reason=reason) == "has_reason"


def test_an_exam_is_started_once(app, now):
    attempt = make_running(now, lifetime=60)
    later = now + timedelta(minutes=5)
    assert refusal(fire, attempt, Event.start, actor=learner(attempt), now=later) == "wrong_status"
    assert (attempt.started_at, attempt.deadline_at) == (now, now + timedelta(minutes=60))


def test_of_two_who_move_the_same_attempt_at_once_one_gets_through(app, now):
    attempt = make_running(now)
    db.session.commit()
    assert attempt.exam.title == "Final"
    assert attempt.user.name
    db.session.refresh(attempt)
    with db.engine.begin() as other:
        other.execute(update(Attempt).where(Attempt.id == attempt.id).values(status=Status.submitted))
    assert refusal(fire, attempt, Event.pause, actor=PROCTOR, now=now) == "changed_meanwhile"
    db.session.rollback()
    assert attempt.status == Status.submitted
    assert "attempt.pause" not in events_of(attempt)


def test_a_second_attempt_at_an_exam_that_runs_already_is_refused(app, now):
    running = make_running(now)
    other = make_attempt(now, exam=running.exam, user=running.user, status=Status.ready_to_start)
    assert refusal(fire, other, Event.start, actor=learner(other), now=now) == "attempt_running"


def test_an_attempt_that_nobody_knows_is_not_found(app):
    with pytest.raises(NotFound) as missing:
        service.get_attempt(4711)
    assert missing.value.code == "attempt"


def test_a_started_attempt_goes_by_the_configuration_it_started_with(app, now):
    attempt = make_running(now, lifetime=60)
    changed = ExamConfig(lifetime=5)
    exams.change_exam(attempt.exam, title="Final", kind=Kind.proctored, config=changed, actor=STAFF, now=now)
    assert service.config_of(attempt).lifetime == 60
    assert service.config_of(make_attempt(now, exam=attempt.exam)).lifetime == 5


# launches and further attempts


def test_two_launches_find_the_same_attempt(app, now):
    link, user = make_link(make_exam(now)), make_user(now)
    # The second of two first launches believes that the user is new as well.
    found = [
        service.attempt_for_launch(link.id, link.exam_id, user.id, is_new_user=is_new, now=now)
        for is_new in (True, True, False)
    ]
    attempt = service.get_attempt(found[0])
    assert set(found) == {attempt.id}
    assert (attempt.number, attempt.status, attempt.created_at) == (1, Status.created, now)


def test_a_launch_leads_to_the_newest_attempt(app, now):
    attempt = make_submitted(now, attempt=1)
    following = service.further_attempt(attempt, actor=learner(attempt), now=now)
    found = service.attempt_for_launch(
        attempt.resource_link_id, attempt.exam_id, attempt.user_id, is_new_user=False, now=now
    )
    assert found == following.id


def test_another_learner_has_an_attempt_of_his_own(app, now):
    attempt, other = make_attempt(now), make_user(now)
    found = service.attempt_for_launch(attempt.resource_link_id, attempt.exam_id, other.id, is_new_user=False, now=now)
    assert found != attempt.id
    assert service.get_attempt(found).user_id == other.id


@pytest.mark.parametrize(
    ("kind", "status", "number", "allowed", "may"),
    [
        (Kind.proctored, Status.submitted, 1, 0, False),
        (Kind.proctored, Status.submitted, 1, 1, True),
        (Kind.proctored, Status.submitted, 2, 1, False),
        (Kind.proctored, Status.verified, 1, 1, True),
        (Kind.proctored, Status.rejected, 1, 2, True),
        (Kind.proctored, Status.started, 1, 5, False),
        (Kind.proctored, Status.paused, 1, 5, False),
        (Kind.proctored, Status.created, 1, 5, False),
        (Kind.proctored, Status.onboarding_pending, 1, 5, False),
        (Kind.timed, Status.submitted, 3, 2, False),
        (Kind.timed, Status.submitted, 2, 2, True),
        (Kind.practice, Status.submitted, 99, 0, True),
        (Kind.practice, Status.started, 1, 0, False),
        (Kind.onboarding, Status.rejected, 9, 0, True),
        (Kind.onboarding, Status.verified, 1, 0, False),
        (Kind.onboarding, Status.declined, 1, 0, False),
    ],
)
def test_an_exam_may_be_taken_again_as_often_as_it_says(app, now, kind, status, number, allowed, may):
    exam = make_exam(now, kind=kind, attempt=allowed)
    assert service.may_take_again(make_attempt(now, exam=exam, status=status, number=number), now) is may


@pytest.mark.parametrize(
    ("later", "extra_minutes", "may"), [(0, 0, True), (30, 0, False), (30, 31, True), (61, 31, False)]
)
def test_an_exam_is_not_taken_again_after_it_closed_for_the_learner(app, now, later, extra_minutes, may):
    exam = make_exam(now, attempt=1, lifetime=20, close_at=now + timedelta(minutes=30))
    attempt = make_attempt(now, exam=exam, status=Status.submitted, stopped_at=now)
    allowances.grant(exam, attempt.user, Extra(extra_minutes, Decimal(1)), actor=STAFF, now=now)
    assert service.may_take_again(attempt, now + timedelta(minutes=later)) is may


@pytest.mark.parametrize(("is_resumable", "may"), [(True, True), (False, False)])
def test_an_attempt_that_broke_off_may_be_taken_again_once_it_was_allowed(app, now, is_resumable, may):
    attempt = make_attempt(now, status=Status.error, is_resumable=is_resumable)
    assert service.may_take_again(attempt, now) is may


def test_the_next_attempt_asked_for_twice_is_the_same_one(app, now):
    attempt = make_submitted(now, attempt=1)
    first = service.further_attempt(attempt, actor=learner(attempt), now=now)
    second = service.further_attempt(attempt, actor=learner(attempt), now=now)
    assert first.id == second.id
    assert (first.number, first.status) == (2, Status.created)
    assert attempt.status == Status.submitted


@pytest.mark.parametrize(
    ("status", "code"), [(Status.started, "attempt_running"), (Status.verified, "no_further_attempt")]
)
def test_a_further_attempt_is_refused_while_one_runs_and_when_none_is_left(app, now, status, code):
    attempt = make_attempt(now, status=status)
    assert refusal(service.further_attempt, attempt, actor=learner(attempt), now=now) == code


def test_without_its_link_an_attempt_has_no_successor(app, now):
    attempt = make_submitted(now, attempt=3)
    attempt.resource_link_id = attempt.link = None
    assert refusal(service.further_attempt, attempt, actor=learner(attempt), now=now) == "no_further_attempt"


def test_practice_taken_again_leaves_the_old_attempt_behind_as_replaced(app, now):
    exam = make_exam(now, kind=Kind.practice)
    attempt = make_attempt(now, exam=exam, status=Status.submitted)
    following = service.further_attempt(attempt, actor=learner(attempt), now=now)
    assert (attempt.status, following.number) == (Status.onboarding_reset, 2)


def test_an_allowed_retry_after_a_technical_problem_is_used_up_by_it(app, now):
    attempt = make_attempt(now, status=Status.error)
    fire(attempt, Event.allow_resume, actor=STAFF, now=now, reason="power cut")
    assert attempt.is_resumable
    service.further_attempt(attempt, actor=learner(attempt), now=now)
    assert not attempt.is_resumable


# steps


def with_steps(now, *addons):
    return make_attempt(now, exam=make_exam(now, addons=frozenset(addons)), status=Status.download_software_clicked)


def test_after_the_last_step_the_attempt_is_ready(app, now):
    attempt = with_steps(now, Addon.rules, Addon.check)
    service.pass_step(attempt, StepKey.rules, actor=learner(attempt), now=now)
    assert attempt.status == Status.download_software_clicked
    service.pass_step(attempt, StepKey.check, actor=learner(attempt), now=now, outcome=Outcome.person)
    assert (attempt.status, attempt.set_up_at) == (Status.ready_to_start, now)
    assert events_of(attempt) == ["attempt.step", "attempt.step", "attempt.finish_setup"]


def test_a_step_gone_through_again_replaces_the_one_before(app, now):
    attempt = with_steps(now, Addon.rules, Addon.check)
    later = now + timedelta(minutes=5)
    service.pass_step(attempt, StepKey.check, actor=learner(attempt), now=now, data={"camera": "a"})
    service.pass_step(attempt, StepKey.check, actor=learner(attempt), now=later, data={"camera": "b"})
    db.session.flush()
    assert [(step.data, step.at) for step in attempt.steps] == [({"camera": "b"}, later)]


def test_a_step_that_is_not_part_of_the_exam_is_not_found(app, now):
    attempt = with_steps(now, Addon.rules)
    with pytest.raises(NotFound):
        service.pass_step(attempt, StepKey.passport, actor=learner(attempt), now=now)


@pytest.mark.parametrize("status", [Status.started, Status.submitted, Status.onboarding_missing])
def test_steps_are_for_before_the_exam(app, now, status):
    attempt = make_attempt(now, exam=make_exam(now, addons=frozenset({Addon.rules})), status=status)
    assert refusal(service.pass_step, attempt, StepKey.rules, actor=learner(attempt), now=now) == "wrong_status"


# time


def test_reading_an_attempt_whose_time_is_over_hands_it_in_at_its_end(app, now):
    attempt = make_running(now, lifetime=60)
    service.refresh(attempt, now=now + timedelta(hours=3))
    assert (attempt.status, attempt.ended_by) == (Status.submitted, Role.timer)
    assert attempt.stopped_at == now + timedelta(minutes=60)


def test_reading_an_attempt_in_time_changes_nothing(app, now):
    attempt = make_running(now, lifetime=60)
    service.refresh(attempt, now=now + timedelta(minutes=59))
    assert attempt.status == Status.started


def test_reading_an_attempt_that_nobody_started_before_the_close_lets_it_expire(app, now):
    attempt = make_attempt(now, exam=make_exam(now, close_at=now + timedelta(hours=1)))
    service.refresh(attempt, now=now + timedelta(hours=1))
    assert attempt.status == Status.expired


def test_a_faded_check_is_to_be_done_again(app, now):
    attempt = with_steps(now, Addon.check)
    service.pass_step(attempt, StepKey.check, actor=learner(attempt), now=now)
    service.refresh(attempt, now=now + timedelta(hours=3))
    assert attempt.status == Status.ready_to_start
    service.refresh(attempt, now=now + timedelta(hours=5))
    assert attempt.status == Status.download_software_clicked
    assert service.next_step(attempt, attempt.exam.config, now + timedelta(hours=5)).key == StepKey.check


def test_a_learner_who_lost_the_connection_goes_on_with_the_clock_running(app, now):
    attempt = make_running(now, lifetime=60)
    fire(attempt, Event.pause, actor=SYSTEM, now=now + timedelta(minutes=10))
    back = now + timedelta(minutes=15)
    assert service.seconds_left(attempt, back) == 45 * 60
    service.sign_of_life(attempt, actor=learner(attempt), now=back)
    assert (attempt.status, attempt.seen_at, attempt.paused_at) == (Status.started, back, None)
    assert attempt.deadline_at == now + timedelta(minutes=60)


def test_a_proctor_s_pause_holds_the_clock_and_only_staff_end_it(app, now):
    attempt = make_running(now, lifetime=60)
    fire(attempt, Event.pause, actor=PROCTOR, now=now + timedelta(minutes=10))
    much_later = now + timedelta(hours=3)
    service.refresh(attempt, now=much_later)
    service.sign_of_life(attempt, actor=learner(attempt), now=much_later)
    assert (attempt.status, service.seconds_left(attempt, much_later)) == (Status.paused, 50 * 60)
    assert refusal(fire, attempt, Event.resume, actor=learner(attempt), now=much_later) == "may_go_on"
    fire(attempt, Event.resume, actor=PROCTOR, now=much_later)
    assert attempt.deadline_at == much_later + timedelta(minutes=50)
    assert (attempt.held_seconds, attempt.paused_by) == (None, None)


def test_an_attempt_handed_in_while_held_ends_now_and_not_at_its_old_deadline(app, now):
    attempt = make_running(now, lifetime=60)
    fire(attempt, Event.pause, actor=PROCTOR, now=now)
    much_later = now + timedelta(hours=3)
    fire(attempt, Event.submit, actor=learner(attempt), now=much_later)
    assert (attempt.stopped_at, attempt.ended_by) == (much_later, Role.learner)


def test_a_sign_of_life_of_an_attempt_that_is_over_does_nothing(app, now):
    attempt = make_submitted(now)
    service.sign_of_life(attempt, actor=learner(attempt), now=now + timedelta(hours=1))
    assert attempt.seen_at == now


def test_extra_time_acts_at_once_on_a_running_attempt(app, now, staff):
    attempt = make_running(now, lifetime=60, close_at=now + timedelta(minutes=60))
    allowances.grant(attempt.exam, attempt.user, Extra(10, Decimal(1)), actor=staff, now=now)
    service.lengthen(attempt, now=now)
    assert attempt.deadline_at == now + timedelta(minutes=70)


def test_extra_time_for_a_held_clock_shows_at_once(app, now, staff):
    attempt = make_running(now, lifetime=60)
    fire(attempt, Event.pause, actor=PROCTOR, now=now + timedelta(minutes=20))
    allowances.grant(attempt.exam, attempt.user, Extra(10, Decimal(1)), actor=staff, now=now)
    service.lengthen(attempt, now=now + timedelta(minutes=20))
    assert attempt.held_seconds == 50 * 60


@pytest.mark.parametrize("status", [Status.created, Status.submitted])
def test_extra_time_leaves_an_attempt_that_does_not_run(app, now, status):
    attempt = make_attempt(now, status=status)
    service.lengthen(attempt, now=now)
    assert attempt.deadline_at is None


def test_an_allowance_moves_the_close_for_who_has_not_started(app, now, staff):
    close = now + timedelta(minutes=60)
    attempt = make_attempt(now, exam=make_exam(now, lifetime=60, close_at=close))
    allowances.grant(attempt.exam, attempt.user, Extra(30, Decimal(1)), actor=staff, now=now)
    service.refresh(attempt, now=close + timedelta(minutes=20))
    assert attempt.status == Status.created
    service.refresh(attempt, now=close + timedelta(minutes=30))
    assert attempt.status == Status.expired


def test_staff_open_an_attempt_again_by_giving_it_minutes(app, now):
    attempt = make_submitted(now, lifetime=60)
    later = now + timedelta(hours=2)
    service.extend(attempt, 30, actor=STAFF, now=later, reason="fire alarm")
    assert (attempt.status, attempt.stopped_at, attempt.ended_by) == (Status.started, None, None)
    assert service.seconds_left(attempt, later) == 30 * 60
    assert journal.entries_of(service.subject_of(attempt))[-1].data["minutes"] == 30


def test_opening_an_attempt_again_needs_a_reason(app, now):
    assert refusal(service.extend, make_submitted(now), 30, actor=STAFF, now=now, reason=" ") == "has_reason"


# results


def test_a_result_is_kept_while_the_exam_runs_and_the_last_one_counts(app, now):
    attempt = make_running(now)
    service.record_result(attempt, Decimal("0.2"), {"n": 1}, actor=learner(attempt), now=now)
    service.record_result(attempt, Decimal("0.9"), {"n": 2}, actor=learner(attempt), now=now)
    assert (attempt.result, attempt.result_data, attempt.result_at) == (Decimal("0.9"), {"n": 2}, now)


@pytest.mark.parametrize("status", [Status.created, Status.submitted, Status.verified, Status.expired])
def test_a_result_for_an_attempt_that_does_not_run_is_refused(app, now, status):
    attempt = make_attempt(now, status=status)
    code = refusal(service.record_result, attempt, Decimal(1), {}, actor=learner(attempt), now=now)
    assert (code, attempt.result) == ("wrong_status", None)
