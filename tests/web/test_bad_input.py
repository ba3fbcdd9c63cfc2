"""Forms and uploads with missing, long, wrong and hostile values: a clear page, nothing lost, nothing leaked."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.extensions import db
from lti_proctor.people import service as people
from lti_proctor.people.site_roles import SiteRole
from tests.conftest import csrf_of
from tests.factories import STAFF, make_attempt, make_course, make_exam, make_running, make_submitted, make_user

REFERENCE = re.compile(r'id="reference">[2-9A-Z]{4}-[2-9A-Z]{4}<')
GOOD = {"title": "Final", "kind": "proctored", "preset": "honour", "lifetime": "60", "grade_maximum": "20", "grade_source": "result",
        "on_reject": "zero", "may_decline": "no", "attempt": "0", "url": "https://quiz.example/", "rules": "Be fair."}  # fmt: skip
HOSTILE = "<script>alert(1)</script>\u202e{{7*7}}'\"--"


@pytest.fixture
def teacher(app, sign_in, now, time):
    course = make_course(now)
    exam = make_exam(now, course)
    return sign_in(make_user(now, name="Hanna"), {course.id: "instructor"}), exam


EXAM_PROBLEMS = {
    "no title": {"title": ""},
    "blank title": {"title": "   "},
    "long title": {"title": "x" * 300},
    "title with control characters": {"title": "a\x07b"},
    "address without scheme": {"url": "quiz.example"},
    "address that is a script": {"url": "javascript:alert(1)"},
    "address of a file": {"url": "file:///etc/passwd"},
    "address with a password": {"url": "https://user:secret@quiz.example/"},
    "address of this tool": {"url": "http://localhost:8000/attempts/1"},
    "very long address": {"url": "https://quiz.example/" + "x" * 3000},
    "limit that is a word": {"lifetime": "soon"},
    "negative limit": {"lifetime": "-5"},
    "limit in other digits": {"lifetime": "٣"},
    "huge limit": {"lifetime": "9" * 30},
    "half an attempt": {"attempt": "0.5"},
    "opening that is no time": {"open_at": "tomorrow"},
    "opening in the year 0": {"open_at": "0000-00-00T00:00"},
    "closes before it opens": {"open_at": "2026-11-24T12:00", "close_at": "2026-11-24T10:00"},
    "no points": {"grade_maximum": ""},
    "zero points": {"grade_maximum": "0"},
    "points without end": {"grade_maximum": "Infinity"},
    "points that are none": {"grade_maximum": "NaN"},
    "rules of 10 MB": {"rules": "x" * 10_000_000},
    "an unknown kind": {"kind": "party"},
    "an unknown add-on": {"preset": "own", "addons": "mindreading"},
    "an unknown preset": {"preset": "total"},
    "an unknown grade source": {"grade_source": "luck"},
}


@pytest.mark.parametrize("changes", EXAM_PROBLEMS.values(), ids=EXAM_PROBLEMS.keys())
def test_settings_with_a_problem_say_which_and_keep_what_was_written(teacher, changes):
    browser, exam = teacher
    before = exam.version
    fields = {**GOOD, "title": "Kept title", **changes}
    answer = browser.post(f"/exams/{exam.id}/settings", data={"csrf_token": csrf_of(browser), **fields})
    assert answer.status_code == 422, answer.text[:500]
    assert 'id="problems"' in answer.text
    if "title" not in changes:
        assert "Kept title" in answer.text
    assert exam.version == before


def test_hostile_text_is_shown_as_text(teacher):
    browser, exam = teacher
    fields = {**GOOD, "title": HOSTILE, "rules": HOSTILE}
    assert (
        browser.post(f"/exams/{exam.id}/settings", data={"csrf_token": csrf_of(browser), **fields}).status_code == 303
    )
    page = browser.get(f"/exams/{exam.id}/settings").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "{{7*7}}" in page


def test_nul_characters_are_refused_everywhere(teacher, client):
    browser, exam = teacher
    fields = {**GOOD, "title": "a\0b"}
    assert (
        browser.post(f"/exams/{exam.id}/settings", data={"csrf_token": csrf_of(browser), **fields}).status_code == 400
    )
    assert browser.get(f"/exams/{exam.id}?q=a%00b").status_code == 400
    assert client.post("/login", data={"username": "a\0", "password": "b"}).status_code == 400


def test_a_form_without_its_token_is_refused(teacher):
    browser, exam = teacher
    answer = browser.post(f"/exams/{exam.id}/settings", data=GOOD)
    assert answer.status_code == 400
    assert REFERENCE.search(answer.text)


@pytest.mark.parametrize(
    "query",
    [
        "?page=0",
        "?page=-1",
        "?page=x",
        "?page=999999999999999999999",
        "?show=nonsense",
        "?q=%25%5F%5C",
        "?q=" + "x" * 5000,
    ],
)
def test_lists_bear_any_question(teacher, query):
    browser, exam = teacher
    assert browser.get(f"/exams/{exam.id}{query}").status_code == 200


@pytest.mark.parametrize(
    "fields", [{}, {"verdict": "maybe"}, {"verdict": "negative"}, {"verdict": "negative", "reason": "mood"}]
)
def test_a_conclusion_with_a_problem_changes_nothing(app, sign_in, now, time, fields):
    attempt = make_submitted(now)
    browser = sign_in(make_user(now), {attempt.exam.course_id: "instructor"})
    answer = browser.post(
        f"/exams/{attempt.exam_id}/attempts/{attempt.id}/conclusion",
        data={"csrf_token": csrf_of(browser), "comment": "Kept words", **fields},
    )
    assert answer.status_code == 422
    assert "Kept words" in answer.text
    assert attempt.status == Status.submitted


def test_two_reviewers_at_once_make_one_conclusion_each_in_turn(app, sign_in, now, time):
    attempt = make_submitted(now)
    path = f"/exams/{attempt.exam_id}/attempts/{attempt.id}/conclusion"
    for verdict in ("positive", "positive"):
        browser = sign_in(make_user(now), {attempt.exam.course_id: "instructor"})
        answer = browser.post(path, data={"csrf_token": csrf_of(browser), "verdict": verdict})
    assert answer.status_code == 409
    assert attempt.status == Status.verified


def test_pressing_everything_twice_does_it_once(app, sign_in, now, time):
    attempt = make_attempt(now)
    browser = sign_in(attempt.user, {attempt.exam.course_id: "learner"})
    token = csrf_of(browser)
    for action in (
        "start",
        "start",
        "finish",
        "finish",
        "back",
        "back",
        "finish",
        "submit",
        "submit",
        "finish",
        "back",
    ):
        assert browser.post(f"/attempts/{attempt.id}/{action}", data={"csrf_token": token}).status_code == 303, action
    assert attempt.status == Status.submitted
    events = [
        row[0]
        for row in db.session.execute(
            text("SELECT action FROM journal WHERE chain = :c ORDER BY place"), {"c": f"attempt:{attempt.id}"}
        )
    ]
    assert events.count("attempt.start") == 1
    assert events.count("attempt.submit") == 1


#: What a browser says of a form of the page that it shows.
OWN_FORM = {"Sec-Fetch-Site": "same-origin"}


def test_a_used_ticket_opens_no_second_window(app, sign_in, now, time):
    attempt = make_attempt(now)
    frame = sign_in(attempt.user, {attempt.exam.course_id: "learner"})
    ticket = frame.post(f"/attempts/{attempt.id}/ticket", headers={"X-CSRFToken": csrf_of(frame)}).json["ticket"]
    assert (
        app.test_client().post(f"/attempts/{attempt.id}/window", data={"ticket": ticket}, headers=OWN_FORM).status_code
        == 303
    )
    again = app.test_client().post(f"/attempts/{attempt.id}/window", data={"ticket": ticket}, headers=OWN_FORM)
    assert again.status_code == 409
    assert REFERENCE.search(again.text)


@pytest.mark.parametrize("ticket", ["", "x", "a.b.c"])
def test_a_forged_ticket_opens_nothing(app, client, now, time, ticket):
    attempt = make_attempt(now)
    assert client.post(f"/attempts/{attempt.id}/window", data={"ticket": ticket}, headers=OWN_FORM).status_code == 409


def test_a_ticket_of_one_attempt_does_not_open_another(app, sign_in, now, time):
    mine, other = make_attempt(now), make_attempt(now)
    frame = sign_in(mine.user, {mine.exam.course_id: "learner"})
    ticket = frame.post(f"/attempts/{mine.id}/ticket", headers={"X-CSRFToken": csrf_of(frame)}).json["ticket"]
    assert (
        app.test_client().post(f"/attempts/{other.id}/window", data={"ticket": ticket}, headers=OWN_FORM).status_code
        == 409
    )


def test_a_database_that_is_gone_is_told_calmly(app, sign_in, now, time, monkeypatch):
    attempt = make_attempt(now)
    browser = sign_in(attempt.user, {attempt.exam.course_id: "learner"})

    def gone(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("SELECT", {}, Exception("secret host name"))

    monkeypatch.setattr("lti_proctor.web.access.get_attempt", gone)
    answer = browser.get(f"/attempts/{attempt.id}")
    assert answer.status_code == 503
    assert "Nothing that you did before is lost." in answer.text
    assert "secret" not in answer.text


def test_wrong_passwords_wait_and_then_the_right_one_works(app, now, time):
    people.add_user(
        "proctor",
        role=SiteRole.proctor,
        nickname="",
        password="seven green bottles",
        policy="asvs",
        actor=STAFF,
        now=now,
    )
    db.session.commit()
    browser = app.test_client()
    token = csrf_of(browser)
    statuses = [
        browser.post("/login", data={"csrf_token": token, "username": "proctor", "password": "wrong"}).status_code
        for _ in range(6)
    ]
    assert statuses == [422] * 5 + [429]
    time.passes(minutes=6)
    right = browser.post("/login", data={"csrf_token": token, "username": "proctor", "password": "seven green bottles"})
    assert right.status_code == 303


def test_a_learner_can_not_act_as_staff(app, sign_in, now, time):
    attempt = make_submitted(now)
    browser = sign_in(attempt.user, {attempt.exam.course_id: "learner"})
    token = csrf_of(browser)
    for path in ("conclusion", "manage/terminate", "manage/extend"):
        answer = browser.post(
            f"/exams/{attempt.exam_id}/attempts/{attempt.id}/{path}", data={"csrf_token": token, "verdict": "positive"}
        )
        assert answer.status_code == 404
    assert attempt.status == Status.submitted


def test_a_pulse_after_the_end_says_so(app, sign_in, now, time):
    attempt = make_running(now, lifetime=30)
    browser = sign_in(attempt.user, {attempt.exam.course_id: "learner"})
    token = csrf_of(browser)
    assert browser.post(f"/attempts/{attempt.id}/pulse", headers={"X-CSRFToken": token}).json["seconds_left"] == 1800
    time.passes(minutes=31)
    answer = browser.post(f"/attempts/{attempt.id}/pulse", headers={"X-CSRFToken": token})
    assert answer.json["status"] == "submitted"
    assert attempt.ended_by == "timer"
    assert attempts.seconds_left(attempt, time.now) == 0
