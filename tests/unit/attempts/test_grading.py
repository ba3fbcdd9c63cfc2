"""What the gradebook is told: the whole table of status, kind, source and what is done on a rejection."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.attempts.grading import (
    Activity,
    Agreement,
    Comment,
    Outcome,
    Points,
    Progress,
    Score,
    agreement,
    may_tell,
    points,
    score_for,
)
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.config import GradeSource, OnReject

OUTCOME = Outcome(Decimal("0.85"), Decimal("91.5"))
MAXIMUM = Decimal(20)
GIVEN = {
    GradeSource.result: Decimal("17.00"),
    GradeSource.credibility: Decimal("18.30"),
    GradeSource.accepted: Decimal(20),
}
STARTED = Score(Activity.in_progress, Progress.not_ready, None, MAXIMUM, Comment.none)
WAITS = Score(Activity.completed, Progress.pending_manual, None, MAXIMUM, Comment.waiting)


def graded(source, comment):
    return Score(Activity.completed, Progress.fully_graded, GIVEN[source], MAXIMUM, comment)


def expected(status, kind, source, on_reject):
    """The rules in the order in which somebody would tell them."""
    if kind == Kind.practice or source == GradeSource.nothing:
        return None
    if status == Status.rejected:
        if on_reject == OnReject.zero:
            return Score(Activity.completed, Progress.fully_graded, Decimal(0), MAXIMUM, Comment.not_accepted)
        return Score(Activity.completed, Progress.pending_manual, None, MAXIMUM, Comment.not_accepted, clears=True)
    return {
        Status.started: STARTED,
        Status.submitted: graded(source, Comment.none) if kind == Kind.timed else WAITS,
        Status.second_review_required: WAITS,
        Status.verified: graded(source, Comment.accepted),
        Status.declined: graded(source, Comment.without_proctoring) if source == GradeSource.result else None,
    }.get(status)


@pytest.mark.parametrize(("status", "kind"), list(product(Status, Kind)))
def test_every_status_and_kind_sends_what_was_written_down(status, kind):
    for source, on_reject in product(GradeSource, OnReject):
        score = score_for(status, kind, source, on_reject, OUTCOME, MAXIMUM)
        assert score == expected(status, kind, source, on_reject), (source, on_reject)


@pytest.mark.parametrize(("status", "source", "on_reject"), list(product(Status, GradeSource, OnReject)))
def test_practice_never_reaches_the_gradebook(status, source, on_reject):
    assert score_for(status, Kind.practice, source, on_reject, OUTCOME, MAXIMUM) is None


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        (GradeSource.result, Outcome(None, Decimal(90))),
        (GradeSource.credibility, Outcome(Decimal(1), None)),
    ],
)
def test_an_accepted_attempt_without_a_grade_waits_for_one_instead_of_getting_zero(source, outcome):
    score = score_for(Status.verified, Kind.proctored, source, OnReject.zero, outcome, MAXIMUM)
    assert (score.given, score.progress) == (None, Progress.pending_manual)
    assert not score.clears


def test_a_declined_attempt_without_a_result_is_left_alone():
    nothing = Outcome(None, None)
    assert score_for(Status.declined, Kind.proctored, GradeSource.result, OnReject.zero, nothing, MAXIMUM) is None


@pytest.mark.parametrize(
    ("share", "maximum", "expected_points"),
    [
        ("0", "100", "0.00"),
        ("1", "100", "100.00"),
        ("0.333333", "10", "3.33"),
        ("0.666667", "10", "6.67"),
        ("1.5", "10", "10.00"),
        ("-1", "10", "0.00"),
        ("0.5", "0.01", "0.00"),
        ("1", "100000", "100000.00"),
    ],
)
def test_points_are_bounded_and_rounded_to_hundredths(share, maximum, expected_points):
    given_points = points(GradeSource.result, Outcome(Decimal(share)), Decimal(maximum))
    assert str(given_points) == expected_points


shares = st.none() | st.decimals(-2, 2, places=6)
credibilities = st.none() | st.decimals(0, 100, places=2)
maxima = st.decimals("0.01", 100_000, places=2)


@given(st.sampled_from(GradeSource), shares, credibilities, maxima)
def test_points_never_leave_their_bounds(source, share, credibility, maximum):
    found = points(source, Outcome(share, credibility), maximum)
    assert found is None or 0 <= found <= maximum
    assert found is None or source == GradeSource.accepted or found.as_tuple().exponent >= -2


@given(st.decimals(0, 1, places=6), st.decimals(0, 1, places=6), maxima)
def test_who_reached_more_never_gets_fewer_points(one, other, maximum):
    low, high = sorted((one, other))
    assert points(GradeSource.result, Outcome(low), maximum) <= points(GradeSource.result, Outcome(high), maximum)


def of(text):
    """`17/20` or `-/20`, or nothing at all."""
    if not text:
        return None
    given, maximum = text.split("/")
    return Points(None if given == "-" else Decimal(given), Decimal(maximum))


@pytest.mark.parametrize(
    ("sent", "had", "expected"),
    [
        ("", "", Agreement.same),
        ("-/20", "", Agreement.same),
        ("", "-/20", Agreement.same),
        ("17/20", "17/20", Agreement.same),
        ("17/20", "17.00/20", Agreement.same),
        ("77/100", "38.5/50", Agreement.same),
        ("17/20", "0.85/1", Agreement.same),
        ("1/3", "33.33/100", Agreement.same),
        ("66.67/100", "0.67/1", Agreement.same),
        ("17/20", "16.99/20", Agreement.differs),
        ("17/20", "16/20", Agreement.differs),
        ("17/20", "17/100", Agreement.differs),
        ("17/20", "0/20", Agreement.differs),
        ("0/20", "0/20", Agreement.same),
        ("17/20", "", Agreement.missing),
        ("0/20", "-/20", Agreement.missing),
        ("", "5/20", Agreement.unexpected),
        ("-/20", "0/20", Agreement.unexpected),
    ],
)
def test_what_was_sent_is_compared_with_what_the_gradebook_has(sent, had, expected):
    assert agreement(of(sent), of(had)) == expected


@pytest.mark.parametrize(("has_grade", "clears", "graded_before", "keeps"), list(product([True, False], repeat=4)))
def test_a_message_without_a_grade_never_costs_an_earlier_one(has_grade, clears, graded_before, keeps):
    given = Decimal(5) if has_grade else None
    score = Score(Activity.completed, Progress.pending_manual, given, MAXIMUM, Comment.none, clears=clears)
    is_harmful = not has_grade and not clears and graded_before and not keeps
    assert may_tell(score, graded_before=graded_before, keeps_grades=keeps) == (not is_harmful)
