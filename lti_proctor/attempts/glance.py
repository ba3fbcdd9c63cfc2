"""What a pulse needs to know of an attempt, in one prepared statement; most of the time nothing has to happen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update

from lti_proctor.attempts import timing
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Assessment, Attempt
from lti_proctor.extensions import UTCDateTime, execute, table_of
from lti_proctor.prepared import Prepared

_ATTEMPTS = table_of(Attempt)
_GLANCE = Prepared(
    select(
        Attempt.id, Attempt.user_id, Attempt.status, Attempt.deadline_at, Attempt.held_seconds, Attempt.seen_at,
        Attempt.spared_version, Assessment.id.label("assessment_id"),
    )
    .outerjoin(Assessment, Assessment.attempt_id == Attempt.id)
    .where(Attempt.id == bindparam("attempt_id"))
)  # fmt: skip
_SEEN = Prepared(
    update(_ATTEMPTS)
    .where(_ATTEMPTS.c.id == bindparam("attempt_id"))
    .values(seen_at=bindparam("now", type_=UTCDateTime))
)
QUIET = frozenset({Status.started, Status.ready_to_submit})


@dataclass(frozen=True)
class Glance:
    id: int
    user_id: int
    status: Status
    deadline_at: datetime | None
    held_seconds: int | None
    seen_at: datetime | None
    spared_version: int
    assessment_id: int | None

    def is_quiet(self, now: datetime) -> bool:
        """Whether the attempt simply runs on. One at the LMS tells its time differently, so it is looked at wholly."""
        is_over = timing.is_over(self.deadline_at, self.held_seconds, now)
        return self.status in QUIET and not is_over and self.assessment_id is None

    def seconds_left(self, now: datetime) -> int | None:
        return timing.seconds_left(self.deadline_at, self.held_seconds, now)


def glance(attempt_id: int) -> Glance | None:
    row = execute(_GLANCE, attempt_id=attempt_id).first()
    return Glance(**row._asdict()) if row is not None else None


def note_seen(attempt_id: int, now: datetime) -> None:
    execute(_SEEN, attempt_id=attempt_id, now=now)
