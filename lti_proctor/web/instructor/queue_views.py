"""The review queue, of a course and of everything that somebody reviews; and how often flags are false alarms."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import select

from lti_proctor import clock
from lti_proctor.exams import service as exams
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.people.roles import Permission
from lti_proctor.review.queue import Queue, queue_of
from lti_proctor.review.worth import Turn
from lti_proctor.schedule import service as schedule
from lti_proctor.web.access import load_course, load_exam, may, person, require
from lti_proctor.web.alarms import alarm_values
from lti_proctor.web.instructor.course_views import course_tabs
from lti_proctor.web.review_words import TURNS

PAGE_SIZE = 50


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/courses/<int:course_id>/review", "review_queue", of_course)
    bp.add_url_rule("/exams/<int:exam_id>/false-alarms", "false_alarms", of_exam)


def of_course(course_id: int) -> str:
    """What waits for a review in a course."""
    found = load_course(course_id, Permission.attempt_review)
    mine = [exam for exam in exams.exams_of(found) if may(Permission.attempt_review, exam=exam)]
    address = url_for("instructor.review_queue", course_id=found.id)
    return render_template("instructor/queue.html", **course_tabs(found, "review"), **queue_values(mine, address))


def of_everything() -> str:
    """What waits for a review in all exams that this person watches over."""
    require(Permission.supervision_view)
    mine = [exam for exam in db.session.scalars(select(Exam)) if may(Permission.attempt_review, exam=exam)]
    watched = schedule.attempts_watched_by(person().user_id)
    values = queue_values(mine, url_for("proctor.review_queue"), besides=watched)
    return render_template("shared/queue.html", section="review", **values)


def queue_values(mine: list[Exam], address: str, *, besides: list[int] | None = None) -> dict[str, Any]:
    """For `shared/_queue.html`. The address may name one exam, and a page."""
    shown = request.args.get("exam", 0, int)
    chosen = [exam for exam in mine if exam.id == shown] or mine
    queue = queue_of(
        [exam.id for exam in chosen],
        reviewer_id=person().user_id,
        now=clock.now(),
        besides=(besides or []) if chosen is mine else [],
    )
    pages = max(1, -(-len(queue.rows) // PAGE_SIZE))
    page = min(max(request.args.get("page", 1, int), 1), pages)
    return {
        "queue": queue,
        "rows": queue.rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        "page": page,
        "pages": pages,
        "address": address,
        "shown": shown if chosen is not mine else 0,
        "exams": sorted(mine, key=lambda exam: exam.title),
        "counts": _counts(queue),
        "turns": TURNS,
    }


def _counts(queue: Queue) -> Mapping[Turn, int]:
    return {turn: n for turn in Turn if (n := sum(row.turn == turn for row in queue.rows))}


def of_exam(exam_id: int) -> str:
    """False alarms of one exam."""
    found = load_exam(exam_id, Permission.exam_view)
    values = {"exam": found, "tab": "alarms", "may_edit": may(Permission.exam_edit, exam=found)}
    return render_template("instructor/alarms.html", **values, **alarm_values([found.id]))
