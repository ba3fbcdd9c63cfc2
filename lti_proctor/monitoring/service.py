"""Verbs on what was noticed: keep batches, count them, and read what they say."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import current_app
from sqlalchemy import String, bindparam, delete, func, literal, select, type_coerce, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from lti_proctor import clock
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.scores import send_score
from lti_proctor.attempts.service import config_of
from lti_proctor.exams.addons import Addon, Metric
from lti_proctor.extensions import db, dialect_name, execute, table_of
from lti_proctor.monitoring import flagging, scoring
from lti_proctor.monitoring.metrics import OWNERS, PHONE, SERVER
from lti_proctor.monitoring.models import Disposition, Flag, MinuteSample, SpanBatch
from lti_proctor.monitoring.scoring import Minutes, Seen
from lti_proctor.monitoring.spans import SLACK_MS, Batch, Span, State, believable
from lti_proctor.prepared import Prepared

_BATCHES = table_of(SpanBatch)
#: Of a browser's batches the one that begins last also ends last, and the index finds it without reading the others.
LAST_SEQ = func.coalesce(
    select(_BATCHES.c.last_seq)
    .where(_BATCHES.c.attempt_id == bindparam("attempt_id"), _BATCHES.c.client == bindparam("client"))
    .order_by(_BATCHES.c.first_seq.desc())
    .limit(1)
    .scalar_subquery(),
    0,
)
_LAST = Prepared(select(LAST_SEQ))
_METRICS = {metric.value: metric for metric in Metric}
_ROWS = table_of(MinuteSample).c
_MINUTES = Prepared(
    select(
        _ROWS.minute,
        type_coerce(_ROWS.metric, String).label("name"),
        _ROWS.violated_ms,
        _ROWS.told_ms,
        _ROWS.unknown_ms,
    ).where(_ROWS.attempt_id == bindparam("attempt_id"))
)
_FLAG = table_of(Flag)


def _flags(*columns: Any) -> Prepared:
    query = select(*columns).where(_FLAG.c.attempt_id == bindparam("attempt_id"))
    return Prepared(query.order_by(_FLAG.c.starts_at, _FLAG.c.id))


_FLAGS = _flags(_FLAG)
_FLAGS_BRIEF = _flags(*(column for column in _FLAG.c if column.name != "pieces"))


def _insert_next(insert: Any) -> Prepared:
    """Insert a batch only if it follows the last one of its browser; two at once can't both."""
    names = ("attempt_id", "client", "first_seq", "last_seq", "spans", "received_at")
    values = [bindparam(name, type_=_BATCHES.c[name].type) for name in names]
    chosen = select(*values, literal(False)).where(bindparam("before") == LAST_SEQ)
    statement: Insert = insert(_BATCHES).from_select([*names, "is_counted"], chosen)
    return Prepared(statement.on_conflict_do_nothing().returning(_BATCHES.c.id))  # type: ignore[attr-defined]


_NEXT = {"postgresql": _insert_next(postgresql.insert), "sqlite": _insert_next(sqlite.insert)}


def keep_batch(attempt_id: int, batch: Batch, *, now: datetime) -> int:
    """Keep a batch once and return the sequence number up to which this browser's spans are kept.

    A repeated batch, and one that leaves a gap, changes nothing: the browser goes on from the returned number.
    """
    return batch.last if add_batch(attempt_id, batch, now=now) else last_kept(attempt_id, batch.client)


def add_batch(attempt_id: int, batch: Batch, *, now: datetime) -> bool:
    """Keep a batch if it follows the last one of its client; whether it did."""
    added = execute(
        _NEXT[dialect_name()],
        attempt_id=attempt_id,
        client=batch.client,
        first_seq=batch.first,
        last_seq=batch.last,
        spans=list(batch.spans),
        received_at=now,
        before=batch.first - 1,
    ).scalar()
    return added is not None


def last_kept(attempt_id: int, client: str) -> int:
    """The sequence number up to which the spans of a browser, or of the server, are kept."""
    return int(execute(_LAST, attempt_id=attempt_id, client=client).scalar_one())


def latest_spans(attempt_id: int, client: str, *, batches: int) -> list[list[Any]]:
    """The rows `[metric, state, start, end]` of the last batches, as they were kept."""
    query = select(SpanBatch.spans).where(SpanBatch.attempt_id == attempt_id, SpanBatch.client == client)
    found = db.session.scalars(query.order_by(SpanBatch.last_seq.desc()).limit(batches))
    return [row for spans in found for row in spans]


def uncounted_attempts() -> list[int]:
    """Attempts with batches that are kept and not counted yet."""
    return list(db.session.scalars(select(SpanBatch.attempt_id).where(~SpanBatch.is_counted).distinct()))


