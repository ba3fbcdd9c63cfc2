"""Dynamic registration: what we ask for, what we keep, and who may launch then."""

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from lti_proctor import clock
from lti_proctor.extensions import db
from lti_proctor.journal import entries_of
from lti_proctor.lti import known
from lti_proctor.lti.registration import PLATFORM
from lti_proctor.lti.tool_documents import RARE_MESSAGES, RARE_SCOPES, SCOPES, TOOL
from lti_proctor.platforms import invites, service
from lti_proctor.platforms.invites import PlatformInvite
from tests.conftest import BASE_URL
from tests.lti.registration.lms import GONE, TOKEN, stored


def login(client, lms):
    known.memory.clear()
    query = {"iss": lms.base, "client_id": "client-7", "login_hint": "1", "target_link_uri": f"{BASE_URL}/lti/launch"}
    return client.get("/lti/login", query_string=query)


def test_a_platform_registers_itself_and_waits(register, lms, client):
    answer = register()
    assert answer.status_code == 200
    assert "waits for approval" in answer.text
    assert "js/pages/registered.js" in answer.text
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    row = stored()
    assert (row.issuer, row.client_id, row.family, row.is_active) == (lms.base, "client-7", "northfield", False)
    assert (row.auth_login_url, row.auth_token_url) == (f"{lms.base}/auth", f"{lms.base}/token")
    assert (row.key_set_url, row.auth_audience, row.name) == (f"{lms.base}/keys", None, "127.0.0.1")
    assert [d.deployment_id for d in row.deployments] == ["3"]
    assert login(client, lms).status_code == 400


def test_the_token_of_the_platform_goes_with_both_requests_and_nowhere_else(register, lms, app):
    with capture_logs() as logs:
        register()
        lms.registration_status = 400
        register()
    assert {headers["Authorization"] for _m, _p, headers, _b in lms.asked} == {f"Bearer {TOKEN}"}
    assert [(method, path) for method, path, _h, _b in lms.asked[:2]] == [
        ("GET", "/config?site=1"),
        ("POST", "/register"),
    ]
    assert TOKEN not in repr(logs)
    journal = [entry.data for entry in entries_of(f"platform:{stored().id}")]
    assert TOKEN not in repr(journal)


@pytest.mark.parametrize("token", [None, ""])
def test_a_platform_may_send_no_token(register, lms, token):
    assert register(registration_token=token).status_code == 200
    assert [headers.get("Authorization") for _m, _p, headers, _b in lms.asked] == [None, None]


def test_what_we_ask_for(register, lms, settings, client):
    register()
    asked = lms.posted
    tool = asked.pop(TOOL)
    assert asked == {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": f"{BASE_URL}/lti/login",
        "redirect_uris": [f"{BASE_URL}/lti/launch"],
        "client_name": settings.site_name,
        "jwks_uri": f"{BASE_URL}/lti/jwks.json",
        "logo_uri": f"{BASE_URL}/static/img/brand.svg",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(SCOPES),
        "contacts": ["exams@northfield.example"],
    }
    assert tool.pop("description")
    launch = f"{BASE_URL}/lti/launch"
    assert tool == {
        "domain": "localhost:8000",
        "target_link_uri": launch,
        "custom_parameters": {"link_history": "$ResourceLink.id.history"},
        "claims": ["iss", "sub", "name", "given_name", "family_name", "email"],
        "messages": [
            {
                "type": "LtiDeepLinkingRequest",
                "target_link_uri": launch,
                "label": settings.site_name,
                "placements": ["ContentArea"],
            },
            {"type": "LtiResourceLinkRequest"},
        ],
    }
    logo = client.get(urlsplit(asked["logo_uri"]).path)
    assert logo.status_code == 200
    logo.close()


