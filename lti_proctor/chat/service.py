"""Verbs on the chat of an attempt: write, read, see who waits for an answer, forget."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import joinedload

from lti_proctor import journal
from lti_proctor.attempts.glance import note_talked
from lti_proctor.attempts.lifecycle import Phase, statuses_in
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import config_of, subject_of
from lti_proctor.chat.models import Message, Side
from lti_proctor.errors import Invalid, Refused
from lti_proctor.evidence.models import Evidence
from lti_proctor.evidence.service import require_consent
from lti_proctor.exams.addons import Addon, Capture
from lti_proctor.extensions import add_if_new, db
from lti_proctor.journal import Actor
from lti_proctor.people.models import User

SENT = "message.sent"
TEXT_MAX = 2000
#: Messages of one attempt.
MOST = 1000
KEY_MAX = 64
#: No message has a greater id.
NEWEST = 2**53
#: Learners who wait, of whom a page tells.
LISTED = 30
RUNNING = statuses_in(Phase.running)
_UNREAD = (Message.side == Side.learner, Message.read_at.is_(None))


def has_chat(attempt: Attempt) -> bool:
    return Addon.chat in config_of(attempt).addons


def is_open(attempt: Attempt) -> bool:
    """Messages come and go from the start to the end, also while the exam is paused."""
    return attempt.phase == Phase.running and has_chat(attempt)


def write(
    attempt: Attempt, text: str, key: str, *, side: Side, spoken: Evidence | None = None, actor: Actor, now: datetime
) -> Message:
    """Write a message. One that this sender has sent before under the same key is not written again.

    Raises `Refused`: `chat_closed` before the start, after the end, and where the exam has no chat, `no_consent`;
    `Invalid`: `message_empty`, `message_long`, `message_key`, `too_many_messages`.
    """
    known = find(attempt, key)
    if known is not None:
        return known
    words = require_writable(attempt, text, key)
    salt, kept_as = secrets.token_hex(16), spoken.id if spoken is not None else None
    message_id = add_if_new(
        Message, attempt_id=attempt.id, key=key, side=side, author_id=actor.user_id, text=words, salt=salt,
        evidence_id=kept_as, written_at=now, read_at=None,
    )  # fmt: skip
    if message_id is not None:
        data = {"message": message_id, "sha256": digest(salt, words)}
        journal.record(actor, SENT, subject_of(attempt), data, now)
        note_talked(attempt)
    # Else another request with the same message was quicker.
    return db.session.scalars(_called(attempt, key)).one()


def require_writable(attempt: Attempt, text: str, key: str) -> str:
    """The text as it would be kept. Raises as `write`, before anything is kept."""
    if not is_open(attempt):
        raise Refused("chat_closed")
    require_consent(attempt, Capture.messages)
    if not 8 <= len(key) <= KEY_MAX or not key.isascii() or not key.replace("-", "").isalnum():
        raise Invalid("message_key")
    words = _plain(text)
    written = select(func.count()).select_from(Message).where(Message.attempt_id == attempt.id)
    if (db.session.scalar(written) or 0) >= MOST:
        raise Invalid("too_many_messages", limit=MOST)
    return words


def _plain(text: str) -> str:
    words = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not words:
        raise Invalid("message_empty")
    if len(words) > TEXT_MAX:
        raise Invalid("message_long", limit=TEXT_MAX)
    return words


def digest(salt: str, text: str) -> str:
    """What the journal holds of a message: SHA-256 over salt, line feed and text in UTF-8, hexadecimal."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def find(attempt: Attempt, key: str) -> Message | None:
    return db.session.scalar(_called(attempt, key))


def _called(attempt: Attempt, key: str) -> Select[Message]:
    return select(Message).where(Message.attempt_id == attempt.id, Message.key == key)


def messages_of(attempt: Attempt, *, last: int = MOST) -> list[Message]:
    """In the order in which they came; at most so many of the last ones."""
    query = select(Message).where(Message.attempt_id == attempt.id).order_by(Message.id.desc()).limit(last)
    return list(db.session.scalars(query.options(joinedload(Message.author), joinedload(Message.spoken))))[::-1]


def note_read(attempt: Attempt, reader: Side, last: int = NEWEST, *, now: datetime) -> None:
    """The reader had everything of the other side before their eyes, up to the message with this id."""
    unread = [Message.attempt_id == attempt.id, Message.id <= last, Message.side != reader, Message.read_at.is_(None)]
    if db.session.scalar(select(Message.id).where(*unread).limit(1)) is None:
        return
    db.session.execute(update(Message).where(*unread).values(read_at=now))
    note_talked(attempt)


def unread_of(attempt: Attempt) -> int:
    """How many messages of the learner nobody has read."""
    unread = [Message.attempt_id == attempt.id, *_UNREAD]
    return db.session.scalar(select(func.count()).select_from(Message).where(*unread)) or 0


class Waiting(NamedTuple):
    """A learner whose `n` messages nobody has read."""

    attempt_id: int
    exam_id: int
    user: User
    n: int


def waiting_in(exam_ids: Sequence[int], *, besides: Sequence[int] = (), without: int = 0) -> list[Waiting]:
    """Running attempts of these exams, and besides those with these keys, `without` one, in which the learner has
    written and nobody has read it; who has waited longest comes first, and no more than `LISTED`.
    """
    unread = (
        select(Message.attempt_id, func.count().label("n"), func.min(Message.id).label("first"))
        .where(*_UNREAD, Message.attempt_id != without)
        .group_by(Message.attempt_id)
        .subquery()
    )
    query = (
        select(Attempt.id, Attempt.exam_id, User, unread.c.n)
        .join(unread, unread.c.attempt_id == Attempt.id)
        .join(User, User.id == Attempt.user_id)
        .where(Attempt.status.in_(RUNNING), Attempt.exam_id.in_(exam_ids) | Attempt.id.in_(besides))
        .order_by(unread.c.first)
        .limit(LISTED)
    )
    return [Waiting(*row) for row in db.session.execute(query)]


def remove_all(attempt_ids: Sequence[int]) -> None:
    """What was written in these attempts goes; the journal keeps that something was, and its hash."""
    db.session.execute(delete(Message).where(Message.attempt_id.in_(attempt_ids)))
