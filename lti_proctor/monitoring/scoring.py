"""From spans to shares per minute, averages and the credibility score. Pure (administrator's guide, 4.9 and 4.10).

Stored is the raw share X, 0–100 % of the time in which a metric could be told. Shown is clamp(W·X, 0, 100), with the
weight applied once. E = max(0, 100 − Σ shown averages). There is no score under one minute, and none when nothing could
be told.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from lti_proctor.exams.addons import Metric
from lti_proctor.monitoring.spans import MINUTE_MS, Span, State

INTERVALS = 12
HUNDRED = Decimal(100)
CENT = Decimal("0.01")


class Seen(NamedTuple):
    """Milliseconds of a metric: violated, told at all (violated or fine), and not to be told. A tuple, as an attempt
    has thousands.
    """

    violated: int = 0
    told: int = 0
    unknown: int = 0

    def __add__(self, other: "Seen") -> "Seen":  # type: ignore[override]
        return Seen(self.violated + other.violated, self.told + other.told, self.unknown + other.unknown)

    @property
    def share(self) -> Decimal | None:
        """The raw share in per cent; None where nothing could be told."""
        return HUNDRED * self.violated / self.told if self.told else None


#: What was seen by minute of the attempt (from 0) and metric.
Minutes = Mapping[tuple[int, Metric], Seen]
Weights = Mapping[Metric, Decimal]
#: For each minute the parts of the attempt that it lies in, and the share of it that does.
Places = Mapping[int, list[tuple[int, Decimal | int]]]
NOTHING = Seen()


def minutes_of(spans: Iterable[Span], begins: int) -> dict[tuple[int, Metric], Seen]:
    """Add spans up by minute; a span over the turn of a minute counts in both."""
    found: dict[tuple[int, Metric], Seen] = defaultdict(Seen)
    for span in spans:
        start = span.start
        while start < span.end:
            minute = (start - begins) // MINUTE_MS
            end = min(span.end, begins + (minute + 1) * MINUTE_MS)
            found[(minute, span.metric)] += _seen(span.state, end - start)
            start = end
    return dict(found)


def _seen(state: State, length: int) -> Seen:
    if state == State.unknown:
        return Seen(unknown=length)
    return Seen(violated=length if state == State.violated else 0, told=length)


def shown(share: Decimal | None, weight: Decimal) -> Decimal | None:
    """The value that people see: with its weight, between 0 and 100; None stays None, a dash."""
    return None if share is None else min(max(weight * share, Decimal(0)), HUNDRED)


def averages(minutes: Minutes, weights: Weights) -> dict[Metric, Decimal | None]:
    """The average of each metric over the attempt (μ)."""
    violated: dict[Metric, int] = defaultdict(int)
    told: dict[Metric, int] = defaultdict(int)
    for (_minute, metric), (bad, all_of_it, _unknown) in minutes.items():
        violated[metric] += bad
        told[metric] += all_of_it
    return {metric: shown(Seen(violated[metric], told[metric]).share, weight) for metric, weight in weights.items()}


def credibility(means: Mapping[Metric, Decimal | None], seconds: float) -> Decimal | None:
    """E of section 4.10; None under one minute, or when no metric could be told."""
    known = [mean for mean in means.values() if mean is not None]
    if seconds < 60 or not known:
        return None
    return max(Decimal(0), HUNDRED - sum(known, Decimal(0))).quantize(CENT)


def seconds_of(mean: Decimal, weight: Decimal, seconds: float) -> Decimal:
    """For how long a metric was violated, from its shown average; the reading of section 4.10's example."""
    return mean / weight * Decimal(str(seconds)) / HUNDRED


def heat(minutes: Minutes, weights: Weights, minute: int) -> Decimal | None:
    """The sum of a minute, 0–100; None where nothing could be told."""
    known = [
        value
        for metric, weight in weights.items()
        if (value := shown(minutes.get((minute, metric), NOTHING).share, weight)) is not None
    ]
    return min(sum(known, Decimal(0)), HUNDRED) if known else None


def confirmed(
    minutes: Minutes, flags: Iterable[tuple[Metric, int]], weights: Weights, seconds: float
) -> Decimal | None:
    """The credibility if only these flags had been noticed, each a metric and for how long it was violated."""
    told: dict[Metric, int] = defaultdict(int)
    violated: dict[Metric, int] = defaultdict(int)
    for (_minute, metric), seen in minutes.items():
        told[metric] += seen.told
    for metric, length in flags:
        violated[metric] += length
    whole = {(0, metric): Seen(min(violated[metric], told[metric]), told[metric]) for metric in {*told, *violated}}
    return credibility(averages(whole, weights), seconds)


def of_metrics(minutes: Minutes) -> dict[Metric, dict[int, Seen]]:
    """The same by metric, for what looks at one after the other."""
    found: dict[Metric, dict[int, Seen]] = defaultdict(dict)
    for (minute, metric), seen in minutes.items():
        found[metric][minute] = seen
    return found


def places_of(minutes: Iterable[int], seconds: float) -> dict[int, list[tuple[int, Decimal | int]]]:
    """In which of the twelve equal parts of the attempt each minute lies, and with which share of it."""
    part = seconds * 1000 / INTERVALS
    found: dict[int, list[tuple[int, Decimal | int]]] = {}
    for minute in minutes:
        start, end = minute * MINUTE_MS, min((minute + 1) * MINUTE_MS, seconds * 1000)
        found[minute] = []
        if part <= 0 or end < 0:
            continue
        for place in range(max(int(start // part), 0), min(int(end // part) + 1, INTERVALS)):
            overlap = min(end, (place + 1) * part) - max(start, place * part)
            if overlap > 0:
                weighed = 1 if overlap == end - start else Decimal(str(overlap / max(end - start, 1)))
                found[minute].append((place, weighed))
    return found


def intervals(minutes: Mapping[int, Seen], weight: Decimal, places: Places) -> list[Decimal | None]:
    """The average of one metric in each of twelve equal parts of the attempt; a minute counts in a part as far as it
    lies in it (`places_of`, of all metrics at once).
    """
    sums: list[list[Decimal | int]] = [[0, 0] for _ in range(INTERVALS)]
    for minute, (violated, told, _unknown) in minutes.items():
        if told:
            for place, weighed in places[minute]:
                sums[place][0] += weighed * violated
                sums[place][1] += weighed * told
    return [shown(HUNDRED * bad / told if told else None, weight) for bad, told in sums]
