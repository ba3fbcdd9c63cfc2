"""Before anything is taken, a learner is told that the report may be passed on; switched on later, they are asked again."""

import pytest

from lti_proctor.attempts.service import config_of
from lti_proctor.evidence import service as evidence
from lti_proctor.exams.addons import Addon, Capture
from lti_proctor.journal import Actor, Role
from tests.factories import make_attempt, make_exam

SAID = "somebody else read the report of your exam"
FACE = {Addon.rules, Addon.face}


@pytest.fixture
def begun(now, app):
    return lambda addons: make_attempt(now, exam=make_exam(now, addons=frozenset(addons)))


@pytest.mark.parametrize(
    ("addons", "is_told"), [(FACE | {Addon.shared}, True), (FACE, False), ({Addon.rules, Addon.shared}, False)]
)
def test_who_may_be_passed_on_is_told(begun, sign_in, addons, is_told):
    attempt = begun(addons)
    assert (Capture.shared_report in config_of(attempt).captures) == is_told
    learner = sign_in(attempt.user, {attempt.exam.course_id: "learner"})
    page = learner.get(f"/attempts/{attempt.id}/steps/rules").text
    assert "I have read the rules" in page
    assert (SAID in page) == is_told


def test_when_it_is_switched_on_later_the_learner_is_asked_again(begun, now):
    attempt = begun(FACE)
    evidence.give_consent(attempt, locale="en", actor=Actor(Role.learner, attempt.user_id), now=now)
    assert evidence.consent_of(attempt) is not None
    attempt.exam.stored = {**attempt.exam.stored, "addons": sorted(FACE | {Addon.shared})}
    assert evidence.consent_of(attempt) is None
