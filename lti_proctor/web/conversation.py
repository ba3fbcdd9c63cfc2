"""A chat as its pages show it: messages of both sides and the files that were attached, in their order."""

from datetime import datetime
from typing import Any

from flask import jsonify, url_for
from flask.wrappers import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext, pgettext

from lti_proctor.attempts.models import Attempt
from lti_proctor.chat import service as chat
from lti_proctor.chat.models import Message, Side
from lti_proctor.evidence.files import files_of
from lti_proctor.evidence.models import Evidence
from lti_proctor.extensions import db
from lti_proctor.web.pages import clock
from lti_proctor.web.sessions import settings

#: Messages that a page shows; all of them stand in the report.
SHOWN = 200
#: How staff are called where they are not named.
STAFF = lazy_gettext("Proctor")


class _Times(dict[datetime, str]):
    """Minutes as the reader writes them: writing one takes longer than all the rest of a line."""

    def __missing__(self, minute: datetime) -> str:
        self[minute] = clock(minute)
        return self[minute]


def conversation(attempt: Attempt, reader: Side, *, known: int = -1) -> dict[str, Any]:
    """What the page's script draws. `version` grows with each change; `last` is the newest message of the other side,
    `unread` how many of these the reader has not read. Moments are ISO 8601 in UTC. Who has the version `known` hears
    only whether there is another one.
    """
    if known == attempt.chat_version:
        return {"version": known, "isOpen": chat.is_open(attempt)}
    messages, times = chat.messages_of(attempt, last=SHOWN), _Times()
    lines = [_line(one, attempt, reader, times) for one in messages] + [
        _file(one, attempt, reader, times) for one in files_of(attempt)
    ]
    theirs = [one for one in messages if one.side != reader]
    return {
        "version": attempt.chat_version,
        "isOpen": chat.is_open(attempt),
        "lines": sorted(lines, key=lambda line: line["at"]),
        "last": theirs[-1].id if theirs else 0,
        "unread": sum(one.read_at is None for one in theirs),
    }


def _line(message: Message, attempt: Attempt, reader: Side, times: _Times) -> dict[str, Any]:
    spoken = message.spoken
    return {
        "key": f"message-{message.id}",
        "isOwn": message.side == reader,
        "who": who_of(message, attempt, reader),
        "at": _moment(message.written_at),
        "time": times[message.written_at.replace(second=0, microsecond=0)],
        "text": message.text,
        "isRead": message.read_at is not None,
        "spoken": url_for("learner.spoken", attempt_id=attempt.id, evidence_id=spoken.id) if spoken else None,
        "hasPicture": bool(spoken and spoken.width),
        "file": None,
    }


def who_of(message: Message, attempt: Attempt, reader: Side) -> str:
    """Learners are not told the names of staff."""
    if message.side == Side.learner:
        return attempt.user.name
    return message.author.name if reader == Side.staff and message.author is not None else str(STAFF)


def _file(file: Evidence, attempt: Attempt, reader: Side, times: _Times) -> dict[str, Any]:
    return {
        "key": f"file-{file.id}",
        "isOwn": reader == Side.learner,
        "who": attempt.user.name,
        "at": _moment(file.created_at),
        "time": times[file.created_at.replace(second=0, microsecond=0)],
        "text": "",
        "isRead": True,
        "spoken": None,
        "hasPicture": False,
        "file": {
            "name": file.name,
            "url": url_for("learner.file", attempt_id=attempt.id, evidence_id=file.id),
            "kilobytes": max(1, round(file.n_bytes / 1000)),
        },
    }


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def answer(attempt: Attempt, reader: Side, **more: object) -> Response:
    """The conversation, read anew: its version has just changed in the database."""
    db.session.refresh(attempt)
    return jsonify(**conversation(attempt, reader), **more)


def chat_texts() -> dict[str, str]:
    """Words of the script."""
    return {
        "you": pgettext("who wrote a message", "You"),
        "read": pgettext("state of a message", "Read"),
        "sent": pgettext("state of a message", "Sent"),
        "size": _("{n} kB"),
        "sending": _("The message is being sent."),
        "delivered": _("Your message is sent."),
        "away": _(
            "The message did not arrive. It is still here: look whether you are connected, and press “Send” again."
        ),
        "tooMany": _("These were many messages in a short time. Wait a minute, then press “Send” again."),
        "closed": _("The chat is closed. Nothing more can be sent."),
        "long": _("The message is too long. Make two of it."),
        "refused": _("This could not be sent."),
        "spoken": _("Spoken message"),
    }


def chat_limits() -> dict[str, int]:
    return {"textMax": chat.TEXT_MAX, "spokenSeconds": settings().spoken_seconds}
