"""What learners and staff read where an exam concludes by itself: nobody is said to have looked who has not."""

from datetime import timedelta
from decimal import Decimal

import pytest

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.exams.addons import Addon, Metric
from lti_proctor.extensions import current_settings
from lti_proctor.review import auto
from tests.factories import make_attempt, make_exam, make_user


@pytest.fixture
def attempt(app, now, time):
    exam = make_exam(now, addons=frozenset({Addon.auto, Addon.track, Addon.rules}), metrics={Metric.b2: Decimal(1)})
    times = {"started_at": now - timedelta(hours=1), "stopped_at": now - timedelta(minutes=5)}
    return make_attempt(now, exam=exam, status=Status.submitted, config_version=1, **times)


@pytest.fixture
def teacher(attempt, sign_in, now):
    return sign_in(make_user(now), {attempt.exam.course_id: "instructor"})


def page(browser, attempt):
    return browser.get(f"/attempts/{attempt.id}", follow_redirects=True).text


def test_how_it_is_decided_is_said_before_and_after(learner, attempt):
    assert "the exam is accepted by itself" in page(learner, attempt)
    assert "The computer does not decide" not in page(learner, attempt)
    attempt.status, attempt.started_at, attempt.stopped_at = Status.download_software_clicked, None, None
    assert "How it is decided" in page(learner, attempt)


def test_accepted_by_itself_is_not_said_to_be_reviewed(learner, teacher, attempt, now):
    attempt.score = Decimal(90)
    auto.look_at(attempt, now=now)
    assert "Little was noticed, so it is accepted by itself" in page(learner, attempt)
    assert "A person reviewed it" not in page(learner, attempt)
    assert "Concluded by itself: credibility 90" in page(teacher, attempt)


def test_left_to_a_person_staff_read_why(teacher, attempt, now):
    attempt.score = Decimal(9)
    auto.look_at(attempt, now=now)
    seen = page(teacher, attempt)
    assert "the credibility lies below the threshold" in seen
    assert 'value="low_credibility"' not in seen


def test_not_accepted_by_itself_says_that_nobody_has_decided(learner, attempt, now, app, monkeypatch):
    changed = current_settings().model_copy(update={"auto_reject": True})
    monkeypatch.setitem(app.extensions, "settings", changed)
    attempt.score = Decimal(9)
    auto.look_at(attempt, now=now)
    assert "no person has decided it" in page(learner, attempt)
    assert "ask for a person" in page(learner, attempt)
