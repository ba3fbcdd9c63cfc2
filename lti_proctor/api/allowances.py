"""Allowances: more time, and what single learners may do beside an exam's rules."""

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from lti_proctor import clock
from lti_proctor.api.data import AllowanceData, AllowanceRow, Page
from lti_proctor.api.shared import PAGE_SIZE, get, learner, minutes, page_of, staff
from lti_proctor.attempts import allowing, timing
from lti_proctor.attempts.learners import find_learners
from lti_proctor.errors import DomainError
from lti_proctor.exams import allowances
from lti_proctor.exams.allowances import Extra
from lti_proctor.exams.models import Allowance, Exam


def list_allowances(
    *, exam_id: int | None = None, course_id: int | None = None, page: int = 1, limit: int = PAGE_SIZE
) -> Page[AllowanceData]:
    """Of an exam, of a course, or all; oldest first. Raises `Invalid("page_range")`."""
    query = select(Allowance).join(Exam, Exam.id == Allowance.exam_id).join(Allowance.user)
    if exam_id is not None:
        query = query.where(Allowance.exam_id == exam_id)
    if course_id is not None:
        query = query.where(Exam.course_id == course_id)
    return page_of(query.options(contains_eager(Allowance.user)).order_by(Allowance.id), page, limit, allowance_data)


def grant_allowance(
    exam_id: int, named: str, *, additional_time: int | None = None, factor: Decimal | None = None,
    policy_exception: str | None = None, by: int | None = None,
) -> AllowanceData:  # fmt: skip
    """Give one learner of an exam more, named by user name, e-mail or whole name; what is left out stays as it was. It
    acts at once on an attempt that runs.

    Raises `NotFound`: `exam`, `learner`; `Invalid`: `learner_ambiguous`, `allowance`, `allowance_empty`,
    `allowance_exception`.
    """
    exam, extra = get(Exam, exam_id, "exam"), Extra(additional_time, factor, policy_exception)
    extra.check()
    user = find_learners(exam, [named])[named]
    if isinstance(user, DomainError):
        raise user
    return allowance_data(allowing.grant(exam, user, extra, actor=staff(by), now=clock.now()))


def grant_allowances(
    exam_ids: Sequence[int], learners: Sequence[str], *, additional_time: int | None = None,
    factor: Decimal | None = None, policy_exception: str | None = None, by: int | None = None,
) -> list[AllowanceRow]:  # fmt: skip
    """Give the same to many learners in many exams: one row each, with a problem where it could not be granted.

    Raises as `grant_allowance` does when nothing can be granted to anybody, and `Invalid("allowances_many")`.
    """
    exams = [get(Exam, exam_id, "exam") for exam_id in dict.fromkeys(exam_ids)]
    extra = Extra(additional_time, factor, policy_exception)
    rows = allowing.grant_many(exams, learners, extra, actor=staff(by), now=clock.now())
    return [AllowanceRow(**asdict(row)) for row in rows]


def revoke_allowance(exam_id: int, allowance_id: int, *, by: int | None = None) -> None:
    """Take back what was granted; an attempt that runs keeps its end. Raises `NotFound`: `exam`, `allowance`."""
    exam = get(Exam, exam_id, "exam")
    get(Allowance, allowance_id, "allowance")
    allowances.revoke(exam, allowances.get_allowance(exam, allowance_id), actor=staff(by), now=clock.now())


def allowance_data(row: Allowance) -> AllowanceData:
    exam = get(Exam, row.exam_id, "exam")
    return AllowanceData(
        id=row.id,
        exam_id=row.exam_id,
        learner=learner(row.user),
        additional_time=row.extra_minutes,
        factor=row.factor,
        policy_exception=row.policy_exception,
        allowed_minutes=minutes(exam.config.lifetime, timing.ExtraTime(row.extra_minutes, row.factor)),
    )
