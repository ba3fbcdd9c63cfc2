"""Which messages come in, and which are refused: status 4xx, a readable page, a reference id, nothing half made."""

import base64
import hashlib
import hmac
import json
import re
from typing import Any

import pytest
import structlog
from sqlalchemy import func, select

from lti_proctor import clock
from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import db
from lti_proctor.people.models import SignIn, User
from lti_proctor.platforms import service as platforms
from tests.conftest import BASE_URL
from tests.lti.conftest import CLIENT, GONE, INSTRUCTOR, ISSUER, LEARNER, Platform, jwk

REFERENCE = re.compile(r'<code id="reference">[2-9A-Z]{4}-[2-9A-Z]{4}</code>')


def assert_refused(answer: Any, *, status: int = 400) -> None:
    assert answer.status_code == status, answer.text[:600]
    assert answer.mimetype == "text/html"
    assert REFERENCE.search(answer.text)
    assert "Traceback" not in answer.text
    for model in (User, SignIn, Attempt):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0, model


def test_a_learner_lands_on_the_attempt(platform: Platform, client):
    answer = platform.launch(client)
    assert answer.status_code == 303
    assert re.fullmatch(r"/attempts/\d+", answer.headers["Location"])
    assert client.get(answer.headers["Location"]).status_code == 200


def test_a_teacher_lands_on_the_exam(platform: Platform, client):
    answer = platform.launch(client, roles=[INSTRUCTOR])
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/exams/")
    assert client.get(answer.headers["Location"]).status_code == 200


WELCOME = {
    "aud as a list": {"aud": [CLIENT]},
    "several audiences and the right azp": {"aud": [CLIENT, "other"], "azp": CLIENT},
    "ours second in the list": {"aud": ["other", CLIENT], "azp": CLIENT},
    "no context": {"context": GONE},
    "no names": {"name": GONE},
    "a name that is a number": {"name": 7},
    "only an e-mail address": {"name": GONE, "email": "u@northfield.example"},
    "a short role": {"roles": ["Learner"]},
    "an unknown role beside a known one": {"roles": ["urn:unknown", LEARNER]},
    "custom with unfilled variables": {"custom": {"exam": "$ResourceLink.id.history", "n": None, "list": [1]}},
    "no gradebook": {"endpoint": GONE},
    "extra claims": {"https://elsewhere.example/claim": {"a": [1, 2]}},
    "nbf now": {"nbf": "NOW"},
    "iat a little in the future": {"iat": "SOON"},
    "presentation in a frame": {"launch_presentation": {"document_target": "iframe", "locale": "es-MX", "return_url": "https://lms.example/back"}},
}  # fmt: skip


@pytest.mark.parametrize("changes", WELCOME.values(), ids=WELCOME.keys())
def test_launches_that_come_in(platform: Platform, client, changes):
    moment = int(clock.now().timestamp())
    named = {"NOW": moment, "SOON": moment + 30}
    filled = {k: named.get(v, v) if isinstance(v, str) else v for k, v in changes.items()}
    answer = platform.launch(client, **filled)
    assert answer.status_code == 303, answer.text


