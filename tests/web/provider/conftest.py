"""A site that has its exams watched here: it speaks the protocol by hand, and a server of its own hears the callbacks."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_proctor.attempts.models import Attempt
from lti_proctor.exams import service as exams
from lti_proctor.exams.addons import Addon, Kind
from lti_proctor.exams.config import ExamConfig
from lti_proctor.extensions import db
from lti_proctor.providers.server import calls, clients
from lti_proctor.providers.server.models import ProviderClient
from tests.conftest import Time
from tests.factories import STAFF

EXAM = {
    "id": 7,
    "course_id": "course-v1:North+STAT101+2026",
    "content_id": "block-v1:North+STAT101+2026+type@sequential+block@final",
    "external_id": None,
    "exam_name": "Final",
    "time_limit_mins": 45,
    "is_proctored": True,
    "is_practice_exam": False,
    "is_active": True,
    "due_date": "2026-12-01T00:00:00+00:00",
    "hide_after_due": False,
    "backend": "proctor",
    "rule_summary": "Closed book",
}
LEARNER = {
    "lms_host": "http://elsewhere.example",
    "time_limit_mins": 60,
    "is_sample_attempt": False,
    "user_id": "a3c4bbb34c23ec139350d72e3366407bdee59b41",
    "full_name": "Inés Márquez",
    "email": "ines@northfield.example",
    "status": "created",
    "review_policy": "Closed book",
}


class Lms(ThreadingHTTPServer):
    """The site's server: gives tokens, hears callbacks, and answers as it is told to."""

    daemon_threads = True

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, dict[str, Any]]] = []
        self.tokens_given = 0
        #: Statuses of the next answers to callbacks; then 200.
        self.answers: list[int] = []
        self.token_answer: tuple[int, bytes] | None = None
        super().__init__(("127.0.0.1", 0), Answers)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    server: Lms

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/oauth2/access_token":
            return self._token(parse_qs(raw.decode()))
        self.server.heard.append((self.path, self.headers["Authorization"], json.loads(raw)))
        return self._send(self.server.answers.pop(0) if self.server.answers else 200, b'"OK"')

    def _token(self, form: dict[str, list[str]]) -> None:
        if self.server.token_answer is not None:
            return self._send(*self.server.token_answer)
        right = {"client_id": ["ours"], "client_secret": ["theirs"], "token_type": ["jwt"],
                 "grant_type": ["client_credentials"]}  # fmt: skip
        if form != right:
            return self._send(401, b"{}")
        self.server.tokens_given += 1
        answer = {"access_token": f"t{self.server.tokens_given}", "expires_in": 600, "token_type": "JWT", "scope": ""}
        return self._send(200, json.dumps(answer).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_given: object) -> None:
        """Tests print nothing."""


@pytest.fixture
def lms() -> Iterator[Lms]:
    server = Lms()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    calls.forget_all()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class Site:
    """One client of ours and its way of calling."""

    def __init__(self, browser: FlaskClient, client: ProviderClient, secret: str) -> None:
        self.browser, self.secret = browser, secret
        self.client_id, self.key = client.client_id, client.id
        self.token = ""

    @property
    def client(self) -> ProviderClient:
        return db.session.get_one(ProviderClient, self.key)

    def sign_in(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.secret,
            "token_type": "jwt",
        }
        answer = self.browser.post("/provider/oauth2/access_token", data=form)
        assert answer.status_code == 200, answer.text
        self.token = answer.json["access_token"]

    def call(self, method: str, path: str, body: object = None, **options: Any) -> TestResponse:
        if not self.token:
            self.sign_in()
        headers = {"Authorization": f"JWT {self.token}", **options.pop("headers", {})}
        if body is not None:
            options["json"] = body
        return self.browser.open(f"/provider/api/v1/{path}", method=method, headers=headers, **options)

    def exam(self, **changed: Any) -> str:
        answer = self.call("POST", "exam/", {**EXAM, **changed})
        assert answer.status_code == 200, answer.text
        return str(answer.json["id"])

    def attempt(self, exam: str, **changed: Any) -> str:
        answer = self.call("POST", f"exam/{exam}/attempt/", {**LEARNER, **changed})
        assert answer.status_code == 200, answer.text
        return str(answer.json["id"])

    def tell(self, exam: str, attempt: str, status: object) -> TestResponse:
        return self.call("PATCH", f"exam/{exam}/attempt/{attempt}/", {"status": status})


def attempt_of(identifier: str) -> Attempt:
    db.session.flush()  # expiring would forget what a test has changed
    db.session.expire_all()
    return db.session.query(Attempt).filter_by(identifier=identifier).one()


@pytest.fixture
def make_site(app: Flask, now: datetime, time: Time) -> Callable[..., Site]:
    """`make_site(url, addons=…, kind=…, **options)`: a site with a template of its own."""

    def make(
        url: str = "http://lms.example", *, addons: frozenset[Addon] = frozenset({Addon.rules}), **more: Any
    ) -> Site:
        template = "-".join(["watched", *sorted(addons)])
        exams.save_template(
            template, title="Watched", kind=Kind.proctored, config=ExamConfig(addons=addons, rules="Be fair."),
            actor=STAFF, now=now,
        )  # fmt: skip
        details = clients.ClientDetails(
            name="Northfield", site_url=url, template=template,
            **{"callback_client_id": "ours", "callback_secret": "theirs", **more},
        )  # fmt: skip
        client, given = clients.add_client(details, actor=STAFF, now=now)
        db.session.commit()
        return Site(app.test_client(), client, given.secret)

    return make


@pytest.fixture
def site(make_site: Callable[..., Site], lms: Lms) -> Site:
    return make_site(lms.url)


@pytest.fixture
def stranger(make_site: Callable[..., Site]) -> Site:
    """Another site, which may see nothing of the first one's."""
    return make_site("http://other.example")
