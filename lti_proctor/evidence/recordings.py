"""Verbs on recordings: numbered chunks as they come, each kept before it is acknowledged; joined after the end.

A browser sends the chunks of a recording one after the other, with the number and the offset of each. What is kept
already is acknowledged again, what comes too early is refused with the number that is wanted.
"""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, func, select, update

from lti_proctor import clock, journal, outbox
from lti_proctor.attempts.keeping import length_kept
from lti_proctor.attempts.lifecycle import PHASE, Phase, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import config_of, subject_of
from lti_proctor.errors import Invalid, NotFound, Refused
from lti_proctor.evidence import webm
from lti_proctor.evidence.models import Chunk, Recording, Track
from lti_proctor.evidence.service import ERASE, consent_of
from lti_proctor.exams.addons import Capture
from lti_proctor.extensions import UTCDateTime, add_if_new, current_settings, db, execute, table_of
from lti_proctor.journal import Actor
from lti_proctor.people.models import SignIn, User
from lti_proctor.people.service import IS_SIGNED_IN
from lti_proctor.prepared import Prepared
from lti_proctor.storage import store

ERASE_FOLDER = "storage.erase_folder"
ALTERED = "recording.altered"
MEDIA_TYPE = "video/webm"
NEEDS = {Track.camera: Capture.camera_recording, Track.screen: Capture.screen_recording}
#: How far the clock of a browser may be from the attempt, before its word for the beginning is not taken.
SLACK = timedelta(minutes=2)
_RECORDINGS = table_of(Recording)
_BY_NAME = (
    select(
        Recording.id, Recording.n_chunks, Recording.n_bytes, Recording.head, Recording.key,
        Attempt.status, Attempt.stopped_at,
    )
    .join(Attempt, Attempt.id == Recording.attempt_id)
    .where(Recording.attempt_id == bindparam("attempt_id"), Recording.name == bindparam("name"))
)  # fmt: skip
_KNOWN = Prepared(_BY_NAME)
_OWN = Prepared(
    _BY_NAME.join(User, User.id == Attempt.user_id).join(SignIn, SignIn.user_id == User.id).where(IS_SIGNED_IN)
)
_NEXT = Prepared(
    update(_RECORDINGS)
    .where(_RECORDINGS.c.id == bindparam("recording_id"), _RECORDINGS.c.n_chunks == bindparam("before"))
    .values(
        n_chunks=bindparam("seq"),
        n_bytes=bindparam("bytes_then"),
        head=bindparam("head_then"),
        last_at=bindparam("now", type_=UTCDateTime),
    )
    .returning(_RECORDINGS.c.id)
)


class Answer(StrEnum):
    """`stored`: it is kept now. `known`: it was kept before. `early`: another one has to come first. `over`: the
    recording is closed, and nothing is added to it any more.
    """

    stored = "stored"
    known = "known"
    early = "early"
    over = "over"


@dataclass(frozen=True)
class Sent:
    """A chunk as a browser sent it: `seq` counts from 1, `offset` is the bytes before it, `begins_at` milliseconds of
    the server's clock at which its recording began.
    """

    track: Track
    name: str
    seq: int
    offset: int
    begins_at: int
    data: bytes


@dataclass(frozen=True)
class Kept:
    """How many chunks of the recording are kept, and the end of the hash chain over them (hexadecimal)."""

    answer: Answer
    have: int
    head: str


def keep_further_chunk(attempt_id: int, token_hash: bytes, sent: Sent, *, now: datetime) -> Kept | None:
    """Keep a chunk of a recording that has begun, of an attempt of whoever is signed in with this token. None when
    there is no such recording; then nothing is kept. Raises as `keep_chunk`.
    """
    known = execute(_OWN, attempt_id=attempt_id, name=sent.name, token_hash=token_hash, now=now).first()
    if known is None:
        return None
    _check(sent)
    return _keep(attempt_id, known, sent, now)


def keep_chunk(attempt: Attempt, sent: Sent, *, actor: Actor, now: datetime) -> Kept:
    """Keep a chunk of an attempt, which may be the first; it is acknowledged only once its bytes are stored.

    Raises `Refused`: `not_recorded` (nothing is recorded now), `no_consent`, `recording_full`; `Invalid`:
    `chunk_empty`, `chunk_too_large`, `chunk_not_webm`; `Upstream` when the store is full or away: then nothing is
    changed.
    """
    _check(sent)
    known = execute(_KNOWN, attempt_id=attempt.id, name=sent.name).first()
    if known is None:
        _begin(attempt, sent, actor=actor, now=now)
        known = execute(_KNOWN, attempt_id=attempt.id, name=sent.name).one()
    return _keep(attempt.id, known, sent, now)


