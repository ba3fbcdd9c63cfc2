"""Assessment control: what the tool may do to an attempt while it runs."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from lti_proctor.sandbox.attempts import Status
from lti_proctor.sandbox.incidents import status_after
from lti_proctor.sandbox.settings import ACTIONS
from lti_proctor.sandbox.vocabulary import AP, CONTROL_SCOPE, CONTROL_TYPE, ROSTER_SCOPE
from tests.sandbox.conftest import BASE

if TYPE_CHECKING:
    from tests.sandbox.conftest import Practice

PAGE = "/assessment/rl-2/1"


@pytest.mark.parametrize(("status", "action"), list(product(Status, ACTIONS)))
def test_every_action_has_one_outcome(status: Status, action: str) -> None:
    after = status_after(status, action)
    if status in (Status.TERMINATED, Status.COMPLETE) or action in ("flag", "update"):
        assert after is status
    elif action == "terminate":
        assert after is Status.TERMINATED
    elif (status, action) == ("running", "pause"):
        assert after is Status.PAUSED
    elif (status, action) == ("paused", "resume"):
        assert after is Status.RUNNING
    else:
        assert after is status


def send(practice: Practice, start: dict[str, Any], action: str, **changes: Any) -> dict[str, Any]:
    answer = practice.control(start, practice.incident(start, action, **changes))
    assert answer.status_code == 200, answer.text
    assert answer.content_type == CONTROL_TYPE
    content: dict[str, Any] = answer.get_json(force=True)
    return content


def seen(practice: Practice) -> dict[str, Any]:
    """What the learner's page is told."""
    content: dict[str, Any] = practice.browser.get(f"{PAGE}/state").json
    return content


def test_an_attempt_is_paused_resumed_and_ended(proctored: Practice) -> None:
    start = proctored.let_in()
    assert send(proctored, start, "pause") == {"status": "paused"}
    assert seen(proctored)["status"] == "paused"
    assert (
        '<fieldset class="whole stack airy" id="questions" aria-label="Questions" disabled>'
        in proctored.browser.get(PAGE).text
    )
    assert proctored.press(f"{PAGE}/hand-in").status_code == 409
    assert send(proctored, start, "resume") == {"status": "running"}
    assert send(proctored, start, "terminate", incident_severity=1) == {"status": "terminated"}
    assert seen(proctored)["status"] == "terminated"
    assert "Nothing can be handed in any more" in proctored.browser.get(PAGE).text
    assert send(proctored, start, "resume") == {"status": "terminated"}


def test_an_ended_attempt_goes_on_to_the_tool_when_it_asked(proctored: Practice) -> None:
    start = proctored.let_in(**{AP + "end_assessment_return": True})
    send(proctored, start, "terminate")
    assert proctored.press(f"{PAGE}/hand-in").location == "/lti/end-assessment/rl-2?attempt=1"


def test_more_time_is_added_up_but_the_same_incident_counts_once(proctored: Practice) -> None:
    start = proctored.let_in()
    body = proctored.incident(start, "update", extra_time=10)
    for _ in range(2):
        assert proctored.control(start, body).get_json(force=True) == {"status": "running", "extra_time": 10}
    assert send(proctored, start, "update", extra_time=5) == {"status": "running", "extra_time": 15}
    assert seen(proctored) == {"status": "running", "seconds_left": 60 * 60, "extra_minutes": 15}


def test_a_flag_is_kept_for_the_teacher_also_after_the_end(proctored: Practice) -> None:
    start = proctored.let_in()
    proctored.press(f"{PAGE}/hand-in")
    answer = send(
        proctored, start, "flag", reason_code="second_person", reason_msg="Two faces <b>", incident_severity=0.8
    )
    assert answer == {"status": "complete"}
    state = proctored.state()
    (flag,) = state["attempts"][0]["flags"]
    assert (flag["reason_code"], flag["incident_severity"]) == ("second_person", 0.8)
    (call,) = state["acs"]
    assert (call["status"], call["person_id"], call["body"]["action"]) == (200, "u-3001", "flag")
    proctored.be("u-2001")
    assert "Two faces &lt;b&gt;" in proctored.browser.get("/course/links/rl-2").text


