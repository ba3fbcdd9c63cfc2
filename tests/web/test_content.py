"""The files of an exam on their way in and out."""

import io
import random
from datetime import timedelta

import pytest
from itsdangerous import timed

from lti_proctor import clock, outside
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.content import service as content
from lti_proctor.errors import Upstream
from lti_proctor.exams.config import Delivery
from lti_proctor.journal import Actor, Role
from lti_proctor.settings import SettingsProblem, load
from lti_proctor.web.content.addresses import address_for, address_for_staff
from tests.conftest import csrf_of
from tests.factories import STAFF, make_attempt, make_exam, make_running, make_user
from tests.factories.packages import xapi_package, zip_of

SHUT_IN = "sandbox allow-scripts allow-forms allow-popups allow-modals allow-downloads"


@pytest.fixture
def exam(app, now, time):
    found = make_exam(now)
    content.put_on(found, io.BytesIO(xapi_package()), "quiz.zip", actor=STAFF, now=now)
    return found


def path_of(attempt):
    package = content.package_of(attempts.config_of(attempt))
    return address_for(attempt, package).removeprefix("http://localhost:8000")


def test_a_file_goes_out_shut_in(app, client, now, exam):
    answer = client.get(path_of(make_running(now, exam=exam)))
    assert answer.status_code == 200
    assert "Packed quiz" in answer.text
    assert answer.headers["Content-Security-Policy"] == SHUT_IN
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert "Cross-Origin-Opener-Policy" not in answer.headers


def test_a_part_of_a_file_goes_out(app, client, now, exam):
    path = path_of(make_running(now, exam=exam)).replace("index.html", "data/list.json")
    answer = client.get(path, headers={"Range": "bytes=1-3"})
    assert (answer.status_code, answer.data) == (206, b"1, ")
    assert answer.headers["Content-Range"] == "bytes 1-3/6"
    assert client.get(path, headers={"Range": "bytes=9-"}).status_code == 416
    assert client.head(path).headers["Content-Length"] == "6"


def test_what_no_page_shows_is_for_saving(app, client, now, time):
    exam = make_exam(now)
    data = zip_of({"index.html": "x", "a.exe": "MZ"})
    content.put_on(exam, io.BytesIO(data), "quiz.zip", actor=STAFF, now=now)
    answer = client.get(path_of(make_running(now, exam=exam)).replace("index.html", "a.exe"))
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment"


@pytest.mark.parametrize("path", ["missing.html", "../index.html", "%2e%2e/index.html", "INDEX.HTML", "code", ""])
def test_only_files_of_the_package_are_there(app, client, now, exam, path):
    answer = client.get(path_of(make_running(now, exam=exam)).replace("index.html", path))
    assert answer.status_code == 404
    assert "Packed quiz" not in answer.text


@pytest.mark.parametrize("status", [s for s in Status if s not in {Status.started, Status.declined}])
def test_files_are_there_while_the_exam_is_shown_only(app, client, now, exam, status):
    assert client.get(path_of(make_attempt(now, exam=exam, status=status))).status_code == 404


def test_a_pause_takes_the_files_away_and_the_end_for_good(app, client, now, exam):
    attempt = make_running(now, exam=exam)
    path = path_of(attempt)
    statuses = []
    for event, role in ((Event.pause, Role.proctor), (Event.resume, Role.proctor), (Event.terminate, Role.staff)):
        attempts.fire(attempt, event, actor=Actor(role), now=now, reason="x")
        statuses.append(client.get(path).status_code)
    assert statuses == [404, 200, 404]


def test_an_address_is_good_for_a_day(app, client, now, exam, monkeypatch):
    path = path_of(make_running(now, exam=exam))
    soon = timed.time.time() + 24 * 3600
    for seconds, status in ((-60, 200), (60, 404)):
        monkeypatch.setattr(timed.time, "time", lambda at=soon + seconds: at)
        assert client.get(path).status_code == status


@pytest.mark.parametrize("token", ["x", "WyJhdHRlbXB0IiwxXQ.x.y", ""])
def test_a_forged_address_opens_nothing(client, exam, token):
    assert client.get(f"/content/{token}/index.html").status_code == 404


def test_an_attempt_of_another_way_opens_no_files(app, client, now, exam):
    package = content.find_package(exam.config.package)
    attempt = make_running(now, package=package.identifier, url="https://lms.example/quiz")
    path = address_for(attempt, package).removeprefix("http://localhost:8000")
    assert client.get(path).status_code == 404


def teacher(exam, sign_in):
    return sign_in(make_user(clock.now()), {exam.course_id: "instructor"})


