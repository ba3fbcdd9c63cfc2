"""What is said of a phone's time: a table, and laws over any signs of life."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.monitoring.spans import LONGEST_MS, State
from lti_proctor.phone.presence import clip, rows, watched

F, V = State.fine, State.violated
GRACE = 15
WHOLE = [(0, 100)]


@pytest.mark.parametrize(
    ("presences", "running", "said"),
    [
        ([], WHOLE, [(V, 0, 100)]),
        ([(0, 100)], WHOLE, [(F, 0, 100)]),
        ([(-50, -20)], WHOLE, [(V, 0, 100)]),
        ([(-50, -5)], WHOLE, [(F, 0, 10), (V, 10, 100)]),
        ([(0, 40)], WHOLE, [(F, 0, 55), (V, 55, 100)]),
        ([(0, 40), (60, 100)], WHOLE, [(F, 0, 55), (V, 55, 60), (F, 60, 100)]),
        ([(0, 40), (50, 100)], WHOLE, [(F, 0, 100)]),
        ([(30, 30)], WHOLE, [(V, 0, 30), (F, 30, 45), (V, 45, 100)]),
        ([(90, 100)], WHOLE, [(V, 0, 90), (F, 90, 100)]),
        ([], [], []),
        ([(0, 100)], [], []),
        ([], [(0, 20), (60, 100)], [(V, 0, 20), (V, 60, 100)]),
        ([(0, 10)], [(0, 20), (60, 100)], [(F, 0, 20), (V, 60, 100)]),
        ([(0, 100)], [(-30, 20), (60, 300)], [(F, 0, 20), (F, 60, 100)]),
    ],
)
def test_what_is_said_of_a_phone(presences, running, said):
    assert rows(0, 100, running=running, presences=presences, grace=GRACE) == said


def test_a_long_time_is_said_in_pieces_that_a_span_may_have():
    said = rows(0, 2 * LONGEST_MS + 7, running=[(0, 10**9)], presences=[], grace=GRACE)
    assert [end - start for _, start, end in said] == [LONGEST_MS, LONGEST_MS, 7]


def test_only_what_runs_is_watched():
    start = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    second = round(start.timestamp() * 1000)
    story = [
        (0, Status.ready_to_start), (10, Status.started), (20, Status.ready_to_submit), (25, Status.started),
        (30, Status.paused), (50, Status.started), (60, Status.submitted), (90, Status.started),
    ]  # fmt: skip
    changes = [(start + timedelta(seconds=at), status.value) for at, status in story]
    assert watched(changes, second + 100_000) == [
        (second + a * 1000, second + b * 1000) for a, b in ((10, 30), (50, 60), (90, 100))
    ]
    assert watched(changes, second + 15_000) == [(second + 10_000, second + 15_000)]
    assert watched([], second) == []


def stretches(beats):
    """Signs of life as the service keeps them: in one stretch while they follow each other within the grace."""
    found = []
    for beat in sorted(beats):
        if found and beat - found[-1][1] <= GRACE:
            found[-1] = (found[-1][0], beat)
        else:
            found.append((beat, beat))
    return found


moments = st.lists(st.integers(-60, 360), max_size=30)
pieces = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)).map(sorted).map(tuple), max_size=4)


def told(rows_said):
    """State by moment."""
    return {at: state for state, start, end in rows_said for at in range(start, end)}


@given(moments, pieces)
def test_a_moment_is_violated_exactly_when_it_runs_and_no_sign_came_within_the_grace(beats, running):
    said = told(rows(0, 300, running=running, presences=stretches(beats), grace=GRACE))
    runs = {at for start, end in running for at in range(start, end)}
    assert set(said) == runs
    for at in runs:
        # A sign at `beat` covers [beat, beat + grace).
        is_there = any(beat <= at < beat + GRACE for beat in beats) or any(s <= at < e for s, e in stretches(beats))
        assert said[at] == (F if is_there else V)


@given(moments, pieces, st.integers(0, 300))
def test_telling_in_two_parts_says_the_same_as_telling_at_once(beats, running, between):
    known = [beat for beat in beats if beat <= between]
    first = rows(0, between, running=running, presences=stretches(known), grace=GRACE)
    second = rows(between, 300, running=running, presences=stretches(beats), grace=GRACE)
    at_once = rows(0, 300, running=running, presences=stretches(beats), grace=GRACE)
    assert told(first) | told(second) == told(at_once)


@given(moments, pieces)
def test_no_moment_is_said_twice_and_all_stand_in_order(beats, running):
    said = rows(0, 300, running=running, presences=stretches(beats), grace=GRACE)
    assert all(start < end for _, start, end in said)
    assert all(before[2] <= after[1] for before, after in pairwise(said))


@given(moments, st.integers(-60, 360))
def test_another_sign_of_life_never_makes_it_worse(beats, more):
    def violated(signs):
        said = told(rows(0, 300, running=[(0, 300)], presences=stretches(signs), grace=GRACE))
        return {at for at, state in said.items() if state == V}

    assert violated([*beats, more]) <= violated(beats)


def test_pieces_are_cut_to_a_stretch():
    assert clip([(0, 10), (20, 30), (40, 50)], 5, 41) == [(5, 10), (20, 30), (40, 41)]
