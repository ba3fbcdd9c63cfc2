"""Dynamic registration: what the tool may send, what it gets, and what the administrator does with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from lti_proctor.sandbox.vocabulary import (
    AGS_CLAIM,
    AGS_SCOPE,
    AP,
    CONTROL_SCOPE,
    LTI,
    NRPS_CLAIM,
    SCORE_SCOPE,
    TOOL_CONFIGURATION,
)
from tests.sandbox.conftest import form_of

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.sandbox.conftest import Practice

URL = "https://other.example:8443/lti/register?invitation=abc"
ORIGIN = "https://other.example:8443"
TOOL: dict[str, Any] = {
    "domain": "other.example:8443",
    "target_link_uri": f"{ORIGIN}/launch",
    "description": "Proctoring",
    "claims": ["iss", "sub", "name", "odd"],
    "custom_parameters": {"from": "registration"},
    "messages": [
        {"type": "LtiResourceLinkRequest"},
        {"type": "LtiDeepLinkingRequest", "target_link_uri": f"{ORIGIN}/choose", "placements": ["ContentArea"]},
        {"type": "LtiUnheardOf"},
    ],
}
DOCUMENT: dict[str, Any] = {
    "application_type": "web",
    "response_types": ["id_token"],
    "grant_types": ["implicit", "client_credentials"],
    "initiate_login_uri": f"{ORIGIN}/login",
    "redirect_uris": [f"{ORIGIN}/launch", f"{ORIGIN}/choose"],
    "client_name": "Other <tool>",
    "jwks_uri": f"{ORIGIN}/keys",
    "logo_uri": f"{ORIGIN}/logo.png",
    "token_endpoint_auth_method": "private_key_jwt",
    "scope": f"{SCORE_SCOPE} {AGS_SCOPE}lineitem https://unknown.example/scope",
    TOOL_CONFIGURATION: TOOL,
}


def invite(practice: Practice, url: str = URL, **form: str) -> tuple[str, dict[str, str]]:
    """The administrator connects a tool: path of the page, and the parameters that the tool is opened with."""
    practice.be("u-1001")
    answer = practice.press("/administration/tools/connect", url=url, **form)
    assert answer.status_code == 303, answer.text
    page = practice.browser.get(answer.location)
    assert f"frame-src 'self' http://localhost:8000 {ORIGIN}" in page.headers["Content-Security-Policy"]
    source = page.text.split('src="https://other')[1].split('"')[0].replace("&amp;", "&")
    return str(answer.location), {name: values[0] for name, values in parse_qs(urlsplit(source).query).items()}


def send(practice: Practice, token: str | None, document: object = DOCUMENT, **more: Any) -> TestResponse:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return practice.machine.post("/register", json=document, headers=headers, **more)


def register(practice: Practice, document: object = DOCUMENT, **form: str) -> dict[str, Any]:
    _page, parameters = invite(practice, **form)
    answer = send(practice, parameters["registration_token"], document)
    assert answer.status_code == 201, answer.text
    content: dict[str, Any] = answer.json
    return content


def test_a_tool_registers_itself_and_waits(practice: Practice) -> None:
    page, parameters = invite(practice)
    assert parameters["invitation"] == "abc"
    assert parameters["openid_configuration"] == "http://127.0.0.1:8100/.well-known/openid-configuration"
    token = {"Authorization": f"Bearer {parameters['registration_token']}"}
    offer = practice.machine.get("/.well-known/openid-configuration", headers=token).json
    assert offer["registration_endpoint"] == "http://127.0.0.1:8100/register"
    assert CONTROL_SCOPE in offer["scopes_supported"]
    answer = send(practice, parameters["registration_token"])
    assert answer.status_code == 201
    granted = answer.json
    assert granted["client_id"].startswith("practice-")
    assert granted["scope"] == f"{SCORE_SCOPE} {AGS_SCOPE}lineitem"
    tool = granted[TOOL_CONFIGURATION]
    assert (tool["deployment_id"], tool["claims"]) == ("2", ["iss", "sub", "name"])
    assert [message["type"] for message in tool["messages"]] == ["LtiResourceLinkRequest", "LtiDeepLinkingRequest"]
    shown = practice.browser.get(f"{page}/done")
    assert shown.location == "/administration/tools/1"
    text = practice.browser.get(shown.location).text
    assert "Other &lt;tool&gt;" in text
    assert "Activate" in text
    assert practice.state()["registration"] == "sandbox-client"


def test_it_is_used_once_it_is_active_and_chosen(practice: Practice) -> None:
    client_id = register(practice)["client_id"]
    assert practice.ask_token(practice.sign(practice.assertion(iss=client_id, sub=client_id))).status_code == 400
    assert practice.press("/administration/tools/1/use").status_code == 409
    practice.press("/administration/tools/1/activate")
    answer = practice.ask_token(practice.sign(practice.assertion(iss=client_id, sub=client_id)))
    assert answer.json["scope"].split() == [AGS_SCOPE + "lineitem", SCORE_SCOPE]
    practice.press("/administration/tools/1/use")
    practice.be("u-3001")
    action, login = form_of(practice.browser.get("/lti/start/rl-1"))
    assert (action, login["client_id"], login["lti_deployment_id"]) == (f"{ORIGIN}/login", client_id, "2")
    assert login["target_link_uri"] == f"{ORIGIN}/launch"
    request = practice.question(login, redirect_uri=f"{ORIGIN}/choose")
    action, fields = form_of(practice.browser.get("/oidc/auth", query_string=request))
    assert action == f"{ORIGIN}/choose"
    claims = practice.answer_of(fields["id_token"], client_id)
    assert claims["name"] == "Inés Márquez"
    assert not {"email", "given_name", NRPS_CLAIM} & set(claims)
    assert claims[LTI + "deployment_id"] == "2"
    assert claims[LTI + "custom"] == {"from": "registration", "template": "default", "who": "u-3001"}
    assert claims[AGS_CLAIM]["scope"] == [AGS_SCOPE + "lineitem", SCORE_SCOPE]


def test_deep_linking_has_its_own_address_and_control_its_scope(practice: Practice) -> None:
    client_id = register(practice)["client_id"]
    assert practice.machine.post("/control/registration", json={"client_id": client_id}).status_code == 200
    practice.be("u-2001")
    _action, login = form_of(practice.browser.get("/lti/start-deep-linking"))
    assert login["target_link_uri"] == f"{ORIGIN}/choose"
    practice.machine.post("/control/links", json={"title": "Final", "proctoring": True})
    _action, login = form_of(practice.browser.get("/lti/start-proctoring/rl-2"))
    request = practice.question(login, redirect_uri=f"{ORIGIN}/launch")
    _action, fields = form_of(practice.browser.get("/oidc/auth", query_string=request))
    assert AP + "acs" not in practice.answer_of(fields["id_token"], client_id)


def test_the_first_tool_goes_on_working_beside_it(practice: Practice) -> None:
    client_id = register(practice)["client_id"]
    practice.machine.post("/control/registration", json={"client_id": client_id})
    assert practice.bearer()
    practice.machine.post("/control/registration", json={"client_id": "sandbox-client"})
    assert practice.launch()["aud"] == "sandbox-client"
    assert practice.machine.post("/control/registration", json={"client_id": "nobody"}).status_code == 404


def test_a_token_works_once_and_for_an_hour(practice: Practice) -> None:
    _page, parameters = invite(practice)
    token = parameters["registration_token"]
    assert send(practice, None).status_code == 401
    assert send(practice, "guess").status_code == 401
    assert send(practice, token, DOCUMENT | {"client_name": ""}).status_code == 400
    assert send(practice, token).status_code == 201
    again = send(practice, token)
    assert (again.status_code, again.json["error"]) == (401, "invalid_token")
    _page, parameters = invite(practice, choice="new")
    practice.clock.pass_by(minutes=61)
    assert "expired" in send(practice, parameters["registration_token"]).json["error_description"]
    headers = {"Authorization": f"Bearer {parameters['registration_token']}"}
    assert practice.machine.get("/.well-known/openid-configuration", headers=headers).status_code == 401
    assert practice.machine.get("/.well-known/openid-configuration").status_code == 200


def test_an_lms_may_give_no_token(practice: Practice) -> None:
    practice.machine.post("/control/settings", json={"registration_token": False})
    assert send(practice, None).status_code == 403
    _page, parameters = invite(practice)
    assert "registration_token" not in parameters
    assert send(practice, None).status_code == 201
    assert send(practice, None).status_code == 403


def tool(**changes: Any) -> dict[str, Any]:
    return {TOOL_CONFIGURATION: TOOL | changes}


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"application_type": "native"}, "application_type"),
    ({"response_types": ["code"]}, "response_types"),
    ({"response_types": None}, "response_types"),
    ({"grant_types": ["implicit"]}, "grant_types must hold client_credentials"),
    ({"token_endpoint_auth_method": "client_secret_basic"}, "private_key_jwt"),
    ({"redirect_uris": []}, "redirect_uris"),
    ({"redirect_uris": ["javascript:alert(1)"]}, "redirect_uris"),
    ({"initiate_login_uri": None}, "initiate_login_uri"),
    ({"initiate_login_uri": "/login"}, "initiate_login_uri"),
    ({"client_name": " "}, "client_name"),
    ({"jwks_uri": "nowhere"}, "jwks_uri"),
    ({"logo_uri": "nowhere"}, "logo_uri"),
    ({"scope": ["a"]}, "scope"),
    ({TOOL_CONFIGURATION: None}, "lti-tool-configuration"),
    (tool(domain="other.example"), "with its port"),
    (tool(domain=None), "domain"),
    (tool(target_link_uri=None), "target_link_uri"),
    (tool(claims="sub"), "claims"),
    (tool(messages={}), "messages must be a list"),
    (tool(messages=[{}]), "object with type"),
    (tool(messages=[{"type": "x", "target_link_uri": "nowhere"}]), "target_link_uri of a message"),
    (tool(custom_parameters={"a": 1}), "custom_parameters"),
    (tool(secondary_domains=[1]), "secondary_domains"),
]


@pytest.mark.parametrize(("changes", "reason"), WRONG)
def test_a_wrong_document_is_refused_and_the_token_kept(
    practice: Practice, changes: dict[str, Any], reason: str
) -> None:
    _page, parameters = invite(practice)
    answer = send(practice, parameters["registration_token"], DOCUMENT | changes)
    assert answer.status_code == 400
    assert reason in answer.json["error_description"]
    assert answer.json["error"] in ("invalid_client_metadata", "invalid_redirect_uri")
    assert len(practice.state()["registrations"]) == 1
    assert send(practice, parameters["registration_token"]).status_code == 201


def test_what_is_no_json_object_is_refused(practice: Practice) -> None:
    _page, parameters = invite(practice)
    assert send(practice, parameters["registration_token"], []).status_code == 400
    headers = {"Authorization": f"Bearer {parameters['registration_token']}"}
    assert practice.machine.post("/register", data="x=1", headers=headers).status_code == 415


def test_the_same_domain_again_is_updated_or_new(practice: Practice) -> None:
    first = register(practice)
    practice.press("/administration/tools/1/activate")
    question = practice.press("/administration/tools/connect", url=URL).text
    assert f"Update {first['client_id']}" in question
    again = register(practice, DOCUMENT | {"client_name": "Renamed"}, choice=first["client_id"])
    assert again["client_id"] == first["client_id"]
    found = practice.state()["registrations"]
    assert [(one["name"], one["is_active"]) for one in found[1:]] == [("Renamed", True)]
    other = register(practice, choice="new")
    assert other["client_id"] != first["client_id"]
    assert len(practice.state()["registrations"]) == 3


def test_a_tool_that_did_nothing_leaves_nothing(practice: Practice) -> None:
    page, _parameters = invite(practice)
    assert practice.browser.get(f"{page}/done").location == "/administration/tools"
    assert "did not register" in practice.browser.get("/administration/tools").text


def test_a_registration_is_removed(practice: Practice) -> None:
    register(practice)
    practice.press("/administration/tools/1/activate")
    practice.press("/administration/tools/1/use")
    practice.press("/administration/tools/1/remove")
    assert practice.state()["registration"] == "sandbox-client"
    assert practice.press("/administration/tools/0/remove").status_code == 409
    assert practice.browser.get("/administration/tools/1").status_code == 404


@pytest.mark.parametrize("url", ["", "nowhere", "javascript:alert(1)", "https://"])
def test_a_tool_has_a_web_address(practice: Practice, url: str) -> None:
    practice.be("u-1001")
    assert practice.press("/administration/tools/connect", url=url).status_code == 422


@pytest.mark.parametrize("person", ["u-2001", "u-3001"])
def test_only_administrators_connect_tools(practice: Practice, person: str) -> None:
    practice.be(person)
    assert practice.browser.get("/administration/tools").status_code == 403
    assert practice.press("/administration/tools/connect", url=URL).status_code == 403
    assert "/administration/tools" not in practice.browser.get("/course").text


def test_tests_can_begin_a_registration(practice: Practice) -> None:
    answer = practice.machine.post("/control/connections", json={"url": URL})
    assert answer.status_code == 201
    assert answer.json["address"].startswith(URL)
    assert send(practice, answer.json["registration_token"]).status_code == 201