@pytest.mark.parametrize(
    ("offered", "asked"),
    [
        (["LtiResourceLinkRequest"], {"LtiResourceLinkRequest": None}),
        ([{"type": "LtiResourceLinkRequest"}], {"LtiResourceLinkRequest": None}),
        (["LtiDeepLinkingRequest"], {"LtiDeepLinkingRequest": ["ContentArea"]}),
        ([{"type": "LtiDeepLinkingRequest", "placements": []}], {"LtiDeepLinkingRequest": ["ContentArea"]}),
        (
            [{"type": "LtiDeepLinkingRequest", "placements": ["editor_button", "link_selection", 7]}],
            {"LtiDeepLinkingRequest": ["link_selection"]},
        ),
        ([{"type": "LtiDeepLinkingRequest", "placements": ["editor_button"]}], {"LtiDeepLinkingRequest": None}),
        ([{"type": 5}, None, ["x"], "Other"], {}),
        (
            [
                "LtiSubmissionReviewRequest",
                {"type": "LtiStartProctoring"},
                "LtiEndAssessment",
                "LtiResourceLinkRequest",
            ],
            dict.fromkeys(("LtiResourceLinkRequest", *RARE_MESSAGES)),
        ),
        (GONE, {"LtiDeepLinkingRequest": ["ContentArea"], "LtiResourceLinkRequest": None}),
        ("nonsense", {"LtiDeepLinkingRequest": ["ContentArea"], "LtiResourceLinkRequest": None}),
    ],
)
def test_only_messages_and_placements_that_the_platform_offers_are_asked_for(register, lms, offered, asked):
    lms.config[PLATFORM] = {} if offered is GONE else {"messages_supported": offered}
    assert register().status_code == 200
    assert {m["type"]: m.get("placements") for m in lms.posted[TOOL]["messages"]} == asked


@pytest.mark.parametrize(
    ("offered", "asked"),
    [
        (GONE, list(SCOPES)),
        (None, list(SCOPES)),
        (["openid", SCOPES[3], 5, {}], [SCOPES[3]]),
        (f"openid {SCOPES[0]}", [SCOPES[0]]),
        ([], []),
        ([*SCOPES, *RARE_SCOPES], [*SCOPES, *RARE_SCOPES]),
        (RARE_SCOPES[0], list(RARE_SCOPES)),
    ],
)
def test_only_scopes_that_the_platform_offers_are_asked_for(register, lms, offered, asked):
    lms.change(scopes_supported=offered)
    register()
    assert lms.posted["scope"].split() == asked


def test_a_message_that_is_rarely_offered_is_asked_for_at_our_address(register, lms):
    lms.config[PLATFORM] = {"messages_supported": list(RARE_MESSAGES)}
    register()
    assert {m["target_link_uri"] for m in lms.posted[TOOL]["messages"]} == {f"{BASE_URL}/lti/launch"}


@pytest.mark.parametrize(
    ("server", "audience"),
    [("https://api.lms.example/token", "https://api.lms.example/token"), (None, None), (5, None), ("same", None)],
)
def test_the_audience_is_kept_where_it_is_not_the_token_address(register, lms, server, audience):
    lms.change(authorization_server=f"{lms.base}/token" if server == "same" else server)
    register()
    assert stored().auth_audience == audience


@pytest.mark.parametrize(
    ("tool", "kept"),
    [(GONE, []), (None, []), ("x", []), ({"deployment_id": 12}, ["12"]), ({"deployment_id": True}, []),
     ({"deployment_id": ""}, []), ({"deployment_id": "x" * 300}, []), ({"deployment_id": ["1"]}, [])],
)  # fmt: skip
def test_a_deployment_is_kept_where_the_answer_names_one(register, lms, tool, kept):
    lms.registration_status = 201
    lms.reply = {"client_id": "client-7"} if tool is GONE else {"client_id": "client-7", TOOL: tool}
    assert register().status_code == 200
    assert [d.deployment_id for d in stored().deployments] == kept


def test_an_invitation_that_approves_lets_it_launch_at_once(register, lms, client, invite):
    answer = register(invite=invite(approves=True))
    assert "is connected" in answer.text
    assert "waits for approval" not in answer.text
    assert login(client, lms).status_code == 302


def test_an_administrator_approves(register, lms, client, command):
    register()
    command("approve", "--issuer", lms.base, "--client-id", "client-7")
    assert stored().is_active
    assert login(client, lms).status_code == 302
    command("approve", "--issuer", lms.base, "--client-id", "client-7")
    actions = [entry.action for entry in entries_of(f"platform:{stored().id}")]
    assert actions == ["platform.added", "platform.approved"]


