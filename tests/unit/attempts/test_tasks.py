"""Time passes whether or not anybody looks."""

from datetime import timedelta
from decimal import Decimal

from lti_proctor.attempts import service, tasks
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.exams import allowances
from lti_proctor.exams.allowances import Extra
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from tests.factories import make_attempt, make_exam, make_running


def pass_time():
    db.session.commit()
    tasks.pass_time()
    db.session.expire_all()


def test_who_gives_no_sign_of_life_is_paused(app, time, now):
    attempt = make_running(now, lifetime=60)
    time.passes(seconds=150)
    pass_time()
    assert attempt.status == Status.started
    time.passes(seconds=1)
    pass_time()
    assert (attempt.status, attempt.paused_by, attempt.paused_at) == (Status.paused, Role.timer, time.now)


def test_who_is_there_is_not_paused(app, time, now):
    attempt = make_running(now, lifetime=60)
    service.sign_of_life(attempt, actor=Actor(Role.learner, attempt.user_id), now=time.passes(seconds=140))
    time.passes(seconds=140)
    pass_time()
    assert attempt.status == Status.started


def test_an_exam_whose_time_is_over_is_handed_in_although_nobody_looks(app, time, now):
    attempt = make_running(now, lifetime=60)
    time.passes(minutes=90)
    pass_time()
    assert (attempt.status, attempt.ended_by) == (Status.submitted, Role.timer)
    assert attempt.stopped_at == now + timedelta(minutes=60)


def test_a_paused_exam_runs_out_of_time_too(app, time, now):
    attempt = make_running(now, lifetime=60)
    time.passes(minutes=5)
    pass_time()
    assert attempt.status == Status.paused
    time.passes(minutes=60)
    pass_time()
    assert attempt.status == Status.submitted


def test_a_disconnected_learner_is_waited_for_as_long_as_the_exam_says(app, time, now):
    attempt = make_running(now, timeout=10)
    time.passes(minutes=5)
    pass_time()
    time.passes(minutes=9)
    pass_time()
    assert attempt.status == Status.paused
    time.passes(minutes=1)
    pass_time()
    assert (attempt.status, attempt.stopped_at) == (Status.submitted, time.now)


def test_an_exam_held_by_a_proctor_waits_for_the_proctor(app, time, now, proctor):
    attempt = make_running(now, lifetime=60, timeout=1)
    service.fire(attempt, Event.pause, actor=proctor, now=now)
    time.passes(days=3)
    pass_time()
    assert attempt.status == Status.paused


def test_what_nobody_started_before_the_close_expires(app, time, now):
    exam = make_exam(now, close_at=now + timedelta(hours=1))
    waiting = [make_attempt(now, exam=exam, status=s) for s in (Status.created, Status.onboarding_missing)]
    other = make_attempt(now, exam=make_exam(now))
    time.passes(minutes=59)
    pass_time()
    assert {attempt.status for attempt in waiting} == {Status.created, Status.onboarding_missing}
    time.passes(minutes=1)
    pass_time()
    assert {attempt.status for attempt in waiting} == {Status.expired}
    assert other.status == Status.created


def test_an_allowance_is_kept_to_by_the_clock_as_well(app, time, now, staff):
    attempt = make_attempt(now, exam=make_exam(now, lifetime=60, close_at=now + timedelta(hours=1)))
    allowances.grant(attempt.exam, attempt.user, Extra(0, Decimal("1.5")), actor=staff, now=now)
    time.passes(minutes=80)
    pass_time()
    assert attempt.status == Status.created
    time.passes(minutes=10)
    pass_time()
    assert attempt.status == Status.expired


def test_one_attempt_that_can_not_be_moved_stops_no_other(app, time, now, monkeypatch):
    stuck, fine = make_running(now, lifetime=60), make_running(now, lifetime=60)
    stuck_id, fire = stuck.id, service.fire

    def fail_for_one(attempt, event, **options):
        if attempt.id == stuck_id:
            raise service.Refused("changed_meanwhile")
        fire(attempt, event, **options)

    monkeypatch.setattr(service, "fire", fail_for_one)
    time.passes(hours=2)
    pass_time()
    assert (stuck.status, fine.status) == (Status.started, Status.submitted)


def test_running_it_twice_does_it_once(app, time, now):
    attempt = make_running(now, lifetime=60)
    time.passes(hours=2)
    pass_time()
    stopped = attempt.stopped_at
    time.passes(hours=1)
    pass_time()
    assert (attempt.status, attempt.stopped_at) == (Status.submitted, stopped)
