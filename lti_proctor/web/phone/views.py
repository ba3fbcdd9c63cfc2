"""The pages and addresses of the phone: joining, telling that its camera is on, sending pictures."""

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lti_proctor import clock
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Phase, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import NotFound, Refused
from lti_proctor.evidence import room
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import Turn
from lti_proctor.exams.addons import Addon, Capture
from lti_proctor.extensions import db
from lti_proctor.phone import pictures
from lti_proctor.phone import service as phones
from lti_proctor.phone.models import Phone
from lti_proctor.web import limits
from lti_proctor.web.capture_words import CAPTURES
from lti_proctor.web.jpeg import read_jpeg, read_moment
from lti_proctor.web.phone import session
from lti_proctor.web.room_words import TURNS, turn_values
from lti_proctor.web.sessions import settings

bp = Blueprint("phone", __name__, url_prefix=session.PATH)
#: The longest secret that is looked at; ours have 43 characters.
SECRET_MAX = 100
#: The largest still of a room: it is larger than a picture from the exam.
ROOM_BYTES_MAX = 2_000_000


@bp.get("/")
def page() -> str:
    """What the phone has to show: how to join, the camera, or that it is over. The secret of a link stands behind the
    `#` of the address, which no browser sends: looking at a link uses nothing up.
    """
    phone = session.find_phone()
    if phone is None:
        return render_template("phone/join.html", was_here=False, captures=[CAPTURES[Capture.phone_camera]])
    if phone.attempt.phase in {Phase.done, Phase.blocked}:
        return render_template("phone/over.html", attempt=phone.attempt, exam=phone.attempt.exam)
    if phone.ended_at is not None:
        return render_template("phone/join.html", was_here=True, captures=[CAPTURES[Capture.phone_camera]])
    return render_template("phone/camera.html", **_camera_values(phone))


@bp.post("/join")
def join() -> BaseResponse:
    """Use a link up. The one that the phone had before is over."""
    limits.failures().check("phone")
    before, now = session.find_phone(), clock.now()
    try:
        phone, token = phones.join(request.form.get("secret", "")[:SECRET_MAX], now=now)
    except Refused:
        limits.failures().count("phone")
        raise
    if before is not None and before.attempt_id != phone.attempt_id:
        phones.leave(before, now=now)
    db.session.commit()
    answer = redirect(url_for("phone.page"), 303)
    session.write(answer, token)
    return answer


@bp.post("/sign")
def sign() -> Response:
    """A sign of life; with `camera` it says that the camera is on. The answer tells where the exam is."""
    phone, now = session.load_phone(), clock.now()
    limits.rate("phone_signs").count(phone.attempt_id)
    if (request.get_json(silent=True) or {}).get("camera") is True and phone.attempt.phase in phones.JOINS:
        phones.beat(phone, now=now)
    said = {"place": _place(phone.attempt), "now_ms": clock.to_ms(now), "room": _turns(phone.attempt)}
    db.session.commit()
    return jsonify(**said)


@bp.post("/pictures")
def picture() -> Response:
    """A JPEG of at most 200 kB, taken at `taken_ms` by the server's clock."""
    phone, now = session.load_phone(), clock.now()
    limits.rate("phone_pictures").count(phone.attempt_id)
    pictures.keep_picture(phone, read_jpeg(), taken=read_moment(), now=now)
    phones.beat(phone, now=now)
    db.session.commit()
    return jsonify(kept=True)


@bp.post("/room/<turn>")
def room_picture(turn: str) -> Response:
    """The still of one turn of the look around the room."""
    phone = session.load_phone()
    if turn not in set(Turn):
        raise NotFound("page")
    limits.rate("room_pictures").count(phone.attempt_id)
    room.keep_turn(
        phone.attempt,
        Turn(turn),
        read_jpeg(ROOM_BYTES_MAX),
        actor=phones.actor_of(phone.attempt),
        now=clock.now(),
    )
    db.session.commit()
    return jsonify(room=_turns(phone.attempt))


@bp.post("/leave")
def leave() -> BaseResponse:
    """The phone is taken off."""
    phones.leave(session.load_phone(), now=clock.now())
    db.session.commit()
    answer = redirect(url_for("phone.page"), 303)
    session.clear(answer)
    return answer


def _place(attempt: Attempt) -> str:
    if attempt.phase == Phase.before:
        return "before"
    if attempt.phase != Phase.running:
        return "over"
    return "paused" if attempt.status == Status.paused else "exam"


def _turns(attempt: Attempt) -> list[str]:
    """The turns that have a picture."""
    return [turn.value for turn in room.turns_of(attempt)] if _shows_room(attempt) else []


def _shows_room(attempt: Attempt) -> bool:
    return attempt.phase == Phase.before and Addon.overview in attempts.config_of(attempt).addons


def _camera_values(phone: Phone) -> dict[str, Any]:
    found, now = phone.attempt, clock.now()
    taken = [Capture.phone_camera, *([Capture.room_overview] if _shows_room(found) else [])]
    return {
        "attempt": found,
        "exam": found.exam,
        "captures": [CAPTURES[capture] for capture in taken],
        "kept_until": evidence.kept_until(found, now),
        "place": _place(found),
        "server_now": clock.to_ms(now),
        "shows_room": _shows_room(found),
        "turns": TURNS,
        "turn_values": turn_values(),
        "turns_done": _turns(found),
        "sign_seconds": settings().phone_seconds,
        "picture_seconds": settings().phone_picture_seconds,
    }
