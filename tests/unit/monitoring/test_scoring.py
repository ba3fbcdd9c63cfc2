"""Shares, averages and credibility, as the administrator's guide computes them; and laws that must always hold."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.exams.addons import Metric
from lti_proctor.monitoring.scoring import (
    Seen,
    averages,
    credibility,
    heat,
    intervals,
    minutes_of,
    of_metrics,
    places_of,
    seconds_of,
    shown,
)
from lti_proctor.monitoring.spans import Span, State

b2, c2, m2 = Metric.b2, Metric.c2, Metric.m2
ONE = {metric: Decimal(1) for metric in Metric}


def parts_of(minutes, metric, seconds, weight=Decimal(1)):
    places = places_of({minute for minute, _metric in minutes}, seconds)
    return intervals(of_metrics(minutes)[metric], weight, places)


def span(metric=b2, state=State.violated, start=0, end=1000):
    return Span(metric, state, start, end)


def test_the_worked_example_of_the_guide():
    """300 s, one minute each of b2 (weight 1.5), c2 and m2 (0.5): 30, 20 and 10, so 40 (section 4.10)."""
    weights = {b2: Decimal("1.5"), c2: Decimal(1), m2: Decimal("0.5")}
    spans = [
        part
        for metric, start in ((b2, 0), (c2, 60_000), (m2, 120_000))
        for part in (
            span(metric, State.fine, 0, start),
            span(metric, State.violated, start, start + 60_000),
            span(metric, State.fine, start + 60_000, 300_000),
        )
        if part.start < part.end
    ]
    means = averages(minutes_of(spans, 0), weights)
    assert means == {b2: 30, c2: 20, m2: 10}
    assert credibility(means, 300) == 40
    assert [seconds_of(means[metric], weights[metric], 300) for metric in (b2, c2, m2)] == [60, 60, 60]


@pytest.mark.parametrize(
    ("share", "weight", "value"),
    [("20", "1.5", "30"), ("80", "2", "100"), ("0", "5", "0"), ("50", "0", "0"), (None, "1", None)],
)
def test_a_value_is_shown_with_its_weight_once_and_within_bounds(share, weight, value):
    found = shown(None if share is None else Decimal(share), Decimal(weight))
    assert found == (None if value is None else Decimal(value))


def test_what_could_not_be_told_is_no_violation_and_no_innocence():
    minutes = minutes_of([span(state=State.unknown, end=30_000), span(start=30_000, end=60_000)], 0)
    assert minutes[(0, b2)] == Seen(violated=30_000, told=30_000, unknown=30_000)
    assert minutes[(0, b2)].share == 100
    assert Seen(unknown=60_000).share is None


@pytest.mark.parametrize(("seconds", "score"), [(59.9, None), (60, Decimal(90)), (0, None)])
def test_under_one_minute_there_is_no_score(seconds, score):
    assert credibility({b2: Decimal(10)}, seconds) == score


def test_without_anything_told_there_is_no_score():
    assert credibility({b2: None, c2: None}, 600) is None
    assert credibility({}, 600) is None


def test_a_span_over_the_turn_of_a_minute_counts_in_both():
    minutes = minutes_of([span(start=50_000, end=130_000)], 0)
    assert {key: seen.violated for key, seen in minutes.items()} == {(0, b2): 10_000, (1, b2): 60_000, (2, b2): 10_000}


def test_twelve_parts_with_dashes_where_nothing_was_told():
    minutes = minutes_of([span(start=0, end=60_000), span(state=State.fine, start=60_000, end=120_000)], 0)
    parts = parts_of(minutes, b2, 720)
    assert parts == [100, 0, *[None] * 10]
    assert len(parts_of(minutes, c2, 720)) == 12
    assert set(parts_of(minutes, c2, 720)) == {None}


def test_a_short_attempt_has_twelve_parts_too():
    minutes = minutes_of([span(start=0, end=60_000)], 0)
    assert parts_of(minutes, b2, 60) == [100] * 12
    assert parts_of(minutes, b2, 0) == [None] * 12


def test_the_heat_of_a_minute_is_its_sum_up_to_a_hundred():
    minutes = minutes_of([span(b2), span(c2), span(m2, State.fine)], 0)
    assert heat(minutes, ONE, 0) == 100
    assert heat(minutes, {m2: Decimal(1)}, 0) == 0
    assert heat(minutes, ONE, 5) is None


moments = st.integers(0, 600_000)
spans = st.builds(
    lambda metric, state, start, length: Span(metric, state, start, start + length),
    st.sampled_from([b2, c2, m2]),
    st.sampled_from(State),
    moments,
    st.integers(1, 90_000),
)
weights = st.dictionaries(st.sampled_from([b2, c2, m2]), st.decimals(0, 5, places=1), min_size=1)


@given(st.lists(spans, max_size=30), st.randoms(), weights)
def test_the_order_in_which_spans_come_is_nothing(found, random, weight):
    mixed = list(found)
    random.shuffle(mixed)
    assert averages(minutes_of(found, 0), weight) == averages(minutes_of(mixed, 0), weight)


@given(st.lists(spans, max_size=20), weights)
def test_everything_stays_within_bounds(found, weight):
    means = averages(minutes_of(found, 0), weight)
    assert all(mean is None or 0 <= mean <= 100 for mean in means.values())
    score = credibility(means, 600)
    assert score is None or 0 <= score <= 100
    for metric in weight:
        parts = parts_of(minutes_of(found, 0), metric, 700, weight[metric])
        assert all(part is None or 0 <= part <= 100 for part in parts)


@given(st.lists(spans, max_size=20), weights, st.sampled_from([b2, c2, m2]))
def test_more_violation_never_makes_an_attempt_more_credible(found, weight, metric):
    before = credibility(averages(minutes_of(found, 0), weight), 600)
    worse = [
        Span(s.metric, State.violated, s.start, s.end) if s.metric == metric and s.state != State.unknown else s
        for s in found
    ]
    after = credibility(averages(minutes_of(worse, 0), weight), 600)
    assert before is None or (after is not None and after <= before)


@given(st.lists(spans, max_size=20))
def test_no_time_is_lost_or_made(found):
    minutes = minutes_of(found, 0)
    assert sum(seen.told + seen.unknown for seen in minutes.values()) == sum(s.end - s.start for s in found)
    assert all(seen.violated <= seen.told for seen in minutes.values())
