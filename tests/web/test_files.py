"""Files that a learner attaches: what is taken, what is refused, who may have them, and how they come back."""

import io
from datetime import timedelta

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.evidence import files
from lti_proctor.evidence import service as evidence
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import current_settings, db
from lti_proctor.journal import Actor, Role
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.storage import store
from tests.conftest import csrf_of
from tests.factories import make_attempt, make_exam, make_user


def pdf():
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 300)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


PDF = pdf()


@pytest.fixture
def attempt(app, now, time):
    exam = make_exam(now, addons=frozenset({Addon.upload, Addon.finish}))
    found = make_attempt(now, exam=exam, status=Status.ready_to_start)
    evidence.give_consent(found, locale="en", actor=Actor(Role.learner, found.user_id), now=now)
    found.status, found.started_at, found.config_version = Status.started, now, 1
    found.deadline_at = now + timedelta(hours=1)
    db.session.commit()
    return found


@pytest.fixture
def send(learner, attempt):
    token = csrf_of(learner)

    def attach(data, name="work.jpg", browser=learner):
        body = {"csrf_token": token, "file": (io.BytesIO(data), name)}
        return browser.post(f"/attempts/{attempt.id}/files", data=body)

    return attach


def picture(size=(300, 200), kind="JPEG", **more):
    out = io.BytesIO()
    Image.new("RGB", size, "#336699").save(out, kind, **more)
    return out.getvalue()


def exif():
    found = Image.Exif()
    found[0x010E] = "taken at home"
    return found


@pytest.mark.parametrize(
    ("data", "name", "kept", "media_type"),
    [
        (picture(), "work.jpg", "work.jpg", "image/jpeg"),
        (picture(kind="PNG"), "my drawing.png", "my drawing.jpg", "image/jpeg"),
        (picture(kind="WEBP"), "../../etc/passwd", "passwd.jpg", "image/jpeg"),
        (PDF, "essay.pdf", "essay.pdf", "application/pdf"),
        (PDF, "essay.exe", "essay.pdf", "application/pdf"),
        (picture(), "x.html", "x.jpg", "image/jpeg"),
    ],
)
def test_pictures_and_pdfs_are_kept_under_a_plain_name(send, attempt, learner, data, name, kept, media_type):
    answer = send(data, name)
    assert answer.status_code == 200
    assert [file["name"] for file in answer.json["files"]] == [kept]
    back = learner.get(answer.json["files"][0]["url"])
    assert (back.status_code, back.content_type) == (200, media_type)
    assert back.headers["Content-Disposition"].startswith("attachment;")
    assert back.headers["X-Content-Type-Options"] == "nosniff"
    assert back.headers["Content-Security-Policy"].startswith("sandbox")


def test_a_picture_is_made_anew_and_a_pdf_stays_as_it_came(send, attempt):
    send(picture(exif=exif()))
    send(PDF, "essay.pdf")
    first, second = files.files_of(attempt)
    assert b"taken at home" not in store().get(first.key)
    assert store().get(second.key) == PDF


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "picture_empty"),
        (b"<html><script>alert(1)</script>", "picture_unreadable"),
        (b"MZ\x90\0", "picture_unreadable"),
        (b"%PDF-1.7 but no more", "pdf_broken"),
        (picture((20, 20)), "picture_too_small"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture_unreadable"),
        (picture()[:300], "picture_unreadable"),
    ],
)
def test_anything_else_is_refused_by_name_and_nothing_is_kept(send, attempt, data, problem):
    answer = send(data)
    assert (answer.status_code, answer.json["problem"]) == (422, problem)
    assert files.files_of(attempt) == []


def test_limits_of_size_and_number(send, attempt, app, monkeypatch):
    small = current_settings().model_copy(update={"attachment_max_bytes": 20_000, "attachments_max": 2})
    monkeypatch.setitem(app.extensions, "settings", small)
    assert send(b"\xff\xd8" + b"x" * 30_000).json["problem"] == "file_too_large"
    send(picture())
    send(picture())
    assert send(picture()).json["problem"] == "file_too_many"
    assert len(files.files_of(attempt)) == 2


