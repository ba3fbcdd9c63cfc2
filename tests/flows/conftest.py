"""The tool in this process and the practice LMS on a real port beside it: real signed messages, real HTTP."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from lti_proctor import clock
from lti_proctor.exams import service as exams
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.config import ExamConfig
from lti_proctor.extensions import db
from lti_proctor.platforms import keys
from lti_proctor.sandbox import FirstLink, SandboxConfig, create_sandbox
from tests.conftest import BASE_URL, csrf_of
from tests.factories import STAFF, make_platform

TEACHER, ASSISTANT, INES, LAYLA, JONAS, ADMINISTRATOR = "u-2001", "u-2002", "u-3001", "u-3002", "u-3004", "u-1001"
FORM = re.compile(r'<form[^>]* action="([^"]*)"')
FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


def form_of(page: str) -> tuple[str, dict[str, str]]:
    """Address and hidden fields of the first form of a page."""
    action = FORM.search(page)
    assert action, page[:2000]
    return unescape(action[1]), {name: unescape(value) for name, value in FIELD.findall(page)}


def onward(answer: TestResponse) -> str:
    """Where a login sends the browser: by a redirect, or by a page that keeps a value in the LMS's storage first."""
    if answer.status_code == 302:
        return str(answer.headers["Location"])
    assert answer.status_code == 200, answer.text
    data = re.search(r'id="page-data">(.*?)</script>', answer.text, re.DOTALL)
    assert data, answer.text[:2000]
    return str(json.loads(data[1])["address"])


@dataclass(frozen=True)
class Server:
    """The running practice LMS and the tool's application that it asks for keys, set for each test."""

    url: str
    tool: dict[str, Flask]


@pytest.fixture(scope="session")
def lms_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    tool: dict[str, Flask] = {}

    def fetch_keys() -> Any:
        return tool["app"].test_client().get("/lti/jwks.json").json

    server = make_server("127.0.0.1", 0, Flask("later"), threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    first = FirstLink(title="Statistics 1", custom={"template": "quiz"}, score_maximum=20)
    folder: Path = tmp_path_factory.mktemp("lms")
    config = SandboxConfig(base_url=url, tool_url=BASE_URL, data_dir=folder, first_links=(first,))
    server.app = create_sandbox(config, fetch_keys=fetch_keys)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Server(url, tool)
    server.shutdown()
    server.server_close()
    thread.join(10)


class World:
    """A person goes from the LMS into the tool."""

    def __init__(self, app: Flask, server: Server) -> None:
        self.app, self.url = app, server.url
        server.tool["app"] = app
        self.control = httpx.Client(base_url=server.url, verify=False)
        self.control.post("/control/reset").raise_for_status()
        self.control.delete("/control/faults").raise_for_status()
        self.browsers: dict[str, tuple[httpx.Client, FlaskClient]] = {}

    def close(self) -> None:
        self.control.close()
        for lms, _tool in self.browsers.values():
            lms.close()

    def browser(self, person: str) -> tuple[httpx.Client, FlaskClient]:
        """A person's browser: signed in to the LMS, not yet to the tool."""
        if person not in self.browsers:
            lms = httpx.Client(base_url=self.url, verify=False)
            _action, fields = form_of(lms.get("/").text)
            answer = lms.post(f"/be/{person}", data=fields)
            assert answer.status_code == 303, answer.text
            self.browsers[person] = (lms, self.app.test_client())
        return self.browsers[person]

    def begin(self, person: str, path: str) -> str:
        """The LMS begins a launch; where the browser is sent for the login."""
        lms, _tool = self.browser(person)
        action, fields = form_of(lms.get(path).text)
        return f"{action}?{httpx.QueryParams(fields)}"

    def authorise(self, person: str, login: str) -> dict[str, str]:
        """The tool's login, the LMS's authorisation; what is posted to the launch address."""
        lms, tool = self.browser(person)
        answer = tool.get(f"{urlsplit(login).path}?{urlsplit(login).query}")
        question = urlsplit(onward(answer))
        page = lms.get(question.path, params=dict(parse_qsl(question.query))).text
        action, fields = form_of(page)
        if action.endswith("/oidc/auth"):
            action, fields = form_of(lms.post(action, data=fields).text)
        assert action == f"{BASE_URL}/lti/launch", page[:2000]
        return fields

    def launch(self, person: str, link: str | None = None, *, path: str = "") -> TestResponse:
        """One whole launch; the answer is the tool's to the launch itself."""
        fields = self.authorise(person, self.begin(person, path or f"/lti/start/{link or self.link()}"))
        return self.tool(person).post("/lti/launch", data=fields)

    def tool(self, person: str) -> FlaskClient:
        return self.browser(person)[1]

    def open_attempt(self, person: str = INES, link: str | None = None) -> str:
        """Launch as a learner; the path of the attempt."""
        answer = self.launch(person, link)
        assert answer.status_code == 303, answer.text
        return urlsplit(answer.headers["Location"]).path

    def press(self, person: str, path: str, **fields: Any) -> TestResponse:
        """Send a form of the tool, with its CSRF token."""
        tool = self.tool(person)
        return tool.post(path, data={"csrf_token": csrf_of(tool), **fields})

    def state(self) -> Any:
        return self.control.get("/control/state").json()

    def link(self) -> str:
        return str(self.state()["links"][0]["id"])

    def fault(self, service: str, mode: str, **more: Any) -> None:
        self.control.post("/control/faults", json={"service": service, "mode": mode, **more}).raise_for_status()

    def mend(self) -> None:
        self.control.delete("/control/faults").raise_for_status()

    def scores(self) -> list[dict[str, Any]]:
        """Bodies of the scores that the LMS took, in order."""
        rows = self.state()["scores"]
        taken = [row for row in rows if row["status"] == 200 or str(row["fault"]).startswith("stored")]
        return [row["body"] for row in taken]


@pytest.fixture
def world(app: Flask, lms_server: Server) -> Iterator[World]:
    now = clock.now()
    make_platform(
        now,
        issuer=lms_server.url,
        client_id="sandbox-client",
        auth_login_url=f"{lms_server.url}/oidc/auth",
        auth_token_url=f"{lms_server.url}/oauth/token",
        key_set_url=f"{lms_server.url}/.well-known/jwks.json",
    )
    keys.make_key(now=now)
    config = ExamConfig(
        url=f"{lms_server.url}/quiz/", lifetime=30, attempt=1, grade_maximum=20, addons=["xapi", "finish"]
    )
    exams.save_template("quiz", title="Quiz", kind=Kind.proctored, config=config, actor=STAFF, now=now)
    db.session.commit()
    found = World(app, lms_server)
    yield found
    found.close()
