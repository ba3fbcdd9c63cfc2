"""Proctoring Services: the start, the tool's answer, the assessment and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lti_proctor.sandbox.vocabulary import AGS_CLAIM, AP, LTI

if TYPE_CHECKING:
    from tests.sandbox.conftest import Practice

PAGE = "/assessment/rl-2/1"
VERIFIED = {
    "given_name": "Inés",
    "family_name": "Márquez",
    "name": "Inés Márquez",
    "picture": "http://localhost:8000/f/1",
}


def settings(practice: Practice, **changes: Any) -> None:
    assert practice.machine.post("/control/settings", json=changes).status_code == 200


def attempt(practice: Practice, place: int = -1) -> dict[str, Any]:
    found: dict[str, Any] = practice.state()["attempts"][place]
    return found


# the start


def test_a_start_carries_what_the_standard_asks_for(proctored: Practice) -> None:
    claims = proctored.proctor()
    assert claims[LTI + "message_type"] == "LtiStartProctoring"
    assert claims["sub"] == "u-3001"
    assert claims[LTI + "roles"] == []
    assert claims[LTI + "resource_link"] == {"id": "rl-2", "title": "Final"}
    assert claims[LTI + "custom"] == {"template": "final"}
    assert claims[LTI + "context"]["id"] == "c-7041"
    assert claims[LTI + "launch_presentation"]["document_target"] == "window"
    assert claims[LTI + "launch_presentation"]["return_url"] == "http://127.0.0.1:8100/lti/return"
    assert claims[AP + "attempt_number"] == 1
    assert claims[AP + "start_assessment_url"] == "http://127.0.0.1:8100/proctoring/start-assessment"
    assert claims[AP + "acs"] == {
        "actions": ["pause", "resume", "terminate", "update", "flag"],
        "assessment_control_url": "http://127.0.0.1:8100/proctoring/acs/1",
    }
    assert AGS_CLAIM not in claims
    assert AP + "proctoring_settings" not in claims
    assert attempt(proctored)["status"] == "none"
    assert attempt(proctored)["session_data_length"] == len(claims[AP + "session_data"])


def test_the_same_attempt_is_launched_again_with_fresh_session_data(proctored: Practice) -> None:
    first, second = proctored.proctor(), proctored.proctor()
    assert first[AP + "attempt_number"] == second[AP + "attempt_number"] == 1
    assert first[AP + "session_data"] != second[AP + "session_data"]
    assert len(proctored.state()["attempts"]) == 1


def test_settings_change_what_a_start_carries(proctored: Practice) -> None:
    settings(
        proctored, session_data_bytes=8192, proctoring_roles_empty=False, proctoring_grades=True, acs_actions=["flag"]
    )
    claims = proctored.proctor()
    assert 8192 <= len(claims[AP + "session_data"]) < 8260
    assert claims[LTI + "roles"]
    assert "lineitems" in claims[AGS_CLAIM]
    assert claims[AP + "acs"]["actions"] == ["flag"]
    settings(proctored, acs_actions=[])
    assert AP + "acs" not in proctored.proctor()


@pytest.mark.parametrize(
    "changes", [{"acs_actions": ["stop"]}, {"session_data_bytes": -1}, {"session_data_bytes": 10**6}]
)
def test_a_setting_out_of_its_range_is_refused(practice: Practice, changes: dict[str, Any]) -> None:
    assert practice.machine.post("/control/settings", json=changes).status_code == 400


def test_settings_that_the_tool_gave_earlier_come_back_to_it(practice: Practice) -> None:
    item = {"title": "Final", "proctoring": True, "proctoring_settings": '{"level": 2}'}
    practice.machine.post("/control/links", json=item)
    assert practice.proctor()[AP + "proctoring_settings"] == {"data": '{"level": 2}'}


def test_a_start_in_a_frame_says_so(proctored: Practice) -> None:
    claims = proctored.launch(path="/lti/start-proctoring/rl-2?target=frame")
    assert claims[LTI + "launch_presentation"]["document_target"] == "iframe"


def test_only_a_proctored_activity_starts_like_that(proctored: Practice) -> None:
    proctored.be("u-3001")
    assert proctored.browser.get("/lti/start-proctoring/rl-1").status_code == 404


@pytest.mark.parametrize(
    "item", [{"proctoring": "yes"}, {"proctoring": True, "minutes": 0}, {"proctoring": True, "proctoring_settings": 5}]
)
def test_a_wrong_proctored_link_is_refused(practice: Practice, item: dict[str, Any]) -> None:
    assert practice.machine.post("/control/links", json={"title": "x", **item}).status_code in (400, 422)


# the tool's answer


def test_the_tool_lets_a_learner_in(proctored: Practice) -> None:
    start = proctored.proctor()
    answer = proctored.admit(proctored.admission(start, **{AP + "verified_user": VERIFIED}))
    assert (answer.status_code, answer.location) == (303, PAGE)
    found = attempt(proctored)
    assert (found["status"], found["verified_user"], found["wants_end"]) == ("running", VERIFIED, False)
    page = proctored.browser.get(PAGE).text
    assert page.count('<fieldset id="question') == 4
    assert 'data-seconds-left="2700"' in page
    proctored.be("u-2001")
    assert "Márquez" in proctored.browser.get("/course/links/rl-2").text.split("The tool verified")[1]


def test_a_restart_of_the_tool_may_let_in_again(proctored: Practice) -> None:
    proctored.let_in()
    proctored.clock.pass_by(minutes=5)
    proctored.let_in()
    assert attempt(proctored)["started_at"].startswith("2026-11-24T09:00")
    assert len(proctored.state()["attempts"]) == 1


def test_an_answer_without_our_cookie_comes_again_from_our_own_page(proctored: Practice) -> None:
    token = proctored.sign(proctored.admission(proctored.proctor()))
    stranger = proctored.app.test_client()
    page = stranger.post("/proctoring/start-assessment", data={"JWT": token}).text
    assert 'action="/proctoring/start-assessment"' in page
    again = {"JWT": token, "reposted": "1"}
    refused = stranger.post("/proctoring/start-assessment", data=again)
    assert refused.status_code == 403
    assert "Nobody is logged in" in refused.text
    assert proctored.browser.post("/proctoring/start-assessment", data=again).status_code == 303


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"iss": "other"}, "iss must be"),
    ({"iss": "http://127.0.0.1:8100"}, "iss must be"),
    ({"aud": "sandbox-client"}, "aud must be"),
    ({"exp": 1}, "has expired"),
    ({"exp": 4_000_000_000}, "more than 600 seconds"),
    ({"iat": None}, "needs iat"),
    ({"nonce": None}, "no nonce"),
    ({LTI + "message_type": "LtiEndAssessment"}, "message_type must be"),
    ({LTI + "version": "1.3"}, "version must be"),
    ({LTI + "deployment_id": "2"}, "deployment_id must be"),
    ({AP + "session_data": None}, "lacks session_data"),
    ({AP + "session_data": "made-up"}, "not one that this platform issued"),
    ({LTI + "resource_link": None}, "resource_link must be an object"),
    ({LTI + "resource_link": {"id": "rl-1"}}, "resource_link.id must be"),
    ({AP + "attempt_number": 2}, "attempt_number must be 1"),
    ({AP + "attempt_number": "1"}, "attempt_number must be 1"),
    ({AP + "attempt_number": True}, "attempt_number must be 1"),
    ({AP + "verified_user": "Inés"}, "must be an object"),
    ({AP + "verified_user": VERIFIED | {"sub": "u-3001"}}, "must not hold sub"),
    ({AP + "verified_user": VERIFIED | {"iss": "x"}}, "must not hold iss"),
    ({AP + "verified_user": {"given_name": None}}, "given_name must be a text"),
    ({AP + "verified_user": {"picture": "/face.jpg"}}, "absolute http"),
    ({AP + "verified_user": {"picture": "data:image/png;base64,AA"}}, "absolute http"),
    ({AP + "verified_user": {"picture": "http://127.0.0.1:8100/faces/1"}}, "own"),
    ({AP + "end_assessment_return": "true"}, "true or false"),
    ({AP + "end_assessment_return": 1}, "true or false"),
    ({AP + "errormsg": 5}, "errormsg must be a text"),
]


@pytest.mark.parametrize(("changes", "reason"), WRONG)
def test_a_wrong_answer_is_refused_and_says_why(proctored: Practice, changes: dict[str, Any], reason: str) -> None:
    answer = proctored.admit(proctored.admission(proctored.proctor(), **changes))
    assert answer.status_code == 400
    assert reason in answer.text
    assert attempt(proctored)["status"] == "none"


def test_session_data_of_an_earlier_launch_does_not_count(proctored: Practice) -> None:
    old = proctored.proctor()
    proctored.browser.get(
        "/oidc/auth", query_string=proctored.question(proctored.begin(path="/lti/start-proctoring/rl-2"))
    )
    assert "letter by letter" in proctored.admit(proctored.admission(old)).text


def test_session_data_belongs_to_its_person_and_session(proctored: Practice) -> None:
    claims = proctored.admission(proctored.proctor())
    proctored.be("u-3004")
    assert "somebody else" in proctored.admit(claims).text
    proctored.be("u-3001")
    answer = proctored.admit(claims)
    assert answer.status_code == 403
    assert "another session" in answer.text


def test_one_answer_is_taken_once(proctored: Practice) -> None:
    claims = proctored.admission(proctored.proctor())
    assert proctored.admit(claims).status_code == 303
    assert "came already" in proctored.admit(claims).text


def test_what_a_stranger_signed_is_refused(proctored: Practice) -> None:
    claims = proctored.admission(proctored.proctor())
    stranger = {**proctored.tool_keys[0], "kid": "unknown"}
    assert "no RSA key with the kid" in proctored.admit(claims, key=stranger).text
    assert "with the name JWT" in proctored.browser.post("/proctoring/start-assessment", data={}).text


# the assessment and its end


def test_the_assessment_opens_only_through_the_tool(proctored: Practice) -> None:
    proctored.proctor()
    answer = proctored.browser.get(PAGE)
    assert (answer.status_code, answer.location) == (303, "/course/links/rl-2")
    assert proctored.browser.get("/assessment/rl-2/2").status_code == 404
    proctored.let_in()
    proctored.be("u-3004")
    assert proctored.browser.get(PAGE).status_code == 404


def test_handing_in_ends_the_attempt_and_the_next_has_a_new_number(proctored: Practice) -> None:
    proctored.let_in()
    answer = proctored.press(f"{PAGE}/hand-in", mean="mean", median="7", mark="2")
    assert (answer.status_code, answer.location) == (303, "/course/links/rl-2")
    found = attempt(proctored)
    assert (found["status"], found["mark"], found["answers"]["median"]) == ("complete", 2, "7")
    page = proctored.browser.get("/course/links/rl-2").text
    assert "Start attempt 2" in page
    assert "2 of 4 points" in page
    assert proctored.browser.get("/lti/end-assessment/rl-2?attempt=1").status_code == 409
    assert proctored.proctor()[AP + "attempt_number"] == 2


def test_an_attempt_that_is_over_takes_nobody_in(proctored: Practice) -> None:
    start = proctored.let_in()
    proctored.press(f"{PAGE}/hand-in")
    answer = proctored.admit(proctored.admission(start))
    assert answer.status_code == 409
    assert "is over" in answer.text


def end(practice: Practice, path: str = "/lti/end-assessment/rl-2?attempt=1") -> dict[str, Any]:
    request = practice.question(practice.begin(path=path))
    page = practice.browser.get("/oidc/auth", query_string=request).text
    return practice.answer_of(page.split('name="id_token" value="')[1].split('"')[0])


def test_the_tool_is_told_about_the_end_when_it_asked(proctored: Practice) -> None:
    start = proctored.let_in(**{AP + "end_assessment_return": True})
    assert proctored.browser.get("/lti/end-assessment/rl-2?attempt=1").status_code == 409
    answer = proctored.press(f"{PAGE}/hand-in")
    assert answer.location == "/lti/end-assessment/rl-2?attempt=1"
    claims = end(proctored)
    assert claims[LTI + "message_type"] == "LtiEndAssessment"
    assert claims["sub"] == start["sub"]
    assert claims[LTI + "roles"]
    assert claims[AP + "attempt_number"] == 1
    assert claims[LTI + "resource_link"]["id"] == "rl-2"
    assert not {AP + "session_data", AP + "errormsg", AP + "acs"} & set(claims)


def test_the_end_can_carry_an_error_and_more_or_less(proctored: Practice) -> None:
    settings(proctored, end_without_resource_link=True, end_session_data=True)
    start = proctored.let_in(**{AP + "end_assessment_return": True})
    answer = proctored.press(f"{PAGE}/hand-in", report_error="1")
    claims = end(proctored, str(answer.location))
    assert LTI + "resource_link" not in claims
    assert claims[AP + "session_data"] == start[AP + "session_data"]
    assert claims[AP + "errormsg"]
    assert claims[AP + "errorlog"]


def test_the_end_can_be_told_again(proctored: Practice) -> None:
    proctored.let_in(**{AP + "end_assessment_return": True})
    proctored.press(f"{PAGE}/hand-in")
    assert end(proctored)[AP + "attempt_number"] == end(proctored)[AP + "attempt_number"] == 1
    assert "Tell LTI Proctor again" in proctored.browser.get("/course/links/rl-2").text


def test_the_way_back_shows_all_that_the_tool_says(practice: Practice) -> None:
    page = practice.browser.get("/lti/return?lti_msg=A1&lti_errormsg=B2&lti_log=C3&lti_errorlog=D4").text
    assert all(text in page for text in ("A1", "B2", "C3", "D4"))


# the pages


def test_a_learner_sees_the_attempts_and_the_next_step(proctored: Practice) -> None:
    proctored.be("u-3001")
    page = proctored.browser.get("/course/links/rl-2").text
    assert 'href="/lti/start-proctoring/rl-2">Start attempt 1<' in page
    proctored.proctor()
    assert "Continue attempt 1" in proctored.browser.get("/course/links/rl-2").text
    framed = proctored.browser.get("/course/links/rl-2?target=frame").text
    assert 'src="/lti/start-proctoring/rl-2?target=frame"' in framed
    proctored.be("u-2001")
    assert 'src="/lti/start/rl-2?target=frame"' in proctored.browser.get("/course/links/rl-2?target=frame").text


def test_a_teacher_adds_an_assessment_and_switches_others(practice: Practice) -> None:
    practice.be("u-2001")
    answer = practice.press("/course/proctored", title="Final", minutes="20", template="demo-lms")
    assert answer.location == "/course/links/rl-2"
    added = practice.state()["links"][1]
    assert (added["title"], added["custom"], added["proctoring"]) == (
        "Final",
        {"template": "demo-lms"},
        {"minutes": 20, "data": ""},
    )
    practice.press("/course/links/rl-1/proctoring", on="1", minutes="15", data="x")
    assert practice.state()["links"][0]["proctoring"] == {"minutes": 15, "data": "x"}
    practice.press("/course/links/rl-1/proctoring", minutes="15", data="x")
    assert practice.state()["links"][0]["proctoring"] is None


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/course/proctored", {"title": " ", "minutes": "5"}),
        ("/course/proctored", {"title": "x", "minutes": "0"}),
        ("/course/proctored", {"title": "x", "minutes": "soon"}),
        ("/course/links/rl-1/proctoring", {"on": "1", "minutes": "2000"}),
        ("/course/links/rl-1/proctoring", {"on": "1", "minutes": "5", "data": "x" * 5000}),
    ],
)
def test_a_wrong_form_is_refused(practice: Practice, path: str, form: dict[str, str]) -> None:
    practice.be("u-2001")
    assert practice.press(path, **form).status_code == 422
    practice.be("u-3001")
    assert practice.press(path, title="x", minutes="5").status_code == 403


def test_the_first_activities_may_be_proctored(practice: Practice) -> None:
    from lti_proctor.sandbox import FirstLink

    practice.restart(data_dir=practice.folder / "other", first_links=(FirstLink("Final", proctoring=True, minutes=9),))
    assert practice.state()["links"][0]["proctoring"] == {"minutes": 9, "data": ""}
