"""Access tokens: who gets one, and what it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import jwt
import pytest

from lti_proctor.sandbox.tool_keys import ToolKeys
from lti_proctor.sandbox.vocabulary import AGS_SCOPE, CONTROL_SCOPE, ROSTER_SCOPE, SCORE_SCOPE

if TYPE_CHECKING:
    from tests.sandbox.conftest import Practice

ROSTER = "/nrps/c-7041/memberships"


def test_a_signed_assertion_buys_a_token(practice: Practice) -> None:
    answer = practice.ask_token(practice.sign(practice.assertion()), scope=f"{SCORE_SCOPE} https://unknown.example/x")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 3600
    assert answer.json["scope"] == SCORE_SCOPE


def test_the_issuer_is_an_audience_too(practice: Practice) -> None:
    claims = practice.assertion(aud=["https://other.example", "http://127.0.0.1:8100"])
    assert practice.ask_token(practice.sign(claims)).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "unsupported_grant_type"),
        ({"client_assertion_type": "jwt"}, "invalid_request"),
        ({"client_assertion": "x.y.z"}, "invalid_client"),
        ({"client_assertion": ["a", "b"]}, "invalid_request"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "openid"}, "invalid_scope"),
    ],
)
def test_a_wrong_form_gets_no_token(practice: Practice, changes: dict[str, Any], error: str) -> None:
    answer = practice.ask_token(practice.sign(practice.assertion()), **changes)
    assert answer.status_code == 400
    assert answer.json["error"] == error
    assert answer.json["error_description"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "other"}, "iss must be"),
        ({"sub": "other"}, "sub must be"),
        ({"aud": "https://other.example"}, "aud must be"),
        ({"aud": None}, "aud must be"),
        ({"exp": 1}, "has expired"),
        ({"iat": "now"}, "needs iat"),
        ({"exp": True}, "needs exp"),
        ({"iat": 4_000_000_000, "exp": 4_000_000_060}, "in the future"),
        ({"exp": 4_000_000_000}, "more than an hour"),
        ({"jti": ""}, "no jti"),
        ({"jti": None}, "no jti"),
    ],
)
def test_a_wrong_assertion_is_refused(practice: Practice, changes: dict[str, Any], reason: str) -> None:
    answer = practice.ask_token(practice.sign(practice.assertion(**changes)))
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_client")
    assert reason in answer.json["error_description"]


@pytest.mark.parametrize(("kid", "reason"), [("", "no kid"), (None, "no kid"), ("nobody's", "no RSA key")])
def test_the_header_must_name_a_key_of_the_tool(practice: Practice, kid: str | None, reason: str) -> None:
    header = {} if kid is None else {"kid": kid}
    token = jwt.encode(practice.assertion(), practice.tool_keys[0]["pem"], algorithm="RS256", headers=header)
    assert reason in practice.ask_token(token).json["error_description"]


def test_only_rs256_counts(practice: Practice) -> None:
    unsigned = jwt.encode(practice.assertion(), None, algorithm="none")
    shared = jwt.encode(practice.assertion(), "k" * 64, algorithm="HS256", headers={"kid": "x"})
    for token in (unsigned, shared):
        assert "RS256" in practice.ask_token(token).json["error_description"]


def test_an_assertion_works_once(practice: Practice) -> None:
    token = practice.sign(practice.assertion())
    assert practice.ask_token(token).status_code == 200
    assert "used already" in practice.ask_token(token).json["error_description"]


def test_a_json_body_is_not_a_form(practice: Practice) -> None:
    answer = practice.machine.post("/oauth/token", json={"grant_type": "client_credentials"})
    assert answer.json["error"] == "invalid_request"


@pytest.mark.parametrize("problem", [httpx.ConnectError("refused"), KeyError("keys"), ValueError("no JSON")])
def test_a_key_set_that_can_not_be_read_is_named_as_the_reason(practice: Practice, problem: Exception) -> None:
    def fail() -> dict[str, Any]:
        raise problem

    practice.platform.tool_keys.__dict__.update(ToolKeys(fail).__dict__)
    answer = practice.ask_token(practice.sign(practice.assertion()))
    assert "could not be read" in answer.json["error_description"]


@pytest.mark.parametrize(
    ("header", "status"),
    [(None, 401), ("Basic abc", 401), ("Bearer ", 401), ("Bearer unknown", 401)],
)
def test_without_a_good_token_the_services_are_shut(practice: Practice, header: str | None, status: int) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = practice.machine.get(ROSTER, headers=headers)
    assert answer.status_code == status
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_expires(practice: Practice) -> None:
    practice.machine.post("/control/settings", json={"token_seconds": 60})
    headers = practice.bearer()
    assert practice.machine.get(ROSTER, headers=headers).status_code == 200
    practice.clock.pass_by(seconds=61)
    answer = practice.machine.get(ROSTER, headers=headers)
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_all_tokens_can_be_expired_at_once(practice: Practice) -> None:
    headers = practice.bearer()
    assert practice.machine.post("/control/expire-tokens").json == {"expired": 1}
    assert practice.machine.get(ROSTER, headers=headers).status_code == 401


SERVICES = [
    ("get", ROSTER, {ROSTER_SCOPE}),
    ("get", "/ags/c-7041/lineitems?type_id=1", {AGS_SCOPE + "lineitem", AGS_SCOPE + "lineitem.readonly"}),
    ("post", "/ags/c-7041/lineitems?type_id=1", {AGS_SCOPE + "lineitem"}),
    (
        "get",
        "/ags/c-7041/lineitems/1/lineitem?type_id=1",
        {AGS_SCOPE + "lineitem", AGS_SCOPE + "lineitem.readonly"},
    ),
    ("put", "/ags/c-7041/lineitems/1/lineitem?type_id=1", {AGS_SCOPE + "lineitem"}),
    ("delete", "/ags/c-7041/lineitems/1/lineitem?type_id=1", {AGS_SCOPE + "lineitem"}),
    ("post", "/ags/c-7041/lineitems/1/lineitem/scores?type_id=1", {SCORE_SCOPE}),
    ("get", "/ags/c-7041/lineitems/1/lineitem/results?type_id=1", {AGS_SCOPE + "result.readonly"}),
    ("post", "/proctoring/acs/1", {CONTROL_SCOPE}),
]
SCOPES = (
    *(AGS_SCOPE + name for name in ("lineitem", "lineitem.readonly", "result.readonly", "score")),
    ROSTER_SCOPE,
    CONTROL_SCOPE,
)


@pytest.mark.parametrize(("method", "path", "sufficient"), SERVICES)
@pytest.mark.parametrize("scope", SCOPES)
def test_each_service_asks_for_its_own_scope(
    practice: Practice, method: str, path: str, sufficient: set[str], scope: str
) -> None:
    answer = practice.machine.open(path, method=method, headers=practice.bearer(scope))
    if scope in sufficient:
        assert answer.status_code not in (401, 403)
    else:
        assert answer.status_code == 403
        assert "insufficient_scope" in answer.headers["WWW-Authenticate"]
