"""Allowances: one by one and many at once."""

from flask import Blueprint

from lti_proctor import api
from lti_proctor.api.data import AllowanceData, Page
from lti_proctor.people.scopes import Scope
from lti_proctor.web.api import access, bodies
from lti_proctor.web.api.routes import route


def add_to(bp: Blueprint) -> None:
    read, write, tag = Scope.allowances_read, Scope.allowances_write, "Allowances"
    of_exam = "/exams/<int:exam_id>/allowances"
    route(bp, "GET /allowances", list_allowances, read, tag=tag)
    route(bp, "POST /allowances", grant_allowances, write, tag=tag)
    route(bp, f"GET {of_exam}", list_allowances_of_exam, read, tag=tag)
    route(bp, f"POST {of_exam}", grant_allowance, write, tag=tag)
    route(bp, f"DELETE {of_exam}/<int:allowance_id>", revoke_allowance, write, tag=tag)


def list_allowances(query: bodies.OfCourse) -> Page[AllowanceData]:
    """Allowances of a course, or of all that the token reaches, oldest first."""
    return api.list_allowances(course_id=access.narrowed(query.course), page=query.page, limit=query.limit)


def list_allowances_of_exam(exam_id: int, query: bodies.Paged) -> Page[AllowanceData]:
    """Allowances of one exam, oldest first."""
    return api.list_allowances(exam_id=access.load_exam(exam_id).id, page=query.page, limit=query.limit)


def grant_allowance(exam_id: int, json: bodies.Grant) -> AllowanceData:
    """Give one learner more, or change what was given. It acts at once on an attempt that runs."""
    exam = access.load_exam(exam_id)
    extra = json.model_dump(include=set(bodies.Extra.model_fields))
    return api.grant_allowance(exam.id, json.learner, **extra, by=access.by())


def grant_allowances(json: bodies.BulkGrant) -> bodies.BulkResult:
    """Give the same to many learners in many exams.

    Each is tried whatever becomes of the others; a row with a `problem` was not granted.
    """
    exam_ids = [access.load_exam(exam_id).id for exam_id in json.exam_ids]
    extra = json.model_dump(include=set(bodies.Extra.model_fields))
    rows = api.grant_allowances(exam_ids, json.learners, **extra, by=access.by())
    n_refused = sum(row.problem is not None for row in rows)
    return bodies.BulkResult(n_granted=len(rows) - n_refused, n_refused=n_refused, rows=rows)


def revoke_allowance(exam_id: int, allowance_id: int) -> None:
    """Take back what was granted; an attempt that runs keeps its end."""
    api.revoke_allowance(access.load_exam(exam_id).id, allowance_id, by=access.by())
