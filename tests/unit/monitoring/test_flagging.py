"""Stretches of violation: joined over short gaps, counted once, the same in whatever order they come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.exams.addons import Metric
from lti_proctor.monitoring.flagging import stretches, union, worth_a_flag
from lti_proctor.monitoring.metrics import KINDS

b2 = Metric.b2
GAP = int(KINDS[b2].merge_seconds * 1000)


@pytest.mark.parametrize(
    ("pieces", "joined"),
    [
        ([], []),
        ([(0, 5)], [(0, 5)]),
        ([(0, 5), (5, 9)], [(0, 9)]),
        ([(0, 9), (3, 5)], [(0, 9)]),
        ([(7, 9), (0, 5)], [(0, 5), (7, 9)]),
        ([(0, 5), (0, 5)], [(0, 5)]),
    ],
)
def test_time_that_is_told_twice_counts_once(pieces, joined):
    assert union(pieces) == joined


def test_near_violations_are_one_stretch_and_far_ones_are_two():
    near = stretches(b2, [(0, 4000), (4000 + GAP, 9000 + GAP)])
    assert [(s.start, s.end, s.violated) for s in near] == [(0, 9000 + GAP, 9000)]
    assert len(stretches(b2, [(0, 4000), (4001 + GAP, 9000 + GAP)])) == 2


@pytest.mark.parametrize("metric", Metric)
def test_each_metric_has_its_own_time_before_somebody_should_look(metric):
    hold = int(KINDS[metric].hold_seconds * 1000)
    assert worth_a_flag(metric, hold)
    assert not worth_a_flag(metric, hold - 1)


pieces = st.lists(
    st.tuples(st.integers(0, 100_000), st.integers(1, 9000)).map(lambda p: (p[0], p[0] + p[1])), max_size=25
)


@given(pieces, st.integers(0, 25))
def test_counting_in_two_turns_is_counting_at_once(found, cut):
    first = [piece for stretch in stretches(b2, found[:cut]) for piece in stretch.pieces]
    assert stretches(b2, [*first, *found[cut:]]) == stretches(b2, found)


@given(pieces, st.randoms())
def test_the_order_is_nothing(found, random):
    mixed = list(found)
    random.shuffle(mixed)
    assert stretches(b2, mixed) == stretches(b2, found)