REFUSED: dict[str, dict[str, Any]] = {
    "no iss": {"iss": GONE},
    "another issuer": {"iss": "https://evil.example"},
    "iss a list": {"iss": [ISSUER]},
    "no aud": {"aud": GONE},
    "another audience": {"aud": "somebody-else"},
    "an empty list of audiences": {"aud": []},
    "a number in the audiences": {"aud": [CLIENT, 1], "azp": CLIENT},
    "aud an object": {"aud": {"a": CLIENT}},
    "aud a number": {"aud": 1},
    "several audiences without azp": {"aud": [CLIENT, "other"]},
    "several audiences and a wrong azp": {"aud": [CLIENT, "other"], "azp": "other"},
    "one audience and a wrong azp": {"azp": "other"},
    "azp a list": {"azp": [CLIENT]},
    "no exp": {"exp": GONE},
    "exp past": {"exp": 1},
    "exp a text": {"exp": "9999999999"},
    "exp true": {"exp": True},
    "exp null": {"exp": None},
    "no iat": {"iat": GONE},
    "iat from 1970": {"iat": 0},
    "iat an hour ahead": {"iat": 99999999999},
    "iat a text": {"iat": "now"},
    "nbf in the future": {"nbf": 99999999999},
    "nbf a text": {"nbf": "later"},
    "no nonce": {"nonce": GONE},
    "an empty nonce": {"nonce": ""},
    "a nonce of somebody else": {"nonce": "guess"},
    "nonce a number": {"nonce": 5},
    "no sub": {"sub": GONE},
    "an empty sub": {"sub": ""},
    "sub a number": {"sub": 42},
    "sub a list": {"sub": ["42"]},
    "a very long sub": {"sub": "x" * 256},
    "sub with NUL": {"sub": "4\x002"},
    "no version": {"version": GONE},
    "another version": {"version": "1.2.0"},
    "version a number": {"version": 1.3},
    "no message type": {"message_type": GONE},
    "an unknown message type": {"message_type": "LtiUnknown"},
    "message type a list": {"message_type": ["LtiResourceLinkRequest"]},
    "no deployment": {"deployment_id": GONE},
    "an empty deployment": {"deployment_id": ""},
    "an unknown deployment": {"deployment_id": "99"},
    "deployment a number": {"deployment_id": 1},
    "no target link": {"target_link_uri": GONE},
    "a target on another host": {"target_link_uri": "https://evil.example/lti/launch"},
    "a target that only begins like ours": {"target_link_uri": BASE_URL + ".evil.example/lti/launch"},
    "target with a user": {"target_link_uri": "http://localhost:8000@evil.example/"},
    "target a list": {"target_link_uri": [BASE_URL]},
    "roles a plain string": {"roles": LEARNER},
    "roles an object": {"roles": {"a": LEARNER}},
    "a number among the roles": {"roles": [LEARNER, 1]},
    "no resource link": {"resource_link": GONE},
    "resource link a string": {"resource_link": "r1"},
    "resource link a list": {"resource_link": ["r1"]},
    "resource link without id": {"resource_link": {"title": "Exam"}},
    "resource link with an empty id": {"resource_link": {"id": ""}},
    "resource link with a number": {"resource_link": {"id": 1}},
    "a very long resource link id": {"resource_link": {"id": "x" * 300}},
    "context a string": {"context": "c1"},
    "context id a number": {"context": {"id": 1}},
    "custom a list": {"custom": [1]},
    "presentation a string": {"launch_presentation": "iframe"},
    "return url that is a script": {"launch_presentation": {"return_url": "javascript:alert(1)"}},
    "endpoint a string": {"endpoint": "https://lms.example/items"},
    "scope an object": {"endpoint": {"scope": {"a": 1}}},
    "line item a script": {"endpoint": {"lineitem": "javascript:alert(1)"}},
    "platform a list": {"tool_platform": ["moodle"]},
    "deep linking without settings": {"message_type": "LtiDeepLinkingRequest", "resource_link": GONE, "roles": [INSTRUCTOR]},
    "deep linking without return url": {
        "message_type": "LtiDeepLinkingRequest", "roles": [INSTRUCTOR], "dl_settings": {"accept_types": ["ltiResourceLink"]},
    },
    "deep linking to a script": {
        "message_type": "LtiDeepLinkingRequest", "roles": [INSTRUCTOR],
        "dl_settings": {"accept_types": ["ltiResourceLink"], "deep_link_return_url": "javascript:alert(1)"},
    },
    "deep linking with types as a string": {
        "message_type": "LtiDeepLinkingRequest", "roles": [INSTRUCTOR],
        "dl_settings": {"accept_types": "ltiResourceLink", "deep_link_return_url": "https://lms.example/back"},
    },
    "deep linking with data as an object": {
        "message_type": "LtiDeepLinkingRequest", "roles": [INSTRUCTOR],
        "dl_settings": {"accept_types": ["ltiResourceLink"], "deep_link_return_url": "https://lms.example/back", "data": {"a": 1}},
    },
}  # fmt: skip


