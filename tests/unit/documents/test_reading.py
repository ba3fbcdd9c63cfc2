"""The reader itself, on documents that are drawn here: one of each kind, and what it may meet."""

import json

import pytest
from PIL import Image

from lti_proctor.apart import Ended
from lti_proctor.cli.doctor import CHECKS
from lti_proctor.documents import reading
from lti_proctor.documents.names import Limits, Result, judge
from lti_proctor.documents.reading import Line, in_rows
from tests.factories.documents import Specimen, as_bytes, draw, photographed

LIMITS = Limits(0.85, 0.65)
SECONDS = 60


@pytest.mark.parametrize(
    ("picture", "is_turned"),
    [
        (draw(Specimen(), "TD3", width=800), False),
        (photographed(draw(Specimen(), "TD1"), degrees=180), True),
    ],
    ids=["a passport", "a card upside down"],
)
def test_a_document_is_read_and_tells_two_people_apart(picture, is_turned):
    rows = reading.read_rows(as_bytes(picture), seconds=SECONDS, is_turned=is_turned)
    assert judge("Anna Maria Eriksson", rows, LIMITS).result == Result.same
    assert judge("Jonas Berg", rows, LIMITS).result == Result.differs


@pytest.mark.parametrize("jpeg", [b"", b"\xff\xd8\xff\xe0nothing"], ids=["nothing", "no picture"])
def test_what_is_no_picture_is_not_read(jpeg):
    assert reading.read_rows(jpeg, seconds=SECONDS) is None


def test_a_picture_without_text_has_no_rows():
    assert reading.read_rows(as_bytes(Image.new("RGB", (400, 300), "#336699")), seconds=SECONDS) == []


def test_a_reader_that_takes_too_long_is_stopped():
    assert reading.read_rows(as_bytes(draw(Specimen())), seconds=0.2) is None


def test_without_the_reader_nothing_is_read(monkeypatch):
    monkeypatch.setattr(reading, "NEEDS", ("a_package_that_nobody_has",))
    assert reading.read_rows(b"x", seconds=SECONDS) is None


def test_what_the_reader_guesses_is_left_out(monkeypatch):
    said = [
        {"text": "ANNA", "sure": 0.9, "x": 0, "y": 5, "height": 10},
        {"text": "BERG", "sure": 0.3, "x": 50, "y": 5, "height": 10},
    ]
    monkeypatch.setattr(reading, "run_apart", lambda *_args, **_more: Ended(0, json.dumps(said).encode()))
    assert reading.read_rows(b"x", seconds=SECONDS) == ["ANNA"]


def test_pieces_beside_each_other_are_one_row():
    lines = [
        Line("<<ANNA", 200, 101, 20),
        Line("P<UTOBERG", 0, 99, 20),
        Line("L898", 0, 130, 20),
        Line("TOP", 0, 10, 20),
    ]
    assert in_rows(lines) == ["TOP", "P<UTOBERG <<ANNA", "L898"]


@pytest.mark.parametrize(
    ("absent", "sign", "said"),
    [
        ((), True, "read"),
        (("cv2",), False, "not read, missing: cv2"),
        (reading.NEEDS, False, "rapidocr_onnxruntime, cv2"),
    ],
)
def test_the_doctor_says_whether_documents_are_read(app, monkeypatch, absent, sign, said):
    monkeypatch.setattr(reading, "find_spec", lambda name: None if name in absent else name)
    found = CHECKS["documents"](app)
    assert (found.is_fine, said in found.detail) == (sign, True)
    assert found.is_fine or (found.is_warning and "lti-proctor[documents]" in found.remedy)
