"""Messages that a proctor says: recorded by themselves, kept with the attempt like any evidence."""

import hashlib
import secrets
import tempfile
from datetime import datetime
from pathlib import Path

from lti_proctor.attempts.models import Attempt
from lti_proctor.chat import service
from lti_proctor.chat.models import Message, Side
from lti_proctor.errors import Invalid, NotFound
from lti_proctor.evidence import films, webm
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.evidence.service import note_kept, remove
from lti_proctor.extensions import current_settings, db
from lti_proctor.journal import Actor
from lti_proctor.storage import store

MEDIA_TYPE = "video/webm"
#: A page stops at the limit, but not on the dot.
SLACK_SECONDS = 5
#: How long each program may work on it: somebody waits.
SECONDS = 20


def speak(attempt: Attempt, upload: bytes, text: str, key: str, *, actor: Actor, now: datetime) -> Message:
    """Write a message of staff that is spoken as well. Nothing of it is kept when the text can't be.

    Raises as `service.write`; `Invalid`: `spoken_large`, `spoken_long`, `spoken_unreadable`; `Upstream` when the store
    is full or away: then nothing is changed.
    """
    known = service.find(attempt, key)
    if known is not None:
        return known
    service.require_writable(attempt, text, key)
    said = _keep(attempt, upload, actor, now)
    message = service.write(attempt, text, key, side=Side.staff, spoken=said, actor=actor, now=now)
    if message.evidence_id != said.id:
        # Another request with the same message was quicker.
        remove(said, actor=actor, now=now)
    return message


def _keep(attempt: Attempt, upload: bytes, actor: Actor, now: datetime) -> Evidence:
    """What was said, written anew so that nothing but picture and sound is in it."""
    limit = current_settings().spoken_max_bytes
    if len(upload) > limit:
        raise Invalid("spoken_large", limit=limit // 1_000_000)
    if not webm.begins(upload):
        raise Invalid("spoken_unreadable")
    data, width, height = _written_anew(upload)
    key = f"attempts/{attempt.id}/spoken-{secrets.token_hex(8)}.webm"
    store().put(key, data)
    row = Evidence(
        attempt_id=attempt.id, kind=EvidenceKind.spoken, key=key, media_type=MEDIA_TYPE, n_bytes=len(data), width=width,
        height=height, sha256=hashlib.sha256(data).hexdigest(), created_at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    note_kept(row, actor=actor, now=now)
    return row


def _written_anew(upload: bytes) -> tuple[bytes, int, int]:
    """The bytes to keep, width and height (0 where there is only sound)."""
    with tempfile.TemporaryDirectory(prefix="spoken-") as folder:
        raw, whole = Path(folder) / "raw.webm", Path(folder) / "whole.webm"
        raw.write_bytes(upload)
        if not films.rewrap(raw, whole, within=SECONDS):
            raise Invalid("spoken_unreadable")
        seconds, limit = films.length(whole, within=SECONDS), current_settings().spoken_seconds
        if seconds is None:
            raise Invalid("spoken_unreadable")
        if seconds > limit + SLACK_SECONDS:
            raise Invalid("spoken_long", limit=limit)
        return whole.read_bytes(), *films.frame_size(whole, within=SECONDS)


def get_spoken(attempt: Attempt, evidence_id: int) -> Evidence:
    """Raises `NotFound("evidence")`."""
    found = db.session.get(Evidence, evidence_id)
    if found is None or found.attempt_id != attempt.id or found.kind != EvidenceKind.spoken:
        raise NotFound("evidence")
    return found
