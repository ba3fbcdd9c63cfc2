"""Counting what has come, every minute."""

import structlog

from lti_proctor import clock, jobs
from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import db
from lti_proctor.monitoring import service

log = structlog.get_logger()


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