def _keep(attempt_id: int, known: Any, sent: Sent, now: datetime) -> Kept:
    if sent.seq <= known.n_chunks:
        return Kept(Answer.known, known.n_chunks, known.head)
    if known.key is not None or not _still_open(known.status, known.stopped_at, now):
        return Kept(Answer.over, known.n_chunks, known.head)
    if sent.seq != known.n_chunks + 1 or sent.offset != known.n_bytes:
        return Kept(Answer.early, known.n_chunks, known.head)
    return _append(attempt_id, known, sent, now)


def _check(sent: Sent) -> None:
    if not sent.data:
        raise Invalid("chunk_empty")
    if len(sent.data) > current_settings().chunk_max_bytes:
        raise Invalid("chunk_too_large")
    if sent.seq == 1 and not webm.begins(sent.data):
        raise Invalid("chunk_not_webm")


def _begin(attempt: Attempt, sent: Sent, *, actor: Actor, now: datetime) -> None:
    """The first chunk of a recording; two that come at once begin the same one."""
    needed, consent = NEEDS.get(sent.track), consent_of(attempt)
    if attempt.started_at is None or needed not in config_of(attempt).captures:
        raise Refused("not_recorded")
    if not _still_open(attempt.status, attempt.stopped_at, now):
        raise Refused("not_recorded")
    if consent is None or needed not in consent.captures:
        raise Refused("no_consent")
    if bytes_of(attempt.id) >= current_settings().recording_max_bytes:
        raise Refused("recording_full")
    told = clock.from_ms(sent.begins_at) if 0 < sent.begins_at < 2**43 else now
    begins = min(max(told, attempt.started_at - SLACK), now)
    data = {"track": sent.track.value, "name": sent.name}
    head = journal.record(actor, "recording.begun", subject_of(attempt), data, now)
    values = {"track": sent.track, "begins_at": begins, "last_at": now, "n_chunks": 0, "n_bytes": 0, "head": head.hex()}
    add_if_new(Recording, attempt_id=attempt.id, name=sent.name, **values)


def _append(attempt_id: int, known: Any, sent: Sent, now: datetime) -> Kept:
    if known.n_bytes + len(sent.data) > current_settings().recording_max_bytes:
        raise Refused("recording_full")
    sha256 = hashlib.sha256(sent.data).hexdigest()
    head = link(known.head, sha256)
    store().put(chunk_key(attempt_id, known.id, sent.seq, sha256), sent.data)
    size = known.n_bytes + len(sent.data)
    moved = execute(
        _NEXT, recording_id=known.id, before=sent.seq - 1, seq=sent.seq, bytes_then=size, head_then=head, now=now
    )
    if moved.scalar() is None:
        # Another request of the same browser was quicker; the browser asks again and hears what is kept.
        return Kept(Answer.early, known.n_chunks, known.head)
    add_if_new(Chunk, recording_id=known.id, seq=sent.seq, n_bytes=len(sent.data), sha256=sha256, head=head)
    return Kept(Answer.stored, sent.seq, head)


def _still_open(status: Status, stopped_at: datetime | None, now: datetime) -> bool:
    """Chunks that waited for the connection may come for some hours after the end."""
    if stopped_at is None:
        return PHASE[status] == Phase.running
    return now - stopped_at <= timedelta(hours=current_settings().recording_late_hours)


def link(before: str, sha256: str) -> str:
    """The next end of the chain: SHA-256 over the one before and the chunk's own hash, as bytes."""
    return hashlib.sha256(bytes.fromhex(before) + bytes.fromhex(sha256)).hexdigest()


def end(attempt: Attempt, name: str, track: Track, n_chunks: int) -> None:
    """The browser says how many chunks a recording has, so that it need not be waited for longer."""
    same = [Recording.attempt_id == attempt.id, Recording.name == name, Recording.track == track]
    db.session.execute(update(Recording).where(*same, Recording.n_expected.is_(None)).values(n_expected=n_chunks))


def recordings_of(attempt: Attempt) -> list[Recording]:
    """In the order in which they began."""
    query = select(Recording).where(Recording.attempt_id == attempt.id, Recording.n_chunks > 0)
    return list(db.session.scalars(query.order_by(Recording.begins_at, Recording.id)))


