"""The report of reviews as a file: every attempt of an exam or a course, with the remarks counted by kind."""

from collections.abc import Iterator, Mapping

from flask import Blueprint
from sqlalchemy import select
from werkzeug.wrappers import Response

from lti_proctor import api
from lti_proctor.api.data import Violation
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.people.roles import Permission
from lti_proctor.web.access import load_course, load_exam, may
from lti_proctor.web.csv_files import csv_answer

#: Kinds of remarks that have a column of their own, the most frequent ones; providers may call them what they like.
KINDS_MAX = 40
#: Columns, and the fields of `api.data.AttemptData` that they hold.
OF_ATTEMPT: Mapping[str, str] = {
    "exam_id": "exam_id", "exam": "exam_title", "kind": "kind", "attempt_id": "id", "attempt": "number",
    "status": "status", "session_status": "session_status", "provider": "provider", "created_at": "created_at",
    "started_at": "started_at", "stopped_at": "stopped_at", "ended_by": "ended_by", "error": "error",
    "allowed_minutes": "allowed_minutes", "is_removed": "is_removed", "result": "result", "score": "score",
}  # fmt: skip
HEADS = ("user", "name", "email", *OF_ATTEMPT, "provider_status", "verdict", "reason", "comments")


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/exams/<int:exam_id>/reviews.csv", "save_reviews", of_exam)
    bp.add_url_rule("/courses/<int:course_id>/reviews.csv", "save_reviews_of_course", of_course)


def of_exam(exam_id: int) -> Response:
    exam = load_exam(exam_id, Permission.attempt_review)
    return _report(f"reviews-of-exam-{exam.id}", [exam.id])


def of_course(course_id: int) -> Response:
    """Of all exams that count and that this person may review, those that were put away too."""
    course = load_course(course_id, Permission.attempt_review)
    counting = select(Exam).where(Exam.course_id == course.id, Exam.kind.not_in((Kind.practice, Kind.onboarding)))
    ids = [exam.id for exam in db.session.scalars(counting) if may(Permission.attempt_review, exam=exam)]
    return _report(f"reviews-of-course-{course.id}", ids)


def _report(name: str, exam_ids: list[int]) -> Response:
    """The kinds are counted before, because the first line names them; the rest is read while it is sent."""
    counted = api.kinds_of_remarks(exam_ids)
    kinds = sorted(kind for kind, _n in counted.most_common(KINDS_MAX))
    heads = [*HEADS, *(f"comments: {kind}" for kind in kinds)]
    return csv_answer(name, heads, _rows(exam_ids, kinds))


def _rows(exam_ids: list[int], kinds: list[str]) -> Iterator[list[object]]:
    for found in api.each_violation(exam_ids):
        yield [*_facts(found), *(found.counts.get(kind, 0) for kind in kinds)]


def _facts(found: Violation) -> list[object]:
    learner = found.attempt.learner
    attempt = found.attempt.model_dump(mode="json", include=set(OF_ATTEMPT.values()))
    of_attempt = [attempt[name] for name in OF_ATTEMPT.values()]
    of_review = [found.provider_status, found.verdict, found.reason, sum(found.counts.values())]
    return [learner.username, learner.name, learner.email, *of_attempt, *of_review]
