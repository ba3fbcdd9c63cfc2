"""What an LMS can read about the tool from an address: for everybody, without secrets."""

import json

import pytest

from lti_proctor.lti.tool_documents import SCOPES, TOOL
from lti_proctor.platforms import keys
from tests.conftest import BASE_URL

LAUNCH = f"{BASE_URL}/lti/launch"


@pytest.mark.parametrize("path", ["/lti/config.json", "/lti/canvas.json"])
def test_everybody_may_read_it_and_it_holds_no_secret(client, settings, now, path):
    keys.make_key(now=now)
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in answer.headers
    assert settings.secret_key not in answer.text
    assert "private" not in answer.text.replace("private_key_jwt", "")
    assert client.post(path).status_code == 405


def test_the_document_for_developer_keys(client, settings):
    found = client.get("/lti/canvas.json").json
    extension = found.pop("extensions")[0]
    assert found.pop("description")
    assert found == {
        "title": settings.site_name,
        "oidc_initiation_url": f"{BASE_URL}/lti/login",
        "target_link_uri": LAUNCH,
        "public_jwk_url": f"{BASE_URL}/lti/jwks.json",
        "scopes": list(SCOPES),
        "custom_fields": {"link_history": "$ResourceLink.id.history"},
    }
    assert (extension["domain"], extension["platform"]) == ("localhost:8000", "canvas.instructure.com")
    assert extension["privacy_level"] == "public"
    placements = extension["settings"]["placements"]
    assert [p["placement"] for p in placements] == ["assignment_selection", "link_selection"]
    assert {(p["message_type"], p["target_link_uri"]) for p in placements} == {("LtiDeepLinkingRequest", LAUNCH)}


def test_the_document_for_everybody_else_is_what_we_ask_for_in_a_registration(client):
    found = client.get("/lti/config.json").json
    assert found["initiate_login_uri"] == f"{BASE_URL}/lti/login"
    assert found["redirect_uris"] == [LAUNCH]
    assert found["scope"].split() == list(SCOPES)
    assert [m["type"] for m in found[TOOL]["messages"]] == ["LtiDeepLinkingRequest", "LtiResourceLinkRequest"]
    assert found[TOOL]["custom_parameters"] == {"link_history": "$ResourceLink.id.history"}


def test_every_address_in_a_document_is_ours(client):
    for path in ("/lti/config.json", "/lti/canvas.json"):
        text = json.dumps(client.get(path).json)
        ours = text.count(f'"{BASE_URL}/')
        assert ours >= 5
        assert text.count('"http') - text.count('"https://purl.imsglobal.org/') == ours
