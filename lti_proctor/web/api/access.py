"""Which program asks, what its token lets it do, and what it reaches.

A token of one course reaches nothing else: what lies elsewhere does not exist for it.
"""

from typing import cast

from flask import g, request

from lti_proctor import clock
from lti_proctor.api.shared import get
from lti_proctor.attempts.learners import is_of_course
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Forbidden, NotFound
from lti_proctor.exams.models import Exam
from lti_proctor.people import tokens
from lti_proctor.people.models import ApiToken, User
from lti_proctor.people.scopes import Scope
from lti_proctor.platforms.models import Course
from lti_proctor.web.limits import failures, quota


class TokenProblem(Exception):
    """No token, or one that nobody knows: 401."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def require(scope: Scope) -> None:
    """Raise `TokenProblem`, 429 or `Forbidden("bearer_scope")` unless the request carries a token with this scope."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not given.strip():
        raise TokenProblem("bearer_missing")
    now = clock.now()
    found = tokens.find_token(given.strip(), now=now)
    if found is None:
        # Only those who guess are slowed down, not good tokens from the same address.
        failures().check("api")
        failures().count("api")
        raise TokenProblem("bearer_unknown")
    g.api_left = quota().count(found.id)
    if scope not in found.scopes:
        raise Forbidden("bearer_scope", scope=scope.value)
    tokens.note_use(found, now)
    g.api_token = found


def token() -> ApiToken:
    return cast(ApiToken, g.api_token)


def by() -> int | None:
    """In whose name the program acts."""
    return token().owner_id


def person() -> int:
    """The same, where a person has to stand behind it. Raises `Forbidden("bearer_owner")`."""
    owner = by()
    if owner is None:
        raise Forbidden("bearer_owner")
    return owner


def load_course(course_id: int) -> Course:
    course = get(Course, course_id, "course")
    if not _reaches(course.id):
        raise NotFound("course")
    return course


def load_exam(exam_id: int) -> Exam:
    exam = get(Exam, exam_id, "exam")
    if not _reaches(exam.course_id):
        raise NotFound("exam")
    return exam


def load_attempt(attempt_id: int) -> Attempt:
    attempt = get(Attempt, attempt_id, "attempt")
    if not _reaches(attempt.exam.course_id):
        raise NotFound("attempt")
    return attempt


def load_learner(user_id: int, course_id: int | None) -> User:
    """A person; where a course is meant, one of its own: on the roster, or with an attempt there."""
    user = get(User, user_id, "learner")
    if course_id is not None and not is_of_course(user, course_id):
        raise NotFound("learner")
    return user


def narrowed(course_id: int | None) -> int | None:
    """The course that a list is about: the token's own, where it has one. Raises `NotFound("course")` for another."""
    own = token().course_id
    if course_id is not None:
        load_course(course_id)
    return course_id if own is None else own


def _reaches(course_id: int | None) -> bool:
    own = token().course_id
    return own is None or own == course_id
