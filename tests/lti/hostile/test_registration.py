"""Registration documents and answers of a platform that means harm. The simple cases stand beside the registration."""

import json
import zlib

import pytest
from sqlalchemy import func, select

from lti_proctor import clock
from lti_proctor.extensions import db
from lti_proctor.lti.registration import PLATFORM
from lti_proctor.lti.tool_documents import TOOL
from lti_proctor.platforms import invites
from lti_proctor.platforms.invites import PlatformInvite
from lti_proctor.platforms.models import Deployment, Registration
from tests.factories import STAFF
from tests.lti.hostile.host import told
from tests.lti.hostile.refusal import SPANISH, assert_refused
from tests.lti.hostile.test_key_sets import WORST, bomb

UNREADABLE, UNREACHABLE, REFUSED = "registration_unreadable", "registration_unreachable", "registration_refused"
TOKEN = "registration-token-1f00c7"
ANSWER = {"client_id": "client-7", TOOL: {"deployment_id": "3"}}


@pytest.fixture
def offer(host):
    return {
        "issuer": host.url, "authorization_endpoint": f"{host.url}/auth", "token_endpoint": f"{host.url}/token",
        "jwks_uri": f"{host.url}/keys", "registration_endpoint": f"{host.url}/register",
        PLATFORM: {"product_family_code": "x", "messages_supported": ["LtiResourceLinkRequest"]},
    }  # fmt: skip


def new_invite():
    token = invites.make_invite(hours=2, approves=True, note="", actor=STAFF, now=clock.now())
    db.session.commit()
    return token


@pytest.fixture
def register(client, host, time):
    """Open the registration address as the LMS would."""
    invite = new_invite()

    def send(**changes):
        given = {
            "openid_configuration": f"{host.url}/config?secret=5e1f",
            "registration_token": TOKEN,
            "invite": invite,
            **changes,
        }
        return client.get("/lti/register", query_string=given, headers=SPANISH)

    send.invite = invite
    return send


@pytest.fixture
def is_refused(register):
    def check(code, *, within=1.0, **changes):
        answer = assert_refused(
            lambda: register(**changes), code, secrets=(TOKEN, register.invite, "5e1f"), within=within
        )
        for model in (Registration, Deployment):
            assert db.session.scalar(select(func.count()).select_from(model)) == 0
        assert db.session.query(PlatformInvite).one().used_at is None
        return answer

    return check


ADDRESSES = ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint"]
WRONG = [
    "https://user:pw@{host}/", "https://user@{host}/", "https://@{host}/", "https://{host}\\@evil.example/", "https://{host}/\n",
    "https://{host}/ x", "https://{host}:x/", "//{host}/", "{host}", "data:text/html,{host}", "JAVASCRIPT:alert(1)",
    "https://{host};script-src *", "https://{host}/\u202e", True, 1.5, ["https://{host}/"], {"url": "https://{host}/"},
]  # fmt: skip


@pytest.mark.parametrize("field", ADDRESSES)
def test_an_address_that_is_a_trap_is_refused(is_refused, host, offer, field):
    name = host.url.partition("//")[2]
    for n_asked, value in enumerate(WRONG, 1):
        host.answer = told({**offer, field: value.replace("{host}", name) if isinstance(value, str) else value})
        host.to_posts = told(ANSWER)
        is_refused({UNREADABLE, "registration_issuer"})
        assert host.n_asked == n_asked, value


ISSUERS = [
    "https://evil.example",
    "http://localhost.evil.example",
    "http://127.0.0.1.evil.example",
    "http://[::1]",
    "http://127.0.0.2",
]


@pytest.mark.parametrize("issuer", ISSUERS)
def test_nobody_registers_in_the_name_of_another_host(is_refused, host, offer, issuer):
    host.answer, host.to_posts = told({**offer, "issuer": issuer}), told(ANSWER)
    is_refused("registration_issuer")
    assert host.n_asked == 1


