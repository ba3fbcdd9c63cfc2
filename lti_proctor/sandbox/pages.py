"""The pages of the course."""

from flask import Blueprint, Response, flash, redirect, render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from lti_proctor.sandbox import proctored
from lti_proctor.sandbox.context import sandbox
from lti_proctor.sandbox.courses import copy_course, get_course
from lti_proctor.sandbox.links import Link, all_links, columns_of, get_link, remove_link, rename_link
from lti_proctor.sandbox.paths import QUIZ, SHARED_CSS
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.visitors import become, current_course, get_teacher, get_visitor, look_at
from lti_proctor.sandbox.world import KIND_WORDS, MEMBERS, PEOPLE, find_person

bp = Blueprint("pages", __name__)
SHEETS = ("tokens.css", "components.css")
QUIZ_DOOR = "open sesame"
MESSAGES_OF_TOOL = ("lti_errormsg", "lti_msg", "lti_errorlog", "lti_log")


def _link(link_id: str) -> Link:
    return get_link(sandbox().store, link_id)


@bp.get("/")
def start() -> ResponseReturnValue:
    return render_template("sandbox/start.html", people=PEOPLE)


@bp.post("/be/<person_id>")
def log_in(person_id: str) -> ResponseReturnValue:
    person = find_person(person_id)
    if person is None:
        raise Refusal("This person does not exist.", status=404, error="not_found")
    become(person)
    return redirect(url_for("pages.course"), 303)


@bp.get("/course")
def course() -> ResponseReturnValue:
    store = sandbox().store
    person = get_visitor()
    activities = [(link, columns_of(store, link)) for link in all_links(store, current_course().id)]
    return render_template("sandbox/course.html", person=person, activities=activities)


@bp.get("/course/<course_id>")
def go_to_course(course_id: str) -> ResponseReturnValue:
    get_visitor()
    look_at(get_course(sandbox().store, course_id))
    return redirect(url_for("pages.course"), 303)


@bp.post("/course/copy")
def copy() -> ResponseReturnValue:
    get_teacher()
    made = copy_course(sandbox().store, current_course())
    look_at(made)
    flash(f"This is {made.label}, a copy with activities of its own. Grades and attempts were not copied.")
    return redirect(url_for("pages.course"), 303)


@bp.get("/course/add")
def add_activity() -> ResponseReturnValue:
    return render_template("sandbox/add.html", person=get_teacher())


@bp.get("/course/links/<link_id>")
def open_link(link_id: str) -> ResponseReturnValue:
    """A proctored assessment has a page of its own; ?target= opens the tool from there as from other activities."""
    person = get_visitor()
    link = _link(link_id)
    target = request.args.get("target")
    if link.proctoring is not None and target is None:
        return proctored.show(link, person)
    starts_attempt = link.proctoring is not None and not person.may_teach
    begin = "starts.proctoring" if starts_attempt else "starts.link"
    if target == "window":
        return redirect(url_for(begin, link_id=link.id, target="window"), 303)
    course = get_course(sandbox().store, link.course_id)
    return render_template("sandbox/link.html", person=person, course=course, link=link, begin=begin)


@bp.post("/course/links/<link_id>/rename")
def rename(link_id: str) -> ResponseReturnValue:
    get_teacher()
    link = _link(link_id)
    title = request.form.get("title", "").strip()
    if not title or len(title) > 200:
        raise Refusal("The name of an activity needs 1 to 200 characters.", status=422)
    rename_link(sandbox().store, link, title)
    flash(f"The activity is now called {title}.")
    return redirect(url_for("pages.course"), 303)


@bp.post("/course/links/<link_id>/delete")
def delete(link_id: str) -> ResponseReturnValue:
    get_teacher()
    link = _link(link_id)
    remove_link(sandbox().store, link)
    flash(f"{link.title} was deleted, and its grades with it.")
    return redirect(url_for("pages.course"), 303)


@bp.get("/roster")
def roster() -> ResponseReturnValue:
    return render_template(
        "sandbox/roster.html",
        person=get_visitor(),
        members=MEMBERS,
        kinds=KIND_WORDS,
        inactive=sandbox().settings.inactive,
    )


@bp.get("/lti/return")
def come_back() -> ResponseReturnValue:
    """Where a tool sends people when it is done; its message is shown as plain text."""
    messages = {name: request.args[name] for name in MESSAGES_OF_TOOL if request.args.get(name)}
    return render_template("sandbox/returned.html", messages=messages)


@bp.get("/static-css/<name>")
def shared_sheet(name: str) -> ResponseReturnValue:
    """The tool's own design sheets, so that there is one copy of them."""
    if name not in SHEETS:
        raise Refusal("There is no such sheet.", status=404, error="not_found")
    return send_from_directory(SHARED_CSS, name)


@bp.get("/quiz/")
@bp.get("/quiz/index.html")
def quiz() -> ResponseReturnValue:
    return render_template("sandbox/quiz.html")


@bp.get("/quiz/locked/")
@bp.get("/quiz/password/")
def quiz_with_password() -> ResponseReturnValue:
    """A quiz that asks for a password: one refuses to be framed, as most LMSs do, the other asks whoever frames it."""
    given = request.args.get("password")
    state = "closed" if given is None else "open" if given == QUIZ_DOOR else "wrong"
    return render_template("sandbox/quiz_password.html", state=state)


@bp.get("/quiz/<path:name>")
def quiz_file(name: str) -> Response:
    return send_from_directory(QUIZ, name)
