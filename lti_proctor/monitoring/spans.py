"""Spans: how long a metric was fine, violated, or could not be told. Read with care from what a browser sent. Pure.

A browser sends spans in batches with sequence numbers that grow by one for each span, first kept on its disk and sent
until they are acknowledged. Times are milliseconds of the server's clock, as the browser measures the difference.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from lti_proctor.errors import Invalid
from lti_proctor.exams.addons import Metric

CLIENT = re.compile(r"[A-Za-z0-9_-]{8,40}")
MOST_SPANS = 2000
SEQ_MAX = 2**53
#: A span is closed at least this often, and nothing is believed that lies further outside the attempt.
LONGEST_MS = 5 * 60_000
SLACK_MS = 10_000
MINUTE_MS = 60_000


class State(IntEnum):
    """`unknown`: it could not be told. That is a value of its own and never a suspicion."""

    fine = 0
    violated = 1
    unknown = 2


@dataclass(frozen=True)
class Span:
    """One metric in one state, from `start` to `end` in milliseconds since 1970 on the server's clock."""

    metric: Metric
    state: State
    start: int
    end: int


@dataclass(frozen=True)
class Batch:
    """What one browser sent at once; `first` is the sequence number of the first span, `last` of the last."""

    client: str
    first: int
    spans: tuple[list[Any], ...]

    @property
    def last(self) -> int:
        return self.first + len(self.spans) - 1


def read_batch(given: object) -> Batch | None:
    """The batch of a pulse, None when it carries none. Raises `Invalid("batch")` for what is no batch.

    Single spans are not looked at here: what is wrong with one must not lose the others.
    """
    if given is None:
        return None
    if not isinstance(given, dict):
        raise Invalid("batch")
    client, first, spans = given.get("client"), given.get("first"), given.get("spans")
    if not isinstance(client, str) or not CLIENT.fullmatch(client) or not isinstance(spans, list):
        raise Invalid("batch")
    if isinstance(first, bool) or not isinstance(first, int) or not 1 <= first < SEQ_MAX or len(spans) > MOST_SPANS:
        raise Invalid("batch")
    return Batch(client, first, tuple(spans)) if spans else None


def believable(rows: Collection[Any], *, metrics: Collection[Metric], begins: int, ends: int) -> Iterator[Span]:
    """The spans of stored rows `[metric, state, start, end]`, cut to the attempt (`begins` to `ends`, milliseconds).

    What is no span, of a metric that is not on, or absurdly long is passed over: it came from the learner's computer.
    """
    for row in rows:
        if not isinstance(row, list) or len(row) != 4:
            continue
        name, state, start, end = row
        if (
            not isinstance(name, str)
            or name not in metrics
            or not all(type(n) is int for n in (state, start, end))
            or state not in set(State)
        ):
            continue
        if not 0 < end - start <= LONGEST_MS:
            continue
        cut_start, cut_end = max(start, begins), min(end, ends)
        if cut_start < cut_end:
            yield Span(Metric(name), State(state), cut_start, cut_end)
