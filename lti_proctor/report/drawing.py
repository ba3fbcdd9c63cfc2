"""The timeline of an attempt in numbers: where things stand in the drawing, what is merged, how high a minute is. Pure.

Positions are units of the drawing: 752 wide at zoom 1, of which the time itself takes `PLOT`. A moment outside of the
attempt, from a clock that jumped, stands at its nearer end. Values are 0–100, None where nothing could be told.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

LEFT, PLOT, RIGHT = 76.0, 658.0, 18.0
#: Discs that would stand closer than this are one with a number.
APART = 26.0
#: At most so many bars of heat at zoom 1; of several minutes in one bar the highest counts.
BARS = 360
HEAT_HIGH = 86.0
#: The least value of each step of the ramp.
LEVELS = (0, 8, 17, 34, 51, 68)
CAPPED = 17
#: What is drawn of the bars, from the back to the front.
PATHS = ("none", "h0", "h1", "h2", "h3", "h4", "h5", "cap")
#: The first step of the ramp that wears a cap.
CAP = 2
LABEL_APART = 26.0
#: Holes in a track that are shorter are the change from one file to the next.
HOLE_SECONDS = 3
TICK_APART = 62.0
STEPS = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 14400, 21600, 43200, 86400)


@dataclass(frozen=True, slots=True)
class Scale:
    """The time from the start to the end, drawn `zoom` times as wide as the page."""

    begins: datetime
    seconds: float
    zoom: int = 1

    @property
    def plot(self) -> float:
        return PLOT * self.zoom

    @property
    def width(self) -> float:
        return LEFT + self.plot + RIGHT

    @property
    def ends(self) -> datetime:
        return self.begins + timedelta(seconds=self.seconds)

    def x(self, at: datetime) -> float:
        gone = (at - self.begins).total_seconds()
        return round(LEFT + self.plot * min(max(gone / self.seconds, 0.0), 1.0), 1)


def scale_of(begins: datetime, seconds: float, zoom: int = 1) -> Scale:
    """An attempt that has only begun is drawn as one second."""
    return Scale(begins, max(seconds, 1.0), zoom)


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    at: datetime
    has_seconds: bool


def ticks(scale: Scale, zone: tzinfo) -> list[Tick]:
    """Round times of the clock on the wall, as many as there is room for."""
    room = max(scale.plot / TICK_APART, 1)
    step = next((step for step in STEPS if scale.seconds / step <= room), STEPS[-1] * _days(scale, room))
    first = scale.begins.astimezone(zone).replace(microsecond=0)
    midnight = first.replace(hour=0, minute=0, second=0)
    past = (first.replace(tzinfo=None) - midnight.replace(tzinfo=None)).total_seconds()
    at = first + timedelta(seconds=-past % step)
    if at < scale.begins:
        at += timedelta(seconds=step)
    found = []
    while at <= scale.ends:
        found.append(Tick(scale.x(at), at, step < 60))
        at = (at.astimezone(scale.begins.tzinfo) + timedelta(seconds=step)).astimezone(zone)
    return found


def _days(scale: Scale, room: float) -> int:
    return int(-(-scale.seconds // (STEPS[-1] * room)))


class Event(NamedTuple):
    """Something of the first lane. `kind` chooses the sign; `state` is the disposition of a flag."""

    at: datetime
    kind: str
    key: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Disc:
    x: float
    events: Sequence[Event]
    state: str
    is_current: bool


#: What one disc for several things shows: that there is something to do before that it is done.
LOUDEST = ("open", "confirmed", "dismissed")


def discs(scale: Scale, events: Iterable[Event], current: str = "") -> list[Disc]:
    """Events in their order, near ones merged; `current` is the key of the one that is looked at."""
    groups: list[tuple[float, list[Event]]] = []
    for event in sorted(events, key=lambda one: one.at):
        x = scale.x(event.at)
        if groups and x - groups[-1][0] < APART:
            groups[-1][1].append(event)
        else:
            groups.append((x, [event]))
    return [
        Disc(x, inside, _loudest(inside), bool(current) and any(one.key == current for one in inside))
        for x, inside in groups
    ]


def _loudest(events: Iterable[Event]) -> str:
    states = {event.state for event in events}
    return next((state for state in LOUDEST if state in states), "")


@dataclass(frozen=True, slots=True)
class Stretch:
    x: float
    width: float
    is_hole: bool


def track(scale: Scale, pieces: Iterable[tuple[datetime, datetime]]) -> list[Stretch]:
    """The pieces of a track with the holes between them; no pieces are one hole."""
    found: list[Stretch] = []
    at = scale.begins
    for begins, ends in joined(scale, pieces):
        if (begins - at).total_seconds() > HOLE_SECONDS:
            found.append(_stretch(scale, at, begins, is_hole=True))
        found.append(_stretch(scale, begins, ends, is_hole=False))
        at = ends
    if (scale.ends - at).total_seconds() > HOLE_SECONDS or not found:
        found.append(_stretch(scale, at, scale.ends, is_hole=True))
    return found


def joined(scale: Scale, pieces: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Pieces cut to the attempt, in order; two windows that recorded at once count once."""
    found: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(pieces):
        start, end = max(begins, scale.begins), min(ends, scale.ends)
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def covered(scale: Scale, pieces: Iterable[tuple[datetime, datetime]]) -> float:
    """Which share of the attempt the pieces cover, 0–1."""
    return sum((end - start).total_seconds() for start, end in joined(scale, pieces)) / scale.seconds


