"""A practice LMS in this process, a browser in front of it, and a small tool that signs with a real key."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_proctor.sandbox import FirstLink, SandboxConfig, create_sandbox, furnish, keys
from lti_proctor.sandbox.context import Sandbox
from lti_proctor.sandbox.keys import new_key, public_jwk
from lti_proctor.sandbox.store import Store
from lti_proctor.sandbox.vocabulary import ALL_SCOPES, AP, CLIENT_ASSERTION_TYPE, CONTROL_TYPE, DL, LTI

BASE = "http://127.0.0.1:8100"
TOOL = "http://localhost:8000"
TEACHER, ASSISTANT, INES, JONAS, ADMINISTRATOR = "u-2001", "u-2002", "u-3001", "u-3004", "u-1001"
TOOL_KEY, STRANGERS_KEY, PLATFORM_KEY = new_key(), new_key(), new_key()
Claims = dict[str, Any]


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


def form_of(answer: TestResponse) -> tuple[str, dict[str, str]]:
    """Address and hidden fields of the one form of a page."""
    page = answer.get_data(as_text=True)
    action = re.search(r'<form[^>]* action="([^"]*)"', page)
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
    assert action, page
    return unescape(action[1]), {name: unescape(value) for name, value in fields}


class Practice:
    """What the tests talk to: `browser` is a person's, `machine` the tool's server."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app = app
        self.clock = Clock()
        self.tool_keys: list[dict[str, str]] = [TOOL_KEY]
        self.fetches = 0
        self.folder = folder
        self.restart()

    def restart(self, **changes: Any) -> None:
        first = (FirstLink("Midterm", custom={"template": "default", "who": "$User.id"}, score_maximum=50),)
        given: dict[str, Any] = {"base_url": BASE, "tool_url": TOOL, "data_dir": self.folder, "first_links": first}
        self.config = SandboxConfig(**(given | changes))
        # One key for all tests: making one takes longer than most of them.
        Store(self.folder / "sandbox.sqlite3").first_fact("keys", [PLATFORM_KEY])
        furnish(self.app, self.config, fetch_keys=self._key_set, clock=self.clock)
        self.browser: FlaskClient = self.app.test_client()
        self.machine: FlaskClient = self.app.test_client()
        self.platform: Sandbox = self.app.extensions["sandbox"]

    def _key_set(self) -> Claims:
        self.fetches += 1
        return {"keys": [public_jwk(key) for key in self.tool_keys]}

    # a person

    def be(self, person_id: str) -> None:
        self.browser.get("/")
        with self.browser.session_transaction() as session:
            token = session["form_token"]
        assert self.browser.post(f"/be/{person_id}", data={"form_token": token}).status_code == 303

    def press(self, path: str, **fields: str) -> TestResponse:
        """Send a form of the LMS itself."""
        with self.browser.session_transaction() as session:
            token = session.setdefault("form_token", "token")
        return self.browser.post(path, data={"form_token": token, **fields})

    def begin(self, link_id: str = "rl-1", path: str = "") -> dict[str, str]:
        """What the tool's login address is told."""
        action, fields = form_of(self.browser.get(path or f"/lti/start/{link_id}"))
        assert action == f"{TOOL}/lti/login"
        return fields

    def question(self, login: dict[str, str], **changes: str) -> dict[str, str]:
        """The tool's authorisation request."""
        request = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": login["client_id"],
            "redirect_uri": f"{TOOL}/lti/launch",
            "login_hint": login["login_hint"],
            "lti_message_hint": login["lti_message_hint"],
            "state": "state-1",
            "nonce": "nonce-1",
        }
        return request | changes

    def answer_of(self, token: str, audience: str = "sandbox-client") -> Claims:
        published = jwt.PyJWKSet.from_dict(self.machine.get("/.well-known/jwks.json").json)
        key = published[jwt.get_unverified_header(token)["kid"]]
        options = {"verify_exp": False, "verify_iat": False}
        return jwt.decode(token, key, algorithms=["RS256"], audience=audience, options=options)

    def launch(self, person_id: str = INES, link_id: str = "rl-1", path: str = "") -> Claims:
        self.be(person_id)
        request = self.question(self.begin(link_id, path))
        action, fields = form_of(self.browser.get("/oidc/auth", query_string=request))
        assert action == f"{TOOL}/lti/launch"
        assert fields["state"] == "state-1"
        return self.answer_of(fields["id_token"])

    def ask_for_content(self, person_id: str = TEACHER) -> Claims:
        claims = self.launch(person_id, path="/lti/start-deep-linking")
        settings: Claims = claims[DL + "deep_linking_settings"]
        return settings

    # the tool

    def sign(self, claims: Claims, *, key: dict[str, str] = TOOL_KEY, **header: Any) -> str:
        headers = {"kid": key["kid"], **header}
        return jwt.encode(claims, keys.read(key["pem"]), algorithm="RS256", headers=headers)

    def signed_now(self, claims: Claims) -> Claims:
        now = int(self.clock().timestamp())
        return {"iss": "sandbox-client", "iat": now, "exp": now + 60} | claims

    def content(self, settings: Claims, items: object, **changes: Any) -> Claims:
        """The claims of a deep-linking response."""
        claims = {
            "aud": BASE,
            "nonce": uuid4().hex,
            LTI + "message_type": "LtiDeepLinkingResponse",
            LTI + "version": "1.3.0",
            LTI + "deployment_id": "1",
            DL + "content_items": items,
            DL + "data": settings["data"],
        }
        return self.signed_now(claims | changes)

    def send_content(self, claims: Claims, **signing: Any) -> TestResponse:
        return self.browser.post("/lti/deep-linking", data={"JWT": self.sign(claims, **signing)})

    def proctor(self, person_id: str = INES, link_id: str = "rl-2") -> Claims:
        """A learner begins a proctored assessment; the claims that the tool gets."""
        return self.launch(person_id, path=f"/lti/start-proctoring/{link_id}")

    def admission(self, start: Claims, **changes: Any) -> Claims:
        """The claims of an LtiStartAssessment that answers an LtiStartProctoring."""
        claims = {
            "aud": BASE,
            "nonce": uuid4().hex,
            LTI + "message_type": "LtiStartAssessment",
            LTI + "version": "1.3.0",
            LTI + "deployment_id": "1",
            LTI + "resource_link": start[LTI + "resource_link"],
            AP + "attempt_number": start[AP + "attempt_number"],
            AP + "session_data": start[AP + "session_data"],
        }
        changed = self.signed_now(claims | changes)
        return {name: value for name, value in changed.items() if value is not None}

    def admit(self, claims: Claims, **signing: Any) -> TestResponse:
        return self.browser.post("/proctoring/start-assessment", data={"JWT": self.sign(claims, **signing)})

    def let_in(self, person_id: str = INES, **changes: Any) -> Claims:
        """A learner who is in the assessment; the claims of the start."""
        start = self.proctor(person_id)
        answer = self.admit(self.admission(start, **changes))
        assert answer.status_code == 303, answer.text
        return start

    def incident(self, start: Claims, action: str = "pause", **changes: Any) -> Claims:
        body = {
            "user": {"iss": start["iss"], "sub": start["sub"]},
            "resource_link": {"id": start[LTI + "resource_link"]["id"]},
            "attempt_number": start[AP + "attempt_number"],
            "action": action,
            "incident_time": f"2026-11-24T09:00:00.{uuid4().int % 10**6:06d}Z",
            "incident_severity": 0.1,
        }
        return {name: value for name, value in (body | changes).items() if value is not None}

    def control(self, start: Claims, body: object, headers: dict[str, str] | None = None) -> TestResponse:
        path = start[AP + "acs"]["assessment_control_url"].removeprefix(BASE)
        headers = self.bearer() if headers is None else headers
        return self.machine.post(path, json=body, headers=headers, content_type=CONTROL_TYPE)

    def assertion(self, **changes: Any) -> Claims:
        claims = {"sub": "sandbox-client", "aud": f"{BASE}/oauth/token", "jti": uuid4().hex}
        return self.signed_now(claims | changes)

    def ask_token(self, assertion: str, **changes: Any) -> TestResponse:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": CLIENT_ASSERTION_TYPE,
            "client_assertion": assertion,
            "scope": " ".join(ALL_SCOPES),
        }
        return self.machine.post("/oauth/token", data=form | changes)

    def bearer(self, scope: str = " ".join(ALL_SCOPES)) -> dict[str, str]:
        answer = self.ask_token(self.sign(self.assertion()), scope=scope)
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json['access_token']}"}

    def score(self, **changes: Any) -> Claims:
        body = {
            "userId": INES,
            "timestamp": "2026-11-24T10:00:00.000Z",
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            "scoreGiven": 40,
            "scoreMaximum": 50,
        }
        return {name: value for name, value in (body | changes).items() if value is not None}

    def state(self) -> Claims:
        state: Claims = self.machine.get("/control/state").json
        return state


@pytest.fixture(scope="session")
def lms_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Made once, furnished anew for each test: putting its addresses together takes longer than most tests."""
    app = create_sandbox(SandboxConfig(base_url=BASE, tool_url=TOOL, data_dir=tmp_path_factory.mktemp("lms")))
    app.testing = True
    return app


@pytest.fixture
def practice(lms_app: Flask, tmp_path: Path) -> Practice:
    return Practice(lms_app, tmp_path)


@pytest.fixture
def send_score(practice: Practice) -> Callable[..., TestResponse]:
    """Posts a score to the first column with a token that may."""
    headers = practice.bearer()
    path = "/ags/c-7041/lineitems/1/lineitem/scores?type_id=1"
    media_type = "application/vnd.ims.lis.v1.score+json"

    def send(**changes: Any) -> TestResponse:
        body = practice.score(**changes)
        return practice.machine.post(path, json=body, headers=headers, content_type=media_type)

    return send


@pytest.fixture
def proctored(practice: Practice) -> Practice:
    """With a proctored assessment, rl-2, beside the first activity."""
    item = {"title": "Final", "custom": {"template": "final"}, "proctoring": True, "minutes": 45}
    assert practice.machine.post("/control/links", json=item).status_code == 201
    return practice
