"""Access tokens: what platforms answer, how long a token is used, what a refusal means."""

import itertools

import pytest

from lti_proctor import kept_tokens
from lti_proctor.errors import Upstream
from lti_proctor.lti import calls, service_tokens
from lti_proctor.lti.service_tokens import read_token, token_for
from tests.unit.lti.conftest import TOKEN, answer

SCORE = calls.AGS + "score"


def told(**changes):
    body = {"access_token": "t-1", "token_type": "bearer", "expires_in": 3600, **changes}
    return answer(body={key: value for key, value in body.items() if value is not ...})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("t-1", 3600)),
        ({"token_type": "BEARER"}, ("t-1", 3600)),
        ({"token_type": ...}, ("t-1", 3600)),
        ({"expires_in": ...}, ("t-1", 300)),
        ({"expires_in": None}, ("t-1", 300)),
        ({"expires_in": 0}, ("t-1", 0)),
        ({"expires_in": -5}, ("t-1", 0)),
        ({"expires_in": "3600"}, ("t-1", 3600)),
        ({"expires_in": "soon"}, ("t-1", 300)),
        ({"expires_in": True}, ("t-1", 300)),
        ({"expires_in": [1]}, ("t-1", 300)),
        ({"expires_in": float("nan")}, ("t-1", 300)),
        ({"expires_in": float("inf")}, ("t-1", 300)),
        ({"expires_in": 10**400}, ("t-1", 300)),
        ({"expires_in": 10**9}, ("t-1", 86400)),
        ({"scope": SCORE}, ("t-1", 3600)),
        ({"scope": f"{calls.AGS}lineitem {SCORE}"}, ("t-1", 3600)),
        ({"scope": ""}, ("t-1", 3600)),
        ({"scope": 5}, ("t-1", 3600)),
        ({"scope": calls.AGS + "lineitem"}, "service_off_scores"),
        ({"access_token": ...}, "token_unreadable"),
        ({"access_token": ""}, "token_unreadable"),
        ({"access_token": 5}, "token_unreadable"),
        ({"access_token": "a\r\nX: y"}, "token_unreadable"),
        ({"access_token": "ü"}, "token_unreadable"),
        ({"token_type": "mac"}, "token_unreadable"),
    ],
)
def test_a_token_is_read(changes, expected):
    try:
        found = read_token(told(**changes), (SCORE,))
    except Upstream as problem:
        found = problem.code
    assert found == expected


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, b"", "token_unreadable"),
        (200, b"<html>Please log in", "token_unreadable"),
        (200, b"[]", "token_unreadable"),
        (200, b"[" * 100_000, "token_unreadable"),
        (204, b"", "token_status_204"),
        (302, b"", "token_status_302"),
        (400, {"error": "invalid_scope"}, "service_off_scores"),
        (401, {"error": "invalid_scope"}, "service_off_scores"),
        (400, {"error": "invalid_client"}, "token_status_400"),
        (400, {"error": ["invalid_scope"]}, "token_status_400"),
        (400, b"invalid_scope", "token_status_400"),
        (500, {"error": "invalid_scope"}, "token_status_500"),
        (503, b"<html>", "token_status_503"),
    ],
)
def test_a_refusal_says_what_is_wrong(status, body, code, refused):
    assert refused(read_token, answer(status, body), (SCORE,)) == (code, False)


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        (calls.AGS + "score", "service_off_scores"),
        (calls.AGS + "lineitem", "service_off_columns"),
        (calls.AGS + "lineitem.readonly", "service_off_columns"),
        (calls.AGS + "result.readonly", "service_off_results"),
        ("https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly", "service_off_roster"),
        ("https://lms.example/scope/other", "service_off"),
    ],
)
def test_a_scope_that_is_not_granted_names_the_service_to_switch_on(scope, code):
    assert service_tokens.service_off(scope) == code


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7), (" 7 ", 7), ("0", 0), ("", None), ("-1", None), ("1.5", None), ("²", None), ("9" * 9, 86400),
     ("9" * 20, None), ("Wed, 21 Oct 2026 07:28:00 GMT", None)],
)  # fmt: skip
def test_the_wish_to_wait_is_read(value, seconds):
    assert answer(429, retry_after=value).retry_after == seconds


@pytest.mark.parametrize(("expires_in", "after", "fetched"), [(3600, 3500, 1), (3600, 3580, 2), (20, 0, 2), (0, 0, 2)])
def test_a_token_is_used_until_it_nearly_expires(lms, platform, now, monkeypatch, expires_in, after, fetched):
    ticks = itertools.chain([100.0] * 1, itertools.repeat(100.0 + after))
    monkeypatch.setattr(kept_tokens.time, "monotonic", lambda: next(ticks))
    lms.tokens = [told(expires_in=expires_in)]
    for _ in range(2):
        assert token_for(platform, (SCORE,), now=now) == "t-1"
    assert lms.scopes == [SCORE] * fetched


def test_each_scope_has_a_token_of_its_own_and_each_client_too(lms, platform, now):
    for scope in (SCORE, calls.AGS + "lineitem", SCORE):
        token_for(platform, (scope,), now=now)
    platform.client_id = "another"
    token_for(platform, (SCORE,), now=now)
    assert lms.scopes == [SCORE, calls.AGS + "lineitem", SCORE]


def test_a_token_that_is_not_taken_is_fetched_anew_once(lms, platform, now):
    lms.tokens = [TOKEN, told(access_token="t-2")]
    lms.says(answer(401), answer(200))
    assert calls.call(platform, "GET", "https://lms.example/x", SCORE, now, accept="a/b").status == 200
    assert [asked.headers["Authorization"] for asked in lms.asked] == ["Bearer t-1", "Bearer t-2"]
    lms.says(answer(401))
    assert calls.call(platform, "GET", "https://lms.example/x", SCORE, now, accept="a/b").status == 401
    assert len(lms.asked) == 4
