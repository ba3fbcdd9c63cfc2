"""Accommodations: what single learners are spared. Only for those who grant them; the note is theirs alone."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.attempts.accommodating import spread
from lti_proctor.attempts.learners import find_learner, learners_of
from lti_proctor.errors import Invalid, Refused
from lti_proctor.exams import accommodations, sparing
from lti_proctor.exams.addons import Metric
from lti_proctor.exams.models import Accommodation, Exam
from lti_proctor.exams.protections import Protection
from lti_proctor.extensions import db
from lti_proctor.journal import Role
from lti_proctor.monitoring import service as monitoring
from lti_proctor.people.roles import Permission
from lti_proctor.web.access import actor, load_exam, may
from lti_proctor.web.accommodation_words import NEEDS, SPARED, spared_words

IN_COURSE = "course"


def add_to(bp: Blueprint) -> None:
    base = "/exams/<int:exam_id>/accommodations"
    bp.add_url_rule(base, "accommodations", show)
    bp.add_url_rule(base, "grant_accommodation", grant, methods=["POST"])
    bp.add_url_rule(f"{base}/<int:row_id>/remove", "remove_accommodation", remove, methods=["POST"])


def show(exam_id: int) -> str:
    """Who is spared what, and the form; `?change=` fills it with what is there."""
    exam = load_exam(exam_id, Permission.allowance_grant)
    given = request.args.get("change", 0, int)
    row = accommodations.get_accommodation(exam, given) if given else None
    return _page(exam, _filled(row), None)


def grant(exam_id: int) -> Response | tuple[str, int]:
    exam = load_exam(exam_id, Permission.allowance_grant)
    given = _sent()
    if not FlaskForm().validate():
        return _page(exam, given, "form_expired"), 422
    learner = find_learner(exam, given["learner"])
    if learner is None:
        return _page(exam, given, "learner"), 422
    who, now = actor(Role.staff), clock.now()
    try:
        codes = sparing.read(given["codes"], given["needs"])
        row = accommodations.grant(
            exam, learner, codes, in_course=given["in_course"], note=given["note"], actor=who, now=now
        )
    except Invalid as invalid:
        db.session.rollback()
        return _page(exam, given, invalid.code), 422
    _act(row)
    db.session.commit()
    flash(_("The accommodation is saved. It acts at once."))
    return _to(exam)


def remove(exam_id: int, row_id: int) -> Response:
    exam = load_exam(exam_id, Permission.allowance_grant)
    if not FlaskForm().validate():
        raise Refused("form_expired")
    row = accommodations.get_accommodation(exam, row_id)
    accommodations.take_back(exam, row, actor=actor(Role.staff), now=clock.now())
    _act(row)
    db.session.commit()
    flash(_("The accommodation is taken back. Exams that have ended keep it."))
    return _to(exam)


def _act(row: Accommodation) -> None:
    now = clock.now()
    for attempt in spread(row, actor=actor(Role.staff), now=now):
        monitoring.rate_anew(attempt, now=now)


def _sent() -> dict[str, Any]:
    form = request.form
    return {
        "learner": form.get("learner", "").strip(),
        "codes": form.getlist("codes"),
        "needs": form.getlist("needs"),
        "in_course": form.get("place") == IN_COURSE,
        "note": form.get("note", "").replace("\r\n", "\n").strip(),
    }


def _filled(row: Accommodation | None) -> dict[str, Any]:
    if row is None:
        return {"learner": "", "codes": [], "needs": [], "in_course": False, "note": ""}
    in_course = row.course_id is not None
    return {"learner": row.user.username, "codes": row.spared, "needs": [], "in_course": in_course, "note": row.note}


def _page(exam: Exam, given: dict[str, Any], problem: str | None) -> str:
    groups = [
        (_("What the exam window does"), [p.value for p in Protection] + ["lock"]),
        (_("What the exam asks for"), [addon.value for addon in sparing.DEMANDS if addon.value != "lock"]),
        (_("What is noticed"), [metric.value for metric in Metric]),
    ]
    rows = accommodations.accommodations_of(exam)
    return render_template(
        "instructor/accommodations.html",
        exam=exam,
        tab="accommodations",
        may_edit=may(Permission.exam_edit, exam=exam),
        given=given,
        problem=problem,
        rows=[(row, spared_words(row.spared)) for row in rows],
        needs=NEEDS,
        groups=[(name, [(code, SPARED[code]) for code in codes]) for name, codes in groups],
        learners=learners_of(exam),
        note_max=accommodations.NOTE_MAX,
    )


def _to(exam: Exam) -> Response:
    return redirect(url_for("instructor.accommodations", exam_id=exam.id), 303)
