"""Joining the chunks of a recording to one file that plays and can be sought in, without encoding anything anew."""

import hashlib
import shutil
import subprocess
import tempfile
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

import structlog
from sqlalchemy import and_, or_, select

from lti_proctor import journal
from lti_proctor.attempts.lifecycle import Phase, statuses_in
from lti_proctor.attempts.models import Attempt
from lti_proctor.evidence import recordings
from lti_proctor.evidence.models import Recording
from lti_proctor.extensions import current_settings, db
from lti_proctor.storage import store

log = structlog.get_logger()
DONE = statuses_in(Phase.done)
#: The longest that a job works on one recording.
TIMEOUT_SECONDS = 300
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
        done = whole if _rewrap(raw, whole) else raw
        with done.open("rb") as file:
            recording.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        recording.seconds = _length(done)
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


def _rewrap(raw: Path, whole: Path) -> bool:
    """Whether ffmpeg could write the same pictures and sound with a length and an index."""
    if shutil.which("ffmpeg") is None:
        log.warning("recording.no_ffmpeg")
        return False
    command = ["ffmpeg", "-nostdin", "-v", "error", "-protocol_whitelist", "file", "-f", "webm", "-i", str(raw)]
    command += ["-c", "copy", "-cues_to_front", "1", "-f", "webm", "-y", str(whole)]
    done = _run(command)
    return done is not None and whole.exists() and whole.stat().st_size > 0


def _length(video: Path) -> Decimal | None:
    """Seconds, as the file says; None where it does not."""
    asked = ["ffprobe", "-v", "error", "-f", "webm", "-show_entries", "format=duration", "-of", "csv=p=0", str(video)]
    said = _run(asked) if shutil.which("ffprobe") else None
    try:
        seconds = Decimal((said or "").strip()).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return seconds if seconds.is_finite() and 0 <= seconds < 10**7 else None


def _run(command: list[str]) -> str | None:
    """What a program wrote; None when it failed or took too long. It reads only the one file that it is given."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("recording.program_failed", program=command[0], error=type(error).__name__)
        return None
    return done.stdout
