"""What phones say of their time, every minute, and forgetting them."""

import structlog

from lti_proctor import clock, jobs
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import db
from lti_proctor.phone import pictures, service

log = structlog.get_logger()


@jobs.job("phone.tell", every_minute=True)
def tell() -> None:
    """Each attempt in a transaction of its own: one that fails stops no other."""
    for attempt_id in service.to_be_told():
        try:
            look_at(db.session.get_one(Attempt, attempt_id))
            db.session.commit()
        except Exception:
            log.exception("phone.not_told", attempt=attempt_id)
            db.session.rollback()


def look_at(attempt: Attempt) -> None:
    now = clock.now()
    service.tell(attempt, now=now)
    if attempt.phase in {Phase.done, Phase.blocked}:
        pictures.discard_passing(attempt)
        service.close(attempt, now=now)


@jobs.job("phone.forget", every_minute=True)
def forget() -> None:
    service.forget(clock.now())
