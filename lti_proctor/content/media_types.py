"""Of what kind a file of an exam is served, by the ending of its name. Pure.

The list is closed: whatever is not in it is handed out as bytes to save, and no browser is left to guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass

BYTES = "application/octet-stream"
_TEXTS = {
    "html": "text/html", "htm": "text/html", "css": "text/css", "js": "text/javascript", "mjs": "text/javascript",
    "json": "application/json", "xml": "application/xml", "txt": "text/plain", "csv": "text/csv", "vtt": "text/vtt",
    "srt": "text/plain", "map": "application/json", "svg": "image/svg+xml",
}  # fmt: skip
_OTHERS = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "avif": "image/avif", "bmp": "image/bmp", "ico": "image/vnd.microsoft.icon", "mp3": "audio/mpeg",
    "m4a": "audio/mp4", "oga": "audio/ogg", "ogg": "audio/ogg", "wav": "audio/wav", "mp4": "video/mp4",
    "m4v": "video/mp4", "ogv": "video/ogg", "webm": "video/webm", "woff": "font/woff", "woff2": "font/woff2",
    "ttf": "font/ttf", "otf": "font/otf", "eot": "application/vnd.ms-fontobject", "pdf": "application/pdf",
    "wasm": "application/wasm",
}  # fmt: skip
TYPES: Mapping[str, str] = {**_TEXTS, **_OTHERS}
#: Of a text so much is looked at to see how its letters are written.
LOOKED_AT = 200_000


@dataclass(frozen=True)
class MediaType:
    """How a file is served: the whole header, and whether a page may show it or people only save it."""

    header: str
    is_shown: bool


def media_type_of(path: str, beginning: bytes = b"") -> MediaType:
    """By the name; `beginning` tells whether a text is in UTF-8, as older tools write other letters."""
    ending = path.rpartition(".")[2].lower()
    found = TYPES.get(ending)
    if found is None:
        return MediaType(BYTES, is_shown=False)
    is_utf8 = ending in _TEXTS and found.startswith("text/") and _reads_as_utf8(beginning)
    return MediaType(f"{found}; charset=utf-8" if is_utf8 else found, is_shown=True)


def _reads_as_utf8(beginning: bytes) -> bool:
    try:
        beginning[:LOOKED_AT].decode("utf-8")
    except UnicodeDecodeError as error:
        # A letter may be cut in two where we stopped looking.
        return len(beginning) >= LOOKED_AT and error.start > LOOKED_AT - 4
    return True
