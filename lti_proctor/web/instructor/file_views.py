"""The files of an exam: looking at them, uploading others, taking them away."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.content import service as content
from lti_proctor.errors import Invalid, NotFound
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.journal import Role
from lti_proctor.people.roles import Permission
from lti_proctor.web.access import actor, load_exam, may
from lti_proctor.web.content.addresses import address_for_staff
from lti_proctor.web.problem_form import Words
from lti_proctor.web.problem_words import PROBLEMS
from lti_proctor.web.sessions import settings

LISTED = 200
UPLOAD = "instructor.files"


def add_to(bp: Blueprint) -> None:
    bp.url_value_preprocessor(_allow_large)
    bp.add_url_rule("/exams/<int:exam_id>/files", "files", files, methods=["GET", "POST"])
    bp.add_url_rule("/exams/<int:exam_id>/files/look", "preview_files", preview_files)
    bp.add_url_rule("/exams/<int:exam_id>/files/remove", "remove_files", remove_files, methods=["POST"])


def _allow_large(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Only somebody who may upload here may send so much; this comes before the body is read for the first time."""
    if request.endpoint == UPLOAD and request.method == "POST" and values:
        load_exam(values["exam_id"], Permission.exam_edit)
        request.max_content_length = settings().package_max_bytes


def files(exam_id: int) -> Response | str | tuple[str, int]:
    exam = load_exam(exam_id, Permission.exam_edit)
    if request.method == "GET":
        return _page(exam)
    try:
        _upload(exam)
    except Invalid as invalid:
        db.session.rollback()
        return _page(load_exam(exam_id, Permission.exam_edit), _words(invalid)), 422
    db.session.commit()
    flash(_("The files are here. Learners get them in the exam window."))
    return redirect(url_for("instructor.files", exam_id=exam_id), 303)


def _upload(exam: Exam) -> None:
    upload = request.files.get("upload")
    if upload is None or not upload.filename:
        raise Invalid("package_empty")
    content.put_on(exam, upload.stream, upload.filename, actor=actor(Role.staff), now=clock.now())


def preview_files(exam_id: int) -> Response:
    """As learners see them, but nothing is reported."""
    exam = load_exam(exam_id, Permission.exam_edit)
    package = content.find_package(exam.config.package)
    if package is None:
        raise NotFound("page")
    return redirect(address_for_staff(package), 303)


def remove_files(exam_id: int) -> Response:
    exam = load_exam(exam_id, Permission.exam_edit)
    content.take_off(exam, actor=actor(Role.staff), now=clock.now())
    db.session.commit()
    flash(_("The files are removed from the exam."))
    return redirect(url_for("instructor.files", exam_id=exam.id), 303)


def _page(exam: Exam, problem: Words | None = None) -> str:
    package = content.find_package(exam.config.package)
    return render_template(
        "instructor/files.html",
        exam=exam,
        tab="files",
        may_edit=may(Permission.exam_edit, exam=exam),
        package=package,
        listed=content.files_of(package)[:LISTED] if package else [],
        largest=settings().package_max_bytes,
        problem=problem,
    )


def _words(invalid: Invalid) -> Words:
    """The words of the problem, with the name or number that they speak of."""
    known = {"name": "", "n": "", **invalid.details}
    words = PROBLEMS[invalid.code]
    return replace(words, means=str(words.means) % known, steps=tuple(str(step) % known for step in words.steps))
