"""The chat with a learner for those who watch over the exam, and who else waits for an answer."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_babel import format_decimal
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.models import Attempt
from lti_proctor.chat import service as chat
from lti_proctor.chat import spoken
from lti_proctor.chat.models import Side
from lti_proctor.errors import Invalid
from lti_proctor.extensions import db
from lti_proctor.people.roles import Permission
from lti_proctor.schedule import service as schedule
from lti_proctor.web import limits
from lti_proctor.web.access import load_attempt_of, load_exam, manager, may, may_with, person, wants_json
from lti_proctor.web.conversation import answer, chat_limits, chat_texts, conversation
from lti_proctor.web.learner.chat import last_seen


def add_to(bp: Blueprint) -> None:
    base = "/exams/<int:exam_id>/attempts/<int:attempt_id>/chat"
    bp.add_url_rule(base, "chat", show)
    bp.add_url_rule(base, "write_message", write, methods=["POST"])
    bp.add_url_rule(f"{base}/messages", "messages", read)
    bp.add_url_rule(f"{base}/seen", "messages_seen", seen, methods=["POST"])
    bp.add_url_rule("/exams/<int:exam_id>/unread", "unread_messages", unread)


def show(exam_id: int, attempt_id: int) -> str:
    """Whoever opens the page reads what is there."""
    found, now = load_attempt_of(exam_id, attempt_id, Permission.attempt_view), clock.now()
    attempts.refresh(found, now=now)
    if may_with(Permission.attempt_review, found):
        chat.note_read(found, Side.staff, now=now)
    db.session.commit()
    return render_template("instructor/chat.html", **_values(found))


def _values(found: Attempt) -> dict[str, Any]:
    address: dict[str, Any] = {"exam_id": found.exam_id, "attempt_id": found.id}
    may_write = may_with(Permission.attempt_review, found)
    return {
        "exam": found.exam,
        "tab": "attempts",
        "may_edit": may(Permission.exam_edit, exam=found.exam),
        "attempt": found,
        "seconds_left": attempts.seconds_left(found, clock.now()),
        "has_chat": chat.has_chat(found),
        "may_write": may_write,
        "key": secrets.token_hex(16),
        "spoken_minutes": format_decimal(round(chat_limits()["spokenSeconds"] / 60, 1)),
        "data": {
            "url": url_for("instructor.messages", **address),
            "sendUrl": url_for("instructor.write_message", **address),
            "seenUrl": url_for("instructor.messages_seen", **address) if may_write else None,
            "name": f"staff-{found.id}",
            "first": conversation(found, Side.staff),
            "others": others_of(found),
            "texts": chat_texts(),
            **chat_limits(),
        },
    }


def read(exam_id: int, attempt_id: int) -> Response:
    """The conversation, or that nothing is new; and who else waits."""
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_view)
    known = request.args.get("known", -1, int)
    return jsonify(**conversation(found, Side.staff, known=known), others=others_of(found))


def write(exam_id: int, attempt_id: int) -> Response | tuple[Response, int]:
    """One message of a form: `text`, `key`, and perhaps `spoken`, a recording. Scripts get the conversation."""
    found, now = load_attempt_of(exam_id, attempt_id, Permission.attempt_review), clock.now()
    if attempts.refresh(found, now=now):
        db.session.commit()
    limits.rate("answers").count(found.id)
    text, key, upload = request.form.get("text", ""), request.form.get("key", ""), request.files.get("spoken")
    try:
        if upload is not None:
            spoken.speak(found, upload.read(), text, key, actor=manager(), now=now)
        else:
            chat.write(found, text, key, side=Side.staff, actor=manager(), now=now)
    except Invalid as invalid:
        db.session.rollback()
        if not wants_json():
            raise
        return jsonify(problem=invalid.code), 422
    db.session.commit()
    if wants_json():
        return answer(found, Side.staff, others=others_of(found))
    return redirect(url_for("instructor.chat", exam_id=exam_id, attempt_id=attempt_id), 303)


def seen(exam_id: int, attempt_id: int) -> Response:
    """Somebody who may answer has everything up to the message `last` before their eyes."""
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_review)
    chat.note_read(found, Side.staff, last_seen(), now=clock.now())
    db.session.commit()
    return answer(found, Side.staff, others=others_of(found))


def unread(exam_id: int) -> Response:
    """Who has written and was not read yet, for a page that lists attempts."""
    exam = load_exam(exam_id, Permission.attempt_view)
    return jsonify(waiting=waiting_values([exam.id]))


def others_of(found: Attempt) -> list[dict[str, Any]]:
    """Others who have written: of the exam, or of the appointments through which somebody sees this attempt."""
    if may(Permission.attempt_view, exam=found.exam):
        return waiting_values([found.exam_id], without=found.id)
    return waiting_values([], besides=schedule.attempts_watched_by(person().user_id), without=found.id)


def waiting_values(exam_ids: Sequence[int], *, besides: Sequence[int] = (), without: int = 0) -> list[dict[str, Any]]:
    return [
        {
            "name": one.user.name,
            "n": one.n,
            "url": url_for("instructor.chat", exam_id=one.exam_id, attempt_id=one.attempt_id),
        }
        for one in chat.waiting_in(exam_ids, besides=besides, without=without)
    ]