def upload(browser, exam, data, name="quiz.zip"):
    """As a browser sends it."""
    head = '--edge\r\nContent-Disposition: form-data; name="'
    token = f'{head}csrf_token"\r\n\r\n{csrf_of(browser)}\r\n'
    file = f'{head}upload"; filename="{name}"\r\nContent-Type: application/zip\r\n\r\n'
    body = token.encode() + file.encode() + data + b"\r\n--edge--\r\n"
    return browser.post(f"/exams/{exam.id}/files", data=body, content_type="multipart/form-data; boundary=edge")


def test_a_teacher_uploads_looks_replaces_and_removes(app, now, time, sign_in):
    exam = make_exam(now)
    browser = teacher(exam, sign_in)
    page = f"/exams/{exam.id}/files"
    assert "No files have been uploaded" in browser.get(page).text
    assert upload(browser, exam, xapi_package()).status_code == 303
    assert all(word in browser.get(page).text for word in ("quiz.zip", "Statistics, packed", "5 files", "code/run.js"))
    look = browser.get(f"{page}/look")
    assert look.status_code == 303
    assert "Packed quiz" in app.test_client().get(look.headers["Location"].removeprefix("http://localhost:8000")).text
    assert upload(browser, exam, b"<p>Other", "other.html").status_code == 303
    assert "other.html" in browser.get(page).text
    assert browser.post(f"{page}/remove", data={"csrf_token": csrf_of(browser)}).status_code == 303
    assert "Learners find no questions until you upload them." in browser.get(page).text
    assert browser.get(f"{page}/look").status_code == 404


def test_a_refused_upload_says_why_and_changes_nothing(app, now, exam, sign_in):
    before = exam.config.package
    answer = upload(teacher(exam, sign_in), exam, zip_of({"../../bad name.html": "x"}))
    assert answer.status_code == 422
    assert "A name in this zip can" in answer.text
    assert "Rename this file and pack the zip again: ../../bad name.html" in answer.text
    assert exam.config.package == before


def test_only_who_may_upload_may_send_much(app, now, exam, sign_in):
    large = zip_of({"index.html": "x", "a.bin": random.Random(1).randbytes(13_000_000)})
    assert upload(teacher(exam, sign_in), exam, large).status_code == 303
    learner = sign_in(make_user(now), {exam.course_id: "learner"})
    assert upload(learner, exam, large).status_code == 404


def test_an_address_for_staff_is_good_for_an_hour(app, client, now, exam, monkeypatch):
    path = address_for_staff(content.find_package(exam.config.package)).removeprefix("http://localhost:8000")
    soon = timed.time.time() + 3600
    for seconds, status in ((-60, 200), (60, 404)):
        monkeypatch.setattr(timed.time, "time", lambda at=soon + seconds: at)
        assert client.get(path).status_code == status


def test_on_an_origin_of_its_own_there_are_files_and_nothing_else(app, client, now, exam, settings, monkeypatch):
    own = settings.model_copy(update={"content_base_url": "http://files.example"})
    monkeypatch.setitem(app.extensions, "settings", own)
    attempt = make_running(now, exam=exam)
    address = address_for(attempt, content.package_of(attempts.config_of(attempt)))
    assert address.startswith("http://files.example/content/")
    answer = client.get(address.removeprefix("http://files.example"), base_url="http://files.example")
    assert answer.headers["Content-Security-Policy"] == f"{SHUT_IN} allow-same-origin"
    for path in ("/login", f"/attempts/{attempt.id}", "/xapi/about", "/static/css/tokens.css", "/healthz"):
        assert client.get(path, base_url="http://files.example").status_code == 404
    other = client.get(address.removeprefix("http://files.example"))
    assert other.headers["Content-Security-Policy"] == SHUT_IN


@pytest.mark.parametrize(
    "own", ["http://localhost:8001", "http://localhost:8000", "files.example", "https://x.example/a"]
)
def test_an_origin_for_files_must_be_another_host(tmp_path, own):
    with pytest.raises(SettingsProblem):
        load({}, data_dir=str(tmp_path), content_base_url=own)


def page_of(attempt, sign_in):
    return sign_in(attempt.user, {attempt.exam.course_id: "learner"}).get(f"/attempts/{attempt.id}")


def test_the_exam_window_shows_the_files_shut_in(app, now, exam, sign_in):
    page = page_of(make_running(now, exam=exam), sign_in)
    assert f'sandbox="{SHUT_IN.removeprefix("sandbox ")}"' in page.text
    assert "/content/" in page.text


def test_an_exam_without_its_files_says_so(app, now, time, sign_in):
    page = page_of(make_running(now, delivery=Delivery.hosted), sign_in)
    assert "The questions are not here yet" in page.text