@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED.keys())
def test_launches_that_are_refused(platform: Platform, client, changes):
    assert_refused(platform.launch(client, **changes))


def test_a_learner_may_not_deep_link(platform: Platform, client):
    settings = {"accept_types": ["ltiResourceLink"], "deep_link_return_url": "https://lms.example/back"}
    answer = platform.launch(client, message_type="LtiDeepLinkingRequest", dl_settings=settings)
    assert_refused(answer, status=403)


def none_token(claims: dict[str, Any]) -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'kid': 'key-1'})}.{part(claims)}."


def hmac_token(claims: dict[str, Any], secret: bytes) -> str:
    head = none_token(claims).rsplit(".", 1)[0].split(".")[1]
    kind = base64.urlsafe_b64encode(b'{"alg": "HS256", "kid": "key-1"}').rstrip(b"=").decode()
    signature = hmac.new(secret, f"{kind}.{head}".encode(), hashlib.sha256).digest()
    return f"{kind}.{head}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def test_tokens_that_are_refused(platform: Platform, client, other_key, platform_key):
    state, nonce = platform.begin(client)
    claims = platform.claims(nonce)
    good = platform.sign(claims)
    public = json.dumps(jwk(platform_key)).encode()
    tokens = {
        "missing": None,
        "empty": "",
        "garbage": "garbage",
        "two parts": "a.b",
        "not base64": "!.!.!",
        "no signature": good.rsplit(".", 1)[0] + ".",
        "another signature": good.rsplit(".", 1)[0] + "." + platform.sign({"a": 1}).rsplit(".", 1)[1],
        "signed by another key": platform.sign(claims, key=other_key),
        "unknown kid": platform.sign(claims, kid="nobody"),
        "no kid": platform.sign(claims, kid=None),
        "empty kid": platform.sign(claims, kid=""),
        "alg none": none_token(claims),
        "HS256 with the public key": hmac_token(claims, public),
        "critical header": platform.sign(claims, crit=["b64"]),
        "payload is a list": platform.sign({}).split(".")[0]
        + "."
        + base64.urlsafe_b64encode(b"[1]").decode()
        + ".AAAA",
        "very long": "a" * 70_000,
        "unicode": "é.ü.ß",
    }
    for name, token in tokens.items():
        data = {"state": state} | ({} if token is None else {"id_token": token})
        answer = client.post("/lti/launch", data=data)
        status = 503 if name == "unknown kid" else 400
        assert answer.status_code in {400, status}, (name, answer.status_code)
        assert REFERENCE.search(answer.text), name
    # None of those used the nonce up.
    assert client.post("/lti/launch", data={"state": state, "id_token": good}).status_code == 303


def test_a_used_launch_is_refused(platform: Platform, client):
    state, nonce = platform.begin(client)
    data = {"state": state, "id_token": platform.sign(platform.claims(nonce))}
    assert client.post("/lti/launch", data=data).status_code == 303
    again = client.post("/lti/launch", data=data)
    assert again.status_code == 400
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_an_old_token_does_not_fit_a_new_login(platform: Platform, client):
    _state, nonce = platform.begin(client)
    state, _nonce = platform.begin(client)
    token = platform.sign(platform.claims(nonce))
    assert_refused(client.post("/lti/launch", data={"state": state, "id_token": token}))


def test_the_state_is_bound_to_the_browser(platform: Platform, app, client):
    state, nonce = platform.begin(client)
    other = app.test_client()
    platform.begin(other)
    token = platform.sign(platform.claims(nonce))
    assert_refused(other.post("/lti/launch", data={"state": state, "id_token": token}))


