"""Where a validated launch leads: the session it opens and the page it ends on."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from lti_proctor import clock, jobs, once
from lti_proctor.attempts.service import attempt_for_launch
from lti_proctor.errors import Refused
from lti_proctor.exams.service import exam_for_link
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.locales import known
from lti_proctor.lti.arrivals import Comer, Place, find_or_add_course, find_or_add_link, find_or_add_user
from lti_proctor.lti.claims import MessageType
from lti_proctor.lti.launch import Arrived
from lti_proctor.lti.roles import part_of
from lti_proctor.people.roles import Part
from lti_proctor.people.roster import note_staff
from lti_proctor.platforms.models import ResourceLink
from lti_proctor.web.headers import FRAMES_KEY
from lti_proctor.web.language import LAUNCHED
from lti_proctor.web.sessions import settings, visit

STAFF = frozenset({Part.instructor, Part.assistant})
DEEP_LINKS = "deep_links"
DEEP_LINK_MINUTES = 120


def arrive(arrived: Arrived, *, frames: list[str]) -> Response:
    """Open a session for the person and send the browser on. One commit, here."""
    now, part = clock.now(), part_of(arrived.launch.roles, arrived.platform.role_map)
    comer = find_or_add_user(arrived, now=now)
    if comer.is_locked:
        raise Refused("not_allowed")
    if arrived.launch.message_type == MessageType.deep_linking:
        return _deep_linking(arrived, comer, part, frames, now)
    place = find_or_add_link(arrived)
    _open_session(arrived, comer, part, frames, place.course_id)
    if part == Part.visitor:
        db.session.commit()
        page = render_template("shared/visitor.html", title=arrived.launch.link_title)
        return Response(page, mimetype="text/html")
    exam_id = place.exam_id or _set_up(arrived, place, comer, part, now)
    if part in STAFF:
        _commit_and_read_roster(arrived, comer, part, place.course_id, now)
        return redirect(url_for("instructor.exam", exam_id=exam_id), 303)
    attempt_id = attempt_for_launch(place.link_id, exam_id, comer.user_id, is_new_user=comer.is_new, now=now)
    db.session.commit()
    return Response(status=303, headers={"Location": url_for("learner.attempt", attempt_id=attempt_id)})


def _set_up(arrived: Arrived, place: Place, comer: Comer, part: Part, now: datetime) -> int:
    """The first launch of a link finds or makes its exam."""
    custom = arrived.launch.custom
    return exam_for_link(
        db.session.get_one(ResourceLink, place.link_id),
        identifier=custom.get("exam"),
        template=custom.get("template"),
        title=arrived.launch.link_title,
        actor=Actor(Role.staff if part in STAFF else Role.learner, comer.user_id),
        now=now,
    ).id


def _open_session(arrived: Arrived, comer: Comer, part: Part, frames: list[str], course_id: int, **more: Any) -> None:
    data: dict[str, Any] = {"parts": {str(course_id): part.value}, FRAMES_KEY: frames, **more}
    if locale := known(arrived.launch.locale):
        data[LAUNCHED] = locale
    if arrived.launch.return_url:
        data["returns"] = {str(course_id): arrived.launch.return_url}
    visit().sign_in(comer.user_id, data, hours=settings().session_hours)


def _deep_linking(arrived: Arrived, comer: Comer, part: Part, frames: list[str], now: datetime) -> Response:
    """Keep what the platform asked for in the session and show the choice of exams."""
    if part != Part.instructor:
        raise Refused("not_allowed")
    wish = arrived.launch.deep_linking
    if wish is None:
        raise Refused("token_claim", claim="deep_linking_settings")
    course_id = find_or_add_course(arrived)
    key = secrets.token_urlsafe(9)
    kept = {
        "course": course_id,
        "registration": arrived.platform.id,
        "issuer": arrived.platform.issuer,
        "client_id": arrived.platform.client_id,
        "deployment": arrived.launch.deployment_id,
        "return_url": wish.return_url,
        "accept_multiple": wish.accept_multiple,
        "accept_line_item": wish.accept_line_item,
        "data": wish.data,
        "ends": now.timestamp() + DEEP_LINK_MINUTES * 60,
    }
    earlier = {k: v for k, v in visit().get(DEEP_LINKS, {}).items() if v["ends"] > now.timestamp()}
    recent = dict(list(earlier.items())[-4:])
    _open_session(arrived, comer, part, frames, course_id, **{DEEP_LINKS: {**recent, key: kept}})
    _commit_and_read_roster(arrived, comer, part, course_id, now)
    return redirect(url_for("instructor.deep_link", course_id=course_id, key=key), 303)


def _commit_and_read_roster(arrived: Arrived, comer: Comer, part: Part, course_id: int, now: datetime) -> None:
    """Staff find a fresh roster: it is read in the background, at most once in each minute."""
    if arrived.launch.memberships_url is None:
        db.session.commit()
        return
    note_staff(course_id, comer.user_id, part)
    is_due = once.use("roster", f"{course_id} {now:%Y-%m-%dT%H:%M}", expires_at=now + timedelta(minutes=2))
    db.session.commit()
    if is_due:
        jobs.put("lti.roster", course_id)
