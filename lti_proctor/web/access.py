"""Who may do what: loading a thing and checking the right to it are one step.

Every view calls one of these (`load_…`, `require`) or belongs to a blueprint listed as public with its reason; a
structure test proves it.
"""

from flask import Response, g, request

from lti_proctor import clock
from lti_proctor.addresses import origin_of
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import get_attempt
from lti_proctor.errors import Forbidden, NotFound
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.people.presence import note_here
from lti_proctor.people.roles import IN_COURSE, ON_SITE, Part, Permission, is_member
from lti_proctor.people.service import Person
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.platforms.models import Course
from lti_proctor.schedule import service as schedule
from lti_proctor.web.sessions import settings, visit


class SignInNeeded(Exception):
    """Nobody is signed in: staff are sent to the sign-in page, learners told to come from their course."""


def person() -> Person:
    """Who is signed in; raises `SignInNeeded`."""
    found = visit().person
    if found is None:
        raise SignInNeeded
    return found


def part_in(course_id: int | None) -> Part:
    """What the person is in a course, by the launch that opened this session."""
    parts: dict[str, str] = visit().get("parts", {})
    return Part(parts.get(str(course_id), Part.visitor)) if course_id is not None else Part.visitor


def may(permission: Permission, *, course_id: int | None = None, exam: Exam | None = None) -> bool:
    """Whether the person holds a permission on the site, in a course, or through an exam."""
    who = person()
    if permission in ON_SITE[who.role]:
        return who.role != SiteRole.proctor or exam is None or is_member(who.username, who.group, exam.config.members)
    where = exam.course_id if exam is not None else course_id
    return permission in IN_COURSE[part_in(where)]


def require(permission: Permission, *, course_id: int | None = None, exam: Exam | None = None) -> Person:
    """Raise `Forbidden` unless the person holds the permission."""
    if not may(permission, course_id=course_id, exam=exam):
        raise Forbidden("not_allowed")
    return person()


def note_staff(response: Response) -> Response:
    """After a page for staff that was shown to somebody: they are here (add-on `proctor`). What a page asks for by
    itself says only that it is open.
    """
    asked_by_page = request.method == "GET" and response.is_json
    who = visit().person if response.status_code < 400 and not asked_by_page else None
    if who is not None:
        # What the view did not commit was not meant to stay.
        db.session.rollback()
        if note_here(who.user_id, clock.now()):
            db.session.commit()
    return response


def may_with(permission: Permission, attempt: Attempt) -> bool:
    """Whether the person holds a permission through the attempt's exam, or as the proctor of its appointment."""
    who = person()
    if may(permission, exam=attempt.exam):
        return True
    is_proctor = who.role == SiteRole.proctor and permission in ON_SITE[who.role]
    return is_proctor and schedule.watches(attempt.id, who.user_id)


def load_attempt(attempt_id: int, permission: Permission) -> Attempt:
    """An attempt that the person may do this with. Others learn nothing, not even that it exists."""
    who = person()
    try:
        attempt = get_attempt(attempt_id)
    except NotFound:
        raise NotFound("page") from None
    g.attempt = attempt  # The session alone would forget it between the gate and the view.
    is_own = attempt.user_id == who.user_id
    allowed = is_own if permission == Permission.attempt_take else may_with(permission, attempt)
    if not allowed:
        raise NotFound("page")
    return attempt


def load_own_or_viewed(attempt_id: int) -> Attempt:
    """An attempt for its owner, and for those who may see it."""
    try:
        return load_attempt(attempt_id, Permission.attempt_take)
    except NotFound:
        return load_attempt(attempt_id, Permission.attempt_view)


def load_attempt_of(exam_id: int, attempt_id: int, permission: Permission) -> Attempt:
    """An attempt of this exam that the person may do this with."""
    attempt = load_attempt(attempt_id, permission)
    if attempt.exam_id != exam_id:
        raise NotFound("page")
    return attempt


def load_exam(exam_id: int, permission: Permission) -> Exam:
    person()
    exam = db.session.get(Exam, exam_id)
    if exam is None or not may(permission, exam=exam):
        raise NotFound("page")
    return exam


def load_course(course_id: int, permission: Permission) -> Course:
    person()
    course = db.session.get(Course, course_id)
    if course is None or not may(permission, course_id=course.id):
        raise NotFound("page")
    return course


def actor(role: Role) -> Actor:
    return Actor(role, person().user_id)


def manager() -> Actor:
    """The part in which this person runs attempts: proctors as proctors, everybody else as staff."""
    who = person()
    return Actor(Role.proctor if who.role == SiteRole.proctor else Role.staff, who.user_id)


def is_own_form() -> bool:
    """Whether a page of ours sent this. What stands in such a form proves something of the browser only then: else any
    site could send it, in anybody's browser, and sign people in as somebody else.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == origin_of(settings().base_url)


def wants_json() -> bool:
    """Whether a script asks, which would rather have data than a page."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def is_framed() -> bool:
    """Whether the page is shown inside another one, as the browser tells it."""
    return request.headers.get("Sec-Fetch-Dest") in {"iframe", "frame", "embed", "object"}