def test_a_browser_without_cookies_is_offered_a_window_of_its_own(platform: Platform, app, client):
    state, nonce = platform.begin(client)
    token = platform.sign(platform.claims(nonce))
    answer = app.test_client().post("/lti/launch", data={"state": state, "id_token": token})
    assert answer.status_code == 200
    assert 'target="_blank"' in answer.text
    assert "/lti/login?" in answer.text
    assert db.session.scalar(select(func.count()).select_from(User)) == 0


@pytest.mark.parametrize("state", [None, "", "x", "a.b.c", "é"])
def test_a_state_that_is_not_ours_is_refused(platform: Platform, client, state):
    _state, nonce = platform.begin(client)
    token = platform.sign(platform.claims(nonce))
    data = {"id_token": token} | ({} if state is None else {"state": state})
    assert_refused(client.post("/lti/launch", data=data))


def test_a_state_ends_after_some_minutes(platform: Platform, client, monkeypatch):
    import itsdangerous.timed

    state, nonce = platform.begin(client)
    token = platform.sign(platform.claims(nonce))
    real = itsdangerous.timed.time.time
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: real() + 3600)
    assert_refused(client.post("/lti/launch", data={"state": state, "id_token": token}))


LOGINS: dict[str, dict[str, Any]] = {
    "no issuer": {"iss": None},
    "unknown issuer": {"iss": "https://nobody.example"},
    "unknown client": {"client_id": "nobody"},
    "no login hint": {"login_hint": None},
    "a login hint of 10 kB": {"login_hint": "x" * 10_000},
    "a message hint of 10 kB": {"lti_message_hint": "x" * 10_000},
    "no target": {"target_link_uri": None},
    "a target elsewhere": {"target_link_uri": "https://evil.example/"},
    "a target that is a script": {"target_link_uri": "javascript:alert(1)"},
    "an issuer with NUL": {"iss": "https://lms.example\x00"},
}


@pytest.mark.parametrize("changes", LOGINS.values(), ids=LOGINS.keys())
def test_logins_that_are_refused(platform: Platform, client, changes):
    assert_refused(platform.login(client, **changes))


def test_a_login_without_client_id_needs_the_issuer_to_be_clear(platform: Platform, client, now):
    assert platform.login(client, client_id=None).status_code == 302
    platforms.add_platform(
        platforms.PlatformDetails("Second", ISSUER, "client-2", "https://lms.example/a", "https://lms.example/t", "https://lms.example/k"),
        actor=platforms.Actor("staff"),
        now=now,
    )  # fmt: skip
    db.session.commit()
    from lti_proctor.lti import known

    known.memory.clear()
    assert_refused(platform.login(client, client_id=None))


def test_an_inactive_platform_is_refused(platform: Platform, client):
    platform.registration.is_active = False
    db.session.commit()
    assert_refused(platform.login(client))


def test_what_the_lms_says_instead_of_a_launch_is_told(platform: Platform, client):
    state, _nonce = platform.begin(client)
    answer = client.post("/lti/launch", data={"state": state, "error": "login_required"})
    assert_refused(answer)
    assert "login_required" in answer.text


@pytest.mark.parametrize(
    "roles",
    [GONE, [], ["urn:unknown"], ["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"], [""]],
    ids=["missing", "empty", "unknown", "institution only", "blank"],
)
def test_without_a_role_in_the_course_one_gets_a_page_and_nothing_else(platform: Platform, client, roles):
    answer = platform.launch(client, roles=roles)
    assert answer.status_code == 200
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_a_switched_role_counts_as_it_comes(platform: Platform, client):
    staff = platform.launch(client, roles=[INSTRUCTOR])
    exam = staff.headers["Location"]
    assert client.get(exam).status_code == 200
    platform.launch(client, roles=[LEARNER])
    assert client.get(exam).status_code == 404


def test_a_refusal_hides_nothing_but_tells_no_claims(platform: Platform, client):
    with structlog.testing.capture_logs() as lines:
        platform.launch(client, sub=42, name="Secret Name", email="secret@northfield.example")
    logged = json.dumps(lines)
    assert "token_claim" in logged
    assert "Secret" not in logged
    assert "secret@" not in logged
