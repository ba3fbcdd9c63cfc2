"""The report of a course: every attempt with what was found, a page at a time or all of them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from lti_proctor.api.data import Page, Violation
from lti_proctor.api.shared import PAGE_SIZE, attempt_data, get, page_of
from lti_proctor.attempts.effects import look_up_extra_times
from lti_proctor.attempts.models import Attempt
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.platforms.models import Course
from lti_proctor.providers.models import ProviderReview
from lti_proctor.review.models import Conclusion

#: How many attempts are read in one statement.
AT_ONCE = 500


def violations(
    course_id: int, *, include_practice: bool = False, page: int = 1, limit: int = PAGE_SIZE
) -> Page[Violation]:
    """Every attempt of a course with what was found, by the exam's title; remarks of providers counted by their status.

    Raises `NotFound("course")`, `Invalid("page_range")`.
    """
    course = get(Course, course_id, "course")
    query = select(Attempt).join(Attempt.exam).join(Attempt.user).where(Exam.course_id == course.id)
    if not include_practice:
        query = query.where(Exam.kind.not_in((Kind.practice, Kind.onboarding)))
    found = page_of(_in_order(query), page, limit, lambda row: row)
    return Page(items=_violations(found.items), page=found.page, pages=found.pages, total=found.total)


def each_violation(exam_ids: Sequence[int]) -> Iterator[Violation]:
    """Every attempt at these exams, practice and onboarding too, by the exam's title. Some hundred are in memory at a
    time, so that a long report can be sent while it is read.
    """
    query = select(Attempt.id).join(Attempt.exam).where(Attempt.exam_id.in_(exam_ids))
    ids = list(db.session.scalars(query.order_by(Exam.title, Attempt.id)))
    for start in range(0, len(ids), AT_ONCE):
        chunk = (
            select(Attempt).join(Attempt.exam).join(Attempt.user).where(Attempt.id.in_(ids[start : start + AT_ONCE]))
        )
        yield from _violations(list(db.session.scalars(_in_order(chunk))))


def kinds_of_remarks(exam_ids: Sequence[int]) -> Counter[str]:
    """How often providers gave each status to a remark in their last reviews of attempts at these exams."""
    newest = select(func.max(ProviderReview.id)).join(ProviderReview.attempt).where(Attempt.exam_id.in_(exam_ids))
    query = select(ProviderReview.comments).where(ProviderReview.id.in_(newest.group_by(ProviderReview.attempt_id)))
    given = db.session.scalars(query.execution_options(yield_per=AT_ONCE))
    return Counter(str(comment["status"]) for comments in given for comment in comments)


def _in_order(query: Select[Any]) -> Select[Any]:
    with_both = query.options(contains_eager(Attempt.exam), contains_eager(Attempt.user))
    return with_both.order_by(Exam.title, Attempt.id)


def _violations(attempts: list[Attempt]) -> list[Violation]:
    look_up_extra_times(attempts)
    ids = [attempt.id for attempt in attempts]
    sent = select(ProviderReview).where(ProviderReview.attempt_id.in_(ids)).order_by(ProviderReview.id)
    given = select(Conclusion).where(Conclusion.attempt_id.in_(ids)).order_by(Conclusion.id)
    reviews = {row.attempt_id: row for row in db.session.scalars(sent)}
    conclusions = {row.attempt_id: row for row in db.session.scalars(given)}
    return [_violation(attempt, reviews.get(attempt.id), conclusions.get(attempt.id)) for attempt in attempts]


def _violation(attempt: Attempt, review: ProviderReview | None, conclusion: Conclusion | None) -> Violation:
    remarks: dict[str, list[str]] = defaultdict(list)
    for comment in review.comments if review else ():
        remarks[str(comment["status"])].append(str(comment["comment"]))
    return Violation(
        attempt=attempt_data(attempt),
        provider_status=review.status.value if review else None,
        verdict=conclusion.verdict.value if conclusion else None,
        reason=conclusion.reason.value if conclusion and conclusion.reason else None,
        counts={status: len(comments) for status, comments in remarks.items()},
        remarks=dict(remarks),
    )
