"""The REST interface: who gets in, and how it says no to what it can't read."""

from datetime import timedelta

import pytest

from lti_proctor.extensions import db
from lti_proctor.people.models import ApiToken
from lti_proctor.people.scopes import Scope
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.web.limits import Quota
from tests.factories import make_attempt, make_exam, make_user
from tests.web.api_programs import ROOT, Program, problem


@pytest.fixture
def program(client, time):
    return Program(client)


@pytest.fixture
def attempt(app, time, now):
    return make_attempt(now, exam=make_exam(now, lifetime=60))


# who gets in


@pytest.mark.parametrize(
    ("header", "code"),
    [(None, "bearer_missing"), ("Basic YTpi", "bearer_missing"), ("Bearer ", "bearer_missing"),
     ("Bearer nothing", "bearer_unknown"), ("Bearer " + "x" * 5000, "bearer_unknown"), ("Bearer ÿ", "bearer_unknown")],
)  # fmt: skip
def test_nobody_gets_in_without_a_token(client, header, code):
    answer = client.get(f"{ROOT}/exams", headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.json["code"]) == (401, code)
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="api"')


def test_a_token_stops_when_its_time_ends_or_its_owner_is_locked_or_it_is_revoked(client, time):
    owner = make_user(time.now, role=SiteRole.administrator)
    program = Program(client, owner=owner)
    db.session.get(ApiToken, program.row.id).expires_at = time.now + timedelta(days=1)
    assert program.get("/exams")["total"] == 0
    owner.is_locked = True
    program.get("/exams")
    problem(program, 401, "bearer_unknown")
    owner.is_locked = False
    assert program.get("/exams")["total"] == 0
    time.passes(days=1)
    program.get("/exams")
    problem(program, 401, "bearer_unknown")


def test_only_the_hash_of_a_token_is_kept_and_its_use_is_noted(program, time):
    assert program.token not in str(vars(program.row))
    assert program.row.used_at is None
    program.get("/exams")
    assert db.session.get(ApiToken, program.row.id).used_at == time.now


def test_those_who_guess_are_slowed_down_and_good_tokens_are_not(program, app):
    most = app.extensions["failures"].item.amount
    guesses = [program.browser.get(f"{ROOT}/exams", headers={"Authorization": "Bearer x"}) for _ in range(most + 1)]
    assert [g.status_code for g in guesses] == [401] * most + [429]
    assert program.get("/exams")["total"] == 0


def test_a_token_has_so_many_requests_a_minute(program, app, monkeypatch):
    monkeypatch.setitem(app.extensions, "quota", Quota(app.extensions["failures"], 2))
    left = []
    for _ in range(2):
        program.get("/exams")
        left.append(program.last.headers["RateLimit"].split(";")[1])
    assert left == ["r=1", "r=0"]
    assert program.last.headers["RateLimit-Policy"] == '"token";q=2;w=60'
    program.get("/exams")
    problem(program, 429, "status_429")
    assert int(program.last.headers["Retry-After"]) > 0


def test_a_token_of_one_course_reaches_nothing_else(client, attempt, time, now):
    elsewhere = make_attempt(now)
    program = Program(client, course=attempt.exam.course)
    assert [row["id"] for row in program.get("/exams")["items"]] == [attempt.exam_id]
    assert [row["id"] for row in program.get("/attempts")["items"]] == [attempt.id]
    assert [row["id"] for row in program.get("/courses")["items"]] == [attempt.exam.course_id]
    for path in (f"/exams/{elsewhere.exam_id}", f"/attempts/{elsewhere.id}", f"/exams?course={elsewhere.exam.course_id}",
                 f"/courses/{elsewhere.exam.course_id}/violations", f"/attempts?exam={elsewhere.exam_id}",
                 f"/courses/{attempt.exam.course_id}/onboarding/{elsewhere.user_id}",
                 f"/learners/{elsewhere.user_id}/active-exams"):  # fmt: skip
        program("GET", path)
        assert program.last.status_code == 404, path
    program.post("/allowances", exam_ids=[elsewhere.exam_id], learners=["x"], additional_time=5)
    problem(program, 404, "exam")


# bad input


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"data": "{", "content_type": "application/json"}, 400, "json_broken"),
        ({"data": b"\xff", "content_type": "application/json"}, 400, "json_broken"),
        ({"data": "[" * 100_000, "content_type": "application/json"}, 400, "json_broken"),
        ({"data": "[]", "content_type": "application/json"}, 422, "fields"),
        ({"data": "null", "content_type": "application/json"}, 422, "fields"),
        ({"data": "", "content_type": "application/json"}, 400, "json_broken"),
        ({"data": "event=pause", "content_type": "application/x-www-form-urlencoded"}, 415, "status_415"),
        ({"data": '{"event": "\\ud800"}', "content_type": "application/json"}, 400, "json_broken"),
        ({"json": {"event": "pause", "reason": "x" * 3000}}, 422, "fields"),
        ({"json": {"event": 5}}, 422, "fields"),
        ({"data": b"x" * 1_000_001, "content_type": "application/json"}, 413, "status_413"),
    ],
)
def test_a_body_that_can_t_be_used_is_refused(program, attempt, options, status, code):
    program("POST", f"/attempts/{attempt.id}/events", **options)
    problem(program, status, code)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/attempts?page=0", 422), ("GET", "/attempts?limit=101", 422), ("GET", "/attempts?page=x", 422),
        ("GET", "/attempts?status=asleep", 422), ("GET", "/attempts?colour=red", 422),
        ("GET", "/attempts?learner=%00", 400), ("GET", "/attempts/1?x=1", 422),
        ("GET", f"/attempts/{2**63}", 404), ("GET", f"/attempts/{10**30}", 404), ("GET", "/attempts/x", 404),
        ("GET", "/attempts/0", 404), ("GET", "/nowhere", 404), ("PUT", "/attempts/1", 405),
        ("GET", f"/exams?course={10**30}", 422), ("GET", "/courses/77/outline?learner=1", 404),
        ("GET", "/courses/77/outline", 422), ("DELETE", "/webhooks/77", 404),
    ],
)  # fmt: skip
def test_an_address_that_can_t_be_used_is_refused(program, method, path, status):
    program(method, path)
    assert (program.last.status_code, program.last.mimetype) == (status, "application/problem+json"), program.last.text


def test_the_document_is_public_and_says_what_each_address_needs(client):
    document = client.get(f"{ROOT}/openapi.json").json
    assert document["openapi"] == "3.1.0"
    operations = {op["operationId"]: op for path in document["paths"].values() for op in path.values()}
    assert operations["list_attempts"]["security"] == [{"token": ["attempts:read"]}]
    assert all(op["summary"] and op["security"] and op["tags"] for op in operations.values())
    assert set(operations["conclude"]["responses"]) >= {"201", "401", "403", "404", "409", "422", "429"}
    text = str(document)
    assert all(f"#/components/schemas/{name}" in text for name in ("Attempt", "AttemptPage", "ExamConfig", "Problem"))
    assert Scope.exams_read in text
