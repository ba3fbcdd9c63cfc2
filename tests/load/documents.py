"""Seconds for a document, and right names out of a table of drawn ones. `python -m tests.load.documents`"""

import statistics
import time
from collections.abc import Iterator
from functools import cache

from PIL import Image

from lti_proctor.documents import reading
from lti_proctor.documents.names import Answer, Limits, Result, judge
from tests.factories.documents import Specimen, as_bytes, draw, photographed

LIMITS = Limits(0.85, 0.65)
OTHER = "Jonas Berg"
PEOPLE = {
    "Anna Maria Eriksson": Specimen(),
    "Jürgen Müller": Specimen("MUELLER", "JUERGEN", "D1234567<"),
    "José Ángel Núñez": Specimen("NUNEZ", "JOSE ANGEL", "AAF214356"),
}


def pictures(specimen: Specimen) -> Iterator[tuple[str, Image.Image]]:
    """One document as it may arrive."""
    passport = draw(specimen)
    yield "passport, clean", passport
    yield "passport, 800 px wide", draw(specimen, width=800)
    yield "passport, tilted by 4 degrees, noise", photographed(passport, degrees=4, noise=60)
    yield "passport, 985 px, 2 degrees, blurred", photographed(draw(specimen, width=985), degrees=2, blur=1.2)
    yield "passport on its side", photographed(passport, degrees=90)
    yield "passport upside down", photographed(passport, degrees=180)
    yield "card with three lines (TD1)", draw(specimen, "TD1")
    yield "card with two lines (TD2)", draw(specimen, "TD2")
    yield "visa (MRV-A)", draw(specimen, "MRV-A")
    yield "card without a zone", draw(specimen, None)


@cache
def rows_of(jpeg: bytes, is_turned: bool) -> list[str]:
    """Read once, judged for two names."""
    return reading.read_rows(jpeg, seconds=60, is_turned=is_turned) or []


def read(wanted: str, jpeg: bytes) -> Answer:
    """As the job does: turned once more where nothing was found."""
    for is_turned in (False, True):
        answer = judge(wanted, rows_of(jpeg, is_turned), LIMITS)
        if answer.result != Result.not_read:
            break
    return answer


def main() -> None:
    rows: dict[str, list[tuple[float, Result, Result]]] = {}
    for name, specimen in PEOPLE.items():
        for kind, picture in pictures(specimen):
            jpeg = as_bytes(picture, quality=85)
            began = time.perf_counter()
            right = read(name, jpeg)
            took = time.perf_counter() - began
            rows.setdefault(kind, []).append((took, right.result, read(OTHER, jpeg).result))
    print("| document | seconds | right name found | another name: differs / left to a person / taken for right |")
    print("|---|---:|---:|---:|")
    for kind, found in rows.items():
        print(f"| {kind} | {statistics.median(one[0] for one in found):.1f} | {line(found)} |")
    every = [one for found in rows.values() for one in found]
    print(f"| **all** | {statistics.median(one[0] for one in every):.1f} | {line(every)} |")


def line(found: list[tuple[float, Result, Result]]) -> str:
    same = sum(right == Result.same for _took, right, _other in found)
    differs = sum(other == Result.differs for _took, _right, other in found)
    wrong = sum(other == Result.same for _took, _right, other in found)
    return f"{same} of {len(found)} | {differs} / {len(found) - differs - wrong} / {wrong}"


if __name__ == "__main__":
    main()
