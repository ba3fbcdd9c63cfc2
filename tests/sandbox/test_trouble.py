"""Services that fail on purpose, and the control API."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import TestResponse

if TYPE_CHECKING:
    from tests.sandbox.conftest import Practice

    Send = Callable[..., TestResponse]


def spoil(practice: Practice, service: str, mode: str, **more: Any) -> None:
    answer = practice.machine.post("/control/faults", json={"service": service, "mode": mode, **more})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("mode", ["401", "403", "404", "409", "429", "500", "503"])
def test_a_service_answers_what_it_is_told(practice: Practice, send_score: Send, mode: str) -> None:
    spoil(practice, "score", mode, seconds=7)
    answer = send_score()
    assert answer.status_code == int(mode)
    assert answer.headers.get("Retry-After") == ("7" if mode == "429" else None)
    assert ("WWW-Authenticate" in answer.headers) is (mode == "401")
    state = practice.state()
    assert state["grades"] == []
    (call,) = state["scores"]
    assert (call["status"], call["fault"], call["person_id"]) == (int(mode), mode, "u-3001")
    assert call["body"]["scoreGiven"] == 40


def test_a_fault_lasts_as_many_calls_as_it_was_given(practice: Practice, send_score: Send) -> None:
    spoil(practice, "score", "503", calls=2)
    assert [send_score().status_code for _ in range(3)] == [503, 503, 200]
    assert practice.state()["faults"] == []


def test_a_fault_without_a_number_lasts_until_it_is_switched_off(practice: Practice, send_score: Send) -> None:
    spoil(practice, "ags", "500")
    assert [send_score().status_code for _ in range(4)] == [500] * 4
    assert practice.machine.delete("/control/faults?service=ags").json == {"faults": []}
    assert send_score().status_code == 200


def test_a_service_that_is_down_gives_no_answer(practice: Practice, send_score: Send) -> None:
    spoil(practice, "score", "down", calls=1)
    with pytest.raises(ConnectionAbortedError):
        send_score()
    state = practice.state()
    assert state["grades"] == []
    assert state["scores"][0]["status"] is None


def test_a_score_can_be_kept_although_the_answer_is_lost(practice: Practice, send_score: Send) -> None:
    spoil(practice, "score", "stored_then_closed", calls=1)
    with pytest.raises(ConnectionAbortedError):
        send_score()
    assert practice.state()["grades"][0]["score"] == 40
    assert send_score().status_code == 409


def test_a_score_can_be_kept_although_the_answer_is_an_error(practice: Practice, send_score: Send) -> None:
    spoil(practice, "score", "stored_then_500", calls=1)
    assert send_score().status_code == 500
    assert practice.state()["grades"][0]["score"] == 40


def test_an_answer_can_be_broken_json(practice: Practice) -> None:
    spoil(practice, "token", "malformed", calls=1)
    answer = practice.ask_token(practice.sign(practice.assertion()))
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.data)


def test_a_slow_service_answers_in_the_end(
    practice: Practice, send_score: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    spoil(practice, "score", "hang", seconds=30)
    assert send_score().status_code == 200
    assert slept == [30]


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("nrps", "/nrps/c-7041/memberships"),
        ("ags", "/ags/c-7041/lineitems?type_id=1"),
        ("keys", "/.well-known/jwks.json"),
    ],
)
def test_each_service_fails_alone(practice: Practice, service: str, path: str) -> None:
    headers = practice.bearer()
    spoil(practice, service, "503")
    assert practice.machine.get(path, headers=headers).status_code == 503
    practice.machine.delete("/control/faults")
    others = {"nrps", "ags", "keys", "token", "score", "control"} - {service}
    for other in others:
        spoil(practice, other, "503")
    assert practice.machine.get(path, headers=headers).status_code == 200


def test_the_score_service_fails_before_the_grade_service_as_a_whole(practice: Practice, send_score: Send) -> None:
    spoil(practice, "score", "429")
    spoil(practice, "ags", "500")
    assert send_score().status_code == 429


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"service": "mail", "mode": "503"},
        {"service": "score", "mode": "418"},
        {"service": "score", "mode": "hang", "seconds": "nan"},
        {"service": "score", "mode": "hang", "seconds": -1},
        {"service": "score", "mode": "hang", "seconds": 10_000},
        {"service": "score", "mode": "503", "calls": 0},
        {"service": "score", "mode": "503", "calls": "many"},
        ["score"],
    ],
)
def test_a_fault_that_does_not_exist_is_refused(practice: Practice, body: object) -> None:
    answer = practice.machine.post("/control/faults", json=body)
    assert answer.status_code == 400
    assert answer.json["error_description"]


@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.1", "2001:db8::1", "::ffff:192.0.2.7"])
def test_control_is_closed_to_other_machines(practice: Practice, address: str) -> None:
    answer = practice.machine.get("/control/state", environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 403


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.9", "::1", "::ffff:127.0.0.1"])
def test_control_is_open_on_this_machine(practice: Practice, address: str) -> None:
    assert practice.machine.get("/control/state", environ_base={"REMOTE_ADDR": address}).status_code == 200


def test_a_web_page_elsewhere_can_not_use_control(practice: Practice) -> None:
    answer = practice.machine.post("/control/reset", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_the_record_keeps_no_secrets(practice: Practice) -> None:
    assertion = practice.sign(practice.assertion())
    token = practice.ask_token(assertion).json["access_token"]
    practice.machine.get("/nrps/c-7041/memberships", headers={"Authorization": f"Bearer {token}"})
    record = practice.machine.get("/control/state").text
    assert assertion not in record
    assert token not in record
    assert [call["service"] for call in practice.state()["calls"]] == ["token", "nrps"]


def test_a_reset_empties_the_course_and_keeps_the_keys(practice: Practice, send_score: Send) -> None:
    keys = practice.machine.get("/.well-known/jwks.json").json
    send_score()
    practice.machine.post("/control/links", json={"title": "Second"})
    practice.machine.post("/control/settings", json={"page_size": 3})
    spoil(practice, "score", "503")
    state = practice.machine.post("/control/reset").json
    assert [link["title"] for link in state["links"]] == ["Midterm"]
    assert state["grades"] == state["calls"] == state["faults"] == state["launches"] == []
    assert state["settings"]["page_size"] == 50
    assert practice.machine.get("/.well-known/jwks.json").json == keys


def test_a_restart_keeps_everything(practice: Practice, send_score: Send) -> None:
    send_score()
    practice.machine.post("/control/links", json={"title": "Second"})
    keys = practice.machine.get("/.well-known/jwks.json").json
    before = practice.state()
    practice.restart()
    assert practice.state() == before
    assert practice.machine.get("/.well-known/jwks.json").json == keys


@pytest.mark.parametrize(
    "changes", [{"page_sise": 3}, {"page_size": "3"}, {"page_size": True}, {"inactive": "u-3001"}, []]
)
def test_a_setting_that_does_not_exist_is_refused(practice: Practice, changes: object) -> None:
    assert practice.machine.post("/control/settings", json=changes).status_code == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/control/next-launch", {"claims": {}}),
        ("/control/rotate-key", {"keep_old": "no"}),
        ("/control/links", {"url": "https://attacker.example/"}),
    ],
)
def test_a_wrong_control_call_is_refused(practice: Practice, path: str, body: object) -> None:
    assert practice.machine.post(path, json=body).status_code == 400
