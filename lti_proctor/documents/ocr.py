"""A program of its own: the lines of text on the JPEG on standard input, as JSON on standard output.

The argument turns the picture by 0 or 180 degrees. Each line is {"text", "sure" (0-1), "x", "y", "height"} in pixels of
the upright picture.
"""

import json
import sys

import cv2
import numpy


def main(degrees: int) -> None:
    picture = cv2.imdecode(numpy.frombuffer(sys.stdin.buffer.read(), numpy.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        sys.exit(1)
    # It takes seconds to load: not for what is no picture.
    from rapidocr_onnxruntime import RapidOCR

    picture = cv2.rotate(picture, cv2.ROTATE_180) if degrees else picture
    engine = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)
    found = engine(picture)[0] or []
    if stands_on_its_side(found):
        found = engine(cv2.rotate(picture, cv2.ROTATE_90_CLOCKWISE))[0] or []
    json.dump([line(*one) for one in found], sys.stdout)


def stands_on_its_side(found: list[tuple[list[list[float]], str, float]]) -> bool:
    tall = sum(size(box)[1] > 1.5 * size(box)[0] for box, _text, _sure in found)
    return tall * 2 > len(found)


def size(box: list[list[float]]) -> tuple[float, float]:
    across, down = [x for x, _y in box], [y for _x, y in box]
    return max(across) - min(across), max(down) - min(down)


def line(box: list[list[float]], text: str, sure: float) -> dict[str, object]:
    x, y = min(x for x, _y in box), sum(y for _x, y in box) / len(box)
    return {"text": text, "sure": round(float(sure), 3), "x": round(x), "y": round(y), "height": round(size(box)[1])}


if __name__ == "__main__":
    main(int(sys.argv[1]))
