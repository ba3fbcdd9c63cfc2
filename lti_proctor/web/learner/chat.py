"""The learner's side of the chat: reading, writing, telling what was read."""

from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from lti_proctor import clock
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.models import Attempt
from lti_proctor.chat import service as chat
from lti_proctor.chat.models import Side
from lti_proctor.chat.spoken import MEDIA_TYPE, get_spoken
from lti_proctor.errors import Invalid
from lti_proctor.extensions import db
from lti_proctor.people.roles import Permission
from lti_proctor.web import limits
from lti_proctor.web.access import load_attempt, load_own_or_viewed
from lti_proctor.web.conversation import answer, chat_limits, chat_texts, conversation
from lti_proctor.web.learner.context import learner
from lti_proctor.web.stored import stored


def add_to(bp: Blueprint) -> None:
    base = "/<int:attempt_id>/messages"
    bp.add_url_rule(base, "messages", read)
    bp.add_url_rule(base, "write_message", write, methods=["POST"])
    bp.add_url_rule(f"{base}/seen", "messages_seen", seen, methods=["POST"])
    bp.add_url_rule("/<int:attempt_id>/spoken/<int:evidence_id>", "spoken", spoken)


def read(attempt_id: int) -> Response:
    found = load_attempt(attempt_id, Permission.attempt_take)
    return jsonify(conversation(found, Side.learner, known=request.args.get("known", -1, int)))


def write(attempt_id: int) -> Response | tuple[Response, int]:
    """One message of a form, `text` and `key`; the answer is the conversation, or says what is wrong."""
    found, now = load_attempt(attempt_id, Permission.attempt_take), clock.now()
    if attempts.refresh(found, now=now):
        db.session.commit()
    limits.rate("messages").count(found.id)
    text, key = request.form.get("text", ""), request.form.get("key", "")
    try:
        chat.write(found, text, key, side=Side.learner, actor=learner(found), now=now)
    except Invalid as invalid:
        db.session.rollback()
        return jsonify(problem=invalid.code), 422
    db.session.commit()
    return answer(found, Side.learner)


def seen(attempt_id: int) -> Response:
    """The learner has everything up to the message `last` before their eyes."""
    found = load_attempt(attempt_id, Permission.attempt_take)
    chat.note_read(found, Side.learner, last_seen(), now=clock.now())
    db.session.commit()
    return answer(found, Side.learner)


def last_seen() -> int:
    last = request.form.get("last", -1, int)
    if not 0 <= last < 2**53:
        raise Invalid("batch")
    return last


def spoken(attempt_id: int, evidence_id: int) -> Response:
    """What a proctor said, for the learner and for those who may see the attempt."""
    found = get_spoken(load_own_or_viewed(attempt_id), evidence_id)
    return stored(found.key, MEDIA_TYPE)


def chat_values(attempt: Attempt) -> dict[str, Any]:
    """What the pages of a running exam need; nothing where it has no chat."""
    if not chat.is_open(attempt):
        return {"chat": None}
    first = conversation(attempt, Side.learner)
    return {
        "chat": {
            "url": url_for("learner.messages", attempt_id=attempt.id),
            "seenUrl": url_for("learner.messages_seen", attempt_id=attempt.id),
            "name": f"attempt-{attempt.id}",
            "first": first,
            "texts": chat_texts(),
            **chat_limits(),
        }
    }