def get_recording(attempt: Attempt, recording_id: int) -> Recording:
    found = db.session.get(Recording, recording_id)
    if found is None or found.attempt_id != attempt.id:
        raise NotFound("evidence")
    return found


def chunks_of(recording: Recording) -> list[Chunk]:
    return list(db.session.scalars(select(Chunk).where(Chunk.recording_id == recording.id).order_by(Chunk.seq)))


def bytes_of(attempt_id: int) -> int:
    """How much of an attempt is recorded, in bytes."""
    total = select(func.coalesce(func.sum(Recording.n_bytes), 0)).where(Recording.attempt_id == attempt_id)
    return int(db.session.scalar(total) or 0)


def parts(recording: Recording) -> Iterator[bytes]:
    """The bytes of a recording whose chunks are not joined yet; one after the other they play. Needs no context of the
    application any more when it is read.
    """
    keys = [chunk_key(recording.attempt_id, recording.id, one.seq, one.sha256) for one in chunks_of(recording)]
    kept = store()
    return (kept.get(key) for key in keys)


def broken(attempt: Attempt) -> list[tuple[int, int]]:
    """Recording and number of each chunk whose hash does not follow from what stands before, back to the journal, or
    whose bytes were others when they were joined; empty when nobody touched the record.
    """
    entries = journal.entries_of(subject_of(attempt))
    begun = {e.data.get("name"): e.hash.hex() for e in entries if e.action == "recording.begun"}
    altered = [(e.data["recording"], seq) for e in entries if e.action == ALTERED for seq in e.data["parts"]]
    unlinked = [(one.id, seq) for one in recordings_of(attempt) for seq in _broken_chunks(one, begun.get(one.name, ""))]
    return [*altered, *unlinked]


def _broken_chunks(recording: Recording, before: str) -> list[int]:
    wrong = []
    # Hours of recording are thousands of parts: plain rows.
    columns = select(Chunk.seq, Chunk.sha256, Chunk.head).where(Chunk.recording_id == recording.id).order_by(Chunk.seq)
    for place, chunk in enumerate(db.session.execute(columns), 1):
        if chunk.seq != place or link(before, chunk.sha256) != chunk.head:
            wrong.append(chunk.seq)
        before = chunk.head
    return wrong if before == recording.head else [*wrong, recording.n_chunks]


def remove(recording: Recording, *, actor: Actor, now: datetime) -> None:
    """Delete the rows, and the bytes as soon as that is certain; the journal keeps the end of the chain."""
    subject = f"attempt:{recording.attempt_id}"
    erase_chunks(recording, now=now)
    if recording.key is not None:
        outbox.put(ERASE, lane=f"file:{recording.key}", subject=subject, payload={"key": recording.key}, now=now)
    data = {"recording": recording.id, "head": recording.head, "chunks": recording.n_chunks}
    journal.record(actor, "recording.removed", subject, data, now)
    db.session.delete(recording)


def remove_expired(attempt: Attempt, *, actor: Actor, now: datetime) -> None:
    """Remove what was recorded for as long as was promised."""
    length = length_kept(attempt.exam, attempt.config_version)
    query = select(Recording).where(Recording.attempt_id == attempt.id)
    expired = [one for one in db.session.scalars(query) if (attempt.stopped_at or one.last_at) + length <= now]
    for recording in expired:
        remove(recording, actor=actor, now=now)
    if expired and attempt.phase == Phase.done:
        attempt.is_removed = True


def erase_chunks(recording: Recording, *, now: datetime) -> None:
    folder = folder_of(recording.attempt_id, recording.id)
    outbox.put(
        ERASE_FOLDER,
        lane=f"file:{folder}",
        subject=f"attempt:{recording.attempt_id}",
        payload={"folder": folder},
        now=now,
    )


def folder_of(attempt_id: int, recording_id: int) -> str:
    return f"attempts/{attempt_id}/recording-{recording_id}"


def chunk_key(attempt_id: int, recording_id: int, seq: int, sha256: str) -> str:
    """With its hash in the name: of two that claim the same number, none writes over the other."""
    return f"{folder_of(attempt_id, recording_id)}/{seq:06d}-{sha256[:16]}.webm"


def whole_key(recording: Recording) -> str:
    return f"attempts/{recording.attempt_id}/{recording.track}-{recording.id}-{secrets.token_hex(8)}.webm"
