"""Views of exams and their attempts for those who teach and review."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.attempts.waiting import waiting_in
from lti_proctor.exams import service as exams
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.journal import Role
from lti_proctor.people.roles import Permission
from lti_proctor.web.access import actor, load_exam, may, note_staff
from lti_proctor.web.instructor import (
    accommodation_views,
    allowance_views,
    assessment_views,
    attempt_views,
    chat_views,
    concluding,
    course_views,
    deep_links,
    face_views,
    file_views,
    findings_views,
    framing,
    grade_views,
    judging_views,
    provider_views,
    queue_views,
    report_views,
    review_views,
    roster_views,
    seb_views,
    sharing_views,
    slot_views,
    taking_views,
)
from lti_proctor.web.instructor.chat_views import waiting_values
from lti_proctor.web.instructor.editor import editor_values
from lti_proctor.web.instructor.forms import ExamForm
from lti_proctor.web.instructor.grades import sent_grades
from lti_proctor.web.instructor.lists import attempts_of

bp = Blueprint("instructor", __name__)
bp.after_request(note_staff)
accommodation_views.add_to(bp)
assessment_views.add_to(bp)
provider_views.add_to(bp)
attempt_views.add_to(bp)
chat_views.add_to(bp)
concluding.add_to(bp)
course_views.add_to(bp)
deep_links.add_to(bp)
face_views.add_to(bp)
allowance_views.add_to(bp)
findings_views.add_to(bp)
queue_views.add_to(bp)
review_views.add_to(bp)
roster_views.add_to(bp)
grade_views.add_to(bp)
file_views.add_to(bp)
seb_views.add_to(bp)
slot_views.add_to(bp)
report_views.add_to(bp)
judging_views.add_to(bp)
taking_views.add_to(bp)
sharing_views.add_to(bp)


@bp.get("/exams/<int:exam_id>")
def exam(exam_id: int) -> str:
    """The attempts of an exam, with filters that the address holds."""
    found = load_exam(exam_id, Permission.exam_view)
    listing = attempts_of(
        found,
        show=request.args.get("show", ""),
        search=request.args.get("q", "").replace("\0", "").strip(),
        page=request.args.get("page", 1, int),
    )
    grades = sent_grades([row.id for row in listing.rows])
    values = {"listing": listing, "grades": grades, "waiting": waiting_in([found.id], clock.now())}
    values["unread"] = waiting_values([found.id])
    values["may_review"] = may(Permission.attempt_review, exam=found)
    return render_template("instructor/attempts.html", **_tabs(found, "attempts"), **values)


@bp.route("/exams/<int:exam_id>/settings", methods=["GET", "POST"])
def settings(exam_id: int) -> Response | str | tuple[str, int]:
    found = load_exam(exam_id, Permission.exam_edit)
    form = ExamForm()
    if request.method == "GET":
        form.fill(found.title, found.kind, found.config)
        return _editor(found, form)
    filled = form.read(found.config) if form.validate() else None
    if filled is None:
        return _editor(found, form), 422
    now = clock.now()
    exams.change_exam(
        found, title=filled.title, kind=filled.kind, config=filled.config, actor=actor(Role.staff), now=now
    )
    db.session.commit()
    flash(_("The settings are saved."))
    framing.advise(filled.config)
    return redirect(url_for("instructor.exam", exam_id=found.id), 303)


def _tabs(found: Exam, current: str) -> dict[str, Any]:
    return {"exam": found, "tab": current, "may_edit": may(Permission.exam_edit, exam=found)}


def _editor(found: Exam, form: ExamForm) -> str:
    return render_template("instructor/settings.html", **_tabs(found, "settings"), **editor_values(form, found.config))
