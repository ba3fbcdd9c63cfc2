"""The engine behind a small interface, and the one that an application has."""

from dataclasses import dataclass
from typing import Any, Protocol

from flask import current_app

from lti_proctor.exams.addons import BY_FACES, Capture
from lti_proctor.faces.child import ChildEngine
from lti_proctor.faces.installed import missing
from lti_proctor.faces.looks import UNKNOWN, Look
from lti_proctor.monitoring.metrics import noticed
from lti_proctor.settings import Settings


class Engine(Protocol):
    """Looks at one picture at a time; any thread may ask."""

    def look(self, jpeg: bytes) -> Look:
        """What is to be seen on a JPEG of our own making. Never raises: what can't be told is `UNKNOWN`."""

    def close(self) -> None:
        """Give back what the engine holds; it may be asked again."""


class NoEngine:
    """Nothing is installed, or faces are switched off: nothing can be analysed."""

    def look(self, jpeg: bytes) -> Look:
        return UNKNOWN

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class Faces:
    """The engine of an application and what the site lets it do."""

    engine: Engine
    is_on: bool
    searches: bool


def init(extensions: dict[str, Any], settings: Settings) -> None:
    """The engine's process begins with the first picture, so only in processes that run jobs."""
    is_on = settings.faces and not missing()
    engine: Engine = ChildEngine(timeout=settings.faces_timeout_seconds) if is_on else NoEngine()
    set_up(extensions, Faces(engine, is_on, is_on and settings.faces_search))


def set_up(extensions: dict[str, Any], faces: Faces) -> None:
    """Let everything below know what is compared here."""
    extensions["faces"] = faces
    extensions["noticed"] = noticed(faces=faces.is_on, search=faces.searches)
    off = frozenset() if faces.searches else frozenset({Capture.face_search})
    extensions["captures_off"] = off if faces.is_on else BY_FACES


def faces() -> Faces:
    found: Faces = current_app.extensions["faces"]
    return found
