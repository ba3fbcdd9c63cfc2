"""Retention: what was written goes when the evidence of its attempt goes."""

from sqlalchemy import select, update

from lti_proctor import clock, jobs
from lti_proctor.attempts.keeping import promises
from lti_proctor.attempts.lifecycle import Phase, statuses_in
from lti_proctor.attempts.models import Attempt
from lti_proctor.chat import service
from lti_proctor.chat.models import Message
from lti_proctor.extensions import db

DONE = statuses_in(Phase.done)


@jobs.job("chat.forget", every_minute=True)
def forget() -> None:
    """Each attempt as long as it promised."""
    now = clock.now()
    written = [Attempt.status.in_(DONE), Attempt.id.in_(select(Message.attempt_id))]
    for same_promise, length in promises(*written):
        over = select(Attempt.id).where(*written, same_promise, Attempt.stopped_at <= now - length)
        expired = list(db.session.scalars(over))
        service.remove_all(expired)
        db.session.execute(update(Attempt).where(Attempt.id.in_(expired)).values(is_removed=True))
