"""Who uses this browser, and that a form came from our own page."""

import secrets

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from lti_proctor.sandbox.context import sandbox
from lti_proctor.sandbox.courses import find_course, get_course
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.world import FIRST_COURSE, Course, Kind, Person, find_person

# Machines and foreign pages post to these by design; each has its own proof.
WITHOUT_FORM_TOKEN = {
    *("oidc", "deep_linking", "start_assessment", "registration"),
    *("oauth", "ags", "nrps", "assessment_control", "control"),
}


class NobodyYet(Exception):
    """Nobody is logged in; the application answers with the start page."""


def visitor() -> Person | None:
    return find_person(session.get("person"))


def get_visitor() -> Person:
    person = visitor()
    if person is None:
        raise NobodyYet
    return person


def get_teacher() -> Person:
    person = get_visitor()
    if not person.may_teach:
        raise Refusal("This page is for those who teach the course.", status=403, error="forbidden")
    return person


def get_administrator() -> Person:
    person = get_visitor()
    if person.kind is not Kind.ADMINISTRATOR:
        raise Refusal("This page is for those who run the LMS.", status=403, error="forbidden")
    return person


def become(person: Person) -> None:
    course = current_course()
    session.clear()
    session["person"] = person.id
    look_at(course)
    session_id()


def current_course() -> Course:
    """The course that this browser looks at."""
    store = sandbox().store
    return find_course(store, session.get("course")) or get_course(store, FIRST_COURSE.id)


def look_at(course: Course) -> None:
    session["course"] = course.id


def session_id() -> str:
    """Of this login: logging in again makes another one."""
    if "id" not in session:
        session["id"] = secrets.token_urlsafe(18)
    return str(session["id"])


def form_token() -> str:
    if "form_token" not in session:
        session["form_token"] = secrets.token_urlsafe(24)
    return str(session["form_token"])


def check_form_token() -> None:
    if request.method in ("GET", "HEAD", "OPTIONS") or request.blueprint in WITHOUT_FORM_TOKEN:
        return
    sent, known = request.form.get("form_token", ""), session.get("form_token", "")
    if not known or not secrets.compare_digest(sent.encode(), known.encode()):
        raise Refusal("This form is out of date. Go back, reload the page and try again.", error="form_token")


def to_start_page(_: NobodyYet) -> ResponseReturnValue:
    flash("Choose first who you want to be.")
    return redirect(url_for("pages.start"), 303)
