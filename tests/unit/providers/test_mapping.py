"""What a review makes of an attempt: the first rule that fits."""

from itertools import product

import pytest

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.providers.base import ReviewStatus
from lti_proctor.providers.mapping import Found, Outcome, outcome_of

PASSED, VIOLATION, SUSPICIOUS, NOT = ReviewStatus
LENIENT = ("passed", "violation")


@pytest.mark.parametrize(
    ("status", "more", "expected"),
    [
        (PASSED, {}, Outcome.accept),
        (PASSED, {"was_submitted": False}, Outcome.error),
        (PASSED, {"is_removed": True}, Outcome.nothing),
        (PASSED, {"attempt": Status.onboarding_reset}, Outcome.nothing),
        (VIOLATION, {}, Outcome.second_review),
        (VIOLATION, {"passing": LENIENT}, Outcome.accept),
        (VIOLATION, {"is_known_reviewer": True}, Outcome.reject),
        (VIOLATION, {"second_reviews": False}, Outcome.reject),
        (VIOLATION, {"is_sample": True, "supports_onboarding": True}, Outcome.reject),
        (VIOLATION, {"is_sample": True}, Outcome.second_review),
        (SUSPICIOUS, {}, Outcome.second_review),
        (SUSPICIOUS, {"is_known_reviewer": True}, Outcome.reject),
        (NOT, {}, Outcome.error),
        (NOT, {"is_known_reviewer": True}, Outcome.error),
        (NOT, {"is_removed": True}, Outcome.nothing),
    ],
)
def test_the_first_rule_that_fits_decides(status, more, expected):
    given = {"passing": ("passed",), "attempt": Status.submitted, "was_submitted": True, **more}
    assert outcome_of(Found(status, **given)) == expected


def test_no_review_of_a_machine_alone_rejects_a_real_attempt():
    for status, submitted in product(ReviewStatus, (True, False)):
        found = Found(status, ("passed",), Status.submitted, submitted)
        assert outcome_of(found) != Outcome.reject
