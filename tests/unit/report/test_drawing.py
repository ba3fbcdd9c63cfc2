"""Where things stand in the timeline of a report."""

import itertools
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.report.drawing import (
    APART,
    BARS,
    LEFT,
    PLOT,
    Event,
    bars,
    covered,
    discs,
    level,
    paths,
    scale_of,
    ticks,
    track,
)

BEGINS = datetime(2026, 11, 24, 9, 8, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")
SECONDS = st.floats(0, 40 * 86400)


def at(minutes):
    return BEGINS + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("minutes", "zoom", "x"),
    [(0, 1, LEFT), (45, 1, LEFT + PLOT / 2), (90, 1, LEFT + PLOT), (45, 4, LEFT + PLOT * 2),
     (-600, 1, LEFT), (10**6, 1, LEFT + PLOT)],
)  # fmt: skip
def test_a_moment_has_its_place_and_one_outside_stands_at_the_nearer_end(minutes, zoom, x):
    assert scale_of(BEGINS, 5400, zoom).x(at(minutes)) == x


@pytest.mark.parametrize(
    ("seconds", "first", "second", "n"),
    [(5400, "10:10:00", "10:20:00", 9), (60, "10:08:00", "10:08:10", 7), (1, "10:08:00", None, 1),
     (3 * 3600, "10:20:00", "10:40:00", 9), (20 * 86400, "00:00:00", "00:00:00", 10)],
)  # fmt: skip
def test_the_axis_has_round_times_of_the_clock_on_the_wall(seconds, first, second, n):
    found = [f"{tick.at:%H:%M:%S}" for tick in ticks(scale_of(BEGINS, seconds), MADRID)]
    assert (found[0], found[1] if second else None, len(found)) == (first, second, n)


def test_the_axis_stays_right_when_the_clocks_are_put_back():
    begins = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    found = [f"{tick.at:%H:%M}" for tick in ticks(scale_of(begins, 7200), MADRID)]
    assert found == ["02:30", "02:45", "02:00", "02:15", "02:30", "02:45", "03:00", "03:15", "03:30"]


@given(SECONDS, st.integers(1, 8))
def test_the_axis_is_never_crowded_nor_empty_for_long(seconds, zoom):
    scale = scale_of(BEGINS, seconds, zoom)
    found = ticks(scale, MADRID)
    assert len(found) <= scale.plot / 60 + 2
    assert all(LEFT <= tick.x <= LEFT + scale.plot for tick in found)


@pytest.mark.parametrize(
    ("minutes", "sizes"), [([], []), ([5], [1]), ([5, 6], [2]), ([5, 40], [1, 1]), ([80, 5, 6, 7, 60], [3, 1, 1])]
)
def test_near_discs_are_one_with_a_number(minutes, sizes):
    events = [Event(at(minute), "photo", str(minute)) for minute in minutes]
    assert [len(disc.events) for disc in discs(scale_of(BEGINS, 5400), events)] == sizes


@given(st.lists(st.integers(-100, 200), max_size=80), st.integers(1, 8))
def test_no_two_discs_overlap_and_none_is_lost(minutes, zoom):
    found = discs(scale_of(BEGINS, 5400, zoom), [Event(at(minute), "photo", "") for minute in minutes])
    places = [disc.x for disc in found]
    assert all(after - before >= APART - 0.11 for before, after in itertools.pairwise(places))
    assert sum(len(disc.events) for disc in found) == len(minutes)


@pytest.mark.parametrize(
    ("states", "wanted"),
    [(["dismissed", "open", "confirmed"], "open"), (["dismissed", "confirmed"], "confirmed"), (["", ""], "")],
)
def test_a_merged_disc_shows_what_is_still_to_do(states, wanted):
    events = [Event(at(5), "flag", str(n), state) for n, state in enumerate(states)]
    [disc] = discs(scale_of(BEGINS, 5400), events, current="1")
    assert (disc.state, disc.is_current) == (wanted, True)


@pytest.mark.parametrize(
    ("pieces", "holes"),
    [
        ([], [True]),
        ([(0, 90)], [False]),
        ([(-5, 95)], [False]),
        ([(0, 30), (32, 90)], [False, True, False]),
        ([(0, 30), (30.01, 90)], [False, False]),
        ([(10, 20)], [True, False, True]),
        ([(0, 50), (10, 20), (40, 90)], [False]),
        ([(200, 300)], [True]),
    ],
)
def test_a_track_is_its_pieces_and_the_holes_between_them(pieces, holes):
    found = track(scale_of(BEGINS, 5400), [(at(start), at(end)) for start, end in pieces])
    assert [one.is_hole for one in found] == holes


@given(st.lists(st.tuples(st.integers(-30, 120), st.integers(0, 60)), max_size=12))
def test_a_track_covers_no_more_than_the_attempt(pieces):
    scale = scale_of(BEGINS, 5400)
    times = [(at(start), at(start + length)) for start, length in pieces]
    assert 0 <= covered(scale, times) <= 1
    assert all(LEFT <= one.x <= one.x + one.width <= LEFT + PLOT + 1 for one in track(scale, times))


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(0, 0), (7, 0), (8, 1), (16, 1), (17, 2), (33, 2), (34, 3), (50, 3), (51, 4), (67, 4), (68, 5), (100, 5)],
)
def test_the_ramp_has_six_steps(value, wanted):
    assert level(value) == wanted


def test_height_and_number_say_the_same_as_the_colour():
    found = bars(scale_of(BEGINS, 600), {0: 0, 1: 30, 2: 84.4, 3: 60, 4: 0, 5: 5, 6: None, 8: 20, 9: 10})
    assert [(bar.value, bar.level, bar.label) for bar in found] == [
        (0, 0, False), (30, 2, False), (84, 5, True), (60, 4, False), (0, 0, False), (5, 0, False),
        (None, 0, False), (20, 2, True), (10, 1, False),
    ]  # fmt: skip
    assert [bar.height for bar in found][:3] == [2, 25.8, 72.2]


def test_what_could_not_be_analysed_is_one_area():
    [bar] = bars(scale_of(BEGINS, 600), {3: None})
    assert (bar.value, bar.x, bar.width) == (None, LEFT, PLOT)


@pytest.mark.parametrize("seconds", [0, 1, 59, 60, 5400, 40 * 86400])
@pytest.mark.parametrize("zoom", [1, 4])
def test_any_length_has_bars_inside_the_drawing_and_not_too_many(seconds, zoom):
    scale = scale_of(BEGINS, seconds, zoom)
    found = bars(scale, {minute: minute % 101 for minute in range(int(seconds // 60) + 1)})
    assert 1 <= len(found) <= BARS * zoom
    assert all(bar.x >= LEFT and bar.x + bar.width <= LEFT + scale.plot + 1 for bar in found)


def test_bars_of_a_step_are_one_path():
    found = dict(paths(bars(scale_of(BEGINS, 600), {0: 0, 1: 30, 2: 84.4, 3: 60, 4: 0, 8: 20}), 226))
    assert list(found) == ["none", "h0", "h2", "h4", "h5", "cap"]
    assert [len(re.findall("M", d)) for d in found.values()] == [2, 2, 2, 1, 1, 4]
    assert found["h5"] == "M207.6 226v-72.2h56.6v72.2z"


def test_without_bars_there_is_no_path():
    assert paths([], 226) == []
