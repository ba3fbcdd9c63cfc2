"""A browser that reads Spanish, and launches of which every claim would be a secret told."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_proctor.extensions import db
from lti_proctor.lti.claims import LTI
from tests.lti.conftest import INSTRUCTOR, Claims, Platform
from tests.lti.hostile.host import Host, told
from tests.lti.hostile.refusal import SPANISH, assert_refused

#: Claims that no log and no page of a refusal may tell.
PERSON = {
    "sub": "subject-9c1e7a",
    "name": "Inés Secreta-Nombre",
    "given_name": "Inés-Vorname",
    "family_name": "Secreta-Apellido",
    "email": "ines.secreta@northfield.example",
}
SECRETS = (*PERSON.values(), "the platform's own secret")
#: Each kind of message, whole and right.
KINDS: dict[str, Callable[[Platform], Claims]] = {
    "resource link": lambda platform: {},
    "deep linking": lambda platform: {**platform.deep_linking(), "roles": [INSTRUCTOR]},
    "submission review": lambda platform: {
        "message_type": "LtiSubmissionReviewRequest", LTI + "for_user": {"user_id": PERSON["sub"]}, "roles": [INSTRUCTOR]
    },
    "start proctoring": lambda platform: platform.proctoring(),
    "end assessment": lambda platform: platform.end(),
}  # fmt: skip


class Sender:
    """Sends messages from one browser, and asserts that they are refused."""

    def __init__(self, platform: Platform, client: FlaskClient) -> None:
        self.platform, self.client = platform, client
        self.state = self.nonce = ""
        # A port at which nobody listens: asked for a key that it does not have, the platform fails at once.
        platform.registration.key_set_url = "http://127.0.0.1:1/keys"
        db.session.commit()

    def begin(self) -> None:
        self.state, self.nonce = self.platform.begin(self.client)

    def claims(self, **changes: Any) -> Claims:
        """A whole launch that fits the login, with changes; begins a login when there is none."""
        if not self.nonce:
            self.begin()
        return self.platform.claims(self.nonce, **{**PERSON, **changes})

    def post(self, token: str | None, /, **fields: str) -> TestResponse:
        form = {"state": self.state, **({} if token is None else {"id_token": token}), **fields}
        return self.client.post("/lti/launch", data=form, headers=SPANISH)

    def is_refused(self, token: str | None, code: Any, **options: Any) -> TestResponse:
        """This token, under the state of the login, is refused; the same login still lets a good one in."""
        told = {part for part in (token or "").split(".") if len(part) > 20}
        secrets = (*SECRETS, self.state, self.nonce, *told)
        return assert_refused(lambda: self.post(token), code, **{"status": 400, "secrets": secrets, **options})

    def is_launch_refused(self, code: Any, changes: Claims, **options: Any) -> TestResponse:
        """A well-signed message with these claims is refused."""
        try:
            return self.is_refused(self.platform.sign(self.claims(**changes)), code, **options)
        except AssertionError as error:
            error.add_note(f"The case: {ascii(changes)[:500]}")
            raise

    def comes_in(self) -> None:
        assert self.post(self.platform.sign(self.claims())).status_code == 303


@pytest.fixture
def sender(platform: Platform, client: FlaskClient) -> Sender:
    return Sender(platform, client)


@pytest.fixture(scope="module")
def one_host() -> Iterator[Host]:
    host = Host()
    thread = threading.Thread(target=host.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield host
    host.stop.set()
    host.shutdown()
    host.server_close()
    thread.join()


@pytest.fixture
def host(one_host: Host) -> Host:
    """A host that gives an empty key set until it is told otherwise."""
    one_host.answer, one_host.to_posts, one_host.n_asked = told({"keys": []}), None, 0
    return one_host


@pytest.fixture
def patience(app: Flask, monkeypatch: pytest.MonkeyPatch) -> float:
    """How long this site waits for other hosts: not long."""
    seconds = 0.25
    changes = {"key_set_timeout_seconds": seconds, "outside_timeout_seconds": seconds}
    short = app.extensions["settings"].model_copy(update=changes)
    monkeypatch.setitem(app.extensions, "settings", short)
    monkeypatch.setattr(app.extensions["outside"], "settings", short)
    return seconds
