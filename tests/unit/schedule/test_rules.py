"""Which times are offered, as tables and as a law."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.errors import Invalid
from lti_proctor.schedule import rules
from lti_proctor.schedule.rules import QUARTER, Moment, Wanted

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def at(quarter):
    return NOW + quarter * QUARTER


def wanted(quarters=1, *, earliest=NOW, latest=NOW + timedelta(days=7), ends_by=None, quorum=0, concurrent=1):
    return Wanted(quarters, earliest, latest, ends_by, quorum, concurrent)


@pytest.mark.parametrize(
    ("seconds", "quarters"), [(None, 1), (60, 1), (15 * 60, 1), (15 * 60 + 1, 2), (45 * 60, 3), (90 * 60, 6)]
)
def test_the_whole_time_fits_into_the_slots(seconds, quarters):
    assert rules.quarters_for(seconds) == quarters


@pytest.mark.parametrize(
    ("begins", "ends", "code"),
    [
        (0, 0, "slot_order"),
        (4, 0, "slot_order"),
        (0.5, 2, "slot_quarter"),
        (0, 2.1, "slot_quarter"),
        (0, 97, "slot_long"),
    ],
)
def test_a_stretch_that_makes_no_slots(begins, ends, code):
    with pytest.raises(Invalid) as problem:
        rules.span(at(begins), at(ends))
    assert problem.value.code == code


def test_a_stretch_of_time_as_slots():
    assert rules.span(at(0), at(3)) == [at(0), at(1), at(2)]
    assert len(rules.span(at(0), at(96))) == 96


@pytest.mark.parametrize(
    ("slots", "how", "starts"),
    [
        ({1: [0, 1, 2]}, {}, [0, 1, 2]),
        ({1: [0, 1, 2]}, {"quarters": 2}, [0, 1]),
        ({1: [0, 1, 3, 4]}, {"quarters": 2}, [0, 3]),
        # Two proctors after each other are not one who watches the whole time.
        ({1: [0], 2: [1]}, {"quarters": 2}, []),
        ({1: [0, 1], 2: [1, 2]}, {"quorum": 2}, [1]),
        ({1: [0, 1], 2: [1, 2]}, {"quorum": 3}, []),
        ({1: [0, 1, 2]}, {"earliest": at(1)}, [1, 2]),
        ({1: [0, 1, 2]}, {"earliest": at(0) + MINUTE}, [1, 2]),
        ({1: [0, 1, 2]}, {"latest": at(1)}, [0, 1]),
        ({1: [0, 1, 2]}, {"quarters": 2, "ends_by": at(2)}, [0]),
        ({1: [0, 1, 2]}, {"quarters": 2, "ends_by": at(3) - MINUTE}, [0]),
        ({}, {}, []),
    ],
)
def test_the_starts_that_are_offered(slots, how, starts):
    free = {proctor: {at(n): set() for n in own} for proctor, own in slots.items()}
    asked = wanted(**how)
    assert rules.offered(free, asked, int(asked.length.total_seconds())) == [at(n) for n in starts]


@pytest.mark.parametrize(
    ("taken", "seats", "number"),
    [(set(), 1, 0), ({0}, 1, None), ({0}, 2, 1), ({1}, 2, 0), ({5}, 1, None), ({1, 2}, 2, None), ({0, 1}, 3, 2)],
)
def test_the_lowest_seat_that_is_free(taken, seats, number):
    assert rules.free_seat(taken, seats) == number


@pytest.mark.parametrize(
    ("loads", "n", "who"),
    [({}, 1, [1]), ({1: 1}, 1, [2]), ({1: 2, 2: 1, 3: 0}, 2, [3, 2]), ({1: 1, 2: 1}, 3, [3, 1, 2])],
)
def test_who_has_the_fewest_learners_gets_the_next(loads, n, who):
    assert rules.chosen([1, 2, 3], loads, n) == who


@pytest.mark.parametrize(
    ("minutes", "watched", "moment"),
    [
        (-16, True, Moment.booked),
        (-15, True, Moment.open),
        (0, True, Moment.open),
        (14, True, Moment.open),
        (15, True, Moment.missed),
        (-100, False, Moment.lost),
        (0, False, Moment.lost),
        (15, False, Moment.missed),
    ],
)
def test_where_a_learner_is_with_the_appointment(minutes, watched, moment):
    fifteen = timedelta(minutes=15)
    now = NOW + minutes * MINUTE
    assert rules.moment_of(NOW, now, is_watched=watched, early=fifteen, late=fifteen) == moment
    assert rules.moment_of(None, now, is_watched=watched, early=fifteen, late=fifteen) == Moment.choose


def test_slots_in_a_row_are_one_stretch():
    assert list(rules.runs([at(4), at(0), at(1)])) == [(at(0), at(2)), (at(4), at(5))]
    assert list(rules.runs([])) == []


exams = st.builds(
    wanted,
    st.integers(1, 4),
    earliest=st.integers(0, 6).map(at),
    latest=st.integers(4, 16).map(at),
    ends_by=st.none() | st.integers(6, 18).map(at),
    quorum=st.integers(0, 2),
    concurrent=st.integers(1, 3),
)


@given(st.dictionaries(st.integers(1, 3), st.sets(st.integers(0, 16)), max_size=3), exams, st.data())
def test_however_learners_book_no_quarter_is_over_full_and_none_outside_the_window(slots, asked, data):
    seats = {proctor: {at(n): set() for n in own} for proctor, own in slots.items()}
    loads = dict.fromkeys(slots, 0)
    seconds = int(asked.length.total_seconds())
    for _learner in range(12):
        starts = rules.offered(seats, asked, seconds)
        if not starts:
            break
        start = data.draw(st.sampled_from(starts))
        assert asked.earliest <= start <= asked.latest
        assert asked.ends_by is None or start + asked.length <= asked.ends_by
        free = rules.free_proctors(start, seats, asked)
        for proctor in rules.chosen(free, loads, asked.n_proctors):
            loads[proctor] += 1
            for quarter in rules.quarters_from(start, asked.quarters):
                number = rules.free_seat(seats[proctor][quarter], asked.n_seats)
                assert number is not None
                assert number < asked.concurrent
                seats[proctor][quarter].add(number)
        assert all(len(taken) <= asked.concurrent for own in seats.values() for taken in own.values())