def count(attempt: Attempt, *, now: datetime) -> None:
    """Count what has come since the last time into minutes, flags and the score. Each batch counts exactly once,
    whoever counts, in whatever order it came.
    """
    mine = update(SpanBatch).where(SpanBatch.attempt_id == attempt.id, ~SpanBatch.is_counted)
    rows = db.session.execute(mine.values(is_counted=True).returning(SpanBatch.client, SpanBatch.spans)).all()
    if attempt.started_at is None or not rows:
        return
    begins = clock.to_ms(attempt.started_at)
    ends = clock.to_ms(attempt.stopped_at or now) + SLACK_MS
    on = weights_of(attempt).keys()
    spans = [
        span for client, row in rows for span in believable(row, metrics=_own(client, on), begins=begins, ends=ends)
    ]
    _add_minutes(attempt, scoring.minutes_of(spans, begins))
    _add_flags(attempt, spans)
    db.session.flush()
    rate(attempt, now=now)


def _own(client: str, on: Iterable[Metric]) -> set[Metric]:
    """What the server finds itself is not for a browser to tell, nor the other way round."""
    name = client if client in {SERVER, PHONE} else None
    return {metric for metric in on if OWNERS.get(metric) == name}


def _add_minutes(attempt: Attempt, found: Minutes) -> None:
    known = {(row.minute, row.metric): row for row in _samples(attempt)}
    for (minute, metric), seen in found.items():
        row = known.get((minute, metric))
        if row is None:
            row = MinuteSample(
                attempt_id=attempt.id, minute=minute, metric=metric, violated_ms=0, told_ms=0, unknown_ms=0
            )
            db.session.add(row)
        row.violated_ms += seen.violated
        row.told_ms += seen.told
        row.unknown_ms += seen.unknown


def _add_flags(attempt: Attempt, spans: Iterable[Span]) -> None:
    pieces: dict[Metric, list[flagging.Piece]] = defaultdict(list)
    for span in spans:
        if span.state == State.violated:
            pieces[span.metric].append((span.start, span.end))
    known: dict[Metric, list[Flag]] = defaultdict(list)
    for flag in db.session.scalars(select(Flag).where(Flag.attempt_id == attempt.id).order_by(Flag.starts_at)):
        known[flag.metric].append(flag)
    for metric, new in pieces.items():
        old = [(start, end) for flag in known[metric] for start, end in flag.pieces]
        _store_stretches(attempt, known[metric], flagging.stretches(metric, [*old, *new]))


def _store_stretches(attempt: Attempt, rows: list[Flag], found: list[flagging.Stretch]) -> None:
    """A row stays the same row while its stretch grows; where two grow together, the earlier one stays, with what
    people made of the later one where the earlier one is still open.
    """
    for stretch in found:
        inside = [row for row in rows if stretch.start <= clock.to_ms(row.starts_at) <= stretch.end]
        row = inside[0] if inside else Flag(attempt_id=attempt.id, metric=stretch.metric)
        row.starts_at, row.ends_at = clock.from_ms(stretch.start), clock.from_ms(stretch.end)
        row.violated_ms, row.pieces = stretch.violated, [list(piece) for piece in stretch.pieces]
        db.session.add(row)
        for swallowed in inside[1:]:
            _take_over(row, swallowed)
            db.session.delete(swallowed)


def _take_over(row: Flag, swallowed: Flag) -> None:
    if row.disposition == Disposition.open or swallowed.disposition == Disposition.confirmed:
        row.disposition, row.decided_by = swallowed.disposition, swallowed.decided_by
        row.decided_at = swallowed.decided_at
    if swallowed.answer:
        row.answer = f"{row.answer}\n\n{swallowed.answer}" if row.answer else swallowed.answer
        row.answered_at = swallowed.answered_at


def rate(attempt: Attempt, *, now: datetime) -> None:
    """Compute the credibility anew, from what is counted and the weights of now; where a reviewer gave others, the one
    by the exam's own weights as well.
    """
    minutes, weights, seconds = minutes_of(attempt), weights_of(attempt), duration(attempt, now)
    attempt.score = scoring.credibility(scoring.averages(minutes, weights), seconds)
    attempt.first_score = None
    if attempt.weights is not None:
        own = config_of(attempt).metrics
        means = scoring.averages(minutes, {metric: own[metric] for metric in weights})
        attempt.first_score = scoring.credibility(means, seconds)


def weigh(attempt: Attempt, weights: Mapping[Metric, Decimal], *, now: datetime) -> None:
    """Give what was noticed other weights after the exam; with the exam's own weights again there is only one score.
    What was noticed and is removed can't be weighed any more.
    """
    if not _samples(attempt):
        return
    own = config_of(attempt).metrics
    given = {metric.value: str(weight) for metric, weight in weights.items() if own.get(metric, weight) != weight}
    attempt.weights = given or None
    rate_anew(attempt, now=now)


