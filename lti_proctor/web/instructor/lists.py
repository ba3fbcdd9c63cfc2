"""Lists of attempts for staff: counted, filtered, paged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.people.models import User
from lti_proctor.people.search import is_called

PAGE_SIZE = 25


@dataclass(frozen=True)
class Listing:
    """One page of attempts, and how many there are in each status that occurs. `shown` None: all of them."""

    rows: list[Attempt]
    counts: Mapping[Status, int]
    shown: Status | None
    search: str
    page: int
    pages: int
    total: int
    #: Of all statuses together.
    all: int


def attempts_of(exam: Exam, *, show: str, search: str, page: int) -> Listing:
    base = select(Attempt).join(User, User.id == Attempt.user_id).where(Attempt.exam_id == exam.id)
    return _listing(base, show, search, page)


def all_attempts(exam_ids: list[int], *, show: str, search: str, page: int, besides: Sequence[int] = ()) -> Listing:
    """The attempts of these exams, and besides those with these keys."""
    seen = or_(Attempt.exam_id.in_(exam_ids), Attempt.id.in_(besides))
    base = select(Attempt).join(User, User.id == Attempt.user_id).where(seen)
    return _listing(base, show, search, page)


def _listing(base: Select[Any], show: str, search: str, page: int) -> Listing:
    if search:
        base = base.where(is_called(search))
    counted = base.with_only_columns(Attempt.status, func.count()).group_by(Attempt.status).order_by(None)
    found: dict[Status, int] = dict(db.session.execute(counted).all())
    counts = {status: found[status] for status in Status if status in found}
    every = sum(counts.values())
    shown = Status(show) if show in set(Status) else None
    rows = base if shown is None else base.where(Attempt.status == shown)
    total = every if shown is None else counts.get(shown, 0)
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    ordered = rows.options(contains_eager(Attempt.user)).order_by(
        Attempt.started_at.desc().nulls_last(), Attempt.id.desc()
    )
    attempts = list(db.session.scalars(ordered.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)))
    return Listing(attempts, counts, shown, search, page, pages, total, every)
