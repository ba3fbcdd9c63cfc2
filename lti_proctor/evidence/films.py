"""Films as files: written anew without encoding them anew, and how long they are."""

import shutil
import subprocess
from decimal import Decimal, InvalidOperation
from pathlib import Path

import structlog

log = structlog.get_logger()
#: The longest that a program works on one film, in seconds.
TIMEOUT = 300


def rewrap(raw: Path, whole: Path, *, within: int = TIMEOUT) -> bool:
    """Whether ffmpeg could write the same pictures and sound with a length and an index."""
    if shutil.which("ffmpeg") is None:
        log.warning("recording.no_ffmpeg")
        return False
    command = ["ffmpeg", "-nostdin", "-v", "error", "-protocol_whitelist", "file", "-f", "webm", "-i", str(raw)]
    command += ["-c", "copy", "-cues_to_front", "1", "-f", "webm", "-y", str(whole)]
    done = _run(command, within)
    return done is not None and whole.exists() and whole.stat().st_size > 0


def length(video: Path, *, within: int = TIMEOUT) -> Decimal | None:
    """Seconds, as the file says; None where it does not."""
    asked = ["ffprobe", "-v", "error", "-f", "webm", "-show_entries", "format=duration", "-of", "csv=p=0", str(video)]
    said = _run(asked, within) if shutil.which("ffprobe") else None
    try:
        seconds = Decimal((said or "").strip()).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return seconds if seconds.is_finite() and 0 <= seconds < 10**7 else None


def frame_size(video: Path, *, within: int = TIMEOUT) -> tuple[int, int]:
    """Width and height in pixels; 0 and 0 where there is only sound, or nothing that can be read."""
    asked = ["ffprobe", "-v", "error", "-f", "webm", "-select_streams", "v:0"]
    asked += ["-show_entries", "stream=width,height", "-of", "csv=p=0", str(video)]
    said = _run(asked, within) if shutil.which("ffprobe") else None
    found = [int(one) for one in (said or "").strip().split(",") if one.isdigit()]
    return (found[0], found[1]) if len(found) == 2 else (0, 0)


def _run(command: list[str], seconds: int) -> str | None:
    """What a program wrote; None when it failed or took too long. It reads only the one file that it is given."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("recording.program_failed", program=command[0], error=type(error).__name__)
        return None
    return done.stdout
