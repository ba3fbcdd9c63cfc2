"""The learners of an exam, for forms that are about one of them."""

from typing import Any

from sqlalchemy import Select, or_, select

from lti_proctor.attempts.models import Attempt
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.people.models import CourseMember, User
from lti_proctor.people.roles import Part


def learners_of(exam: Exam) -> list[User]:
    """Those who opened the exam, and those whom the roster of its course names."""
    return list(db.session.scalars(_query(exam).order_by(User.nickname, User.id)))


def find_learner(exam: Exam, given: str) -> User | None:
    """One of them by user name, e-mail or whole name, if that names one person."""
    fits = or_(User.username == given, User.email == given, User.nickname == given)
    found: list[User] = list(db.session.scalars(_query(exam).where(fits)))
    return found[0] if len(found) == 1 else None


def _query(exam: Exam) -> Select[Any]:
    taken = select(Attempt.user_id).where(Attempt.exam_id == exam.id)
    on_roster = select(CourseMember.user_id).where(
        CourseMember.course_id == exam.course_id, CourseMember.is_active, CourseMember.part == Part.learner
    )
    return select(User).where(or_(User.id.in_(taken), User.id.in_(on_roster)))
