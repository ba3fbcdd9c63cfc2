"""What a pulse needs to know of an attempt, in one prepared statement; most of the time nothing has to happen."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, or_, select, update

from lti_proctor.attempts import timing
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Assessment, Attempt
from lti_proctor.extensions import UTCDateTime, db, execute, table_of
from lti_proctor.people.models import SignIn, User
from lti_proctor.people.service import IS_SIGNED_IN
from lti_proctor.prepared import Prepared

QUIET = frozenset({Status.started, Status.ready_to_submit})
#: A sign of life that is younger need not be written down again.
FRESH = timedelta(seconds=15)
_ATTEMPTS = table_of(Attempt)
_SEEN = Prepared(
    update(_ATTEMPTS)
    .where(_ATTEMPTS.c.id == bindparam("attempt_id"))
    .values(seen_at=bindparam("now", type_=UTCDateTime))
)


class Running(NamedTuple):
    """An attempt that simply runs on, in the order of `COLUMNS`."""

    status: Status
    deadline_at: datetime | None
    held_seconds: int | None
    seen_at: datetime | None
    spared_version: int
    chat_version: int

    def seconds_left(self, now: datetime) -> int | None:
        return timing.seconds_left(self.deadline_at, self.held_seconds, now)


COLUMNS = (
    Attempt.status, Attempt.deadline_at, Attempt.held_seconds, Attempt.seen_at, Attempt.spared_version,
    Attempt.chat_version,
)  # fmt: skip


def of_quiet_attempt(*columns: Any) -> Select[Any]:
    """Select of an attempt that simply runs on, if whoever is signed in takes it: with the values `attempt_id`,
    `token_hash` and `now`. One at the LMS tells its time differently, so it is looked at wholly.
    """
    is_not_over = or_(
        Attempt.held_seconds.is_not(None),
        Attempt.deadline_at.is_(None),
        Attempt.deadline_at > bindparam("now", type_=UTCDateTime),
    )
    is_on = or_(*(Attempt.status == status for status in sorted(QUIET)))
    return (
        select(*columns)
        .select_from(SignIn)
        .join(User, User.id == SignIn.user_id)
        .join(Attempt, Attempt.user_id == User.id)
        .outerjoin(Assessment, Assessment.attempt_id == Attempt.id)
        .where(IS_SIGNED_IN, Attempt.id == bindparam("attempt_id"), Assessment.id.is_(None), is_on, is_not_over)
    )


_GLANCE = Prepared(of_quiet_attempt(*COLUMNS))


def glance(attempt_id: int, token_hash: bytes, *, now: datetime) -> Running | None:
    """An attempt of whoever is signed in with this token, if it simply runs on. None otherwise: somebody has to look
    what it is, and may have to refuse.
    """
    row = execute(_GLANCE, attempt_id=attempt_id, token_hash=token_hash, now=now).first()
    return Running._make(row) if row is not None else None


def note_seen(attempt_id: int, running: Running, now: datetime) -> None:
    if running.seen_at is None or now - running.seen_at > FRESH:
        execute(_SEEN, attempt_id=attempt_id, now=now)


def note_talked(attempt: Attempt) -> None:
    """Something is new in the attempt's chat; its window sees that with the next pulse."""
    attempt.chat_version = Attempt.chat_version + 1
    db.session.flush()
