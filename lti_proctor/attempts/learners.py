"""The learners of an exam: those who opened it, and those whom the roster of its course names."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, or_, select

from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import DomainError, Invalid, NotFound
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.people.models import CourseMember, User
from lti_proctor.people.roles import Part

#: How many names are looked up in one statement.
AT_ONCE = 300


def learners_of(exam: Exam) -> list[User]:
    return list(db.session.scalars(_query(exam).order_by(User.nickname, User.id)))


def find_learner(exam: Exam, given: str) -> User | None:
    """One of them by user name, e-mail or whole name, if that names one person."""
    found = find_learners(exam, [given])[given]
    return found if isinstance(found, User) else None


def find_learners(exam: Exam, given: Sequence[str]) -> Mapping[str, User | DomainError]:
    """Each by user name, else by e-mail or whole name; where that names nobody, or several, why not: `NotFound` or
    `Invalid`, to be raised or told.
    """
    names = list(dict.fromkeys(given))
    found: dict[str, User | DomainError] = {}
    for start in range(0, len(names), AT_ONCE):
        chunk = names[start : start + AT_ONCE]
        fits = or_(User.username.in_(chunk), User.email.in_(chunk), User.nickname.in_(chunk))
        users = list(db.session.scalars(_query(exam).where(fits).order_by(User.id)))
        found |= {name: _named(name, users) for name in chunk}
    return found


def is_of_course(user: User, course_id: int) -> bool:
    """Whether somebody is on the roster of a course, or has opened one of its exams."""
    on_roster = select(CourseMember.id).where(CourseMember.course_id == course_id, CourseMember.user_id == user.id)
    taken = select(Attempt.id).join(Attempt.exam).where(Exam.course_id == course_id, Attempt.user_id == user.id)
    return db.session.scalar(select(or_(on_roster.exists(), taken.exists()))) is True


def _named(name: str, users: Sequence[User]) -> User | DomainError:
    exact = [user for user in users if user.username == name]
    fits = exact or [user for user in users if name and name in {user.email, user.nickname}]
    if len(fits) == 1:
        return fits[0]
    return Invalid("learner_ambiguous") if fits else NotFound("learner")


def _query(exam: Exam) -> Select[Any]:
    taken = select(Attempt.user_id).where(Attempt.exam_id == exam.id)
    on_roster = select(CourseMember.user_id).where(
        CourseMember.course_id == exam.course_id, CourseMember.is_active, CourseMember.part == Part.learner
    )
    return select(User).where(or_(User.id.in_(taken), User.id.in_(on_roster)))
