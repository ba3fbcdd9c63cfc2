"""Where a site sends its people: learners into the tab beside their exam, staff to their course here."""

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.addresses import origin_of
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Forbidden, NotFound, Refused
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role, record
from lti_proctor.people.models import User
from lti_proctor.people.roles import Part
from lti_proctor.providers.server import exams, people
from lti_proctor.providers.server.clients import find_client
from lti_proctor.providers.server.dashboard import Staff, read_way
from lti_proctor.providers.server.models import ProviderClient
from lti_proctor.web.access import is_own_form
from lti_proctor.web.headers import FRAMES_KEY
from lti_proctor.web.limits import failures
from lti_proctor.web.provider.keys import attempt_by
from lti_proctor.web.sessions import settings, visit

#: Addresses that people open: what goes wrong there is told on a page.
FOR_PEOPLE = frozenset({"provider.enter", "provider.no_way", "provider.instructor"})
SCOPE = "provider way in"
#: The site opens its staff a new way whenever they want one.
STAFF_HOURS = 1


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/enter/<token>", "enter", enter, methods=["GET", "POST"])
    bp.add_url_rule("/enter", "no_way", no_way)
    bp.add_url_rule("/api/v1/instructor/<client_id>/", "instructor", instructor, strict_slashes=False)


def without_key() -> str:
    """For sites that show one address for all: a page that says where the right one is."""
    return settings().base_url + url_for("provider.no_way")


def no_way() -> str:
    return render_template("provider/no_way.html")


def enter(token: str) -> Response | str:
    """GET asks whether it is the right person, for an address can be sent to anybody; POST opens the session."""
    failures().check(SCOPE)
    try:
        found = attempt_by(token)
    except NotFound:
        failures().count(SCOPE)
        raise
    if _is_here(found):
        return redirect(url_for("learner.attempt", attempt_id=found.id), 303)
    if request.method == "GET":
        return render_template("provider/enter.html", attempt=found, exam=found.exam, token=token)
    if not is_own_form():
        raise Refused("state_other_browser")
    if found.user.is_locked:
        raise Forbidden("not_allowed")
    data = {"parts": {str(found.exam.course_id): Part.learner.value}, "returns": {}}
    visit().sign_in(found.user_id, data, hours=settings().session_hours)
    _note_browser(found)
    db.session.commit()
    return redirect(url_for("learner.attempt", attempt_id=found.id), 303)


def _is_here(found: Attempt) -> bool:
    who = visit().person
    return who is not None and who.user_id == found.user_id


def _note_browser(found: Attempt) -> None:
    """The exam starts at the site, so this is the browser that will watch it."""
    if found.started_at is None:
        found.ipaddress = request.remote_addr
        found.useragent = (request.user_agent.string or "")[:500]
    actor = Actor(Role.learner, found.user_id)
    record(actor, "attempt.entered", attempts.subject_of(found), {}, clock.now())


def instructor(client_id: str) -> Response:
    """Staff of a site, for a short time and for the course that the site names."""
    failures().check(SCOPE)
    client = find_client(client_id) if "\0" not in client_id else None
    try:
        if client is None or not client.is_active:
            raise Forbidden("provider_dashboard")
        staff = read_way(client, request.args.get("jwt", ""), now=clock.now())
    except Forbidden:
        failures().count(SCOPE)
        raise
    location, course_id = _place(client, staff)
    user = people.find_or_add_person(client, staff.user_id, staff.full_name, staff.email, now=clock.now())
    db.session.flush()
    _sign_in(client, user, course_id)
    db.session.commit()
    return redirect(location, 303)


def _sign_in(client: ProviderClient, user: User, course_id: int) -> None:
    origin = origin_of(client.site_url)
    data = {
        "parts": {str(course_id): Part.instructor.value},
        "returns": {},
        FRAMES_KEY: [origin] if origin else [],
    }
    visit().sign_in(user.id, data, hours=STAFF_HOURS)


def _place(client: ProviderClient, staff: Staff) -> tuple[str, int]:
    """The page for what the site named, which must be of the course that it named; and our key of that course."""
    course = exams.find_course(client, staff.course_id)
    if course is None:
        raise NotFound("page")
    if not staff.exam:
        return url_for("instructor.course", course_id=course.id), course.id
    try:
        exam = exams.get_exam(client, staff.exam)
    except NotFound:
        raise NotFound("page") from None
    if exam.course_id != course.id:
        raise NotFound("page")
    if staff.wants_settings:
        return url_for("instructor.settings", exam_id=exam.id), course.id
    if not staff.attempt:
        return url_for("instructor.exam", exam_id=exam.id), course.id
    return url_for("instructor.attempt", exam_id=exam.id, attempt_id=_attempt_id(exam, staff.attempt)), course.id


def _attempt_id(exam: Exam, identifier: str) -> int:
    found = db.session.scalar(select(Attempt.id).where(Attempt.exam_id == exam.id, Attempt.identifier == identifier))
    if found is None:
        raise NotFound("page")
    return int(found)
