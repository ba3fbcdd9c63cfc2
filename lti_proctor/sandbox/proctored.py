"""Proctored assessments of the course: their page, and how teachers make them."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_proctor.sandbox.attempts import STATUS_WORDS, Attempt, attempts_at, number_to_take
from lti_proctor.sandbox.context import sandbox
from lti_proctor.sandbox.courses import get_course
from lti_proctor.sandbox.incidents import incidents_of
from lti_proctor.sandbox.links import Link, NewLink, Proctoring, add_link, get_link, set_proctoring
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.visitors import current_course, get_teacher
from lti_proctor.sandbox.world import Person, find_person

bp = Blueprint("proctored", __name__, url_prefix="/course")
LONGEST_MINUTES = 24 * 60
LONGEST_TEXT = 200
LONGEST_DATA = 4000


def show(link: Link, person: Person) -> str:
    """The activity's page: what a learner may begin, or what those who teach can see."""
    everybody = attempts_at(sandbox().store, link)
    mine = [attempt for attempt in everybody if attempt.person_id == person.id]
    return render_template(
        "sandbox/proctored.html",
        person=person,
        course=get_course(sandbox().store, link.course_id),
        link=link,
        mine=mine,
        next_number=number_to_take(mine),
        everybody=[_row(attempt) for attempt in everybody] if person.may_teach else [],
        words=STATUS_WORDS,
    )


def _row(attempt: Attempt) -> dict[str, Any]:
    incidents = incidents_of(sandbox().store, attempt.number)
    return {"attempt": attempt, "learner": find_person(attempt.person_id), "incidents": incidents}


@bp.post("/proctored")
def add() -> ResponseReturnValue:
    get_teacher()
    platform = sandbox()
    title, template = _text("title", LONGEST_TEXT), _text("template", LONGEST_TEXT)
    if not title:
        raise Refusal("The assessment needs a title.", status=422)
    custom = {"template": template} if template else {}
    new = NewLink(
        title, platform.registration.target_url, custom=custom, proctoring=_proctoring(), course_id=current_course().id
    )
    link = add_link(platform.store, new)
    flash(f"{link.title} was added to the course.")
    return redirect(url_for("pages.open_link", link_id=link.id), 303)


@bp.post("/links/<link_id>/proctoring")
def change(link_id: str) -> ResponseReturnValue:
    """Switch proctoring on with what the form says, or off."""
    get_teacher()
    store = sandbox().store
    link = get_link(store, link_id)
    wanted = _proctoring() if "on" in request.form else None
    set_proctoring(store, link, wanted)
    flash(f"{link.title}: proctored, {wanted.minutes} minutes." if wanted else f"{link.title}: not proctored any more.")
    return redirect(url_for("pages.course"), 303)


def read_proctoring(minutes: object, data: object) -> Proctoring:
    if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= LONGEST_MINUTES:
        raise Refusal(f"minutes must be a whole number from 1 to {LONGEST_MINUTES}.", status=422)
    if not isinstance(data, str) or len(data) > LONGEST_DATA:
        raise Refusal(f"proctoring_settings must be a text of at most {LONGEST_DATA} characters.", status=422)
    return Proctoring(minutes, data)


def _proctoring() -> Proctoring:
    return read_proctoring(request.form.get("minutes", type=int), _text("data", LONGEST_DATA))


def _text(name: str, longest: int) -> str:
    text = request.form.get(name, "").strip()
    if len(text) > longest:
        raise Refusal(f"{name} may have at most {longest} characters.", status=422)
    return text