def confirmed_score(attempt: Attempt, now: datetime) -> Decimal | None:
    """The credibility if only the flags that a person confirmed had been noticed."""
    flags = [(flag.metric, flag.violated_ms) for flag in flags_of(attempt) if flag.disposition == Disposition.confirmed]
    return scoring.confirmed(minutes_of(attempt), flags, weights_of(attempt), duration(attempt, now))


def rate_anew(attempt: Attempt, *, now: datetime) -> None:
    """After a change of what counts the score is computed anew; a gradebook that has it hears of it."""
    before = attempt.score
    # Once what was noticed is removed, the score stays as a bare fact.
    if attempt.started_at is None or not _samples(attempt):
        return
    rate(attempt, now=now)
    if attempt.score != before and attempt.phase == Phase.done:
        send_score(attempt, config_of(attempt), now)


def weights_of(attempt: Attempt) -> dict[Metric, Decimal]:
    """The metrics that this exam counts and this site can notice, with their weights."""
    config = config_of(attempt)
    if Addon.track not in config.addons:
        return {}
    on_this_site: frozenset[Metric] = current_app.extensions["noticed"]
    off = frozenset() if Addon.qrcode in config.addons else frozenset({Metric.n2})
    given = attempt.weights or {}
    return {
        metric: Decimal(given.get(metric, weight))
        for metric, weight in config.metrics.items()
        if metric in on_this_site - off
    }


def minutes_of(attempt: Attempt) -> dict[tuple[int, Metric], Seen]:
    db.session.flush()
    found: Any = execute(_MINUTES, attempt_id=attempt.id).tuples()
    return {(minute, _METRICS[name]): Seen(violated, told, unknown) for minute, name, violated, told, unknown in found}


def _samples(attempt: Attempt) -> list[MinuteSample]:
    return list(db.session.scalars(select(MinuteSample).where(MinuteSample.attempt_id == attempt.id)))


def flags_of(attempt: Attempt) -> list[Flag]:
    """Stretches of what counts that are long enough for people to look at, in order."""
    query = select(Flag).where(Flag.attempt_id == attempt.id).order_by(Flag.starts_at, Flag.id)
    on = weights_of(attempt)
    return [flag for flag in db.session.scalars(query) if _counts(flag, on)]


def flag_rows(attempt: Attempt, on: Collection[Metric], *, brief: bool = False) -> list[Any]:
    """The same as plain rows, with the metrics that count given: there may be thousands. `brief`: without `pieces`."""
    db.session.flush()
    return [row for row in execute(_FLAGS_BRIEF if brief else _FLAGS, attempt_id=attempt.id).all() if _counts(row, on)]


def _counts(flag: Any, on: Collection[Metric]) -> bool:
    return flag.metric in on and flagging.worth_a_flag(flag.metric, flag.violated_ms)


def duration(attempt: Attempt, now: datetime) -> float:
    """Seconds from the start to the end, or to now."""
    if attempt.started_at is None:
        return 0.0
    return max(0.0, ((attempt.stopped_at or now) - attempt.started_at).total_seconds())


@dataclass(frozen=True)
class Average:
    """A line of the averages table: twelve parts of the attempt, the whole (μ), and how long it was violated."""

    metric: Metric
    parts: list[Decimal | None]
    mean: Decimal | None
    seconds: Decimal | None


def averages_of(attempt: Attempt, now: datetime) -> list[Average]:
    """The table of section 4.9 of the administrator's guide; None is a dash."""
    return average_rows(minutes_of(attempt), weights_of(attempt), duration(attempt, now))


def average_rows(minutes: Minutes, weights: Mapping[Metric, Decimal], seconds: float) -> list[Average]:
    means: Mapping[Metric, Decimal | None] = scoring.averages(minutes, weights)
    by_metric = scoring.of_metrics(minutes)
    places = scoring.places_of({minute for minute, _metric in minutes}, seconds)
    return [
        Average(
            metric,
            scoring.intervals(by_metric.get(metric, {}), weight, places),
            means[metric],
            _violated(means[metric], weight, seconds),
        )
        for metric, weight in sorted(weights.items())
    ]


def _violated(mean: Decimal | None, weight: Decimal, seconds: float) -> Decimal | None:
    return None if mean is None or not weight else scoring.seconds_of(mean, weight, seconds)


def remove_all(attempt: Attempt) -> None:
    """What was noticed goes when the evidence of the attempt would; the score stays as a bare fact."""
    for table in (SpanBatch, MinuteSample, Flag):
        db.session.execute(delete(table).where(table.attempt_id == attempt.id))
