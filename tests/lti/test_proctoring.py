"""LTI Proctoring Services 1.0, the whole way: start, into the assessment, and its end; and what breaks it."""

import json
import re
from html import unescape

import jwt
import pytest
import structlog
from sqlalchemy import func, select

from lti_proctor import clock, outbox
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Assessment, Attempt
from lti_proctor.errors import Refused
from lti_proctor.extensions import db
from lti_proctor.lti.claims import LTI
from lti_proctor.lti.proctoring import AP, control_body, read_control_answer
from lti_proctor.platforms import keys
from tests.conftest import csrf_of
from tests.lti.conftest import GONE, INSTRUCTOR, Platform

FORM = re.compile(r'action="([^"]*)" id="return"><input type="hidden" name="JWT" value="([^"]*)"')
PRESENTATION = {"launch_presentation": {"return_url": "https://lms.example/back?course=7"}}


def start(platform: Platform, client, *, more=None, **claims):
    return platform.launch(client, **{**platform.proctoring(**claims), **PRESENTATION, **(more or {})})


def attempt_of(answer):
    return db.session.get_one(Attempt, int(answer.headers["Location"].rsplit("/", 1)[1]))


@pytest.fixture
def running(platform: Platform, client):
    """A learner who pressed Start; the page that posts Start Assessment."""
    launched = start(platform, client)
    assert launched.status_code == 303, launched.text
    attempt = attempt_of(launched)
    pressed = client.post(f"/attempts/{attempt.id}/start", data={"csrf_token": csrf_of(client)})
    assert pressed.status_code == 303
    page = client.get(pressed.headers["Location"])
    assert page.status_code == 200
    return attempt, page


def token_of(page):
    action, token = FORM.search(page.text).groups()
    public = {key["kid"]: jwt.PyJWK(key) for key in keys.key_set(now=clock.now())["keys"]}
    options = {"verify_exp": False, "verify_iat": False, "verify_aud": False}
    kid = jwt.get_unverified_header(token)["kid"]
    return unescape(action), jwt.decode(token, public[kid], algorithms=["RS256"], options=options)


@pytest.mark.parametrize("roles", [[], GONE, [INSTRUCTOR], ["urn:unknown"]])
def test_whoever_is_to_be_proctored_is_a_learner_whatever_the_roles_say(platform: Platform, client, roles):
    answer = start(platform, client, more={"roles": roles})
    assert re.fullmatch(r"/attempts/\d+", answer.headers["Location"])
    assert client.get(answer.headers["Location"]).status_code == 200


def test_start_assessment_goes_from_the_tool_to_the_platform(platform: Platform, running):
    _attempt, page = running
    action, claims = token_of(page)
    assert action == "https://lms.example/start"
    assert (claims["iss"], claims["aud"]) == ("client-1", "https://lms.example")
    assert claims[LTI + "message_type"] == "LtiStartAssessment"
    assert (claims[LTI + "version"], claims[LTI + "deployment_id"]) == ("1.3.0", "1")
    assert claims[LTI + "resource_link"] == {"id": "r1", "title": "Exam I"}
    assert (claims[AP + "attempt_number"], claims[AP + "session_data"]) == (1, "the platform's own secret")
    assert claims[AP + "end_assessment_return"] is True
    assert AP + "verified_user" not in claims
    assert 0 < claims["exp"] - claims["iat"] <= 600
    assert claims["nonce"]


def test_the_page_posts_to_the_platform_only(running):
    policy = running[1].headers["Content-Security-Policy"]
    assert "form-action 'self' https://lms.example https:;" in policy
    assert "default-src 'none'" in policy