def test_an_attempt_that_never_began_has_no_status(proctored: Practice) -> None:
    start = proctored.proctor()
    assert send(proctored, start, "flag") == {"status": "none"}
    assert send(proctored, start, "terminate") == {"status": "terminated"}
    assert "is over" in proctored.admit(proctored.admission(start)).text


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"user": None}, "lacks user"),
    ({"user": {"sub": "u-3001"}}, "lacks user.iss"),
    ({"user": {"iss": BASE}}, "lacks user.sub"),
    ({"user": "u-3001"}, "user must be an object"),
    ({"user": {"iss": "sandbox-client", "sub": "u-3001"}}, "user.iss must be"),
    ({"user": {"iss": BASE, "sub": "u-3004"}}, "user.sub must be"),
    ({"resource_link": None}, "lacks resource_link"),
    ({"resource_link": {}}, "lacks resource_link.id"),
    ({"resource_link": {"id": "rl-1"}}, "resource_link.id must be"),
    ({"attempt_number": None}, "lacks attempt_number"),
    ({"attempt_number": 2}, "attempt_number must be 1"),
    ({"attempt_number": "1"}, "attempt_number must be 1"),
    ({"action": None}, "lacks action"),
    ({"action": "stop"}, "action must be one of"),
    ({"action": ["pause"]}, "action must be one of"),
    ({"incident_time": None}, "lacks incident_time"),
    ({"incident_time": "now"}, "ISO 8601"),
    ({"incident_severity": None}, "lacks incident_severity"),
    ({"incident_severity": 1.5}, "from 0 to 1"),
    ({"incident_severity": -1}, "0 or more"),
    ({"incident_severity": "low"}, "must be a number"),
    ({"reason_code": 5}, "reason_code must be a text"),
    ({"reason_msg": []}, "reason_msg must be a text"),
    ({"action": "update"}, "needs extra_time"),
    ({"action": "update", "extra_time": 1.5}, "whole number"),
    ({"action": "update", "extra_time": 0}, "whole number"),
    ({"action": "update", "extra_time": True}, "whole number"),
]


@pytest.mark.parametrize(("changes", "reason"), WRONG)
def test_a_wrong_call_is_refused_and_says_why(proctored: Practice, changes: dict[str, Any], reason: str) -> None:
    start = proctored.let_in()
    answer = proctored.control(start, proctored.incident(start, **changes))
    assert answer.status_code == 400
    assert reason in answer.json["error_description"]
    assert proctored.state()["attempts"][0]["status"] == "running"
    assert proctored.state()["acs"][0]["reason"] == answer.json["error_description"]


def test_an_action_that_was_not_granted_is_refused(proctored: Practice) -> None:
    proctored.machine.post("/control/settings", json={"acs_actions": ["flag"]})
    start = proctored.let_in()
    answer = proctored.control(start, proctored.incident(start, "terminate"))
    assert answer.status_code == 403
    assert "not granted" in answer.json["error_description"]


def test_type_token_and_address_are_checked(proctored: Practice) -> None:
    start = proctored.let_in()
    path = "/proctoring/acs/1"
    body = proctored.incident(start)
    assert proctored.machine.post(path, json=body, headers=proctored.bearer()).status_code == 415
    assert proctored.machine.post(path, json=body, content_type=CONTROL_TYPE).status_code == 401
    assert proctored.control(start, body, proctored.bearer(ROSTER_SCOPE)).status_code == 403
    assert proctored.control(start, body, proctored.bearer(CONTROL_SCOPE)).status_code == 200
    assert proctored.control(start, []).status_code == 400
    unknown = {AP + "acs": {"assessment_control_url": f"{BASE}/proctoring/acs/99"}}
    assert proctored.control(unknown, body).status_code == 404


def test_control_fails_on_purpose(proctored: Practice) -> None:
    start = proctored.let_in()
    proctored.machine.post("/control/faults", json={"service": "control", "mode": "503", "calls": 1})
    body = proctored.incident(start)
    assert proctored.control(start, body).status_code == 503
    assert proctored.state()["attempts"][0]["status"] == "running"
    assert proctored.control(start, body).status_code == 200
    assert [call["status"] for call in proctored.state()["acs"]] == [503, 200]
