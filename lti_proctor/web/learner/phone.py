"""The second camera on the learner's own pages: the code that a phone reads, and whether the phone is there."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from lti_proctor import clock
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.steps import Outcome, StepKey
from lti_proctor.errors import NotFound, Refused
from lti_proctor.evidence import room
from lti_proctor.evidence.models import Turn
from lti_proctor.extensions import db
from lti_proctor.people.roles import Permission
from lti_proctor.phone import pictures
from lti_proctor.phone import service as phones
from lti_proctor.web import limits
from lti_proctor.web.access import load_attempt, load_own_or_viewed
from lti_proctor.web.jpeg import read_jpeg
from lti_proctor.web.pages import clock as time_of_day
from lti_proctor.web.qr import qr_code
from lti_proctor.web.room_words import TURNS, turn_values
from lti_proctor.web.sessions import settings
from lti_proctor.web.stored import stored

#: The largest still of a room; it is larger than a picture from the exam.
ROOM_BYTES_MAX = 2_000_000
JPEG = "image/jpeg"
STEPS = frozenset({StepKey.qrcode, StepKey.overview})
#: What the pages of these steps say themselves.
TOLD_ON_THE_PAGE = frozenset(
    {"phone_not_there", "room_incomplete", "room_needed", "picture_empty", "picture_unreadable", "picture_too_large",
     "picture_too_small"}
)  # fmt: skip


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/<int:attempt_id>/phone", "phone_state", state)
    bp.add_url_rule("/<int:attempt_id>/phone/link", "phone_link", link, methods=["POST"])
    bp.add_url_rule("/<int:attempt_id>/phone/picture", "phone_picture", picture)
    bp.add_url_rule("/<int:attempt_id>/room/<turn>", "room_picture", room_picture, methods=["POST"])


def link(attempt_id: int) -> str:
    """A new link as a code and as text, a piece of a page; the link before opens nothing any more."""
    found, now = load_attempt(attempt_id, Permission.attempt_take), clock.now()
    limits.rate("phone_links").count(found.id)
    secret = phones.issue_link(found, now=now)
    db.session.commit()
    address = f"{settings().base_url}{url_for('phone.page')}#{secret}"
    seconds = settings().phone_link_minutes * 60
    return render_template("learner/_phone_link.html", address=address, code=qr_code(address), seconds=seconds)


def state(attempt_id: int) -> Response:
    """Whether a phone has joined, whether its camera is on now, its newest picture, and the turns of the room."""
    found, now = load_attempt(attempt_id, Permission.attempt_take), clock.now()
    return jsonify(**state_values(found, now))


def state_values(found: Attempt, now: datetime) -> dict[str, Any]:
    known, newest = phones.state_of(found, now), pictures.newest(found, 1)
    return {
        "joined": known.has_joined,
        "connected": known.is_connected,
        "picture": newest[0].id if newest else None,
        "at": time_of_day(newest[0].created_at) if newest else "",
        "room": [turn.value for turn in room.turns_of(found)],
    }


def picture(attempt_id: int) -> Response:
    """The newest picture of the phone, for its owner and for those who may see the attempt."""
    found = load_own_or_viewed(attempt_id)
    newest = pictures.newest(found, 1)
    if not newest:
        raise NotFound("page")
    return stored(newest[0].key, JPEG)


def room_picture(attempt_id: int, turn: str) -> Response:
    """The still of one turn, by the camera of the computer."""
    found = load_attempt(attempt_id, Permission.attempt_take)
    if turn not in set(Turn):
        raise NotFound("page")
    limits.rate("room_pictures").count(found.id)
    room.keep_turn(found, Turn(turn), read_jpeg(ROOM_BYTES_MAX), actor=phones.actor_of(found), now=clock.now())
    db.session.commit()
    return jsonify(room=[one.value for one in room.turns_of(found)])


def go_through(found: Attempt, key: StepKey, form: MultiDict[str, str]) -> None:
    """Go through one of these steps, or keep an upload of it. Raises `Refused` and `Invalid` with codes that the
    step's page has words for.
    """
    now, actor, asked = clock.now(), phones.actor_of(found), form.get("person") == "1"
    if key == StepKey.overview and "photo" in request.files:
        turn = form.get("turn", "")
        if turn not in set(Turn):
            raise NotFound("page")
        room.keep_turn(found, Turn(turn), request.files["photo"].read(), actor=actor, now=now)
        return
    if key == StepKey.qrcode and not asked and not phones.state_of(found, now).is_connected:
        raise Refused("phone_not_there")
    if key == StepKey.overview:
        if asked and not attempts.config_of(found).overview_by_person:
            raise Refused("room_needed")
        if not asked and room.next_turn(found) is not None:
            raise Refused("room_incomplete")
    attempts.pass_step(found, key, actor=actor, now=now, outcome=Outcome.person if asked else Outcome.done)


def values_of(found: Attempt, key: StepKey, now: datetime) -> dict[str, Any]:
    """What the pages of these steps need; nothing for others."""
    if key not in STEPS:
        return {}
    return {
        "phone": state_values(found, now),
        "turns": TURNS,
        "turn_values": turn_values(),
        "room": room.turns_of(found),
        "next_turn": room.next_turn(found),
        "may_ask": key == StepKey.qrcode or attempts.config_of(found).overview_by_person,
    }


def exam_values(found: Attempt) -> dict[str, Any]:
    """For the page of a running exam."""
    return {"has_phone": phones.is_expected(found)}
