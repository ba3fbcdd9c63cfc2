"""What a pulse needs to know of an attempt, in one prepared statement; most of the time nothing has to happen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update

from lti_proctor.attempts import timing
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Assessment, Attempt
from lti_proctor.extensions import UTCDateTime, execute, table_of
from lti_proctor.people.models import SignIn, User
from lti_proctor.people.service import IS_SIGNED_IN
from lti_proctor.prepared import Prepared

_ATTEMPTS = table_of(Attempt)
_GLANCE = Prepared(
    select(
        Attempt.id, Attempt.status, Attempt.deadline_at, Attempt.held_seconds, Attempt.seen_at,
        Assessment.id.label("assessment_id"),
    )
    .select_from(SignIn)
    .join(User, User.id == SignIn.user_id)
    .join(Attempt, Attempt.user_id == User.id)
    .outerjoin(Assessment, Assessment.attempt_id == Attempt.id)
    .where(IS_SIGNED_IN, Attempt.id == bindparam("attempt_id"))
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
    status: Status
    deadline_at: datetime | None
    held_seconds: int | None
    seen_at: datetime | None
    assessment_id: int | None

    def is_quiet(self, now: datetime) -> bool:
        """Whether the attempt simply runs on. One at the LMS tells its time differently, so it is looked at wholly."""
        is_over = timing.is_over(self.deadline_at, self.held_seconds, now)
        return self.status in QUIET and not is_over and self.assessment_id is None

    def seconds_left(self, now: datetime) -> int | None:
        return timing.seconds_left(self.deadline_at, self.held_seconds, now)


def glance(attempt_id: int, token_hash: bytes, *, now: datetime) -> Glance | None:
    """An attempt of whoever is signed in with this token; None when it is somebody else's, or nobody is."""
    row = execute(_GLANCE, attempt_id=attempt_id, token_hash=token_hash, now=now).first()
    return Glance(**row._asdict()) if row is not None else None


def note_seen(attempt_id: int, now: datetime) -> None:
    execute(_SEEN, attempt_id=attempt_id, now=now)
