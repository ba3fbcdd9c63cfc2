"""What time does to attempts, whether or not anybody looks."""

from datetime import timedelta

import structlog
from sqlalchemy import Select, or_, select

from lti_proctor import clock, jobs, journal
from lti_proctor.attempts import service
from lti_proctor.attempts.lifecycle import Event, Phase, Status, statuses_in
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Refused
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import current_settings, db

log = structlog.get_logger()
RUNNING = statuses_in(Phase.running)
WAITING = statuses_in(Phase.before, Phase.blocked)


@jobs.job("attempts.pass_time", every_minute=True)
def pass_time() -> None:
    """Pause who is away, end what is over, expire what nobody started in time."""
    now = clock.now()
    # Whoever writes and has time left is passed over by the database; the life cycle decides about the rest.
    silent = Attempt.seen_at < now - timedelta(seconds=current_settings().disconnect_seconds)
    due = or_(silent, Attempt.deadline_at <= now, Attempt.status == Status.paused)
    for attempt_id in _ids(select(Attempt.id).where(Attempt.status.in_(RUNNING), due)):
        _try(attempt_id, Event.time_out, Event.pause)
    closed = select(Attempt.id).join(Exam).where(Attempt.status.in_(WAITING), Exam.closes_at <= now)
    for attempt_id in _ids(closed):
        _try(attempt_id, Event.expire)


def _ids(query: Select[int]) -> list[int]:
    return list(db.session.scalars(query))


def _try(attempt_id: int, *events: Event) -> None:
    """The first of the events whose conditions hold. One transaction an attempt: one that fails stops no other."""
    attempt = db.session.get(Attempt, attempt_id)
    now = clock.now()
    if attempt is None:
        return
    for event in events:
        if event == Event.pause and attempt.status == Status.paused:
            continue
        if service.may(attempt, event, journal.SYSTEM, now):
            try:
                service.fire(attempt, event, actor=journal.SYSTEM, now=now)
                db.session.commit()
            except Refused as refusal:
                db.session.rollback()
                log.info("attempts.not_moved", attempt=attempt_id, what=event.value, code=refusal.code)
            return