SECRETS = {
    "eight kilobytes": "x" * 8192,
    "a signed token": "eyJhbGciOiJSUzI1NiJ9." + "a" * 2000 + ".b-_",
    "blanks and signs": " a+b/c= &<>\"'ä漢\n\t ",
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
def test_session_data_goes_back_unchanged_and_is_never_logged(platform: Platform, client, secret):
    with structlog.testing.capture_logs() as lines:
        attempt = attempt_of(start(platform, client, session_data=secret))
        client.post(f"/attempts/{attempt.id}/start", data={"csrf_token": csrf_of(client)})
        page = client.get(f"/attempts/{attempt.id}/assessment")
    assert token_of(page)[1][AP + "session_data"] == secret
    assert secret not in json.dumps(lines)


def test_custom_parameters_go_back_as_they_came(platform: Platform, client):
    custom = {"password": "sealed==", "n": "1"}
    attempt = attempt_of(start(platform, client, more={"custom": custom}))
    client.post(f"/attempts/{attempt.id}/start", data={"csrf_token": csrf_of(client)})
    assert token_of(client.get(f"/attempts/{attempt.id}/assessment"))[1][LTI + "custom"] == custom


def test_nobody_gets_into_the_assessment_before_the_start(platform: Platform, client):
    attempt = attempt_of(start(platform, client))
    answer = client.get(f"/attempts/{attempt.id}/assessment")
    assert answer.status_code == 409
    assert "JWT" not in answer.text


def test_nobody_else_gets_the_message(app, platform: Platform, running):
    other = app.test_client()
    platform.launch(other, sub="43")
    assert other.get(f"/attempts/{running[0].id}/assessment").status_code == 404


def test_each_message_is_a_new_one(client, running):
    again = client.get(f"/attempts/{running[0].id}/assessment")
    assert token_of(again)[1]["nonce"] != token_of(running[1])[1]["nonce"]


def test_the_monitoring_window_stays_beside_the_assessment(client, running):
    page = client.get(f"/attempts/{running[0].id}").text
    assert f'action="/attempts/{running[0].id}/assessment"' in page
    assert "JWT" not in page
    assert "<iframe" not in page


def test_the_same_number_resumes_and_another_one_is_another_attempt(platform: Platform, client):
    first = attempt_of(start(platform, client)).id
    assert attempt_of(start(platform, client, session_data="new")).id == first
    assert db.session.scalar(select(Assessment.session_data)) == "new"
    second = attempt_of(start(platform, client, attempt_number=2))
    assert (second.id != first, second.number) == (True, 2)
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 2


def test_a_new_attempt_ends_the_one_that_still_runs(platform: Platform, client, running):
    second = attempt_of(start(platform, client, attempt_number=2))
    assert (running[0].status, running[0].ended_by) == ("submitted", "platform")
    answer = client.post(f"/attempts/{second.id}/start", data={"csrf_token": csrf_of(client)})
    assert answer.status_code == 303
    assert second.status == "started"


ENDS = {
    "with the link": {},
    "without the link": {"resource_link": GONE},
    "with roles": {"roles": [INSTRUCTOR]},
    "without roles": {"roles": GONE},
}


@pytest.mark.parametrize("changes", ENDS.values(), ids=ENDS.keys())
def test_the_end_ends_the_attempt_and_leads_back(platform: Platform, client, running, changes):
    answer = platform.launch(client, **platform.end(**changes), **PRESENTATION)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("https://lms.example/back?course=7&lti_msg=")
    attempt = running[0]
    assert (attempt.status, attempt.ended_by) == ("submitted", "platform")
    assert attempt.assessment.ended_at is not None


def test_without_a_way_back_the_end_shows_the_attempt(platform: Platform, client):
    attempt = attempt_of(platform.launch(client, **platform.proctoring()))
    client.post(f"/attempts/{attempt.id}/start", data={"csrf_token": csrf_of(client)})
    answer = platform.launch(client, **platform.end())
    assert answer.headers["Location"] == f"/attempts/{attempt.id}"


def test_the_way_back_of_the_start_counts_when_the_end_says_none(platform: Platform, client, running):
    answer = platform.launch(client, **platform.end())
    assert answer.headers["Location"].startswith("https://lms.example/back?")


def test_an_error_of_the_assessment_ends_it_as_an_error(platform: Platform, client, running):
    said = {AP + "errormsg": "The quiz broke.\0", AP + "errorlog": "trace"}
    answer = platform.launch(client, **platform.end(**said), **PRESENTATION)
    assert "lti_errormsg=" in answer.headers["Location"]
    attempt = running[0]
    assert (attempt.status, attempt.assessment.problem) == ("error", "The quiz broke.")


def test_an_end_that_comes_twice_counts_once(platform: Platform, client, running):
    platform.launch(client, **platform.end(), **PRESENTATION)
    ended = running[0].assessment.ended_at
    assert platform.launch(client, **platform.end(), **PRESENTATION).status_code == 303
    assert running[0].assessment.ended_at == ended


def test_an_end_for_somebody_else_changes_nothing(app, platform: Platform, running):
    answer = platform.launch(app.test_client(), sub="43", **platform.end())
    assert answer.status_code == 400
    assert running[0].status == "started"


@pytest.mark.parametrize(
    "claims",
    [{"attempt_number": n} for n in (None, 0, -1, "1", 1.5, True, [1], 10**9)]
    + [{"session_data": s} for s in (None, "", 5, {"a": 1}, "x" * 40_000, "a\0b")]
    + [{"start_assessment_url": u} for u in (None, "", "javascript:alert(1)", "/start", 5, ["https://lms.example/s"])]
    + [{"acs": a} for a in ("x", ["pause"], {"assessment_control_url": 5, "actions": []})]
    + [{"acs": {"assessment_control_url": "file:///etc/passwd", "actions": ["pause"]}}]
    + [{"acs": {"assessment_control_url": "https://lms.example/acs", "actions": a}} for a in ("pause", [1], {"a": 1})]
    + [{"proctoring_settings": s} for s in ("x", ["y"])],
    ids=lambda claims: repr(claims)[:70],
)
def test_a_malformed_start_is_refused(platform: Platform, client, claims):
    answer = start(platform, client, **claims)
    assert answer.status_code == 400
    assert 'id="reference"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 0


@pytest.mark.parametrize("more", [{"resource_link": GONE}, {"resource_link": {"title": "x"}}, {"sub": GONE}])
def test_a_start_without_link_or_person_is_refused(platform: Platform, client, more):
    assert start(platform, client, more=more).status_code == 400


@pytest.mark.parametrize("number", [None, 0, "1", True, 2, 99])
def test_an_end_that_fits_no_attempt_is_refused(platform: Platform, client, running, number):
    claims = platform.end(**{AP + "attempt_number": GONE if number is None else number})
    assert platform.launch(client, **claims).status_code == 400
    assert running[0].status == "started"


def test_an_end_before_the_start_is_noted_and_the_attempt_is_no_more_begun(platform: Platform, client):
    attempt = attempt_of(start(platform, client))
    platform.launch(client, **platform.end())
    assert attempt.status == "created"
    assert attempt.assessment.ended_at is not None


# what the platform is told


def test_a_call_says_everything_always():
    command = {"action": "flag", "at": "2026-11-24T10:00:00+01:00", "severity": 0.5, "code": "flagged", "message": "m"}
    body = json.loads(control_body(command, issuer="i", subject="s", link_id="r", attempt_number=2))
    assert body == {
        "user": {"iss": "i", "sub": "s"},
        "resource_link": {"id": "r"},
        "attempt_number": 2,
        "action": "flag",
        "incident_time": "2026-11-24T09:00:00Z",
        "incident_severity": 0.5,
        "reason_code": "flagged",
        "reason_msg": "m",
    }


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b'{"status": "paused"}', {"status": "paused"}),
        (b'{"status": "running", "extra_time": 10}', {"status": "running", "extra_time": 10}),
        (b'{"status": "whatever"}', {"status": None}),
        (b'{"status": ["paused"]}', {"status": None}),
        (b'{"status": "none", "extra_time": "10"}', {"status": "none"}),
        (b'{"status": "none", "extra_time": true}', {"status": "none"}),
        (b"", {"status": None}),
        (b"[]", {"status": None}),
        (b"null", {"status": None}),
        (b"<html>", {"status": None}),
        (b"\xff", {"status": None}),
        (b"[" * 100_000, {"status": None}),
    ],
    ids=repr,
)
def test_an_answer_is_read_with_care(body, answer):
    assert read_control_answer(body) == answer


