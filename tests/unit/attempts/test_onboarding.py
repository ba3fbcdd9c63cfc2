"""An onboarding that is needed first, and a broken attempt that is resumed."""

from datetime import timedelta

import pytest

from lti_proctor import outbox
from lti_proctor.attempts import onboarding
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.onboarding import State
from lti_proctor.errors import Refused
from lti_proctor.exams import service as exams
from lti_proctor.exams.addons import Kind
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.outbox import Effect
from lti_proctor.review.mails import remind_of_onboardings
from tests.factories import STAFF, make_attempt, make_course, make_exam, make_running

YEAR = timedelta(days=365)


@pytest.fixture
def course(app, now):
    return make_course(now)


@pytest.fixture
def attempt(course, now):
    return make_attempt(now, exam=make_exam(now, course, needs_onboarding=True, lifetime=60))


@pytest.fixture
def onboarded(course, attempt, now):
    """Give the learner an onboarding attempt in that status, ended so long ago."""

    def add(status, ago=timedelta(), *, provider="builtin", kind=Kind.onboarding, where=None):
        exam = make_exam(now, where or course, kind=kind)
        return make_attempt(now, exam=exam, user=attempt.user, status=status, stopped_at=now - ago, provider=provider)

    return add


@pytest.mark.parametrize(
    ("taken", "state"),
    [
        ([], State.missing),
        ([(Status.started, {})], State.missing),
        ([(Status.submitted, {})], State.pending),
        ([(Status.second_review_required, {})], State.pending),
        ([(Status.rejected, {})], State.failed),
        ([(Status.verified, {})], State.verified),
        ([(Status.verified, {"ago": YEAR - timedelta(days=1)})], State.verified),
        ([(Status.verified, {"ago": YEAR})], State.expired),
        ([(Status.verified, {"ago": YEAR}), (Status.submitted, {})], State.pending),
        ([(Status.verified, {}), (Status.rejected, {})], State.verified),
        ([(Status.rejected, {}), (Status.verified, {})], State.verified),
        ([(Status.verified, {"provider": "mock"})], State.missing),
        ([(Status.verified, {"kind": Kind.practice})], State.missing),
        ([(Status.onboarding_reset, {})], State.missing),
    ],
)
def test_the_best_onboarding_of_course_and_provider_counts(attempt, onboarded, now, taken, state):
    for status, more in taken:
        onboarded(status, **more)
    assert onboarding.onboarding_for(attempt, now).state == state


def test_that_of_another_course_does_not_count(attempt, onboarded, now):
    onboarded(Status.verified, where=make_course(now))
    assert onboarding.onboarding_for(attempt, now).state == State.missing


def test_the_attempt_is_held_until_the_onboarding_is_accepted(attempt, onboarded, now, learner_of):
    actor = learner_of(attempt)
    with pytest.raises(Refused, match="is_onboarded"):
        attempts.fire(attempt, Event.begin_setup, actor=actor, now=now)
    assert attempts.refresh(attempt, now=now)
    assert attempt.status == Status.onboarding_missing
    assert not attempts.refresh(attempt, now=now)
    taken = onboarded(Status.submitted)
    assert attempts.refresh(attempt, now=now)
    assert attempt.status == Status.onboarding_pending
    attempts.fire(taken, Event.accept, actor=Actor(Role.reviewer), now=now)
    assert attempts.refresh(attempt, now=now)
    assert attempt.status == Status.created
    attempts.fire(attempt, Event.finish_setup, actor=actor, now=now)
    assert attempts.refresh(attempt, now=now + YEAR)
    assert attempt.status == Status.onboarding_expired


def test_learners_are_told_once_before_an_onboarding_is_out_of_date(attempt, onboarded, now):
    onboarded(Status.verified, YEAR - timedelta(days=29))
    assert remind_of_onboardings(now) == 0
    later = now + timedelta(days=2)
    assert [remind_of_onboardings(later) for _ in range(2)] == [1, 0]
    (effect,) = db.session.query(Effect).filter_by(kind="mail.onboarding")
    outbox.HANDLERS["mail.onboarding"](effect)
    assert remind_of_onboardings(later + YEAR) == 0


@pytest.fixture
def learner_of():
    return lambda attempt: Actor(Role.learner, attempt.user_id)


def test_a_resumed_attempt_has_the_seconds_that_were_left(app, now, learner_of):
    first = make_running(now, lifetime=60)
    exams.grant_allowance(first.exam, first.user, extra_minutes=10, factor=1, actor=STAFF, now=now)
    attempts.lengthen(first, now=now)
    broke = now + timedelta(minutes=29, seconds=17)
    attempts.fire(first, Event.fail, actor=learner_of(first), now=broke)
    attempts.fire(first, Event.allow_resume, actor=STAFF, now=broke, reason="The power failed")
    second = attempts.further_attempt(first, actor=learner_of(first), now=broke)
    assert second.granted_seconds == 70 * 60 - 29 * 60 - 17
    assert not first.is_resumable
    for event in (Event.finish_setup, Event.start):
        attempts.fire(second, event, actor=learner_of(second), now=broke)
    assert attempts.seconds_left(second, broke) == second.granted_seconds


def test_a_clock_that_stood_still_is_resumed_as_well(app, now, learner_of):
    first = make_running(now, lifetime=60)
    attempts.fire(first, Event.pause, actor=STAFF, now=now + timedelta(minutes=20))
    later = now + timedelta(hours=5)
    attempts.fire(first, Event.fail, actor=STAFF, now=later)
    attempts.fire(first, Event.allow_resume, actor=STAFF, now=later, reason="Fire alarm")
    assert attempts.further_attempt(first, actor=learner_of(first), now=later).granted_seconds == 40 * 60


def test_without_a_limit_nothing_is_granted(app, now, learner_of):
    first = make_running(now)
    attempts.fire(first, Event.fail, actor=STAFF, now=now)
    attempts.fire(first, Event.allow_resume, actor=STAFF, now=now, reason="Fire alarm")
    assert attempts.further_attempt(first, actor=learner_of(first), now=now).granted_seconds is None
