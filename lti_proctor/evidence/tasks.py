"""Retention: what has been kept for as long as promised goes, bytes and row."""

from sqlalchemy import select

from lti_proctor import clock, jobs, journal, outbox
from lti_proctor.attempts.lifecycle import PHASE, Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.evidence import service
from lti_proctor.evidence.models import Evidence
from lti_proctor.extensions import db
from lti_proctor.outbox import Effect
from lti_proctor.storage import store

DONE = [status for status, phase in PHASE.items() if phase == Phase.done]
NOT_RUNNING = [status for status, phase in PHASE.items() if phase != Phase.running]


@outbox.handles(service.ERASE)
def erase(effect: Effect) -> None:
    """Delete bytes that no row names any more."""
    store().delete(effect.payload["key"])


@jobs.job("evidence.forget_traces", every_minute=True)
def forget_traces() -> None:
    """Network address and browser of an attempt go when its evidence would; the oldest first, 500 at a time."""
    now = clock.now()
    ended = select(Attempt).where(Attempt.status.in_(DONE), Attempt.ipaddress.is_not(None), Attempt.stopped_at <= now)
    for attempt in db.session.scalars(ended.order_by(Attempt.stopped_at).limit(500)):
        if service.kept_until(attempt, now) <= now:
            attempt.ipaddress = attempt.useragent = None


@jobs.job("evidence.expire", every_minute=True)
def expire() -> None:
    """Remove expired evidence; the bare facts of the attempts stay. One transaction an attempt."""
    with_evidence = select(Attempt).where(Attempt.status.in_(NOT_RUNNING), Attempt.id.in_(select(Evidence.attempt_id)))
    for attempt in list(db.session.scalars(with_evidence)):
        service.remove_expired(attempt, actor=journal.SYSTEM, now=clock.now())
        db.session.commit()
