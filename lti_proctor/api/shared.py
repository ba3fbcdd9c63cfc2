"""Reading rows into plain data, and what all parts of the interface share."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import Select, func, select

from lti_proctor import clock
from lti_proctor.api.data import AttemptData, ExamData, Learner, Page
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts import timing
from lti_proctor.attempts.effects import extra_time
from lti_proctor.attempts.engines import provider_name
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.backends import backends
from lti_proctor.errors import Invalid, NotFound
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import Base, db
from lti_proctor.journal import Actor, Role
from lti_proctor.people.models import User

M = TypeVar("M", bound=Base)
T = TypeVar("T")
PAGE_SIZE = 25
PAGE_MAX = 100
#: Larger ones are no keys of any of the databases.
LARGEST_KEY = 2**63 - 1
#: What opens an exam or its browser is for those who change it.
SECRETS = frozenset({"code", "browser_exam_keys", "config_keys"})


def get(model: type[M], key: int, what: str) -> M:
    """Raises `NotFound(what)`."""
    found = db.session.get(model, key) if 0 < key <= LARGEST_KEY else None
    if found is None:
        raise NotFound(what)
    return found


def staff(by: int | None) -> Actor:
    """Who acts: a person by their id, or a program."""
    return Actor(Role.staff, by)


def page_of(query: Select[Any], page: int, limit: int, make: Callable[[Any], T]) -> Page[T]:
    """One page of a query that is ordered; a page after the last one is empty.

    Raises `Invalid("page_range")` for pages below 1 and lengths outside 1–100.
    """
    if not 1 <= page <= 1_000_000 or not 1 <= limit <= PAGE_MAX:
        raise Invalid("page_range")
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = db.session.scalars(query.limit(limit).offset((page - 1) * limit))
    return Page(items=[make(row) for row in rows], page=page, pages=max(1, -(-total // limit)), total=total)


def cut(rows: list[T], page: int, limit: int) -> Page[T]:
    """One page of what is in memory already; raises as `page_of` does."""
    if not 1 <= page <= 1_000_000 or not 1 <= limit <= PAGE_MAX:
        raise Invalid("page_range")
    start = (page - 1) * limit
    return Page(items=rows[start : start + limit], page=page, pages=max(1, -(-len(rows) // limit)), total=len(rows))


def learner(user: User) -> Learner:
    return Learner(id=user.id, username=user.username, name=user.name, email=user.email)


def exam_data(exam: Exam) -> ExamData:
    config = exam.config
    stored = {key: value for key, value in exam.stored.items() if key not in SECRETS}
    return ExamData(
        id=exam.id,
        identifier=exam.identifier,
        course_id=exam.course_id,
        title=exam.title,
        kind=exam.kind,
        is_active=exam.is_active,
        version=exam.version,
        provider="" if exam.kind == Kind.timed else backends().chosen(config.provider),
        time_limit_minutes=config.lifetime or None,
        open_at=config.open_at,
        close_at=config.close_at,
        is_past_due=is_past(config.close_at),
        created_at=exam.created_at,
        config=stored,
    )


def is_past(closes: datetime | None) -> bool:
    return closes is not None and closes <= clock.now()


def allowed_minutes(attempt: Attempt) -> int | None:
    """Whole minutes that the learner has, begun ones counted; None without a limit."""
    return minutes(attempts.config_of(attempt).lifetime, extra_time(attempt))


def minutes(lifetime: int, extra: timing.ExtraTime) -> int | None:
    seconds = timing.allowed_seconds(lifetime, extra)
    return -(-seconds // 60) if seconds is not None else None


def attempt_data(attempt: Attempt) -> AttemptData:
    return AttemptData(**attempt_values(attempt))


def attempt_values(attempt: Attempt) -> dict[str, Any]:
    is_running = attempt.phase == Phase.running
    return {
        **{name: getattr(attempt, name) for name in _AS_STORED},
        "exam_title": attempt.exam.title,
        "course_id": attempt.exam.course_id,
        "kind": attempt.exam.kind,
        "learner": learner(attempt.user),
        "provider": "" if attempt.exam.kind == Kind.timed else provider_name(attempt),
        "seconds_left": attempts.seconds_left(attempt, clock.now()) if is_running else None,
        "allowed_minutes": allowed_minutes(attempt),
        "result": _number(attempt.result),
        "score": _number(attempt.score),
    }


_AS_STORED = (
    "id", "identifier", "exam_id", "number", "status", "session_status", "phase", "created_at", "started_at",
    "deadline_at", "stopped_at", "ended_by", "error", "is_resumable", "is_removed",
)  # fmt: skip


def _number(value: Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)
