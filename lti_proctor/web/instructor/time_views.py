"""Extra time for single learners; it acts at once on attempts that run."""

from decimal import Decimal

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.attempts import allowing
from lti_proctor.attempts.learners import find_learner, learners_of
from lti_proctor.exams.allowances import Extra, allowances_of
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.journal import Role
from lti_proctor.people.roles import Permission
from lti_proctor.web.access import actor, load_exam, may
from lti_proctor.web.instructor.forms import AllowanceForm


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/exams/<int:exam_id>/time", "extra_time", extra_time, methods=["GET", "POST"])


def extra_time(exam_id: int) -> Response | str | tuple[str, int]:
    """Who has more time, and a form to give it to one of those who opened the exam."""
    exam = load_exam(exam_id, Permission.allowance_grant)
    form = AllowanceForm(formdata=request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _page(exam, form, None)
    if not form.validate():
        return _page(exam, form, "numbers"), 422
    learner = find_learner(exam, (form.learner.data or "").strip())
    if learner is None:
        return _page(exam, form, "learner"), 422
    percent = int((form.percent.data or "").strip() or 0)
    extra = Extra(int((form.minutes.data or "").strip() or 0), 1 + Decimal(percent) / 100)
    allowing.grant(exam, learner, extra, actor=actor(Role.staff), now=clock.now())
    db.session.commit()
    flash(_("The extra time is saved."))
    return redirect(url_for("instructor.extra_time", exam_id=exam.id), 303)


def _page(exam: Exam, form: AllowanceForm, problem: str | None) -> str:
    return render_template(
        "instructor/time.html",
        exam=exam,
        tab="time",
        may_edit=may(Permission.exam_edit, exam=exam),
        form=form,
        problem=problem,
        allowances=allowances_of(exam),
        learners=learners_of(exam),
    )
