"""Attempts and their reviews."""

from flask import Blueprint

from lti_proctor import api
from lti_proctor.api.data import ActiveExam, AttemptData, AttemptDetail, Page, ReportDocument, ReviewData
from lti_proctor.people.scopes import Scope
from lti_proctor.web.api import access, bodies
from lti_proctor.web.api.routes import route


def add_to(bp: Blueprint) -> None:
    one = "/attempts/<int:attempt_id>"
    read, tag = Scope.attempts_read, "Attempts"
    route(bp, "GET /attempts", list_attempts, read, tag=tag)
    route(bp, f"GET {one}", get_attempt, read, tag=tag)
    route(bp, f"GET {one}/report", get_report, read, tag="Reviews")
    route(bp, f"POST {one}/events", fire_event, Scope.attempts_write, tag=tag)
    route(bp, f"DELETE {one}", reset_attempt, Scope.attempts_write, tag=tag)
    route(bp, "GET /learners/<int:user_id>/active-exams", active_exams, read, tag=tag)
    route(bp, f"GET {one}/reviews", list_reviews, Scope.reviews_read, tag="Reviews")
    route(bp, f"POST {one}/reviews", conclude, Scope.reviews_write, tag="Reviews", status=201)


def list_attempts(query: bodies.AttemptQuery) -> Page[AttemptData]:
    """Attempts by course, exam, status, kind and learner; oldest first."""
    exam_id = access.load_exam(query.exam).id if query.exam is not None else None
    return api.list_attempts(
        course_id=access.narrowed(query.course), exam_id=exam_id, statuses=query.status, kind=query.kind,
        learner=query.learner, newest_first=query.newest_first, page=query.page, limit=query.limit,
    )  # fmt: skip


def get_attempt(attempt_id: int) -> AttemptDetail:
    """One attempt as it is now, and the events that staff may fire on it."""
    return api.get_attempt(access.load_attempt(attempt_id).id)


def get_report(attempt_id: int) -> ReportDocument:
    """Everything that the report of an attempt tells.

    Its format has a version and a JSON Schema of its own: /api/report/schema/1.0. That it was read stands in the
    history of the attempt; with a token of somebody who may review the attempt, its evidence counts as opened.
    """
    return api.get_report(access.load_attempt(attempt_id).id, by=access.by())


def fire_event(attempt_id: int, json: bodies.Firing) -> AttemptDetail:
    """Move an attempt on as staff.

    Only what the life cycle's table gives to staff: docs/lifecycle.md. Nobody acts here in a learner's place.
    """
    attempt = access.load_attempt(attempt_id)
    return api.fire_event(attempt.id, json.event, reason=json.reason, minutes=json.minutes, by=access.by())


def reset_attempt(attempt_id: int) -> AttemptDetail:
    """Take an attempt out of the way, where the life cycle allows it.

    The learner can begin anew, and an outside provider is told to forget it. The record stays.
    """
    return api.reset_attempt(access.load_attempt(attempt_id).id, by=access.by())


def active_exams(user_id: int, query: bodies.ActiveQuery) -> list[ActiveExam]:
    """The exams that run for a learner, with attempt and allowance."""
    course_id = access.narrowed(query.course)
    return api.active_exams(access.load_learner(user_id, course_id).id, course_id)


def list_reviews(attempt_id: int) -> list[ReviewData]:
    """What providers found and people concluded, newest first."""
    return api.list_reviews(access.load_attempt(attempt_id).id)


def conclude(attempt_id: int, json: bodies.NewConclusion) -> ReviewData:
    """Accept an attempt, or not, in the name of the token's owner, who must have the right to review it."""
    attempt, owner = access.load_attempt(attempt_id), access.person()
    return api.conclude(attempt.id, json.verdict, reason=json.reason, comment=json.comment, by=owner)
