"""What a course outline shows of each exam in each state."""

from itertools import product

import pytest

from lti_proctor.attempts.lifecycle import Phase, Status, statuses_in
from lti_proctor.attempts.onboarding import State, state_of
from lti_proctor.attempts.outline import Summary, shown
from lti_proctor.exams.addons import Kind
from lti_proctor.settings import ROOT
from lti_proctor.web.outline_words import SUMMARIES

EVERY = list(product(Kind, [None, *Status], [False, True]))
ICONS = (ROOT / "static" / "img" / "icons.svg").read_text("utf-8")


@pytest.mark.parametrize(("kind", "status", "is_past_due"), EVERY)
def test_every_state_is_shown_with_words_and_a_sign_that_there_are(kind, status, is_past_due):
    found = shown(kind, status, is_past_due=is_past_due)
    assert str(SUMMARIES[found.summary])
    assert f'id="i-{found.icon}"' in ICONS


@pytest.mark.parametrize(
    ("kind", "status", "is_past_due", "summary", "is_done"),
    [
        (Kind.timed, Status.submitted, False, Summary.timed, False),
        (Kind.proctored, None, False, Summary.offered, False),
        (Kind.proctored, None, True, Summary.missed, False),
        (Kind.proctored, Status.created, True, Summary.in_progress, False),
        (Kind.proctored, Status.declined, False, Summary.without_proctoring, False),
        (Kind.proctored, Status.submitted, False, Summary.in_review, True),
        (Kind.proctored, Status.second_review_required, False, Summary.in_review, True),
        (Kind.proctored, Status.verified, False, Summary.accepted, True),
        (Kind.proctored, Status.rejected, False, Summary.not_accepted, True),
        (Kind.proctored, Status.error, False, Summary.problem, True),
        (Kind.proctored, Status.expired, False, Summary.missed, False),
        (Kind.proctored, Status.onboarding_pending, False, Summary.onboarding_needed, False),
        (Kind.onboarding, Status.onboarding_reset, False, Summary.offered, False),
        (Kind.practice, None, False, Summary.practice, False),
        (Kind.practice, Status.started, False, Summary.practice, False),
        (Kind.practice, Status.submitted, False, Summary.practice_done, True),
        (Kind.practice, Status.error, False, Summary.practice_problem, True),
    ],
)
def test_what_is_shown(kind, status, is_past_due, summary, is_done):
    found = shown(kind, status, is_past_due=is_past_due)
    assert (found.summary, found.is_done) == (summary, is_done)


@pytest.mark.parametrize("status", Status)
def test_every_status_is_a_state_of_the_onboarding(status):
    expected = State.setup_started if status in statuses_in(Phase.before) else state_of(status)
    assert state_of(status) == expected
    assert state_of(status) not in {State.other_course_approved}