def _stretch(scale: Scale, begins: datetime, ends: datetime, *, is_hole: bool) -> Stretch:
    x = scale.x(begins)
    return Stretch(x, round(max(scale.x(ends) - x, 1.0), 1), is_hole)


@dataclass(frozen=True, slots=True)
class Bar:
    """A minute, or several, of the third lane. `value` None: it could not be analysed. `label`: the number stands
    above it.
    """

    x: float
    width: float
    value: int | None
    level: int
    height: float
    label: bool = False


def bars(scale: Scale, heat: Mapping[int, float | None]) -> list[Bar]:
    """The heat of each minute. Minutes without any word are none that were fine: they could not be analysed."""
    n = max(int(-(-scale.seconds // 60)), 1)
    per = max(-(-n // (BARS * scale.zoom)), 1)
    minute = scale.plot * 60 / scale.seconds
    found: list[Bar] = []
    for first in range(0, n, per):
        known = [value for m in range(first, min(first + per, n)) if (value := heat.get(m)) is not None]
        value = round(max(known)) if known else None
        x = LEFT + first * minute
        width = min(per * minute, LEFT + scale.plot - x)
        found.append(_bar(found, x, width, value))
    return _labelled(found)


def _bar(before: list[Bar], x: float, width: float, value: int | None) -> Bar:
    """What could not be analysed is one area, however many minutes it lasts."""
    if value is None:
        if before and before[-1].value is None:
            last = before.pop()
            return Bar(last.x, round(x + width - last.x, 1), None, 0, 22)
        return Bar(round(x, 1), round(width, 1), None, 0, 22)
    height = max(2.0, round(value * HEAT_HIGH / 100, 1))
    return Bar(round(x, 1), round(max(width * 0.86, 0.8), 1), value, level(value), height)


def paths(found: Iterable[Bar], base: float) -> list[tuple[str, str]]:
    """The bars as paths above a base line, one for each step of the ramp (`h0` to `h5`), one for what could not be
    analysed (`none`), one for the caps of the high ones: an element for each bar would be a thousand of a long exam.
    """
    pieces: dict[str, list[str]] = defaultdict(list)
    for bar in found:
        name = "none" if bar.value is None else f"h{bar.level}"
        pieces[name].append(f"M{bar.x:g} {base:g}v-{bar.height:g}h{bar.width:g}v{bar.height:g}z")
        if bar.level >= CAP:
            pieces["cap"].append(f"M{bar.x:g} {base - bar.height:g}h{bar.width:g}")
    return [(name, "".join(pieces[name])) for name in sorted(pieces, key=PATHS.index)]


def level(value: float) -> int:
    """The step of the ramp, 0–5."""
    return sum(value >= least for least in LEVELS) - 1


def _labelled(found: list[Bar]) -> list[Bar]:
    """Numbers stand above the peaks, the highest first, with room between them."""
    taken: list[float] = []
    chosen = set()
    for place in sorted(range(len(found)), key=lambda place: -(found[place].value or 0)):
        bar = found[place]
        if bar.value is None or bar.value < CAPPED:
            continue
        if _is_peak(found, place) and all(abs(bar.x - x) >= LABEL_APART for x in taken):
            taken.append(bar.x)
            chosen.add(place)
    return [
        Bar(bar.x, bar.width, bar.value, bar.level, bar.height, label=True) if place in chosen else bar
        for place, bar in enumerate(found)
    ]


def _is_peak(found: list[Bar], place: int) -> bool:
    own = found[place].value or 0
    before = found[place - 1].value or 0 if place else 0
    after = found[place + 1].value or 0 if place + 1 < len(found) else 0
    return own >= before and own >= after
