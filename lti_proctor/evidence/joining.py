"""Joining the chunks of a recording to one file that plays and can be sought in, without encoding anything anew."""

import hashlib
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import and_, or_, select

from lti_proctor import journal
from lti_proctor.attempts.lifecycle import Phase, statuses_in
from lti_proctor.attempts.models import Attempt
from lti_proctor.evidence import films, recordings
from lti_proctor.evidence.models import Recording
from lti_proctor.extensions import current_settings, db
from lti_proctor.storage import store

DONE = statuses_in(Phase.done)
#: A page that is gone says nothing more; another one of the same exam may have taken over.
QUIET = timedelta(minutes=10)
AT_ONCE = 20


def due(now: datetime) -> list[int]:
    """Recordings that are over and not joined: everything the browser told of has come, or nothing comes any more."""
    late = timedelta(hours=current_settings().recording_late_hours)
    is_whole = and_(Recording.n_expected.is_not(None), Recording.n_chunks >= Recording.n_expected)
    is_late = and_(Attempt.stopped_at <= now - late, Recording.last_at <= now - QUIET)
    query = (
        select(Recording.id)
        .join(Attempt, Attempt.id == Recording.attempt_id)
        .where(Recording.key.is_(None), Recording.n_chunks > 0, Attempt.status.in_(DONE), or_(is_whole, is_late))
        .order_by(Recording.last_at)
        .limit(AT_ONCE)
    )
    return list(db.session.scalars(query))


def join(recording: Recording, *, now: datetime) -> None:
    """Keep the recording as one file with its length and its index; the chunks go, their hashes stay.

    What no program can read stays as it came, one chunk after the other. A chunk that is not what was recorded is left
    out, and the journal says so; the chunks of that recording stay where they are until it is removed, for people to
    look at. Raises `Upstream` when the store is away.
    """
    with tempfile.TemporaryDirectory(prefix="recording-") as folder:
        raw, whole = Path(folder) / "raw.webm", Path(folder) / "whole.webm"
        altered = _write(recording, raw)
        done = whole if films.rewrap(raw, whole) else raw
        with done.open("rb") as file:
            recording.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        recording.seconds = films.length(done)
        key = recordings.whole_key(recording)
        store().put_file(key, done)
        recording.key = key
    if altered:
        found = {"recording": recording.id, "parts": altered}
        journal.record(journal.SYSTEM, recordings.ALTERED, f"attempt:{recording.attempt_id}", found, now)
    else:
        recordings.erase_chunks(recording, now=now)
    data = {
        "recording": recording.id,
        "track": recording.track.value,
        "chunks": recording.n_chunks,
        "head": recording.head,
        "sha256": recording.sha256,
    }
    journal.record(journal.SYSTEM, "recording.kept", f"attempt:{recording.attempt_id}", data, now)


def _write(recording: Recording, raw: Path) -> list[int]:
    """Write one chunk after the other; the numbers of those whose bytes are not the ones that came, left out."""
    altered = []
    with raw.open("wb") as file:
        for chunk, part in zip(recordings.chunks_of(recording), recordings.parts(recording), strict=True):
            if hashlib.sha256(part).hexdigest() == chunk.sha256:
                file.write(part)
            else:
                altered.append(chunk.seq)
    return altered
