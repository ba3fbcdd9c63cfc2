"""Concluding by itself, every minute."""

import structlog

from lti_proctor import clock, jobs
from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import db
from lti_proctor.review import auto
from lti_proctor.review.mails import remind_of_onboardings

log = structlog.get_logger()


@jobs.job("review.remind", every_minute=True)
def remind() -> None:
    """Once an hour is enough: the reminder is weeks ahead."""
    now = clock.now()
    if now.minute == 17 and remind_of_onboardings(now):
        db.session.commit()


@jobs.job("review.conclude", every_minute=True)
def conclude_all() -> None:
    """Each attempt in a transaction of its own: one that fails stops no other."""
    for attempt_id in auto.due(clock.now()):
        try:
            auto.look_at(db.session.get_one(Attempt, attempt_id), now=clock.now())
            db.session.commit()
        except Exception:
            log.exception("review.not_concluded", attempt=attempt_id)
            db.session.rollback()
