"""Safe Exam Browser: the settings of an exam as its file, and the keys that prove that a browser has them. Pure.

https://safeexambrowser.org/developer/seb-config-key.html and …/seb-file-format.html
"""

import base64
import gzip
import hashlib
import hmac
import plistlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

#: What stands before the settings in a file that is not encrypted.
PLAIN = b"plnd"
#: The web view that can run the exam on a Mac: the modern one, always.
MODERN_WEB_VIEW = 3


def settings_of(*, start_url: str, quit_url: str, salt: bytes, camera: bool, microphone: bool) -> dict[str, Any]:
    """The settings with which an exam is opened. `salt` belongs to the exam: it goes into the Browser Exam Keys."""
    return {
        "allowAudioCapture": microphone,
        "allowVideoCapture": camera,
        "browserWindowWebView": MODERN_WEB_VIEW,
        "examKeySalt": salt,
        "quitURL": quit_url,
        "sendBrowserExamKey": True,
        "startURL": start_url,
    }


def settings_file(settings: Mapping[str, Any]) -> bytes:
    """The settings as a `.seb` file that is not encrypted: gzip of `plnd` and the gzip of a property list.

    The same settings make the same bytes.
    """
    listed = plistlib.dumps(dict(settings), fmt=plistlib.FMT_XML, sort_keys=True)
    return gzip.compress(PLAIN + gzip.compress(listed, mtime=0), mtime=0)


def config_key(settings: Mapping[str, Any]) -> str:
    """The Config Key, 64 hex digits: the same for the same settings on every system."""
    return hashlib.sha256(seb_json(settings).encode()).hexdigest()


def seb_json(settings: Mapping[str, Any]) -> str:
    """The one way to write settings down that Config Keys are made of.

    It looks like JSON and is none: nothing is escaped. Keys are sorted without regard to case, empty dictionaries and
    the version of the program that wrote the file are left out. Raises `TypeError` for what no property list holds.
    """
    return _written({key: value for key, value in settings.items() if key != "originatorVersion"})


def _written(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case str():
            return f'"{value}"'
        case bytes():
            return f'"{base64.b64encode(value).decode()}"'
        case datetime():
            moment = value if value.tzinfo else value.replace(tzinfo=UTC)
            return f'"{moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}"'
        case Mapping():
            kept = sorted((key.lower(), key) for key, part in value.items() if part != {})
            return "{" + ",".join(f'"{key}":{_written(value[key])}' for _lower, key in kept) + "}"
        case list() | tuple():
            return "[" + ",".join(_written(part) for part in value) + "]"
    raise TypeError(type(value).__name__)


def address_hash(address: str, key: str) -> str:
    """What the browser sends for a page: SHA-256 of the absolute address without its fragment, and the key."""
    return hashlib.sha256((address.partition("#")[0] + key).encode()).hexdigest()


def matching(received: str, address: str, keys: Iterable[str]) -> str | None:
    """The key of which this is the hash at this address. How long it takes does not tell how near it is."""
    found = None
    for key in keys:
        if hmac.compare_digest(address_hash(address, key).encode(), received.strip().lower().encode()):
            found = key
    return found
