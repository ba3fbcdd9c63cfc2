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

PAGE_SIZE = 25
#: Filters in the order of the page; what no filter names is "others".
GROUPS: Mapping[str, tuple[Status, ...]] = {
    "waiting": (Status.submitted,),
    "second": (Status.second_review_required,),
    "running": (Status.started, Status.ready_to_submit),
    "paused": (Status.paused,),
    "error": (Status.error,),
    "accepted": (Status.verified,),
    "rejected": (Status.rejected,),
}
NAMED = frozenset(status for group in GROUPS.values() for status in group)


@dataclass(frozen=True)
class Listing:
    """One page of attempts and the counts of all."""

    rows: list[Attempt]
    counts: Mapping[str, int]
    shown: str
    search: str
    page: int
    pages: int
    total: int


def attempts_of(exam: Exam, *, group: str, search: str, page: int) -> Listing:
    base = select(Attempt).join(User, User.id == Attempt.user_id).where(Attempt.exam_id == exam.id)
    return _listing(base, group, search, page)


def all_attempts(exam_ids: list[int], *, group: str, search: str, page: int, besides: Sequence[int] = ()) -> Listing:
    """The attempts of these exams, and besides those with these keys."""
    seen = or_(Attempt.exam_id.in_(exam_ids), Attempt.id.in_(besides))
    base = select(Attempt).join(User, User.id == Attempt.user_id).where(seen)
    return _listing(base, group, search, page)


def _listing(base: Select[Any], group: str, search: str, page: int) -> Listing:
    if search:
        like = f"%{_escaped(search)}%"
        fields = (User.nickname, User.family_name, User.given_name, User.email, User.username)
        base = base.where(or_(*(field.ilike(like, escape="\\") for field in fields)))
    counted = base.with_only_columns(Attempt.status, func.count()).group_by(Attempt.status).order_by(None)
    by_status: dict[Status, int] = dict(db.session.execute(counted).all())
    counts = {name: sum(by_status.get(s, 0) for s in group_) for name, group_ in GROUPS.items()}
    counts["all"] = sum(by_status.values())
    counts["others"] = counts["all"] - sum(by_status.get(s, 0) for s in NAMED)
    rows = _in_group(base, group)
    total = counts.get(group, counts["all"])
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    ordered = rows.options(contains_eager(Attempt.user)).order_by(
        Attempt.started_at.desc().nulls_last(), Attempt.id.desc()
    )
    found = list(db.session.scalars(ordered.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)))
    return Listing(found, counts, group if group in counts else "all", search, page, pages, total)


def _in_group(base: Select[Any], group: str) -> Select[Any]:
    if group in GROUPS:
        return base.where(Attempt.status.in_(GROUPS[group]))
    if group == "others":
        return base.where(Attempt.status.not_in(NAMED))
    return base


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")[:100]
