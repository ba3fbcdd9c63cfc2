"""A film sent to a real server that is killed in the middle comes out byte by byte as it was recorded."""

import contextlib
import hashlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask_migrate import upgrade
from flask_wtf.csrf import generate_csrf

from lti_proctor import clock, create_app
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.evidence import recordings, tasks
from lti_proctor.extensions import db
from lti_proctor.people import service as people
from lti_proctor.settings import ROOT, load
from lti_proctor.storage import store
from tests.factories import make_recorded
from tests.ports import free_port

BASE = "https://proctor.northfield.example"
HEAD = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"
#: Where the server dies: in the middle of a body, and when it has the body and has not answered.
HALF, WHOLE = 7, 14


class Server:
    """A web server on one port, which can be killed and started again."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.environ = {**os.environ, **environ, "GUNICORN_CMD_ARGS": ""}
        self.listen()
        self.start()

    def listen(self) -> None:
        # The listening socket stays ours: while no server is there connections wait in it, as behind a proxy.
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def start(self) -> None:
        self.socket.set_inheritable(True)
        fd = self.socket.fileno()
        command = ["-m", "gunicorn", "wsgi:app", "--bind", f"fd://{fd}", "--threads", "4"]
        command += ["--no-control-socket", "--log-level", "critical"]
        self.process = subprocess.Popen(
            [sys.executable, *command], env=self.environ, pass_fds=(fd,), start_new_session=True
        )

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        self.kill()
        self.socket.close()


class Granian(Server):
    """The other server that a site may choose. It opens its port itself, so that nothing waits while it is away."""

    def listen(self) -> None:
        self.port = free_port()

    def start(self) -> None:
        environ = {**self.environ, "LTI_PROCTOR_WEB_SERVER": "granian"}
        command = ["-m", "lti_proctor", "serve", "--no-jobs", "--threads", "4", "--port", str(self.port)]
        self.process = subprocess.Popen([sys.executable, *command], env=environ, start_new_session=True)
        for _ in range(600):
            assert self.process.poll() is None, "the server ended"
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError("the server did not start")

    def stop(self) -> None:
        self.kill()


@dataclass
class Browser:
    """Sends chunks as the exam window does: the next one only when the one before is acknowledged."""

    server: Server
    path: str
    headers: dict[str, str]
    answers: list[int] = field(default_factory=list)
    died: set[int] = field(default_factory=set)

    def send(self, seq: int, offset: int, data: bytes) -> int:
        """The number that is wanted next."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)) as line:
            line.putrequest("PUT", f"{self.path}/{seq}?offset={offset}", skip_host=True)
            for name, value in {**self.headers, "Content-Length": str(len(data))}.items():
                line.putheader(name, value)
            line.endheaders()
            dies = seq in {HALF, WHOLE} - self.died
            line.send(data[: len(data) // 2] if dies and seq == HALF else data)
            if dies:
                self.died.add(seq)
                self.server.kill()
                self.server.start()
            if dies and seq == HALF:
                # The new server may find the connection waiting, with a body that breaks off.
                raise ConnectionResetError
            answer = line.getresponse()
            self.answers.append(answer.status)
            return int(json.loads(answer.read())["want"])


@pytest.fixture
def environ(tmp_path):
    return {
        "LTI_PROCTOR_CONFIG": str(ROOT / "config" / "test.toml"),
        "LTI_PROCTOR_BASE_URL": BASE,
        "LTI_PROCTOR_DATA_DIR": str(tmp_path),
        "LTI_PROCTOR_DEVELOPMENT": "false",
    }


@pytest.fixture
def tool(environ):
    app = create_app(load(environ))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        yield app
        db.session.remove()
        db.engine.dispose()
    app.extensions["outside"].close()


@pytest.fixture(params=[Server, Granian], ids=["gunicorn", "Granian"])
def server(request, tool, environ):
    running = request.param(environ)
    yield running
    running.stop()


def headers_of(app: Flask, attempt: Attempt) -> dict[str, str]:
    token = people.new_token()
    people.open_sign_in(token, user_id=attempt.user_id, data={}, hours=2, now=clock.now())
    db.session.commit()
    cookie = f"__Host-lti-proctor={token}"
    with app.app_context(), app.test_request_context(headers={"Cookie": cookie}, base_url=BASE):
        csrf = generate_csrf()
    return {"Host": urlsplit(BASE).netloc, "Cookie": cookie, "X-CSRFToken": csrf, "Accept": "application/json"}


def film() -> list[bytes]:
    chance = random.Random(7)
    parts = [chance.randbytes(chance.randrange(20_000, 120_000)) for _ in range(20)]
    return [HEAD + parts[0], *parts[1:]]


def test_a_film_survives_a_server_that_is_killed_while_it_comes(tool, server):
    attempt, sent = make_recorded(clock.now()), film()
    browser = Browser(server, f"/attempts/{attempt.id}/recordings/camera/segment-1", headers_of(tool, attempt))
    number, ends = 1, time.monotonic() + 90
    while number <= len(sent):
        assert time.monotonic() < ends, (number, browser.answers)
        try:
            number = browser.send(number, sum(map(len, sent[: number - 1])), sent[number - 1])
        except (OSError, http.client.HTTPException):
            time.sleep(0.02)  # Not acknowledged: the same one again.
    assert browser.died == {HALF, WHOLE}
    assert browser.answers.count(200) + browser.answers.count(208) == len(browser.answers) >= len(sent) - 1

    [recording] = recordings.recordings_of(attempt)
    assert (recording.n_chunks, recording.n_bytes) == (len(sent), sum(map(len, sent)))
    assert b"".join(recordings.parts(recording)) == b"".join(sent)
    assert recordings.broken(attempt) == []

    recording.n_expected, attempt.status, attempt.stopped_at = len(sent), Status.submitted, clock.now()
    db.session.commit()
    tasks.join_recordings()
    assert store().get(recording.key) == b"".join(sent)
    assert recording.sha256 == hashlib.sha256(b"".join(sent)).hexdigest()


def test_a_worker_ends_with_its_main_process(tool, environ):
    """Else it would go on serving what was there before an update."""
    server = Granian(environ)
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait(10)
    try:
        for _ in range(400):
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", server.port)) != 0:
                    return
            time.sleep(0.05)
        raise AssertionError("the worker serves on")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.process.pid, signal.SIGKILL)
