"""Looking at pictures, outside of requests: the process that runs jobs starts the engine's own."""

from datetime import timedelta

import structlog
from sqlalchemy import select

from lti_proctor import clock, jobs
from lti_proctor.attempts.lifecycle import Phase, statuses_in
from lti_proctor.attempts.models import Attempt
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.extensions import db
from lti_proctor.faces import checks, service
from lti_proctor.faces.engine import faces
from lti_proctor.faces.models import FaceReading

BEFORE = statuses_in(Phase.before)
AT_ONCE = 200
#: A job that is not done after so long is taken for lost.
LOST = timedelta(minutes=1)
log = structlog.get_logger()


@jobs.job("faces.look")
def look(evidence_id: int) -> None:
    """Look at the photo of a face, then say how its step ended. What was seen is committed before: a learner who goes
    on at this moment has either seen it or is settled now.
    """
    photo = db.session.get(Evidence, evidence_id)
    if photo is None:
        return
    attempt_id = photo.attempt_id
    service.look_at(photo, now=clock.now())
    db.session.commit()
    settle(attempt_id)


@jobs.job("faces.settle")
def settle(attempt_id: int) -> None:
    attempt = db.session.get(Attempt, attempt_id)
    if attempt is not None:
        service.settle(attempt, now=clock.now())


@jobs.job("faces.check")
def check(snapshot_id: int) -> None:
    checks.check(snapshot_id, now=clock.now())


@jobs.job("faces.sweep", every_minute=True)
def sweep() -> None:
    """What the queue has lost: photos before an exam, pictures during one. Each in a transaction of its own."""
    if not faces().is_on:
        return
    now = clock.now()
    for snapshot_id in checks.pending(before=now - LOST, at_once=AT_ONCE):
        try:
            checks.check(snapshot_id, now=now)
            db.session.commit()
        except Exception:
            log.exception("faces.not_checked", evidence=snapshot_id)
            db.session.rollback()
    unseen = (
        select(Evidence.id)
        .join(Attempt)
        .where(Attempt.status.in_(BEFORE), Evidence.kind == EvidenceKind.face)
        .where(Evidence.id.not_in(select(FaceReading.evidence_id)))
        .where(Evidence.created_at < now - LOST, Evidence.created_at > now - timedelta(days=1))
    )
    for evidence_id in db.session.scalars(unseen.limit(AT_ONCE)):
        jobs.put("faces.look", evidence_id)