@pytest.mark.parametrize(("words", "approves"), [([], False), (["--approve", "--hours", "1"], True)])
def test_the_command_prints_an_address_that_works(lms, client, command, words, approves):
    last = command("invite", *words).splitlines()[-1]
    assert last.startswith(f"{BASE_URL}/lti/register?invite=")
    query = {"invite": parse_qs(urlsplit(last).query)["invite"][0], "openid_configuration": f"{lms.base}/config"}
    assert client.get("/lti/register", query_string=query).status_code == 200
    assert stored().is_active is approves


def test_a_platform_is_called_as_its_invitation_says(register, invite):
    register(invite=invite(note="Northfield University"))
    assert stored().name == "Northfield University"


def test_the_invitation_itself_is_not_kept(invite):
    token = invite()
    row = db.session.scalars(select(PlatformInvite)).one()
    assert token not in repr(vars(row))
    assert token not in repr([entry.data for entry in entries_of(f"invite:{row.id}")])


def known_and_active(register, now):
    register()
    first = stored()
    first.name, first.is_active = "University LMS", True
    first.key_set, first.key_set_at = {"keys": []}, now
    db.session.commit()
    return first


def test_another_invitation_brings_the_same_platform_up_to_date(register, lms, now):
    first = known_and_active(register, now)
    lms.reply[TOOL]["deployment_id"] = "4"
    assert "is connected" in register().text
    again = stored()
    assert (again.id, again.client_id, again.name, again.is_active) == (first.id, "client-7", "University LMS", True)
    assert again.key_set == {"keys": []}
    assert [d.deployment_id for d in again.deployments] == ["3", "4"]


@pytest.mark.parametrize("field", ["jwks_uri", "token_endpoint", "authorization_endpoint"])
@pytest.mark.parametrize("approves", [False, True])
def test_a_platform_that_changes_its_addresses_waits_again(register, lms, now, invite, field, approves):
    known_and_active(register, now)
    lms.change(**{field: f"{lms.base}/elsewhere"})
    register(invite=invite(approves=approves))
    again = stored()
    assert f"{lms.base}/elsewhere" in (again.key_set_url, again.auth_token_url, again.auth_login_url)
    assert (again.name, again.is_active) == ("University LMS", approves)
    assert (again.key_set is None) == (field == "jwks_uri")


def test_another_client_id_is_another_registration(register, lms):
    register()
    lms.reply["client_id"] = "client-8"
    register()
    found = service.all_platforms()
    assert sorted(row.client_id for row in found) == ["client-7", "client-8"]


def test_an_invitation_serves_once(register, lms, invite):
    token = invite()
    assert register(invite=token).status_code == 200
    lms.asked.clear()
    with capture_logs() as logs:
        answer = register(invite=token)
    assert (answer.status_code, logs[0]["code"]) == (400, "invite_used")
    assert lms.asked == []


def test_of_two_requests_at_once_one_is_refused(register, lms, invite, monkeypatch):
    """The other one came through while the platform was answering."""
    token = invite()
    found_id = invites.get_invite(token, now=clock.now()).id
    assert register(invite=token).status_code == 200
    lms.reply["client_id"] = "client-8"
    monkeypatch.setattr(invites, "get_invite", lambda _token, now: db.session.get(PlatformInvite, found_id))
    with capture_logs() as logs:
        assert register(invite=token).status_code == 400
    assert logs[0]["code"] == "invite_used"
    assert stored().client_id == "client-7"


@pytest.mark.parametrize("found", [None, 5, "x", [], {"product_family_code": ["x"]}, {"product_family_code": "\0"}])
def test_a_strange_platform_part_does_no_harm(register, lms, found):
    lms.config[PLATFORM] = found
    assert register().status_code == 200
    assert stored().family == ""


def test_a_name_of_the_platform_cannot_put_code_into_the_page(register, lms):
    lms.reply["client_id"] = "<script>alert(1)</script>"
    assert "<script>alert" not in register().text
