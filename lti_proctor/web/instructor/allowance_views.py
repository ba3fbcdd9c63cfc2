"""Allowances of an exam: more time and exceptions to its rules, for one learner or for a list; they act at once on
attempts that run.
"""

from contextlib import closing
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.attempts import allowing
from lti_proctor.attempts.learners import learners_of
from lti_proctor.errors import DomainError, Invalid, NotFound
from lti_proctor.exams import allowances
from lti_proctor.exams.allowances import EXCEPTION_MAX
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.journal import Role
from lti_proctor.people.models import User
from lti_proctor.people.roles import Permission
from lti_proctor.web.access import actor, load_exam, may
from lti_proctor.web.allowance_words import REFUSED, words_of
from lti_proctor.web.csv_files import csv_answer
from lti_proctor.web.instructor import allowance_files
from lti_proctor.web.instructor.allowance_files import COLUMNS, LINES_MAX, Asked
from lti_proctor.web.instructor.forms import AllowanceForm

PAGE_SIZE = 100


def add_to(bp: Blueprint) -> None:
    base = "/exams/<int:exam_id>/allowances"
    bp.add_url_rule(base, "allowances", show)
    bp.add_url_rule(base, "grant_allowance", grant, methods=["POST"])
    bp.add_url_rule(f"{base}/list", "grant_allowances", grant_list, methods=["POST"])
    bp.add_url_rule(f"{base}/file", "upload_allowances", grant_file, methods=["POST"])
    bp.add_url_rule(f"{base}/<int:allowance_id>/remove", "remove_allowance", remove, methods=["POST"])
    bp.add_url_rule(f"{base}.csv", "save_allowances", save)


def show(exam_id: int) -> str:
    """Who has what, and forms to give it to one learner, to a list, or by a file."""
    return _page(load_exam(exam_id, Permission.allowance_grant))


def grant(exam_id: int) -> Response | tuple[str, int]:
    exam = load_exam(exam_id, Permission.allowance_grant)
    form = _one()
    if not form.validate():
        return _page(exam, one=form), 422
    asked = Asked(1, (form.learner.data or "").strip(), form.extra())
    (row,) = _give(exam, [asked])
    if row.problem is not None:
        db.session.rollback()
        return _page(load_exam(exam_id, Permission.allowance_grant), one=form, problem=row.problem), 422
    db.session.commit()
    flash(_("The allowance is saved. It acts at once."))
    return _to(exam)


def grant_list(exam_id: int) -> str | tuple[str, int]:
    """The same for each learner of a list; the answer tells what became of each line."""
    exam = load_exam(exam_id, Permission.allowance_grant)
    form = _many()
    if not form.validate():
        return _page(exam, many=form, way="list"), 422
    try:
        form.extra().check()
        asked = allowance_files.from_lines(form.learner.data or "", form.extra())
    except Invalid as invalid:
        return _page(exam, many=form, problem=invalid.code, way="list"), 422
    return _given(exam, asked)


def grant_file(exam_id: int) -> str | tuple[str, int]:
    """As a list, but each line of the file says what its learner gets."""
    exam = load_exam(exam_id, Permission.allowance_grant)
    upload = request.files.get("file")
    try:
        if upload is None or not upload.filename:
            raise Invalid("allowances_none")
        with closing(upload.stream) as file:
            asked = allowance_files.from_file(file)
    except Invalid as invalid:
        return _page(exam, problem=invalid.code, way="file"), 422
    return _given(exam, asked)


def remove(exam_id: int, allowance_id: int) -> Response:
    exam = load_exam(exam_id, Permission.allowance_grant)
    try:
        allowance = allowances.get_allowance(exam, allowance_id)
    except NotFound:
        raise NotFound("page") from None
    allowances.revoke(exam, allowance, actor=actor(Role.staff), now=clock.now())
    db.session.commit()
    flash(_("The allowance is taken back. An exam that is running keeps its end."))
    return _to(exam)


def save(exam_id: int) -> Response:
    exam = load_exam(exam_id, Permission.allowance_grant)
    rows = list(allowance_files.rows_of(allowances.allowances_of(exam)))
    return csv_answer(f"allowances-{exam.id}", COLUMNS, rows)


def _give(exam: Exam, asked: list[Asked]) -> list[allowing.Row]:
    wishes: list[tuple[str, allowances.Extra | DomainError]] = [(one.learner, one.extra) for one in asked]
    return allowing.grant_each(exam, wishes, actor=actor(Role.staff), now=clock.now())


def _given(exam: Exam, asked: list[Asked]) -> str:
    rows = list(zip([one.line for one in asked], _give(exam, asked), strict=True))
    db.session.commit()
    ids = [row.user_id for _line, row in rows if row.user_id is not None]
    return render_template(
        "instructor/allowances_given.html",
        **_tabs(exam),
        given=[(line, row) for line, row in rows if row.problem is None],
        refused=[(line, row) for line, row in rows if row.problem is not None],
        why=REFUSED,
        users={user.id: user for user in db.session.scalars(select(User).where(User.id.in_(ids)))},
    )


def _page(
    exam: Exam,
    *,
    one: AllowanceForm | None = None,
    many: AllowanceForm | None = None,
    problem: str | None = None,
    way: str = "",
) -> str:
    """`way`: which of the forms that are folded away stands open."""
    found = allowances.allowances_of(exam)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(request.args.get("page", 1, int), 1), pages)
    return render_template(
        "instructor/allowances.html",
        **_tabs(exam),
        one=one or _one(),
        many=many or _many(),
        way=way,
        problem=words_of(problem) if problem else None,
        allowances=found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        total=len(found),
        page=page,
        pages=pages,
        learners=learners_of(exam),
        lines_max=LINES_MAX,
        exception_max=EXCEPTION_MAX,
    )


def _tabs(exam: Exam) -> dict[str, Any]:
    return {"exam": exam, "tab": "allowances", "may_edit": may(Permission.exam_edit, exam=exam)}


def _one() -> AllowanceForm:
    return AllowanceForm(prefix="one-")


def _many() -> AllowanceForm:
    return AllowanceForm(prefix="many-")


def _to(exam: Exam) -> Response:
    return redirect(url_for("instructor.allowances", exam_id=exam.id), 303)
