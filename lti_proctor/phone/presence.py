"""From the signs of life of a phone to spans of metric n2. Pure; moments are milliseconds since 1970.

At a moment the phone is there if it gave a sign of life within the `grace` before. So what is told of a moment never
changes by what comes later, and telling a stretch in parts says the same as telling it at once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from lti_proctor import clock
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.monitoring.flagging import Piece, union
from lti_proctor.monitoring.spans import LONGEST_MS, State

#: Statuses in which a phone is expected: the exam goes on and nobody has stopped its clock.
WATCHED = frozenset({Status.started, Status.ready_to_submit})
Row = tuple[State, int, int]


def watched(changes: Sequence[tuple[datetime, str]], until: int) -> list[Piece]:
    """The stretches in which the exam ran, from its changes of status in order, up to `until`."""
    moments = [*((clock.to_ms(at), status in WATCHED) for at, status in changes), (until, False)]
    pieces = [(at, min(end, until)) for (at, runs), (end, _) in pairwise(moments) if runs]
    return union(piece for piece in pieces if piece[0] < piece[1])


def rows(
    told: int, until: int, *, running: Iterable[Piece], presences: Iterable[Piece], grace: int
) -> list[Row]:  # fmt: skip
    """What is to be said of the time from `told` to `until`: state, from, to, in order, none longer than a span may be.

    `presences` are stretches of signs of life that follow each other within `grace`.
    """
    there = union((start, end + grace) for start, end in presences)
    wanted = clip(union(running), told, until)
    return [row for start, end in wanted for row in _within(start, end, clip(there, start, end))]


def clip(pieces: Iterable[Piece], start: int, end: int) -> list[Piece]:
    """The parts of the pieces that lie between two moments."""
    cut = [(max(piece_start, start), min(piece_end, end)) for piece_start, piece_end in pieces]
    return [piece for piece in cut if piece[0] < piece[1]]


def _within(start: int, end: int, there: Iterable[Piece]) -> list[Row]:
    """One stretch from `start` to `end`, with the parts of it in which the phone was there."""
    found: list[Row] = []
    at = start
    for from_, to in there:
        found += [*_cut(State.violated, at, from_), *_cut(State.fine, from_, to)]
        at = to
    return [*found, *_cut(State.violated, at, end)]


def _cut(state: State, start: int, end: int) -> list[Row]:
    return [(state, at, min(at + LONGEST_MS, end)) for at in range(start, end, LONGEST_MS)]
