"""The roster of the course beside the attempts at one exam: who is expected, and who has opened it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import contains_eager
from werkzeug.wrappers import Response

from lti_proctor import clock, jobs
from lti_proctor.attempts.models import Attempt
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.people.models import CourseMember, User
from lti_proctor.people.roles import Part, Permission
from lti_proctor.web.access import load_exam, may
from lti_proctor.web.instructor.pauses import is_due
from lti_proctor.web.words import roster_problem

PAGE_SIZE = 50
#: A launch as staff counts for more than the roster: some rosters call assistants learners.
PART = func.coalesce(CourseMember.launched_part, CourseMember.part)


@dataclass(frozen=True)
class Learners:
    """One page of learners with their last attempts, and how many active people there are by part."""

    rows: list[CourseMember]
    attempts: Mapping[int, Attempt]
    counts: Mapping[Part, int]
    page: int
    pages: int


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/exams/<int:exam_id>/roster", "roster", roster)
    bp.add_url_rule("/exams/<int:exam_id>/roster", "read_roster", read_roster, methods=["POST"])


def roster(exam_id: int) -> str:
    """Learners of the course with what became of this exam."""
    exam = load_exam(exam_id, Permission.exam_view)
    problem = exam.course.roster_error if exam.course else None
    return render_template(
        "instructor/roster.html",
        exam=exam,
        tab="roster",
        may_edit=may(Permission.exam_edit, exam=exam),
        is_offered=exam.course is not None and exam.course.memberships_url is not None,
        problem=roster_problem(problem) if problem else None,
        learners=_learners(exam, request.args.get("page", 1, int)),
    )


def read_roster(exam_id: int) -> Response:
    """Read it again, in the background, at most once in each minute."""
    exam = load_exam(exam_id, Permission.exam_view)
    if exam.course is not None and exam.course.memberships_url is not None:
        due = is_due("roster again", exam.course.id, now=clock.now())
        db.session.commit()
        if due:
            jobs.put("lti.roster", exam.course.id)
        flash(_("The roster is being read. Load this page again in a moment."))
    return redirect(url_for("instructor.roster", exam_id=exam.id), 303)


def _learners(exam: Exam, page: int) -> Learners:
    in_course = CourseMember.course_id == exam.course_id
    counted = select(PART, func.count()).where(in_course, CourseMember.is_active).group_by(PART)
    counts = Counter({Part(part): n for part, n in db.session.execute(counted)})
    wanted = and_(in_course, _is_learner(exam))
    total = db.session.scalar(select(func.count()).select_from(CourseMember).where(wanted)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    query = select(CourseMember).join(CourseMember.user).options(contains_eager(CourseMember.user)).where(wanted)
    ordered = query.order_by(CourseMember.is_active.desc(), User.nickname, User.id)
    rows = list(db.session.scalars(ordered.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)))
    return Learners(rows, _attempts(exam, [row.user_id for row in rows]), counts, page, pages)


def _is_learner(exam: Exam) -> ColumnElement[bool]:
    """Learners by their part, and whoever took the exam as one."""
    taken = select(Attempt.user_id).where(Attempt.exam_id == exam.id)
    return or_(PART.in_([Part.learner]), CourseMember.user_id.in_(taken))


def _attempts(exam: Exam, user_ids: list[int]) -> dict[int, Attempt]:
    """The last attempt of each learner at this exam."""
    found = select(Attempt).where(Attempt.exam_id == exam.id, Attempt.user_id.in_(user_ids)).order_by(Attempt.id)
    return {attempt.user_id: attempt for attempt in db.session.scalars(found)}
