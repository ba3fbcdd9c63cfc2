"""The text on a picture, row by row, read by a program in a process of its own (`ocr.py`).

The program needs the extra `documents`; without it nothing is read, and people look.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from lti_proctor.apart import run_apart

PROGRAM = Path(__file__).with_name("ocr.py")
NEEDS = ("rapidocr_onnxruntime", "cv2")
MEGABYTES = 4096
#: Below this the reader is guessing.
SURE = 0.5
TEXT_MAX = 200


@dataclass(frozen=True)
class Line:
    """Text with the left end, the middle and the height of its box, in pixels of the upright picture."""

    text: str
    x: int
    y: int
    height: int


def missing() -> list[str]:
    """The packages that are not there; empty when documents can be read."""
    return [name for name in NEEDS if find_spec(name) is None]


def read_rows(jpeg: bytes, *, seconds: float, is_turned: bool = False) -> list[str] | None:
    """The rows of text from top to bottom; None where nothing could be read: no reader, out of time, broken.

    `is_turned` turns a picture that stands on its head; one that lies on its side is turned in any case.
    """
    if missing():
        return None
    ended = run_apart(PROGRAM, 180 if is_turned else 0, given=jpeg, seconds=seconds, megabytes=MEGABYTES)
    if ended.code != 0:
        return None
    lines = [
        Line(str(one["text"])[:TEXT_MAX], int(one["x"]), int(one["y"]), int(one["height"]))
        for one in json.loads(ended.output)
        if one["sure"] >= SURE
    ]
    return in_rows(lines)


def in_rows(lines: Sequence[Line]) -> list[str]:
    """Pieces beside each other become one row; a zone that was read in two halves is whole again."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: one.y):
        beside = rows[-1][0] if rows else None
        if beside is not None and abs(line.y - beside.y) < min(line.height, beside.height) / 2:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [" ".join(line.text for line in sorted(row, key=lambda one: one.x)) for row in rows]
