"""From spans to flags: stretches in which a metric was violated for its time, with near ones joined. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from lti_proctor.exams.addons import Metric
from lti_proctor.monitoring.metrics import KINDS

#: From and to, milliseconds since 1970.
Piece = tuple[int, int]


@dataclass(frozen=True)
class Stretch:
    """Violations of one metric that belong together; `pieces` do not touch each other and stand in order."""

    metric: Metric
    pieces: tuple[Piece, ...]

    @property
    def start(self) -> int:
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        return self.pieces[-1][1]

    @property
    def violated(self) -> int:
        return sum(end - start for start, end in self.pieces)


def union(pieces: Iterable[Piece]) -> list[Piece]:
    """The same time in pieces that do not touch, in order: what two windows report at once counts once."""
    found: list[Piece] = []
    for start, end in sorted(pieces):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def stretches(metric: Metric, pieces: Iterable[Piece]) -> list[Stretch]:
    """Violations joined over gaps that are shorter than the metric's own measure; the order of `pieces` is nothing."""
    gap = KINDS[metric].merge_seconds * 1000
    groups: list[list[Piece]] = []
    for piece in union(pieces):
        if groups and piece[0] - groups[-1][-1][1] <= gap:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [Stretch(metric, tuple(group)) for group in groups]


def worth_a_flag(metric: Metric, violated_ms: int) -> bool:
    return violated_ms >= KINDS[metric].hold_seconds * 1000