BODIES = {
    "a bomb": (told(bomb(), Content_Encoding="gzip"), UNREACHABLE),
    "a bomb in a bomb": (told(bomb(2), Content_Encoding="gzip, gzip"), UNREACHABLE),
    "a deflated bomb": (told(zlib.compress(b" " * 40_000_000, 9), Content_Encoding="deflate"), UNREACHABLE),
    "not what it says it is zipped as": (told(b"{}", Content_Encoding="gzip"), UNREACHABLE),
    "longer than it may be": (told(b" " * 1_100_000), UNREACHABLE),
    "very deep": (told(b'{"issuer":' + b"[" * 200_000), UNREADABLE),
    "a number without end": (told(b'{"issuer": ' + b"9" * 100_000 + b"}"), UNREADABLE),
    "a page": (told(b"<!doctype html>"), UNREADABLE),
    "a list": (told([]), UNREADABLE),
    "UTF-16 without a mark": (told("{}".encode("utf-16-le")), UNREADABLE),
    "a key set": (told({"keys": []}), UNREADABLE),
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("body", "code"), BODIES.values(), ids=BODIES.keys())
def test_a_document_that_bursts_or_is_none_is_refused(is_refused, host, offer, method, body, code):
    host.answer, host.to_posts = (body, told(ANSWER)) if method == "GET" else (told(offer), body)
    is_refused(code)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("habit", WORST)
def test_a_platform_with_bad_habits_is_left_in_time(is_refused, host, offer, patience, method, habit):
    host.answer, host.to_posts = (habit, told(ANSWER)) if method == "GET" else (told(offer), habit)
    is_refused(UNREACHABLE, within=patience + 1)


def test_a_platform_that_refuses_is_told_apart(is_refused, host, offer):
    host.answer = told(offer)
    for status in (300, 302, 307, 400, 401, 403, 404, 409, 418, 422, 429, 500, 502, 503, 504, 599):
        host.to_posts = told({"error": "invalid_client_metadata", **ANSWER}, status, Location="http://169.254.169.254/")
        is_refused(REFUSED)


REPLIES = [
    {"client_id": v} for v in (None, 7, True, "", " ", "\0", "a\nb", "\ud800", "x" * 256, ["c"], {"id": "c"}, "\u202e")
]
REPLIES += [{}, {"Client_ID": "c"}, {"clientId": "c"}, {TOOL: {"client_id": "c"}}]


def test_an_answer_without_a_client_is_refused(is_refused, host, offer):
    for reply in REPLIES:
        host.answer, host.to_posts = told(offer), told(reply)
        is_refused(UNREADABLE)


ODD = [
    "\0",
    "\ud800",
    5,
    True,
    None,
    [],
    {},
    [[]],
    [{}],
    [None],
    "x" * 5000,
    float("nan"),
    [{"type": []}],
    [{"type": "x", "placements": "y"}],
]
FIELDS = [
    "scopes_supported",
    "messages_supported",
    "product_family_code",
    "authorization_server",
    "variables",
    "claims_supported",
    "platform",
]


@pytest.mark.parametrize("field", FIELDS)
def test_odd_values_that_nobody_needs_break_nothing(register, host, offer, field):
    for value in ODD:
        document = {**offer, field: value}
        if field in {"messages_supported", "product_family_code", "variables"}:
            document[PLATFORM] = {**offer[PLATFORM], field: value}
        if field == "platform":
            document[PLATFORM] = value
        host.answer, host.to_posts = told(document), told(ANSWER)
        assert register(invite=new_invite()).status_code in {200, 400}, ascii(value)[:50]


@pytest.mark.parametrize(
    "deployment", ["\0", "\ud800", True, None, [], {}, "x" * 300, " ", "\u202e"], ids=lambda v: ascii(v)[:20]
)
def test_an_odd_deployment_counts_as_none(register, host, offer, deployment):
    host.answer, host.to_posts = told(offer), told({"client_id": "c", TOOL: {"deployment_id": deployment}})
    assert register().status_code == 200
    assert db.session.query(Deployment).all() == []


def test_a_message_that_is_named_again_and_again_takes_no_time(is_refused, host, offer):
    many = [{"type": "x", "placements": ["y"]}] * 27_000
    assert len(json.dumps(many)) < 1_000_000
    host.answer, host.to_posts = told({**offer, PLATFORM: {"messages_supported": many}}), told({}, 400)
    is_refused(REFUSED)


@pytest.mark.parametrize("token", ["a\r\nX: y", "ñ", "x" * 9000, "\x7f", "😀", "a\tb"], ids=ascii)
def test_a_registration_token_that_is_a_trap_is_refused(is_refused, host, token):
    is_refused("registration_incomplete", registration_token=token)
    assert host.n_asked == 0


@pytest.mark.parametrize(
    "change", [lambda t: "", lambda t: t[:-1], lambda t: t + "A", lambda t: t.upper(), lambda t: "%", lambda t: t * 100]
)
def test_an_invitation_that_is_none_is_refused_before_anything_is_fetched(is_refused, register, host, change):
    is_refused("invite_unknown", invite=change(register.invite))
    assert host.n_asked == 0
