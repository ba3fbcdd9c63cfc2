"""Retention: what has been kept for as long as promised goes, bytes and row."""

from sqlalchemy import func, select, update

from lti_proctor import clock, jobs, journal, outbox
from lti_proctor.attempts.keeping import promises
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
    """Network address and browser of an attempt go when its evidence would."""
    now = clock.now()
    traced = [Attempt.status.in_(DONE), Attempt.ipaddress.is_not(None)]
    for same_promise, length in promises(*traced):
        expired = update(Attempt).where(*traced, same_promise, Attempt.stopped_at <= now - length)
        db.session.execute(expired.values(ipaddress=None, useragent=None))


@jobs.job("evidence.expire", every_minute=True)
def expire() -> None:
    """Remove expired evidence; the bare facts of the attempts stay. One transaction an attempt."""
    now = clock.now()
    with_evidence = [Attempt.status.in_(NOT_RUNNING), Attempt.id.in_(select(Evidence.attempt_id))]
    for same_promise, length in promises(*with_evidence):
        counted_from = func.coalesce(Attempt.stopped_at, Evidence.created_at)
        expired = select(Evidence.attempt_id).join(Attempt).where(same_promise, counted_from <= now - length)
        attempts = select(Attempt).where(*with_evidence, Attempt.id.in_(expired)).order_by(Attempt.id)
        for attempt in list(db.session.scalars(attempts)):
            service.remove_expired(attempt, actor=journal.SYSTEM, now=now)
            db.session.commit()
