"""The child process that looks at pictures with dlib: `python -m lti_proctor.faces.dlib_child`; see `child.py`."""

import io
import json
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from PIL import Image

from lti_proctor.faces import installed
from lti_proctor.faces.child import LENGTH
from lti_proctor.faces.looks import Seen, pack

#: The vector space, by its model: vectors of two names are never compared.
NAME = "dlib-resnet-1"
#: Longest side on which faces are looked for, pixels; more only takes longer.
SIDE = 800
#: The detector's own measure of being sure: what it calls a face below this is a lamp or a pattern.
SURE = 0.3
#: A face that is smaller than this can't be recognised reliably, pixels.
SMALLEST = 50
PICTURE_MAX = 20_000_000


def load() -> Callable[[bytes], dict[str, str]]:
    """Load the models and return the function that looks at a JPEG."""
    import dlib
    import numpy

    folder = installed.model_folder()
    if folder is None:
        raise SystemExit("the extra `faces` is not installed")
    detector = dlib.get_frontal_face_detector()
    points, network = installed.FILES
    predictor = dlib.shape_predictor(str(folder / points))
    recogniser = dlib.face_recognition_model_v1(str(folder / network))

    def look(jpeg: bytes) -> dict[str, str]:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as opened:
            image = opened.convert("RGB")
        image.thumbnail((SIDE, SIDE))
        pixels = numpy.asarray(image)
        found = _faces(detector, pixels)
        if len(found) != 1:
            return _answer(Seen.several if found else Seen.none)
        if min(found[0].width(), found[0].height()) < SMALLEST:
            return _answer(Seen.small)
        numbers = recogniser.compute_face_descriptor(pixels, predictor(pixels, found[0]))
        return _answer(Seen.one, pack(list(numbers)))

    return look


def _faces(detector: Any, pixels: Any) -> list[Any]:
    """The faces; only where there seem to be none the picture is enlarged, which takes four times as long."""
    for enlarged in (0, 1):
        found, _scores, _kinds = detector.run(pixels, enlarged, SURE)
        if len(found):
            return list(found)
    return []


def _answer(seen: Seen, vector: bytes = b"") -> dict[str, str]:
    return {"seen": seen.value, "vector": vector.hex(), "engine": NAME}


def serve(look: Callable[[bytes], dict[str, str]], source: BinaryIO, target: BinaryIO) -> None:
    """Answer until the other end closes. A picture that can't be read could not be analysed."""
    _send(target, b"ready")
    while len(head := source.read(LENGTH.size)) == LENGTH.size:
        (length,) = LENGTH.unpack(head)
        if length > PICTURE_MAX:
            return
        jpeg = source.read(length)
        try:
            said = look(jpeg)
        except Exception:
            said = _answer(Seen.unknown)
        _send(target, json.dumps(said).encode())


def _send(target: BinaryIO, content: bytes) -> None:
    target.write(LENGTH.pack(len(content)) + content)
    target.flush()


if __name__ == "__main__":
    serve(load(), sys.stdin.buffer, sys.stdout.buffer)
