"""The gradebook queue of an exam, and what the gradebook has compared with what was sent."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lti_proctor import clock, jobs, outbox
from lti_proctor.errors import NotFound
from lti_proctor.extensions import db
from lti_proctor.outbox import Effect, State
from lti_proctor.people.roles import Permission
from lti_proctor.web.access import load_exam, may
from lti_proctor.web.gradebook_words import AGREEMENTS, COLUMN_ACTIONS, delivery_problem
from lti_proctor.web.instructor.grades import comparison_of, is_of, links_with_columns, queue_of
from lti_proctor.web.instructor.pauses import is_due


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/exams/<int:exam_id>/grades", "grades", grades)
    bp.add_url_rule("/exams/<int:exam_id>/grades/<int:effect_id>", "send_grade", send_grade, methods=["POST"])
    bp.add_url_rule("/exams/<int:exam_id>/grades/compare", "compare_grades", compare_grades, methods=["POST"])


def grades(exam_id: int) -> str:
    """What waits for the gradebook, what was refused and why, and what the gradebook has."""
    exam = load_exam(exam_id, Permission.exam_view)
    return render_template(
        "instructor/grades.html",
        exam=exam,
        tab="grades",
        may_edit=may(Permission.exam_edit, exam=exam),
        rows=queue_of(exam),
        may_send=may(Permission.score_send, exam=exam),
        comparison=comparison_of(exam),
        agreements=AGREEMENTS,
        column_actions=COLUMN_ACTIONS,
        problem_words=delivery_problem,
    )


def send_grade(exam_id: int, effect_id: int) -> Response:
    """Try a row of the queue again, now."""
    exam = load_exam(exam_id, Permission.score_send)
    effect = db.session.get(Effect, effect_id)
    if effect is None or not is_of(exam, effect):
        raise NotFound("page")
    if effect.state != State.done:
        outbox.send_again(effect, now=clock.now())
        db.session.commit()
        flash(_("It is being sent again."))
    return redirect(url_for("instructor.grades", exam_id=exam.id), 303)


def compare_grades(exam_id: int) -> Response:
    """Read what the gradebook has, in the background, at most once in each minute."""
    exam = load_exam(exam_id, Permission.exam_view)
    due = is_due("results", exam.id, now=clock.now())
    db.session.commit()
    for link in links_with_columns(exam) if due else ():
        jobs.put("lti.results", link.id)
    flash(_("The gradebook is being read. Load this page again in a moment."))
    return redirect(url_for("instructor.grades", exam_id=exam.id), 303)