def test_a_quiz_in_a_window_keeps_its_code_until_it_is_asked_for(app, now, time, sign_in):
    attempt = make_running(now, delivery=Delivery.window, url="https://lms.example/quiz", code="open sesame")
    browser = sign_in(attempt.user, {attempt.exam.course_id: "learner"})
    page = browser.get(f"/attempts/{attempt.id}")
    assert "The questions open in a window of their own" in page.text
    assert "open sesame" not in page.text
    assert "<iframe" not in page.text
    answer = browser.post(f"/attempts/{attempt.id}/code", headers={"X-CSRFToken": csrf_of(browser)})
    assert answer.json == {"code": "open sesame"}
    stranger = sign_in(make_user(now), {attempt.exam.course_id: "learner"})
    refused = stranger.post(f"/attempts/{attempt.id}/code", headers={"X-CSRFToken": csrf_of(stranger)})
    assert refused.status_code == 404


def test_a_code_in_the_address_takes_its_place(app, now, time, sign_in):
    attempt = make_running(now, url="https://lms.example/quiz?p={code}&q=1", code="a b&c")
    page = page_of(attempt, sign_in)
    assert "https://lms.example/quiz?p=a%20b%26c&amp;q=1" in page.text
    assert '"codeOrigin": null' in page.text


def test_the_page_that_may_ask_for_the_code_is_named_exactly(app, now, time, sign_in):
    page = page_of(make_running(now, url="https://lms.example:8443/quiz", code="sesame"), sign_in)
    assert '"codeOrigin": "https://lms.example:8443"' in page.text
    assert "sesame" not in page.text


WORDS = {
    (Delivery.window, Status.paused): "This tool can’t stop the quiz itself",
    (Delivery.window, Status.ready_to_submit): "Have you handed in inside the quiz?",
    (Delivery.window, Status.submitted): "Close the window of the quiz if it is still open",
    (Delivery.framed, Status.paused): "The questions are covered during the pause",
}


@pytest.mark.parametrize(("delivery", "status"), WORDS, ids=str)
def test_the_page_says_what_a_pause_and_the_end_do(app, now, time, sign_in, delivery, status):
    exam = make_exam(now, delivery=delivery, url="https://lms.example/quiz")
    attempt = make_attempt(
        now, exam=exam, status=status, started_at=now, seen_at=now, stopped_at=now + timedelta(minutes=1)
    )
    if status == Status.paused:
        attempt.paused_at, attempt.paused_by = now, Role.proctor
    assert WORDS[delivery, status] in page_of(attempt, sign_in).text


REFUSING = {"x-frame-options": "DENY"}
ANSWERS = {
    "it refuses": ([outside.Answer(200, REFUSING, b"")], True),
    "it lets": ([outside.Answer(200, {}, b"")], False),
    "it leads to one that refuses": (
        [outside.Answer(302, {"location": "/login"}, b""), outside.Answer(200, REFUSING, b"")],
        True,
    ),
    "it leads in circles": ([outside.Answer(302, {"location": "/a"}, b"")] * 3, False),
    "it is an error page": ([outside.Answer(404, REFUSING, b"")], False),
    "it is away": ([Upstream("outside_timeout", permanent=False)], False),
    "it is inside": ([Upstream("outside_forbidden", permanent=True)], False),
}


@pytest.mark.parametrize(("answers", "is_told"), ANSWERS.values(), ids=ANSWERS.keys())
def test_saving_tells_when_the_page_refuses_to_be_framed(app, now, time, sign_in, monkeypatch, answers, is_told):
    left, asked = list(answers), []

    def request(method, url, **options):
        asked.append(options["timeout"])
        if isinstance(found := left.pop(0), Exception):
            raise found
        return found

    monkeypatch.setattr(outside, "request", request)
    exam = make_exam(now)
    browser = teacher(exam, sign_in)
    fields = {"title": "Final", "delivery": "framed", "url": "https://lms.example/quiz", "grade_maximum": "100"}
    more = {
        "kind": "proctored",
        "preset": "honour",
        "grade_source": "result",
        "on_reject": "withhold",
        "may_decline": "no",
    }
    data = {"csrf_token": csrf_of(browser), **fields, **more}
    answer = browser.post(f"/exams/{exam.id}/settings", data=data)
    assert answer.status_code == 303
    assert exam.config.url == "https://lms.example/quiz"
    assert asked
    assert max(asked) <= 3
    page = browser.get(answer.headers["Location"]).text
    assert ("does not let itself be shown inside the exam window" in page) is is_told
