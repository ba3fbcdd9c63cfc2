"""What the pages say of an attempt agrees with what its life cycle allows."""

from datetime import timedelta
from decimal import Decimal

import pytest

from lti_proctor.attempts import service
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.exams import allowances
from lti_proctor.exams.allowances import Extra
from lti_proctor.journal import SYSTEM
from lti_proctor.web.learner.context import facts_of, learner
from tests.factories import make_attempt, make_exam


@pytest.mark.parametrize(
    ("later", "is_open"), [(-1, False), (0, True), (29, True), (30, True), (44, True), (45, False)]
)
def test_a_learner_with_extra_time_finds_the_exam_open_for_as_long_as_it_may_be_started(app, now, later, is_open):
    exam = make_exam(now, lifetime=20, open_at=now, close_at=now + timedelta(minutes=30))
    attempt = make_attempt(now, exam=exam, status=Status.ready_to_start)
    allowances.grant(exam, attempt.user, Extra(15, Decimal(1)), actor=SYSTEM, now=now)
    moment = now + timedelta(minutes=later)
    assert facts_of(attempt, service.config_of(attempt), moment).is_open is is_open
    assert service.may(attempt, Event.start, learner(attempt), moment) is is_open
