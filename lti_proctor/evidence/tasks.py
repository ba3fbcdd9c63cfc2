"""Joining the chunks of recordings; retention: what has been kept for as long as promised goes, bytes and row."""

import structlog
from sqlalchemy import func, or_, select, update

from lti_proctor import clock, jobs, journal, outbox
from lti_proctor.attempts.keeping import promises
from lti_proctor.attempts.lifecycle import Phase, statuses_in
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Upstream
from lti_proctor.evidence import joining, recordings, service
from lti_proctor.evidence.models import Evidence, Recording
from lti_proctor.extensions import db
from lti_proctor.outbox import Effect
from lti_proctor.storage import store

log = structlog.get_logger()
DONE = statuses_in(Phase.done)
NOT_RUNNING = statuses_in(Phase.before, Phase.blocked, Phase.done)


@outbox.handles(service.ERASE)
def erase(effect: Effect) -> None:
    """Delete bytes that no row names any more."""
    store().delete(effect.payload["key"])


@outbox.handles(recordings.ERASE_FOLDER)
def erase_folder(effect: Effect) -> None:
    """Delete the chunks that no row names any more."""
    store().delete_folder(effect.payload["folder"])


@jobs.job("evidence.join", every_minute=True)
def join_recordings() -> None:
    """Join the recordings that are over, each in a transaction of its own: one that fails stops no other."""
    for recording_id in joining.due(clock.now()):
        try:
            joining.join(db.session.get_one(Recording, recording_id), now=clock.now())
            db.session.commit()
        except Upstream:
            db.session.rollback()
        except Exception:
            log.exception("recording.not_joined", recording=recording_id)
            db.session.rollback()


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
    held = or_(Attempt.id.in_(select(Evidence.attempt_id)), Attempt.id.in_(select(Recording.attempt_id)))
    with_evidence = [Attempt.status.in_(NOT_RUNNING), held]
    for same_promise, length in promises(*with_evidence):
        photos, videos = (
            select(kept.attempt_id)
            .join(Attempt)
            .where(same_promise, func.coalesce(Attempt.stopped_at, since) <= now - length)
            for kept, since in ((Evidence, Evidence.created_at), (Recording, Recording.last_at))
        )
        expired = or_(Attempt.id.in_(photos), Attempt.id.in_(videos))
        attempts = select(Attempt).where(*with_evidence, expired).order_by(Attempt.id)
        for attempt in list(db.session.scalars(attempts)):
            recordings.remove_expired(attempt, actor=journal.SYSTEM, now=now)
            service.remove_expired(attempt, actor=journal.SYSTEM, now=now)
            db.session.commit()