def commands_of(attempt):
    return [row for row in outbox.of(f"attempt:{attempt.id}") if row.kind == "lti.control"]


@pytest.fixture
def staff(app, sign_in, now, running):
    from tests.factories import make_user

    attempt = running[0]
    browser = sign_in(make_user(now), {attempt.exam.course_id: "instructor"})
    base = f"/exams/{attempt.exam_id}/attempts/{attempt.id}"

    def press(path, **fields):
        return browser.post(f"{base}/{path}", data={"csrf_token": csrf_of(browser), **fields})

    press.page = lambda: browser.get(base)
    return press


def test_what_a_person_does_here_is_done_there(running, staff):
    attempt = running[0]
    assert staff("manage/pause").status_code == 303
    assert staff("manage/resume").status_code == 303
    assert staff("assessment/flag", severity="high", message="A second person").status_code == 303
    assert staff("assessment/time", minutes="15", reason="The alarm rang").status_code == 303
    assert staff("manage/terminate", reason="A second person").status_code == 303
    told = [(row.payload["action"], row.payload["minutes"]) for row in commands_of(attempt)]
    assert told == [("pause", 0), ("resume", 0), ("flag", 0), ("update", 15), ("terminate", 0)]
    assert len({row.lane for row in commands_of(attempt)}) == 1
    assert attempt.status == "submitted"
    assert "A second person" in staff.page().text


