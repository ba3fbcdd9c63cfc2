"""Login initiation, authorisation, id_token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jwt
import pytest

from lti_proctor.sandbox.vocabulary import AGS_CLAIM, LTI, NRPS_CLAIM, ROLE

if TYPE_CHECKING:
    from tests.sandbox.conftest import Practice


def test_a_launch_carries_what_the_standard_asks_for(practice: Practice) -> None:
    claims = practice.launch("u-3001")
    assert claims["iss"] == "http://127.0.0.1:8100"
    assert claims["aud"] == "sandbox-client"
    assert claims["exp"] - claims["iat"] == 300
    assert claims["nonce"] == "nonce-1"
    assert (claims["sub"], claims["name"], claims["locale"]) == ("u-3001", "Inés Márquez", "es")
    assert claims["email"].endswith(".northfield.example")
    assert claims[LTI + "version"] == "1.3.0"
    assert claims[LTI + "message_type"] == "LtiResourceLinkRequest"
    assert claims[LTI + "deployment_id"] == "1"
    assert claims[LTI + "target_link_uri"] == "http://localhost:8000/lti/launch"
    assert claims[LTI + "resource_link"] == {"id": "rl-1", "title": "Midterm"}
    assert claims[LTI + "context"]["label"] == "STAT 101"
    assert claims[LTI + "roles"][-1] == ROLE + "membership#Learner"
    assert claims[LTI + "custom"] == {"template": "default", "who": "u-3001"}
    assert claims[LTI + "launch_presentation"]["document_target"] == "iframe"
    assert claims[LTI + "tool_platform"]["product_family_code"] == "northfield-practice"
    assert claims[AGS_CLAIM]["lineitem"].endswith("/lineitems/1/lineitem?type_id=1")
    assert claims[NRPS_CLAIM]["service_versions"] == ["2.0"]


def test_a_person_with_one_name_has_no_given_name(practice: Practice) -> None:
    claims = practice.launch("u-3006")
    assert "given_name" not in claims
    assert claims["family_name"] == claims["name"] == "Wibowo"


def test_an_administrator_has_no_role_in_the_course(practice: Practice) -> None:
    roles = practice.launch("u-1001")[LTI + "roles"]
    assert roles == [ROLE + "institution/person#Administrator", ROLE + "system/person#SysAdmin"]


def test_an_assistant_is_named_as_such_before_the_general_role(practice: Practice) -> None:
    roles = practice.launch("u-2002")[LTI + "roles"]
    assert roles == [ROLE + "membership/Instructor#TeachingAssistant", ROLE + "membership#Instructor"]


def test_a_new_window_is_said_to_be_one(practice: Practice) -> None:
    claims = practice.launch(path="/lti/start/rl-1?target=window")
    assert claims[LTI + "launch_presentation"]["document_target"] == "window"


def test_a_link_with_two_columns_names_none_of_them(practice: Practice) -> None:
    headers = practice.bearer()
    body = {"label": "Proctoring", "scoreMaximum": 100, "resourceLinkId": "rl-1"}
    media_type = "application/vnd.ims.lis.v2.lineitem+json"
    address = "/ags/c-7041/lineitems?type_id=1"
    assert practice.machine.post(address, json=body, headers=headers, content_type=media_type).status_code == 201
    assert "lineitem" not in practice.launch()[AGS_CLAIM]


def test_the_login_may_come_by_get(practice: Practice) -> None:
    practice.be("u-3001")
    page = practice.browser.get("/lti/start/rl-1?method=get").text
    assert 'action="http://localhost:8000/lti/login" method="get"' in page


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("scope", "openid profile", "invalid_scope"),
        ("response_type", "code", "unsupported_response_type"),
        ("response_mode", "fragment", "invalid_request"),
        ("prompt", "login", "invalid_request"),
        ("nonce", "", "invalid_request"),
        ("state", "", "invalid_request"),
        ("login_hint", "u-3004", "invalid_request"),
        ("login_hint", "", "invalid_request"),
        ("lti_message_hint", "", "invalid_request"),
        ("lti_message_hint", "made-up", "invalid_request"),
    ],
)
def test_a_wrong_request_goes_back_to_the_tool_as_an_error(
    practice: Practice, name: str, value: str, error: str
) -> None:
    practice.be("u-3001")
    request = practice.question(practice.begin(), **{name: value})
    page = practice.browser.post("/oidc/auth", data=request).text
    assert 'action="http://localhost:8000/lti/launch"' in page
    assert f'name="error" value="{error}"' in page
    assert name in page
    assert "id_token" not in page.replace("response_type must be &#39;id_token&#39;", "")
    assert practice.state()["launches"] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("client_id", "somebody-else"),
        ("redirect_uri", "http://localhost:8000/lti/launch/"),
        ("redirect_uri", "https://attacker.example/"),
    ],
)
def test_nothing_is_sent_to_an_unregistered_address(practice: Practice, name: str, value: str) -> None:
    practice.be("u-3001")
    answer = practice.browser.get("/oidc/auth", query_string=practice.question(practice.begin(), **{name: value}))
    assert answer.status_code == 400
    assert "<form" not in answer.text


def test_a_message_hint_works_once(practice: Practice) -> None:
    practice.be("u-3001")
    request = practice.question(practice.begin())
    assert "id_token" in practice.browser.get("/oidc/auth", query_string=request).text
    assert "was used already" in practice.browser.get("/oidc/auth", query_string=request).text


def test_a_message_hint_grows_old(practice: Practice) -> None:
    practice.be("u-3001")
    request = practice.question(practice.begin())
    practice.clock.pass_by(minutes=6)
    assert "is too old" in practice.browser.get("/oidc/auth", query_string=request).text


def test_somebody_else_in_the_browser_gets_no_token(practice: Practice) -> None:
    practice.be("u-3001")
    request = practice.question(practice.begin())
    practice.be("u-3004")
    page = practice.browser.get("/oidc/auth", query_string=request).text
    assert 'value="login_required"' in page


def test_a_request_without_our_cookie_comes_again_from_our_own_page(practice: Practice) -> None:
    practice.be("u-3001")
    request = practice.question(practice.begin())
    elsewhere = practice.app.test_client()
    page = elsewhere.get("/oidc/auth", query_string=request).text
    assert 'action="/oidc/auth"' in page
    again = {**request, "reposted": "1"}
    assert 'value="login_required"' in elsewhere.post("/oidc/auth", data=again).text
    assert 'name="id_token"' in practice.browser.post("/oidc/auth", data=again).text


def test_an_activity_that_is_gone_can_not_be_opened(practice: Practice) -> None:
    practice.be("u-3001")
    assert practice.browser.get("/lti/start/rl-99").status_code == 404
    assert practice.browser.get("/lti/start/1%27--").status_code == 404


def test_nobody_starts_without_having_chosen_a_person(practice: Practice) -> None:
    answer = practice.browser.get("/lti/start/rl-1")
    assert (answer.status_code, answer.location) == (303, "/")


def test_names_and_services_can_be_kept_back(practice: Practice) -> None:
    changes = {"share_names": False, "share_emails": False, "offer_grades": False, "offer_roster": False}
    practice.machine.post("/control/settings", json={**changes, "audience_as_list": True})
    claims = practice.launch()
    assert not {"name", "given_name", "family_name", "email", AGS_CLAIM, NRPS_CLAIM} & set(claims)
    assert (claims["aud"], claims["azp"]) == (["sandbox-client"], "sandbox-client")


def test_a_variable_without_a_value_is_absent_and_an_unknown_one_stays(practice: Practice) -> None:
    custom = {"end": "$ResourceLink.submission.endDateTime", "odd": "$Not.known", "link": "$ResourceLink.id"}
    practice.machine.post("/control/links", json={"title": "Second", "custom": custom})
    assert practice.launch(link_id="rl-2")[LTI + "custom"] == {"odd": "$Not.known", "link": "rl-2"}


def test_the_configuration_names_addresses_that_answer(practice: Practice) -> None:
    found = practice.machine.get("/.well-known/openid-configuration").json
    assert found["issuer"] == "http://127.0.0.1:8100"
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        path = found[name].removeprefix(found["issuer"])
        assert practice.machine.get(path).status_code in (200, 400, 405)


@pytest.mark.parametrize(("keep_old", "published"), [(True, 2), (False, 1)])
def test_a_rotated_key_signs_at_once(practice: Practice, keep_old: bool, published: int) -> None:
    answer = practice.machine.post("/control/rotate-key", json={"keep_old": keep_old}).json
    assert len(practice.machine.get("/.well-known/jwks.json").json["keys"]) == published
    practice.be("u-3001")
    page = practice.browser.get("/oidc/auth", query_string=practice.question(practice.begin())).text
    token = page.split('name="id_token" value="')[1].split('"')[0]
    assert jwt.get_unverified_header(token)["kid"] == answer["kid"]
    assert practice.answer_of(token)["sub"] == "u-3001"


def test_one_launch_can_be_spoilt(practice: Practice) -> None:
    practice.machine.post("/control/next-launch", json={"set": {"sub": ""}, "drop": ["nonce"]})
    claims = practice.launch()
    assert claims["sub"] == ""
    assert "nonce" not in claims
    assert practice.launch()["nonce"] == "nonce-1"


def test_one_launch_can_be_signed_with_a_strangers_key(practice: Practice) -> None:
    practice.machine.post("/control/next-launch", json={"wrong_key": True})
    with pytest.raises(jwt.InvalidSignatureError):
        practice.launch()
    practice.launch()