def test_a_form_without_a_file_is_told(learner, attempt):
    answer = learner.post(f"/attempts/{attempt.id}/files", data={"csrf_token": csrf_of(learner)})
    assert (answer.status_code, answer.json["problem"]) == (422, "picture_empty")


def test_so_many_at_once_are_too_many(send):
    assert 429 in [send(b"x").status_code for _ in range(21)]


def test_a_file_is_taken_back_until_the_end_and_not_after(send, learner, attempt, time):
    send(picture())
    second = send(picture()).json["files"][1]
    token = {"csrf_token": csrf_of(learner)}
    assert len(learner.post(second["removeUrl"], data=token).json["files"]) == 1
    assert learner.post(second["removeUrl"], data=token).status_code == 404
    time.passes(hours=2)
    first = files.files_of(attempt)[0]
    late = learner.post(f"/attempts/{attempt.id}/files/{first.id}/remove", data=token)
    assert (late.status_code, attempt.status) == (409, Status.submitted)
    assert send(picture()).status_code == 409
    assert first.name in learner.get(f"/attempts/{attempt.id}").text


@pytest.mark.parametrize("status", [Status.ready_to_start, Status.paused, Status.submitted, Status.declined])
def test_only_a_running_exam_takes_files(send, attempt, status):
    attempt.status = status
    assert send(picture()).status_code in {404, 409}
    assert files.files_of(attempt) == []


def test_an_exam_without_the_add_on_takes_none(send, attempt, learner):
    attempt.exam.stored = {**attempt.exam.stored, "addons": ["finish"]}
    assert send(picture()).status_code == 409
    assert 'id="open-files"' not in learner.get(f"/attempts/{attempt.id}").text


def test_the_exam_offers_it_and_staff_find_it(send, learner, attempt, sign_in, now):
    assert 'id="open-files"' in learner.get(f"/attempts/{attempt.id}").text
    url = send(picture(), "my work.jpg").json["files"][0]["url"]
    proctor = sign_in(make_user(now, role=SiteRole.proctor))
    page = proctor.get(f"/exams/{attempt.exam_id}/attempts/{attempt.id}").text
    assert "my work.jpg" in page
    assert "<img" not in page
    assert proctor.get(url).status_code == 200


def test_strangers_and_wrong_places_get_nothing(send, learner, attempt, sign_in, now):
    sent = send(picture()).json["files"][0]
    stranger = sign_in(make_user(now), {attempt.exam.course_id: "learner"})
    assert stranger.get(sent["url"]).status_code == 404
    assert stranger.post(sent["removeUrl"], data={"csrf_token": csrf_of(stranger)}).status_code == 404
    assert send(picture(), browser=stranger).status_code in {400, 404}
    assert learner.get(f"/attempts/{attempt.id}/photos/{sent['id']}").status_code == 404
    other = make_attempt(now, user=attempt.user)
    assert learner.get(f"/attempts/{other.id}/files/{sent['id']}").status_code == 404


def test_files_go_when_their_time_is_over(send, attempt, now):
    send(picture())
    attempt.status, attempt.stopped_at = Status.submitted, now
    evidence.remove_expired(attempt, actor=Actor(Role.timer), now=now + timedelta(days=61))
    assert (files.files_of(attempt), attempt.is_removed) == ([], True)


@given(st.text(max_size=300))
def test_a_name_is_always_plain(given_name):
    name = files.name_for(given_name, "application/pdf")
    assert name.endswith(".pdf")
    assert 4 < len(name) <= files.NAME_MAX
    assert not any(c in name for c in "/\\\n\r\0\u202e")


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("C:\\Users\\me\\a.png", "a.pdf"),
        ("", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("...", "file.pdf"),
        ("a\n b.PDF", "a b.pdf"),
    ],
)
def test_names_that_systems_and_people_send(given_name, name):
    assert files.name_for(given_name, "application/pdf") == name
