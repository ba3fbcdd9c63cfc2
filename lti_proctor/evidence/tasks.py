"""Retention: what has been kept for as long as promised goes, bytes and row."""

from sqlalchemy import select

from lti_proctor import clock, jobs, journal
from lti_proctor.attempts.lifecycle import PHASE, Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.evidence import service
from lti_proctor.evidence.models import Evidence
from lti_proctor.extensions import db

DONE = [status for status, phase in PHASE.items() if phase == Phase.done]


@jobs.job("evidence.expire", every_minute=True)
def expire() -> None:
    """Remove the evidence of attempts whose time is over; the bare facts stay."""
    now = clock.now()
    ended = select(Attempt).where(Attempt.status.in_(DONE), ~Attempt.is_removed, Attempt.stopped_at.is_not(None))
    with_evidence = ended.where(Attempt.id.in_(select(Evidence.attempt_id)))
    for attempt in db.session.scalars(with_evidence):
        if service.kept_until(attempt, now) <= now:
            for evidence in service.photos_of(attempt):
                service.remove(evidence, actor=journal.SYSTEM, now=now)
            attempt.is_removed = True
            db.session.commit()
