"""Laws of time: nothing is negative, extra time never takes time away, nobody writes past the close."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.attempts.timing import (
    NO_EXTRA,
    ExtraTime,
    allowed_seconds,
    close_for,
    deadline,
    is_open,
    is_over,
    longer_deadline,
    seconds_left,
    waited_long_enough,
)

NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
lifetimes = st.integers(0, 43_200)
extras = st.builds(
    ExtraTime, st.integers(0, 10_000), st.decimals(1, 10, places=2, allow_nan=False, allow_infinity=False)
)


def at(**more):
    return NINE + timedelta(**more)


@pytest.mark.parametrize(
    ("lifetime", "extra", "seconds"),
    [
        (0, NO_EXTRA, None),
        (0, ExtraTime(30, Decimal(2)), None),
        (60, NO_EXTRA, 3600),
        (60, ExtraTime(15), 4500),
        (60, ExtraTime(0, Decimal("1.25")), 4500),
        (60, ExtraTime(10, Decimal("1.5")), 6000),
        (1, ExtraTime(0, Decimal("1.33")), 79),
    ],
)
def test_the_time_allowed_is_the_limit_times_the_factor_plus_the_minutes(lifetime, extra, seconds):
    assert allowed_seconds(lifetime, extra) == seconds


@pytest.mark.parametrize(
    ("lifetime", "close", "extra", "end"),
    [
        (0, None, NO_EXTRA, None),
        (60, None, NO_EXTRA, at(minutes=60)),
        (0, at(minutes=30), NO_EXTRA, at(minutes=30)),
        (60, at(minutes=30), NO_EXTRA, at(minutes=30)),
        (60, at(minutes=90), NO_EXTRA, at(minutes=60)),
        (60, at(minutes=60), ExtraTime(20), at(minutes=80)),
        (60, at(minutes=30), ExtraTime(0, Decimal("1.5")), at(minutes=60)),
        (0, at(minutes=30), ExtraTime(20), at(minutes=50)),
        (60, at(minutes=-5), NO_EXTRA, at(minutes=-5)),
    ],
)
def test_an_attempt_ends_with_its_limit_or_with_the_close_whichever_comes_first(lifetime, close, extra, end):
    assert deadline(NINE, lifetime, close, extra) == end


@pytest.mark.parametrize(
    ("deadline_at", "held", "left"),
    [
        (None, None, None),
        (at(minutes=1), None, 60),
        (at(seconds=1.9), None, 1),
        (NINE, None, 0),
        (at(days=-3), None, 0),
        (at(minutes=1), 1200, 1200),
        (at(days=-3), 5, 5),
        (None, 7, 7),
    ],
)
def test_a_held_clock_shows_what_was_left_and_no_clock_shows_less_than_nothing(deadline_at, held, left):
    assert seconds_left(deadline_at, held, NINE) == left


@pytest.mark.parametrize(
    ("deadline_at", "held", "over"),
    [
        (None, None, False),
        (at(seconds=1), None, False),
        (NINE, None, True),
        (at(seconds=-1), None, True),
        (at(seconds=-1), 0, False),
    ],
)
def test_the_time_is_over_at_its_end_and_never_while_the_clock_is_held(deadline_at, held, over):
    assert is_over(deadline_at, held, NINE) is over


@pytest.mark.parametrize(
    ("paused", "timeout", "enough"),
    [(None, 5, False), (at(minutes=-5), 5, True), (at(minutes=-4), 5, False), (at(days=-9), 0, False)],
)
def test_a_learner_who_went_away_is_waited_for_as_long_as_the_exam_says(paused, timeout, enough):
    assert waited_long_enough(paused, timeout, NINE) is enough


@given(lifetimes, extras)
def test_the_time_allowed_is_never_negative_and_an_allowance_never_shortens_it(lifetime, extra):
    with_it, without = allowed_seconds(lifetime, extra), allowed_seconds(lifetime)
    assert (with_it is None) == (without is None)
    assert with_it is None or (with_it >= without >= 0)


@given(moments, lifetimes, st.none() | moments, extras)
def test_nobody_works_past_the_close_and_an_allowance_never_brings_the_end_forward(start, lifetime, close, extra):
    end, plain = deadline(start, lifetime, close, extra), deadline(start, lifetime, close)
    assert (end is None) == (plain is None) == (close is None and lifetime == 0)
    if end is not None and plain is not None:
        assert end >= plain
    if close is not None:
        assert plain <= close
        assert end <= close_for(close, lifetime, extra)
        assert close_for(close, lifetime, extra) >= close


@given(st.none() | moments, st.none() | st.integers(0, 10**7), moments)
def test_the_seconds_left_are_never_negative(deadline_at, held, now):
    left = seconds_left(deadline_at, held, now)
    assert left is None or left >= 0
    assert not is_over(deadline_at, held, now) or left == 0


@given(moments, st.integers(1, 43_200), st.none() | moments, extras)
def test_extra_time_for_a_running_attempt_never_ends_it_earlier(start, lifetime, close, extra):
    before = deadline(start, lifetime, close)
    assert longer_deadline(before, start, lifetime, close, extra) >= before


@given(moments, st.integers(1, 43_200), moments)
def test_time_passes_second_for_second(start, lifetime, now):
    end = deadline(start, lifetime, None)
    left, later = seconds_left(end, None, now), seconds_left(end, None, now + timedelta(seconds=7))
    assert later == max(0, left - 7)


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        (None, None, True),
        (NINE, None, True),
        (NINE + timedelta(seconds=1), None, False),
        (None, NINE + timedelta(seconds=1), True),
        (None, NINE, False),
        (NINE - timedelta(hours=2), NINE - timedelta(hours=1), False),
        (NINE + timedelta(hours=1), NINE + timedelta(hours=2), False),
    ],
)
def test_an_exam_is_open_from_its_opening_until_before_its_close(opens, closes, expected):
    assert is_open(opens, closes, NINE) is expected
