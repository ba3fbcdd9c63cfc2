"""A platform of our own making, so that every wrong message can be sent: real RSA keys, real signatures."""

import json
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from flask import Flask
from flask.testing import FlaskClient
from jwt.algorithms import RSAAlgorithm
from werkzeug.test import TestResponse

from lti_proctor import clock
from lti_proctor.exams import service as exams
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.config import ExamConfig
from lti_proctor.extensions import db
from lti_proctor.lti.claims import AGS_ENDPOINT, DL_SETTINGS, LTI
from lti_proctor.lti.proctoring import ACTIONS, AP
from tests.conftest import BASE_URL
from tests.factories import STAFF, make_platform

ISSUER, CLIENT, KID = "https://lms.example", "client-1", "key-1"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
Claims = dict[str, Any]


class Gone:
    """Stands for a claim that is not there; its name is the same in each process."""

    def __repr__(self) -> str:
        return "gone"


GONE = Gone()


@pytest.fixture(scope="session")
def platform_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def other_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def jwk(key: RSAPrivateKey, kid: str = KID) -> Claims:
    return {**json.loads(RSAAlgorithm.to_jwk(key.public_key())), "kid": kid, "alg": "RS256", "use": "sig"}


class Platform:
    """Sends logins and launches as an LMS would, or as a broken or hostile one."""

    def __init__(self, app: Flask, key: RSAPrivateKey, now: datetime) -> None:
        self.app, self.key = app, key
        self.registration = make_platform(now, issuer=ISSUER, client_id=CLIENT)
        self.registration.key_set, self.registration.key_set_at = {"keys": [jwk(key)]}, now
        exams.save_template("default", title="Exam", kind=Kind.proctored, config=ExamConfig(), actor=STAFF, now=now)
        db.session.commit()

    def login(self, client: FlaskClient, *, headers: dict[str, str] | None = None, **changes: Any) -> TestResponse:
        """The login initiation; a value of None leaves the parameter out."""
        given = {
            "iss": ISSUER,
            "client_id": CLIENT,
            "login_hint": "42",
            "target_link_uri": f"{BASE_URL}/lti/launch",
            "lti_deployment_id": "1",
        }
        query = {k: v for k, v in {**given, **changes}.items() if v is not None}
        return client.get("/lti/login", query_string=query, headers=headers)

    def begin(self, client: FlaskClient) -> tuple[str, str]:
        """State and nonce of a login."""
        answer = self.login(client)
        assert answer.status_code == 302, answer.text
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        return query["state"][0], query["nonce"][0]

    def claims(self, _nonce: str, /, **changes: Any) -> Claims:
        """A whole resource link launch of a learner; keys may be short names of LTI claims."""
        moment = int(clock.now().timestamp())
        whole: Claims = {
            "iss": ISSUER,
            "aud": CLIENT,
            "sub": "42",
            "exp": moment + 60,
            "iat": moment,
            "nonce": _nonce,
            "name": "Inés Márquez",
            LTI + "version": "1.3.0",
            LTI + "message_type": "LtiResourceLinkRequest",
            LTI + "deployment_id": "1",
            LTI + "target_link_uri": f"{BASE_URL}/lti/launch",
            LTI + "roles": [LEARNER],
            LTI + "context": {"id": "c1", "label": "STAT 101", "title": "Statistics"},
            LTI + "resource_link": {"id": "r1", "title": "Exam I"},
            AGS_ENDPOINT: {
                "scope": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"],
                "lineitem": "https://lms.example/items/1",
                "lineitems": "https://lms.example/items",
            },
        }
        for name, value in changes.items():
            key = FULL_NAMES.get(name, name)
            if value is GONE:
                whole.pop(key, None)
            else:
                whole[key] = value
        return whole

    def deep_linking(self, **settings: Any) -> Claims:
        """The claims that make a message a deep-linking request."""
        given = {
            "deep_link_return_url": "https://lms.example/dl",
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["iframe", "window"],
            "accept_multiple": True,
        }
        whole = {key: value for key, value in {**given, **settings}.items() if value is not GONE}
        return {"message_type": "LtiDeepLinkingRequest", "resource_link": GONE, "dl_settings": whole}

    def proctoring(self, **changes: Any) -> Claims:
        """The claims that make a message a request for proctoring; None leaves one out."""
        given = {
            "attempt_number": 1,
            "session_data": "the platform's own secret",
            "start_assessment_url": "https://lms.example/start",
            "acs": {"actions": list(ACTIONS), "assessment_control_url": "https://lms.example/acs/1"},
        }
        claims = {AP + name: value for name, value in {**given, **changes}.items() if value is not None}
        return {"message_type": "LtiStartProctoring", "roles": [], **claims}

    def end(self, number: int = 1, **changes: Any) -> Claims:
        """The claims that make a message the end of an assessment."""
        return {"message_type": "LtiEndAssessment", AP + "attempt_number": number, **changes}

    def sign(self, claims: Claims, *, key: RSAPrivateKey | None = None, **header: Any) -> str:
        headers = {k: v for k, v in {"kid": KID, **header}.items() if v is not None}
        body = json.dumps(claims).encode()
        return jwt.api_jws.encode(body, key or self.key, algorithm="RS256", headers=headers)

    def launch(self, client: FlaskClient, *, headers: dict[str, str] | None = None, **changes: Any) -> TestResponse:
        """Login and launch in one browser, with claims changed."""
        state, nonce = self.begin(client)
        token = self.sign(self.claims(nonce, **changes))
        return client.post("/lti/launch", data={"state": state, "id_token": token}, headers=headers)


CLAIMS = """
version message_type deployment_id target_link_uri roles context resource_link custom launch_presentation tool_platform
lis
"""
FULL_NAMES = {name: LTI + name for name in CLAIMS.split()} | {"endpoint": AGS_ENDPOINT, "dl_settings": DL_SETTINGS}


@pytest.fixture
def platform(app: Flask, platform_key: RSAPrivateKey, now: datetime, time: object) -> Platform:
    return Platform(app, platform_key, now)


@pytest.fixture
def new_subject() -> Callable[[], str]:
    return lambda: secrets.token_hex(8)
