"""When a learner sees the evidence, and which conclusions wait for a second person."""

import itertools

import pytest

from lti_proctor.attempts.lifecycle import Phase, Status
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.config import EvidenceShown, SecondReview
from lti_proctor.review.rules import Seen, is_shown, waits_for_second

AT_ONCE, WITH_VERDICT, ON_REQUEST = EvidenceShown.at_once, EvidenceShown.with_verdict, EvidenceShown.on_request
SUBMITTED, VERIFIED, REJECTED = Status.submitted, Status.verified, Status.rejected


@pytest.mark.parametrize(
    ("rule", "status", "was_judged", "was_opened", "expected"),
    [
        (AT_ONCE, SUBMITTED, False, False, True),
        (WITH_VERDICT, SUBMITTED, False, False, False),
        (WITH_VERDICT, SUBMITTED, False, True, False),
        (WITH_VERDICT, VERIFIED, True, False, True),
        (WITH_VERDICT, REJECTED, True, False, True),
        # An appeal: it was judged, and stays seen while somebody else looks.
        (WITH_VERDICT, Status.second_review_required, True, False, True),
        # A provider's decision, without a conclusion here.
        (WITH_VERDICT, REJECTED, False, False, False),
        (ON_REQUEST, SUBMITTED, False, False, False),
        (ON_REQUEST, SUBMITTED, False, True, True),
        (ON_REQUEST, VERIFIED, True, False, False),
        (ON_REQUEST, VERIFIED, True, True, True),
        # Nobody can appeal against what they can't see.
        (ON_REQUEST, REJECTED, True, False, True),
    ],
)
def test_the_exam_s_rule_decides_when_a_learner_sees_the_evidence(rule, status, was_judged, was_opened, expected):
    seen = Seen(Kind.proctored, Phase.done, status, True, rule, was_judged, was_opened)
    assert is_shown(seen) == expected


def test_there_is_nothing_to_see_before_the_end_or_where_nothing_began_or_nobody_watched():
    every = itertools.product(Kind, Phase, Status, (False, True), EvidenceShown, (False, True), (False, True))
    for given in every:
        seen = Seen(*given)
        if seen.phase != Phase.done or not seen.has_begun or seen.kind == Kind.timed:
            assert not is_shown(seen), seen
        elif seen.kind == Kind.practice:
            assert is_shown(seen), seen


@pytest.mark.parametrize(
    ("rule", "is_negative", "expected"),
    [
        (SecondReview.never, True, False),
        (SecondReview.never, False, False),
        (SecondReview.negative, True, True),
        (SecondReview.negative, False, False),
        (SecondReview.always, True, True),
        (SecondReview.always, False, True),
    ],
)
def test_the_exam_s_rule_decides_who_waits_for_a_second_person(rule, is_negative, expected):
    assert waits_for_second(SUBMITTED, rule, is_negative=is_negative) == expected
    assert waits_for_second(VERIFIED, rule, is_negative=is_negative) == expected
    for status in (Status.second_review_required, REJECTED, Status.error):
        assert not waits_for_second(status, rule, is_negative=is_negative)
