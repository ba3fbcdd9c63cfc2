"""Counting what has come, every minute, and forgetting it when its time is over."""

from datetime import timedelta

import structlog
from sqlalchemy import delete, select

from lti_proctor import clock, jobs
from lti_proctor.attempts.keeping import promises
from lti_proctor.attempts.lifecycle import Phase, statuses_in
from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import db
from lti_proctor.monitoring import service
from lti_proctor.monitoring.models import MinuteSample, SpanBatch

log = structlog.get_logger()
DONE = statuses_in(Phase.done)
#: Batches that are counted stay so long after the end, should a late one ask what is kept.
RAW = timedelta(days=1)
AT_ONCE = 500


@jobs.job("monitoring.count", every_minute=True)
def count_all() -> None:
    """Count each attempt in a transaction of its own: one that fails stops no other."""
    for attempt_id in service.uncounted_attempts():
        try:
            attempt = db.session.get_one(Attempt, attempt_id)
            service.count(attempt, now=clock.now())
            db.session.commit()
        except Exception:
            log.exception("monitoring.not_counted", attempt=attempt_id)
            db.session.rollback()


@jobs.job("monitoring.forget", every_minute=True)
def forget() -> None:
    """Raw batches go a day after the end, everything that was noticed when the exam's promise is over."""
    now = clock.now()
    ended = select(Attempt.id).where(Attempt.status.in_(DONE), Attempt.stopped_at <= now - RAW)
    counted = select(SpanBatch.id).where(SpanBatch.is_counted, SpanBatch.attempt_id.in_(ended)).limit(AT_ONCE)
    db.session.execute(delete(SpanBatch).where(SpanBatch.id.in_(counted)))
    noticed = [Attempt.status.in_(DONE), Attempt.id.in_(select(MinuteSample.attempt_id))]
    for same_promise, length in promises(*noticed):
        expired = select(Attempt).where(*noticed, same_promise, Attempt.stopped_at <= now - length).limit(AT_ONCE)
        for attempt in list(db.session.scalars(expired)):
            service.remove_all(attempt)
            db.session.commit()
