"""The set-up steps with what is no photo, no consent, no finding: a clear page, nothing lost."""

import gc
import io
import json
import re

import pytest
from PIL import Image

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.evidence.models import Evidence
from lti_proctor.exams.config import ExamConfig, Preset, with_preset
from lti_proctor.extensions import db
from lti_proctor.storage import store
from tests.conftest import csrf_of
from tests.factories import make_attempt, make_exam

REFERENCE = re.compile(r'id="reference">[2-9A-Z]{4}-[2-9A-Z]{4}<')


@pytest.fixture
def in_steps(app, sign_in, now, time):
    exam = make_exam(now, **with_preset(ExamConfig(), Preset.supervised).model_dump())
    attempt = make_attempt(now, exam=exam, status=Status.download_software_clicked)
    browser = sign_in(attempt.user, {exam.course_id: "learner"})
    token = csrf_of(browser)
    agreed = browser.post(
        f"/attempts/{attempt.id}/steps/rules", data={"csrf_token": token, "rules": "1", "consent": "1"}
    )
    assert agreed.status_code == 303
    return browser, attempt, token


def picture(size: tuple[int, int] = (640, 480), kind: str = "JPEG", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#336699").save(out, kind, **more)
    return out.getvalue()


def exif_picture() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 12.0)}
    return picture(exif=exif)


BAD_PICTURES = {
    "nothing": b"",
    "text": b"not a picture",
    "html": b"<html><script>alert(1)</script></html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "gif": picture(kind="GIF"),
    "half a jpeg": picture()[:600],
    "a jpeg head and nothing": b"\xff\xd8\xff\xe0" + b"\0" * 100,
    "too small": picture((20, 20)),
    "100 megapixels": picture((10_000, 10_000), "PNG"),
}


@pytest.mark.parametrize("upload", BAD_PICTURES.values(), ids=BAD_PICTURES.keys())
def test_what_is_no_photo_is_told_in_words(in_steps, upload):
    browser, attempt, token = in_steps
    data = {"csrf_token": token, "photo": (io.BytesIO(upload), "../../etc/passwd.jpg")}
    answer = browser.post(f"/attempts/{attempt.id}/steps/face", data=data)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert db.session.query(Evidence).count() == 0


def test_a_photo_is_kept_without_its_metadata(in_steps):
    browser, attempt, token = in_steps
    data = {"csrf_token": token, "photo": (io.BytesIO(exif_picture()), "me.jpg")}
    assert browser.post(f"/attempts/{attempt.id}/steps/face", data=data).status_code == 303
    kept = db.session.query(Evidence).one()
    stored = store().get(kept.key)
    assert b"taken at home" not in stored
    assert not Image.open(io.BytesIO(stored)).getexif()
    answer = browser.get(f"/attempts/{attempt.id}/photos/{kept.id}")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_upload_over_the_limit_is_told_in_words(in_steps):
    browser, attempt, token = in_steps
    data = {"csrf_token": token, "photo": (io.BytesIO(b"x" * 13_000_000), "me.jpg")}
    answer = browser.post(f"/attempts/{attempt.id}/steps/face", data=data)
    assert answer.status_code == 413
    assert "too large" in answer.text
    del answer, data
    gc.collect()  # the parser leaves its temporary file to the collector when it stops half way


def test_a_full_disk_loses_nothing(in_steps, monkeypatch):
    browser, attempt, token = in_steps

    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    data = {"csrf_token": token, "photo": (io.BytesIO(picture()), "me.jpg")}
    with monkeypatch.context() as disk:
        disk.setattr("lti_proctor.storage.open_new", full)
        answer = browser.post(f"/attempts/{attempt.id}/steps/face", data=data)
    assert answer.status_code == 503
    assert REFERENCE.search(answer.text)
    assert db.session.query(Evidence).count() == 0
    data = {"csrf_token": token, "photo": (io.BytesIO(picture()), "me.jpg")}
    assert browser.post(f"/attempts/{attempt.id}/steps/face", data=data).status_code == 303


@pytest.mark.parametrize(
    "findings",
    [
        "",
        "x",
        "[]",
        "{}",
        '{"camera": 1}',
        '{"camera": {"result": {}}}',
        "[" * 10_000,
        json.dumps({"browser": {"result": "fine"}}),
    ],
)
def test_a_check_that_says_nothing_is_not_passed(in_steps, findings):
    browser, attempt, token = in_steps
    answer = browser.post(f"/attempts/{attempt.id}/steps/check", data={"csrf_token": token, "findings": findings})
    assert answer.status_code == 409
    person = browser.post(
        f"/attempts/{attempt.id}/steps/check", data={"csrf_token": token, "findings": findings, "person": "1"}
    )
    assert person.status_code == 303


@pytest.mark.parametrize("fields", [{}, {"rules": "1"}, {"consent": "1"}, {"rules": "yes", "consent": "no"}])
def test_nothing_goes_on_before_both_boxes_are_ticked(app, sign_in, now, time, fields):
    exam = make_exam(now, **with_preset(ExamConfig(), Preset.supervised).model_dump())
    attempt = make_attempt(now, exam=exam, status=Status.download_software_clicked)
    browser = sign_in(attempt.user, {exam.course_id: "learner"})
    answer = browser.post(f"/attempts/{attempt.id}/steps/rules", data={"csrf_token": csrf_of(browser), **fields})
    assert answer.status_code == 422
    assert attempt.steps == []


def test_a_photo_before_consent_is_refused(app, sign_in, now, time):
    exam = make_exam(now, **with_preset(ExamConfig(), Preset.supervised).model_dump())
    attempt = make_attempt(now, exam=exam, status=Status.download_software_clicked)
    browser = sign_in(attempt.user, {exam.course_id: "learner"})
    data = {"csrf_token": csrf_of(browser), "photo": (io.BytesIO(picture()), "me.jpg")}
    assert browser.post(f"/attempts/{attempt.id}/steps/face", data=data).status_code == 409


@pytest.mark.parametrize("step", ["nothing", "../start", "ready", "rules%00"])
def test_a_step_that_is_not_there(in_steps, step):
    browser, attempt, _token = in_steps
    assert browser.get(f"/attempts/{attempt.id}/steps/{step}").status_code in {400, 404}
