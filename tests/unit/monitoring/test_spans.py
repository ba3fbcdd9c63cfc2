"""What a browser sends is taken with care: it is the learner's computer that says it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.errors import Invalid
from lti_proctor.exams.addons import Metric
from lti_proctor.monitoring.spans import LONGEST_MS, MOST_SPANS, Span, State, believable, read_batch

GOOD = {"client": "abcdefgh", "first": 1, "spans": [["b2", 0, 0, 1000]]}


def test_a_batch_knows_its_first_and_last_number():
    batch = read_batch({**GOOD, "first": 7, "spans": [["b2", 0, 0, 1]] * 3})
    assert (batch.client, batch.first, batch.last) == ("abcdefgh", 7, 9)


@pytest.mark.parametrize("given", [None, {**GOOD, "spans": []}])
def test_nothing_sent_is_no_batch(given):
    assert read_batch(given) is None


@pytest.mark.parametrize(
    "given",
    [
        [], "x", 5, {}, {**GOOD, "client": "short"}, {**GOOD, "client": "a" * 41}, {**GOOD, "client": "a'b--c;d"},
        {**GOOD, "client": 5}, {**GOOD, "first": 0}, {**GOOD, "first": -1}, {**GOOD, "first": True},
        {**GOOD, "first": "1"}, {**GOOD, "first": 2**60}, {**GOOD, "first": 1.0}, {**GOOD, "spans": {}},
        {**GOOD, "spans": "x"}, {**GOOD, "spans": [["b2", 0, 0, 1]] * (MOST_SPANS + 1)},
    ],
    ids=lambda given: repr(given)[:60],
)  # fmt: skip
def test_what_is_no_batch_is_refused(given):
    with pytest.raises(Invalid):
        read_batch(given)


def believed(*rows, metrics=(Metric.b2,), begins=0, ends=100_000):
    return list(believable(rows, metrics=frozenset(metrics), begins=begins, ends=ends))


def test_a_good_row_is_a_span():
    assert believed(["b2", 1, 5, 10]) == [Span(Metric.b2, State.violated, 5, 10)]


@pytest.mark.parametrize(
    "row",
    [
        None, 5, "b2", {}, [], ["b2"], ["b2", 1, 5], ["b2", 1, 5, 10, 11], ["b2", 3, 5, 10], ["b2", -1, 5, 10],
        ["b2", "1", 5, 10], ["b2", True, 5, 10], ["b2", 1, 5.0, 10], ["b2", 1, "5", 10], ["b2", 1, 10, 5],
        ["b2", 1, 5, 5], ["b2", 1, 5, 5 + LONGEST_MS + 1], ["b2", 1, -(10**30), 10**30], ["c2", 1, 5, 10],
        ["zz", 1, 5, 10], [None, 1, 5, 10], [["b2"], 1, 5, 10], [{}, 1, 5, 10], ["b2", 1, 200_000, 200_100],
        ["b2", 1, -500, -400],
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_span_is_passed_over(row):
    assert believed(row, ["b2", 0, 0, 1]) == [Span(Metric.b2, State.fine, 0, 1)]


def test_a_span_is_cut_to_the_attempt():
    assert believed(["b2", 1, -500, 500], ["b2", 1, 99_000, 101_000]) == [
        Span(Metric.b2, State.violated, 0, 500), Span(Metric.b2, State.violated, 99_000, 100_000),
    ]  # fmt: skip


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=8,
)


@given(st.lists(anything, max_size=8))
def test_whatever_comes_gives_spans_or_nothing(rows):
    for span in believed(*rows):
        assert 0 <= span.start < span.end <= 100_000
