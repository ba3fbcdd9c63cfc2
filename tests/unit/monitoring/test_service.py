"""Batches are kept once and counted once, whatever the network does with them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from lti_proctor.exams.addons import Metric
from lti_proctor.extensions import db
from lti_proctor.monitoring import service, tasks
from lti_proctor.monitoring.models import Flag, MinuteSample, SpanBatch
from lti_proctor.monitoring.spans import Batch
from tests.factories import make_watched

b2, n1 = Metric.b2, Metric.n1
CLIENT = "browser-1"


@pytest.fixture
def attempt(app, now, time):
    return make_watched(now, metrics={b2: Decimal(1), n1: Decimal(2), Metric.c5: Decimal(1)})


@pytest.fixture
def later(now):
    return now + timedelta(seconds=60)


def rows(attempt, *parts):
    """Spans in seconds since the start."""
    base = round(attempt.started_at.timestamp() * 1000)
    return [
        [metric, state, base + round(start * 1000), base + round(end * 1000)] for metric, state, start, end in parts
    ]


def keep(attempt, now, first, *parts, client=CLIENT):
    return service.keep_batch(attempt.id, Batch(client, first, tuple(rows(attempt, *parts))), now=now)


def seen(attempt):
    return {key: (s.violated, s.told, s.unknown) for key, s in service.minutes_of(attempt).items()}


def test_a_batch_is_acknowledged_up_to_its_last_number(attempt, now):
    assert keep(attempt, now, 1, ("b2", 0, 0, 5), ("n1", 0, 0, 5)) == 2
    assert keep(attempt, now, 3, ("b2", 1, 5, 10)) == 3


def test_a_repeated_batch_changes_nothing(attempt, now):
    for _ in range(3):
        assert keep(attempt, now, 1, ("b2", 1, 0, 10)) == 1
    service.count(attempt, now=now)
    assert seen(attempt) == {(0, b2): (10_000, 10_000, 0)}


def test_a_longer_repetition_is_asked_for_from_where_it_is_new(attempt, now, later):
    keep(attempt, now, 1, ("b2", 1, 0, 10))
    assert keep(attempt, now, 1, ("b2", 1, 0, 10), ("b2", 0, 10, 20)) == 1
    assert keep(attempt, now, 2, ("b2", 0, 10, 20)) == 2
    service.count(attempt, now=later)
    assert seen(attempt) == {(0, b2): (10_000, 20_000, 0)}


def test_a_batch_that_leaves_a_gap_waits(attempt, now):
    assert keep(attempt, now, 4, ("b2", 1, 20, 30)) == 0
    assert db.session.scalar(select(func.count()).select_from(SpanBatch)) == 0


def test_two_browsers_have_numbers_of_their_own(attempt, now):
    assert keep(attempt, now, 1, ("b2", 1, 0, 10)) == 1
    assert keep(attempt, now, 1, ("b2", 0, 0, 10), client="browser-2") == 1
    service.count(attempt, now=now)
    assert seen(attempt) == {(0, b2): (10_000, 20_000, 0)}


def test_counting_twice_counts_once(attempt, now, later):
    keep(attempt, now, 1, ("b2", 1, 0, 10))
    service.count(attempt, now=later)
    service.count(attempt, now=later)
    keep(attempt, now, 2, ("b2", 1, 10, 20))
    service.count(attempt, now=later)
    assert seen(attempt) == {(0, b2): (20_000, 20_000, 0)}


def test_late_spans_grow_the_flag_that_they_belong_to(attempt, now, time):
    keep(attempt, now, 1, ("b2", 1, 0, 5), ("b2", 1, 40, 50))
    service.count(attempt, now=time.passes(minutes=2))
    first, second = service.flags_of(attempt)
    keep(attempt, now, 3, ("b2", 1, 15, 30))
    service.count(attempt, now=time.now)
    (flag,) = service.flags_of(attempt)
    assert (flag.id, flag.violated_ms) == (first.id, 30_000)
    assert (flag.starts_at, flag.ends_at) == (attempt.started_at, attempt.started_at + timedelta(seconds=50))
    assert db.session.get(Flag, second.id) is None


def test_a_short_violation_is_kept_and_is_no_flag(attempt, now):
    keep(attempt, now, 1, ("b2", 1, 0, 1))
    service.count(attempt, now=now)
    assert service.flags_of(attempt) == []
    assert db.session.scalar(select(func.count()).select_from(Flag)) == 1


def test_the_score_comes_after_a_minute_and_follows_the_weights(attempt, now, time):
    keep(attempt, now, 1, ("b2", 1, 0, 10), ("b2", 0, 10, 50), ("n1", 1, 0, 5), ("n1", 0, 5, 50))
    service.count(attempt, now=time.passes(seconds=50))
    assert attempt.score is None
    keep(attempt, now, 5, ("b2", 0, 50, 100), ("n1", 0, 50, 100))
    service.count(attempt, now=time.passes(seconds=50))
    assert attempt.score == 80


def test_a_metric_that_is_off_or_not_noticed_counts_nothing(attempt, now):
    keep(attempt, now, 1, ("b3", 1, 0, 30), ("c5", 1, 0, 30), ("b2", 0, 0, 30))
    service.count(attempt, now=now)
    assert {metric for _minute, metric in seen(attempt)} == {b2}


def test_spans_outside_the_attempt_are_cut_or_dropped(attempt, now):
    keep(attempt, now, 1, ("b2", 1, -50, 5), ("b2", 1, 5000, 5010))
    service.count(attempt, now=now + timedelta(seconds=60))
    assert seen(attempt) == {(0, b2): (5000, 5000, 0)}


def test_the_averages_have_twelve_parts_and_dashes(attempt, now, time):
    keep(attempt, now, 1, ("b2", 1, 0, 60))
    service.count(attempt, now=time.passes(minutes=12))
    by_metric = {row.metric: row for row in service.averages_of(attempt, time.now)}
    assert set(by_metric) == {b2, n1}
    assert by_metric[b2].parts[:2] == [100, None]
    assert (by_metric[b2].mean, by_metric[n1].mean, by_metric[n1].seconds) == (100, None, None)


def test_the_job_counts_every_attempt(attempt, now, time):
    other = make_watched(now, metrics={b2: Decimal(1)})
    keep(attempt, now, 1, ("b2", 1, 0, 10))
    keep(other, now, 1, ("b2", 0, 0, 10))
    db.session.commit()
    tasks.count_all()
    assert service.uncounted_attempts() == []
    assert db.session.scalar(select(func.count()).select_from(MinuteSample)) == 2
