"""Courses and exams."""

from flask import Blueprint

from lti_proctor import api
from lti_proctor.api.data import CourseData, ExamData, ExamSettings, Page, Policy
from lti_proctor.people.scopes import Scope
from lti_proctor.web.api import access, bodies
from lti_proctor.web.api.routes import route


def add_to(bp: Blueprint) -> None:
    read, write, tag = Scope.exams_read, Scope.exams_write, "Exams"
    one = "/exams/<int:exam_id>"
    route(bp, "GET /courses", list_courses, read, tag=tag)
    route(bp, "GET /exams", list_exams, read, tag=tag)
    route(bp, "POST /exams", create_exam, write, tag=tag, status=201)
    route(bp, f"GET {one}", get_exam, read, tag=tag)
    route(bp, f"PATCH {one}", change_exam, write, tag=tag)
    route(bp, f"DELETE {one}", archive_exam, write, tag=tag)
    route(bp, f"GET {one}/policy", get_policy, read, tag=tag)
    route(bp, f"PUT {one}/policy", set_policy, write, tag=tag)
    route(bp, f"DELETE {one}/policy", remove_policy, write, tag=tag)
    route(bp, f"GET {one}/settings", exam_settings, read, tag=tag)


def list_courses(query: bodies.Paged) -> Page[CourseData]:
    """The courses that the token reaches, oldest first."""
    return api.list_courses(course_id=access.narrowed(None), page=query.page, limit=query.limit)


def list_exams(query: bodies.ExamQuery) -> Page[ExamData]:
    """Exams, oldest first."""
    course_id = access.narrowed(query.course)
    return api.list_exams(
        course_id, kind=query.kind, active_only=not query.archived, page=query.page, limit=query.limit
    )


def create_exam(json: bodies.NewExam) -> ExamData:
    """Make an exam in a course."""
    course = access.load_course(json.course_id)
    return api.create_exam(
        course.id, json.title, json.kind, bodies.named(json.config), template=json.template, by=access.by()
    )


def get_exam(exam_id: int) -> ExamData:
    """One exam with its configuration."""
    return api.get_exam(access.load_exam(exam_id).id)


def change_exam(exam_id: int, json: bodies.ExamChange) -> ExamData:
    """Change what is named.

    Attempts that run keep the configuration they started with. `is_active` puts an exam away or takes it out again.
    """
    exam, by = access.load_exam(exam_id), access.by()
    if json.is_active is not None:
        api.set_exam_active(exam.id, json.is_active, by=by)
    return api.change_exam(exam.id, title=json.title, kind=json.kind, config=bodies.named(json.config), by=by)


def archive_exam(exam_id: int) -> ExamData:
    """Put an exam away.

    Its attempts stay, lists leave it out, and its provider is told that it is not to watch any more.
    """
    return api.set_exam_active(access.load_exam(exam_id).id, is_active=False, by=access.by())


def get_policy(exam_id: int) -> Policy:
    """What learners may do in an exam."""
    return api.get_policy(access.load_exam(exam_id).id)


def set_policy(exam_id: int, json: bodies.PolicyChange) -> Policy:
    """Write the rules of an exam."""
    return api.set_policy(access.load_exam(exam_id).id, json.rules, json.rules_url, by=access.by())


def remove_policy(exam_id: int) -> Policy:
    """Back to the site's own rules."""
    return api.remove_policy(access.load_exam(exam_id).id, by=access.by())


def exam_settings(exam_id: int) -> ExamSettings:
    """What a front end of learners needs: whom to ask, links, the provider and its support, the rules."""
    return api.exam_settings(access.load_exam(exam_id).id)
