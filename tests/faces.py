"""Faces for tests: an engine that says what a test wants, and pictures of real people from installed packages.

The people are Eileen Collins (in scikit-image) and Grace Hopper (in matplotlib), both on official photographs of the
United States that are in the public domain.
"""

import importlib.util
import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

from PIL import Image, ImageEnhance

from lti_proctor.faces.looks import UNKNOWN, Look, Seen, pack

ENGINE = "test-1"


def vector_at(distance: float) -> bytes:
    """A vector that lies so far from `vector_at(0)`."""
    return pack([distance, *([0.0] * 127)])


def face_at(distance: float, engine: str = ENGINE) -> Look:
    return Look(Seen.one, vector_at(distance), engine)


class FakeEngine:
    """Answers with `looks` in turn, then with `rest`; counts how often it was asked."""

    def __init__(self, *looks: Look, rest: Look = UNKNOWN) -> None:
        self.looks, self.rest, self.n_asked = list(looks), rest, 0

    def look(self, jpeg: bytes) -> Look:
        assert jpeg.startswith(b"\xff\xd8")
        self.n_asked += 1
        return self.looks.pop(0) if self.looks else self.rest

    def close(self) -> None:
        pass


def jpeg(image: Image.Image | None = None, quality: int = 85) -> bytes:
    out = io.BytesIO()
    (image or Image.new("RGB", (320, 240), "teal")).save(out, "JPEG", quality=quality)
    return out.getvalue()


@cache
def _picture(package: str, path: str) -> Image.Image:
    found = importlib.util.find_spec(package)
    assert found is not None
    assert found.submodule_search_locations
    return Image.open(Path(found.submodule_search_locations[0]) / path).convert("RGB")


def collins() -> Image.Image:
    return _picture("skimage", "data/astronaut.png")


def hopper() -> Image.Image:
    return _picture("matplotlib", "mpl-data/sample_data/grace_hopper.jpg")


def coffee() -> Image.Image:
    return _picture("skimage", "data/coffee.png")


def both() -> Image.Image:
    wide = Image.new("RGB", (1024, 600), (90, 90, 90))
    wide.paste(collins(), (0, 0))
    wide.paste(hopper(), (512, 0))
    return wide


def dark() -> Image.Image:
    return ImageEnhance.Brightness(collins()).enhance(0.18)


def rotated() -> Image.Image:
    return collins().rotate(20, fillcolor=(128, 128, 128))


def far() -> Image.Image:
    """The same person as a small part of a large picture: the face has about 40 pixels."""
    wide = Image.new("RGB", (800, 600), (120, 120, 120))
    wide.paste(collins().resize((224, 224)), (300, 200))
    return wide


SCENES: dict[str, Callable[[], Image.Image]] = {
    "collins": collins, "hopper": hopper, "coffee": coffee, "both": both, "dark": dark, "rotated": rotated, "far": far,
}  # fmt: skip
