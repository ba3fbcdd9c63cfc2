"""A page with its pictures as a PDF, made in a process of its own that can reach nothing else."""

import base64
import io
import json
from collections.abc import Mapping
from pathlib import Path

import structlog
from PIL import Image

from lti_proctor.apart import run_apart
from lti_proctor.errors import NotFound, Upstream
from lti_proctor.storage import store

log = structlog.get_logger()
PROGRAM = Path(__file__).with_name("pdf_program.py")
SECONDS = 30
MEGABYTES = 1024
#: Longest side of a picture, in pixels: some 200 to the inch as they are printed.
SIDE = 640
QUALITY = 80


def make(html: str, css: str, assets: Mapping[str, tuple[str, bytes]]) -> bytes:
    """The PDF of a page whose pictures are `report:<name>` of the assets (media type, bytes).

    Raises `Upstream("pdf_unmade")` when it takes longer than `SECONDS`, needs more memory, or can't be made here.
    """
    encoded = {name: [media_type, base64.b64encode(data).decode()] for name, (media_type, data) in assets.items()}
    given = json.dumps({"html": html, "css": css, "assets": encoded}).encode()
    ended = run_apart(PROGRAM, given=given, seconds=SECONDS, megabytes=MEGABYTES)
    if ended.code != 0 or not ended.output.startswith(b"%PDF-"):
        log.warning("report.pdf_unmade", code=ended.code)
        raise Upstream("pdf_unmade", permanent=False)
    return ended.output


def small_picture(key: str) -> bytes | None:
    """A picture of the store, scaled down; None for one that is gone or can't be read."""
    try:
        with Image.open(io.BytesIO(store().get(key)), formats=("JPEG",)) as opened:
            # The decoder halves for nothing, as often as the sides allow.
            times = max(max(opened.size) / SIDE, 1)
            opened.draft("RGB", (int(opened.width / times), int(opened.height / times)))
            picture = opened.convert("RGB")
    except (NotFound, OSError, ValueError, Image.DecompressionBombError):
        return None
    picture.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
