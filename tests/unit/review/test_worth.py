import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.review.rating import rating
from lti_proctor.review.worth import Turn, Waiting, forecast_seconds, is_sampled, order_of, turn_of

FLAGGED = Waiting(flags=(30.0, 300.0), weighted=330.0)


@pytest.mark.parametrize(
    ("waiting", "turn"),
    [
        (Waiting(is_appeal=True, is_second=True, flags=(9.0,)), Turn.appeal),
        (Waiting(is_second=True, flags=(9.0,)), Turn.second),
        (Waiting(needs_look=True, flags=(9.0,)), Turn.identity),
        (FLAGGED, Turn.flagged),
        (Waiting(is_sampled=True), Turn.sample),
        (Waiting(), Turn.quiet),
    ],
)
def test_what_comes_first(waiting, turn):
    assert turn_of(waiting) == turn


def test_more_flagged_comes_first_and_of_equals_who_waits_longer():
    little = Waiting(flags=(10.0,), weighted=10.0)
    found = sorted([(little, 50.0), (FLAGGED, 1.0), (little, 90.0)], key=lambda pair: order_of(*pair))
    assert found == [(FLAGGED, 1.0), (little, 90.0), (little, 50.0)]


@pytest.mark.parametrize(
    ("waiting", "seconds"),
    [(Waiting(), 0), (Waiting(is_sampled=True), 60), (FLAGGED, 60 + 35 + 125), (Waiting(is_second=True), 60)],
)
def test_the_forecast(waiting, seconds):
    assert forecast_seconds(waiting) == seconds


def test_the_sample_is_about_as_large_as_the_site_wants_and_always_the_same():
    names = [f"attempt-{n}" for n in range(4000)]
    sampled = [name for name in names if is_sampled(name, 5)]
    assert 120 <= len(sampled) <= 280
    assert sampled == [name for name in names if is_sampled(name, 5)]
    assert set(sampled) <= {name for name in names if is_sampled(name, 20)}
    assert not any(is_sampled(name, 0) for name in names)
    assert all(is_sampled(name, 100) for name in names)


@pytest.mark.parametrize(
    ("conclusions", "found"), [([], None), ([True], 100), ([False], 0), ([True, False], 50), ([False, True, True], 75)]
)
def test_the_rating_of_the_guide(conclusions, found):
    assert rating(conclusions) == found


@given(st.lists(st.booleans(), min_size=1))
def test_a_rating_stays_within_0_and_100(conclusions):
    assert 0 <= rating(conclusions) <= 100
