"""The pages of the practice LMS."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import TestResponse

from lti_proctor.sandbox.paths import SHARED_CSS
from lti_proctor.sandbox.world import PEOPLE

if TYPE_CHECKING:
    from tests.sandbox.conftest import Practice

    Send = Callable[..., TestResponse]

PAGES = ["/course", "/course/links/rl-1", "/gradebook", "/gradebook/1/u-3001", "/roster"]
FOR_TEACHERS = ["/course/add", "/trouble", "/behaviour"]


def test_everybody_can_be_chosen(practice: Practice) -> None:
    page = practice.browser.get("/").text
    assert "nothing here is real" in page
    for person in PEOPLE:
        assert person.name in page
        assert person.email.endswith(".northfield.example")


@pytest.mark.parametrize("path", ["/", *PAGES, *FOR_TEACHERS])
def test_every_page_says_that_it_is_practice_and_keeps_a_strict_policy(practice: Practice, path: str) -> None:
    practice.be("u-2001")
    answer = practice.browser.get(path)
    assert answer.status_code == 200
    assert "nothing here is real" in answer.text
    assert "style=" not in answer.text
    assert " on" + "click=" not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", [*PAGES, *FOR_TEACHERS])
def test_nobody_yet_is_sent_to_the_start(practice: Practice, path: str) -> None:
    answer = practice.browser.get(path)
    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize("path", FOR_TEACHERS)
def test_a_learner_does_not_see_the_teachers_pages(practice: Practice, path: str) -> None:
    practice.be("u-3001")
    assert practice.browser.get(path).status_code == 403
    assert f'href="{path}"' not in practice.browser.get("/course").text


@pytest.mark.parametrize(
    "path",
    ["/be/u-2001", "/course/links/rl-1/rename", "/course/links/rl-1/delete", "/trouble", "/trouble/off", "/behaviour"],
)
def test_a_form_from_elsewhere_is_refused(practice: Practice, path: str) -> None:
    practice.be("u-2001")
    assert practice.browser.post(path, data={"title": "x"}).status_code == 400
    assert practice.browser.post(path, data={"title": "x", "form_token": "guess"}).status_code == 400


@pytest.mark.parametrize(
    "path", ["/course/links/rl-1/rename", "/course/links/rl-1/delete", "/trouble", "/trouble/off", "/behaviour"]
)
def test_a_learner_changes_nothing(practice: Practice, path: str) -> None:
    practice.be("u-3001")
    assert practice.press(path, title="Mine", service="score", mode="503").status_code == 403


def test_an_activity_is_renamed_and_deleted(practice: Practice) -> None:
    practice.be("u-2001")
    practice.press("/course/links/rl-1/rename", title="Zwischenprüfung <b>")
    assert "Zwischenprüfung &lt;b&gt;" in practice.browser.get("/course").text
    assert practice.press("/course/links/rl-1/rename", title=" ").status_code == 422
    practice.press("/course/links/rl-1/delete")
    assert "No activities yet" in practice.browser.get("/course").text
    assert practice.state()["line_items"] == []
    assert practice.press("/course/links/rl-1/delete").status_code == 404


def test_the_frame_may_use_the_camera_but_not_the_screen(practice: Practice) -> None:
    practice.be("u-3001")
    answer = practice.browser.get("/course/links/rl-1?target=frame")
    assert 'allow="camera http://localhost:8000; microphone http://localhost:8000;' in answer.text
    assert "display-capture" not in answer.text
    assert "frame-src 'self' http://localhost:8000" in answer.headers["Content-Security-Policy"]


def test_a_new_window_starts_at_once(practice: Practice) -> None:
    practice.be("u-3001")
    answer = practice.browser.get("/course/links/rl-1?target=window")
    assert answer.location == "/lti/start/rl-1?target=window"


def test_the_gradebook_shows_what_came(practice: Practice, send_score: Send) -> None:
    send_score(comment="Accepted <by> a person", scoreGiven=77, scoreMaximum=100)
    practice.be("u-2001")
    page = practice.browser.get("/gradebook").text
    for text in ("38.5", "Completed, FullyGraded", "Accepted &lt;by&gt; a person", "2026-11-24T10:00:00.000Z"):
        assert text in page
    assert "Jonas Öberg" in page


def test_a_cell_shows_also_what_was_refused(practice: Practice, send_score: Send) -> None:
    send_score()
    send_score(comment="too late")
    practice.be("u-2001")
    page = practice.browser.get("/gradebook/1/u-3001").text
    assert "too late" in page
    assert "409" in page
    assert "is not newer" in page


def test_a_learner_sees_only_the_own_row(practice: Practice, send_score: Send) -> None:
    send_score(userId="u-3004", comment="for Jonas only")
    practice.be("u-3001")
    page = practice.browser.get("/gradebook").text
    assert "Inés Márquez" in page
    assert "Jonas" not in page
    assert practice.browser.get("/gradebook/1/u-3001").status_code == 200
    assert practice.browser.get("/gradebook/1/u-3004").status_code == 403


def test_trouble_is_switched_on_and_off_by_hand(practice: Practice, send_score: Send) -> None:
    practice.be("u-2001")
    practice.press("/trouble", service="score", mode="429", calls="2", seconds="9")
    assert practice.state()["faults"] == [{"service": "score", "mode": "429", "seconds": 9, "calls_left": 2}]
    assert send_score().status_code == 429
    page = practice.browser.get("/trouble").text
    assert "For the next 1 call" in page
    assert "Inés Márquez" in page
    practice.press("/trouble/off", service="score")
    assert "all services work" in practice.browser.get("/trouble").text


def test_a_tools_farewell_is_shown_as_text(practice: Practice) -> None:
    answer = practice.browser.get("/lti/return?lti_errormsg=%3Cscript%3Ehi&lti_msg=Bye")
    assert "&lt;script&gt;hi" in answer.text
    assert "Bye" in answer.text


def test_people_are_led_to_the_address_that_the_launches_use(practice: Practice) -> None:
    answer = practice.browser.get("/course?x=1", base_url="http://localhost:8100")
    assert answer.location == "http://127.0.0.1:8100/course?x=1"


def test_a_reverse_proxy_is_not_sent_in_circles(practice: Practice) -> None:
    practice.restart(base_url="https://practice.northfield.example")
    assert practice.browser.get("/", base_url="http://127.0.0.1:8100").status_code == 200


def test_dates_are_written_for_people(practice: Practice) -> None:
    period = {"startDateTime": "2026-11-24T10:00:00+01:00", "endDateTime": "2026-11-24T11:00:00Z"}
    practice.machine.post("/control/links", json={"title": "Exam", "available": period})
    practice.be("u-3001")
    page = practice.browser.get("/course").text
    assert "24 November 2026, 10:00 (UTC+01:00)" in page
    assert "24 November 2026, 11:00 (UTC)" in page


def test_only_two_sheets_of_the_tool_are_shared(practice: Practice) -> None:
    assert {path.name for path in SHARED_CSS.glob("*.css")} >= {"tokens.css", "components.css"}
    with practice.browser.get("/static-css/tokens.css") as answer:
        assert answer.mimetype == "text/css"
    for name in ("other.css", "..%2F..%2Fpyproject.toml", "tokens.css%00"):
        assert practice.browser.get(f"/static-css/{name}").status_code == 404


def test_the_quiz_may_stand_in_any_frame_and_talk_to_the_tool(practice: Practice) -> None:
    with practice.browser.get("/quiz/?endpoint=http%3A%2F%2Flocalhost%3A8000%2Fxapi%2F") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors" not in policy
        assert "connect-src 'self' http://localhost:8000" in policy
        assert answer.text.count("<fieldset") == 4
    for name in ("quiz.js", "quiz.css", "marking.js", "xapi.js"):
        with practice.browser.get(f"/quiz/{name}") as answer:
            assert answer.status_code == 200
    assert practice.browser.get("/quiz/..%2Flms.css").status_code == 404


def test_what_does_not_exist_is_said_kindly(practice: Practice) -> None:
    answer = practice.browser.get("/nowhere")
    assert answer.status_code == 404
    assert "This did not work" in answer.text


def test_the_sandbox_imports_nothing_else_of_the_program() -> None:
    folder = Path(__file__).parents[2] / "lti_proctor" / "sandbox"
    for file in folder.rglob("*.py"):
        for line in file.read_text().splitlines():
            if line.startswith(("from lti_proctor", "import lti_proctor")):
                assert line.startswith("from lti_proctor.sandbox"), f"{file.name}: {line}"