def test_only_what_was_granted_is_asked(platform: Platform, client, sign_in, now):
    from tests.factories import make_user

    acs = {"actions": ["terminate"], "assessment_control_url": "https://lms.example/acs/1"}
    attempt = attempt_of(start(platform, client, acs=acs))
    client.post(f"/attempts/{attempt.id}/start", data={"csrf_token": csrf_of(client)})
    browser = sign_in(make_user(now), {attempt.exam.course_id: "instructor"})
    base = f"/exams/{attempt.exam_id}/attempts/{attempt.id}"
    token = csrf_of(browser)
    assert browser.post(f"{base}/manage/pause", data={"csrf_token": token}).status_code == 303
    assert commands_of(attempt) == []
    for path, fields in (("flag", {"severity": "low", "message": "m"}), ("time", {"minutes": "5", "reason": "r"})):
        assert browser.post(f"{base}/assessment/{path}", data={"csrf_token": token, **fields}).status_code == 409
    browser.post(f"{base}/manage/terminate", data={"csrf_token": token, "reason": "r"})
    assert [row.payload["action"] for row in commands_of(attempt)] == ["terminate"]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("flag", {"severity": "low", "message": ""}),
        ("flag", {"severity": "low", "message": "  "}),
        ("flag", {"severity": "2", "message": "m"}),
        ("flag", {"message": "m"}),
        ("time", {"minutes": "0", "reason": "r"}),
        ("time", {"minutes": "-5", "reason": "r"}),
        ("time", {"minutes": "x", "reason": "r"}),
        ("time", {"minutes": "100000", "reason": "r"}),
        ("time", {"minutes": "5", "reason": ""}),
    ],
)
def test_a_form_that_is_not_filled_in_asks_for_nothing(running, staff, path, fields):
    answer = staff(f"assessment/{path}", **fields)
    assert answer.status_code in {409, 422}
    assert commands_of(running[0]) == []


def test_what_the_learner_or_the_platform_did_is_no_news_to_the_platform(platform: Platform, client, running):
    platform.launch(client, **platform.end())
    assert commands_of(running[0]) == []


def test_an_assessment_that_nobody_ends_is_ended_by_the_timer(client, running, time, settings):
    from lti_proctor.attempts import tasks

    attempt = running[0]
    assert (
        client.post(f"/attempts/{attempt.id}/pulse", data={"csrf_token": csrf_of(client)}).json["seconds_left"] is None
    )
    time.passes(hours=settings.assessment_hours, minutes=1)
    tasks.pass_time()
    assert (attempt.status, attempt.ended_by) == ("submitted", "timer")


def test_a_learner_who_went_away_is_waited_for_only_so_long(running, time, settings):
    from lti_proctor.attempts import tasks

    attempt = running[0]
    time.passes(seconds=settings.disconnect_seconds + 5)
    tasks.pass_time()
    assert attempt.status == "paused"
    assert commands_of(attempt) == []
    time.passes(minutes=settings.assessment_wait_minutes + 1)
    tasks.pass_time()
    assert attempt.status == "submitted"


def test_an_assessment_of_nobody_refuses(app):
    from lti_proctor.attempts import assessments

    with pytest.raises(Refused):
        assessments.send_into(Attempt(status=Status.created), actor=None, now=None)
