"""Deep linking: the editor or the choice of an exam, and the answer that goes back to the LMS by the browser."""

import secrets
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from lti_proctor import clock
from lti_proctor.errors import NotFound, Refused
from lti_proctor.exams import service as exams
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.config import ExamConfig, GradeSource, Preset, with_preset
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.journal import Role
from lti_proctor.lti.content_items import Item, deep_linking_response
from lti_proctor.people.roles import Permission
from lti_proctor.platforms import keys
from lti_proctor.platforms.models import Course
from lti_proctor.web import headers, words
from lti_proctor.web.access import actor, load_course
from lti_proctor.web.instructor.editor import editor_values
from lti_proctor.web.instructor.forms import ExamForm
from lti_proctor.web.lti.arrive import DEEP_LINKS
from lti_proctor.web.sessions import settings, visit

Answer = str | tuple[str, int]


def add_to(bp: Blueprint) -> None:
    base = "/courses/<int:course_id>/deep-link/<key>"
    bp.add_url_rule(base, "deep_link", new, methods=["GET", "POST"])
    bp.add_url_rule(f"{base}/choose", "deep_link_choose", choose, methods=["GET", "POST"])
    bp.add_url_rule(f"{base}/cancel", "deep_link_cancel", cancel, methods=["POST"])


def new(course_id: int, key: str) -> Answer:
    """The editor for a new exam, also begun from a template."""
    course, wish = _load(course_id, key)
    if not wish["accepts_links"]:
        # Nothing that we have would be taken: the LMS hears it, and says it to the teacher in its own place.
        return _send([], wish, key, error=_("This tool adds exams as links to a tool, which were not asked for."))
    form = ExamForm()
    start, kind, title = _begin_from(request.args.get("template"))
    if request.method == "GET":
        form.fill(title, kind, start)
        return _editor(course, key, form, start)
    filled = form.read(start) if form.validate() else None
    if filled is None:
        return _editor(course, key, form, start), 422
    exam = exams.create_exam(
        title=filled.title,
        kind=filled.kind,
        config=filled.config,
        course_id=course.id,
        actor=actor(Role.staff),
        now=clock.now(),
        template=request.args.get("template", ""),
    )
    db.session.commit()
    return _send([exam], wish, key)


def choose(course_id: int, key: str) -> Answer:
    """Take exams that exist in this course, one or several as the LMS accepts."""
    course, wish = _load(course_id, key)
    offered = exams.exams_of(course)
    if request.method == "POST":
        chosen = [exam for exam in offered if str(exam.id) in request.form.getlist("exam")]
        if chosen and (len(chosen) == 1 or wish["accept_multiple"]):
            return _send(chosen, wish, key)
    values = {
        "course": course,
        "key": key,
        "exams": offered,
        "templates": exams.templates(),
        "several": wish["accept_multiple"],
    }
    return render_template("instructor/choose.html", **values, problem=request.method == "POST")


def cancel(course_id: int, key: str) -> Answer:
    """Back to the LMS with nothing."""
    _course, wish = _load(course_id, key)
    return _send([], wish, key)


def _load(course_id: int, key: str) -> tuple[Course, dict[str, Any]]:
    course = load_course(course_id, Permission.exam_edit)
    wish = visit().get(DEEP_LINKS, {}).get(key)
    if wish is None or wish["course"] != course.id:
        raise Refused("deep_link_ended")
    if wish["ends"] < clock.now().timestamp():
        raise Refused("deep_link_ended")
    return course, dict(wish)


def _begin_from(template: str | None) -> tuple[ExamConfig, Kind, str]:
    found = exams.find_template(template) if template else None
    if template and found is None:
        raise NotFound("page")
    if found is not None:
        return found.config, found.kind, found.title
    return with_preset(ExamConfig(), Preset.recorded), Kind.proctored, ""


def _editor(course: Course, key: str, form: ExamForm, start: ExamConfig) -> str:
    return render_template("instructor/new.html", course=course, key=key, **editor_values(form, start))


def _send(chosen: list[Exam], wish: dict[str, Any], key: str, *, error: str | None = None) -> str:
    """The page with the form that posts the answer; a request is answered once."""
    now = clock.now()
    jwt = keys.sign(_answer(chosen, wish, now, error), now=now)
    remaining = {k: v for k, v in visit()[DEEP_LINKS].items() if k != key}
    visit()[DEEP_LINKS] = remaining
    db.session.commit()
    headers.allow_form_to(wish["return_url"])
    return render_template("instructor/return.html", return_url=wish["return_url"], jwt=jwt, chosen=chosen, error=error)


def _answer(chosen: list[Exam], wish: dict[str, Any], now: datetime, error: str | None) -> dict[str, Any]:
    items = [_item(exam, wish["accept_line_item"], tuple(wish["targets"])) for exam in chosen]
    claims = deep_linking_response(
        items,
        client_id=wish["client_id"],
        issuer=wish["issuer"],
        deployment_id=wish["deployment"],
        data=wish["data"],
        nonce=secrets.token_urlsafe(16),
        now=now,
        error=error,
    )
    if chosen:
        claims["https://purl.imsglobal.org/spec/lti-dl/claim/msg"] = _("The exam was added.")
    return claims


def _item(exam: Exam, accepts_column: bool, targets: tuple[str, ...]) -> Item:
    config = exam.config
    has_column = accepts_column and exam.kind != Kind.practice and config.grade_source != GradeSource.nothing
    return Item(
        title=exam.title,
        url=f"{settings().base_url}/lti/launch",
        exam=exam.identifier,
        maximum=config.grade_maximum if has_column else None,
        opens_at=config.open_at,
        closes_at=config.close_at,
        text=_text(exam),
        targets=targets,
    )


def _text(exam: Exam) -> str:
    """One line about the exam for the course page."""
    minutes, kind = exam.config.lifetime, str(words.KINDS[exam.kind][0])
    return ngettext("%(kind)s, %(num)s minute", "%(kind)s, %(num)s minutes", minutes, kind=kind) if minutes else kind
