"""Two servers, one the other's provider: each is killed while the other speaks to it, or while it speaks itself, and
everything arrives once.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from lti_proctor import clock, create_app, journal, outbox
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.exams import service as exams
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.config import ExamConfig
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.outbox import Effect, State
from lti_proctor.providers import service as providers
from lti_proctor.providers.models import ProviderAttempt
from lti_proctor.providers.server import clients
from lti_proctor.review.models import Verdict
from lti_proctor.review.service import conclude
from lti_proctor.settings import ROOT, load
from tests.factories import STAFF, make_attempt, make_exam
from tests.ports import free_port

CALLBACK = {"callback_client_id": "ours", "callback_client_secret": "theirs-0123456789abcdef0123456789"}


class Wire(ThreadingHTTPServer):
    """The line to one side. It can be told what happens at a message, once: before it arrives, or when it is answered
    and the answer is not there yet.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.to = free_port()
        self.trap: tuple[str, str, Callable[[], None]] | None = None
        self.struck = threading.Event()
        self.passed: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def sprung(self, when: str, message: str) -> bool:
        if self.trap is None or self.trap[0] != when or self.trap[1] not in message:
            return False
        _when, _part, happens = self.trap
        self.trap = None
        happens()
        self.struck.set()
        return True

    def set_trap(self, when: str, part: str, happens: Callable[[], None]) -> None:
        self.struck.clear()
        self.trap = when, part, happens


class Passing(BaseHTTPRequestHandler):
    server: Wire

    def pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        message = f"{self.command} {self.path} {body.decode()}"
        if self.server.sprung("before", message):
            return
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.server.to, timeout=20)) as line:
                line.request(self.command, self.path, body, dict(self.headers.items()))
                answer = line.getresponse()
                status, kind, text = answer.status, answer.headers["Content-Type"], answer.read()
        except OSError:
            return  # Nobody is there: the line breaks.
        self.server.passed.append(message)
        if self.server.sprung("answered", message):
            return
        self.send_response(status)
        self.send_header("Content-Type", kind or "text/plain")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PATCH = do_DELETE = pass_on  # noqa: N815 - names of the standard library

    def log_message(self, *_given: object) -> None:
        """Tests print nothing."""


@dataclass
class Side:
    """A server with its jobs, its database as this test sees it, and the line to it."""

    folder: Path
    wire: Wire
    more: dict[str, str] = field(default_factory=dict)
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.environ = {
            "LTI_PROCTOR_CONFIG": str(ROOT / "config" / "test.toml"),
            "LTI_PROCTOR_BASE_URL": self.wire.url,
            "LTI_PROCTOR_DATA_DIR": str(self.folder),
            "LTI_PROCTOR_OUTBOX_MAX_RETRY_SECONDS": "1",
            **self.more,
        }
        self.app: Flask = create_app(load(self.environ))
        with self.app.app_context():
            upgrade(directory=str(ROOT / "migrations"))

    @contextmanager
    def inside(self) -> Iterator[None]:
        with self.app.app_context():
            yield
            db.session.commit()
            db.session.remove()

    def start(self) -> None:
        """Start what is not there: it costs seconds, so what was not killed stays."""
        web = (
            f"-m gunicorn wsgi:app --bind 127.0.0.1:{self.wire.to} --threads 2 --no-control-socket --log-level critical"
        )
        for name, command in (("web", web), ("jobs", "-m lti_proctor worker")):
            if name not in self.processes:
                environ = {**os.environ, **self.environ, "GUNICORN_CMD_ARGS": ""}
                self.processes[name] = subprocess.Popen(
                    [sys.executable, *command.split()], env=environ, start_new_session=True
                )

    def kill_web(self) -> None:
        self._kill("web")

    def kill_jobs(self) -> None:
        self._kill("jobs")

    def _kill(self, name: str) -> None:
        if process := self.processes.pop(name, None):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    def sweep(self) -> None:
        """What the job of every minute does, once the hands that held a row are known to be gone."""
        with self.inside():
            db.session.query(Effect).filter(Effect.claimed_until.is_not(None)).update(
                {"claimed_until": clock.now() - timedelta(seconds=1)}
            )
            db.session.commit()
            outbox.sweep()

    def ask(self, question: Callable[[], object]) -> object:
        with self.inside():
            return question()

    def close(self) -> None:
        self.kill_web()
        self.kill_jobs()
        with self.app.app_context():
            db.engine.dispose()
        self.app.extensions["outside"].close()


def until(side: Side, question: Callable[[], object]) -> object:
    """Wait for a state."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if found := side.ask(question):
            return found
        time.sleep(0.1)
    raise AssertionError(side.ask(lambda: [(e.kind, e.state, e.tries, e.last_error) for e in db.session.query(Effect)]))


def status_is(status: Status) -> Callable[[], object]:
    return lambda: db.session.query(Attempt).one().status == status


def fire(side: Side, *events: Event) -> None:
    with side.inside():
        attempt = db.session.query(Attempt).one()
        for event in events:
            attempts.fire(attempt, event, actor=Actor(Role.learner, attempt.user_id), now=clock.now())


@pytest.fixture
def wires() -> Iterator[tuple[Wire, Wire]]:
    made = Wire(), Wire()
    threads = [threading.Thread(target=wire.serve_forever, kwargs={"poll_interval": 0.01}) for wire in made]
    for thread in threads:
        thread.start()
    yield made
    for wire, thread in zip(made, threads, strict=True):
        wire.shutdown()
        thread.join()
        wire.server_close()


@pytest.fixture
def sides(tmp_path: Path, wires: tuple[Wire, Wire]) -> Iterator[tuple[Side, Side]]:
    """The site, with one attempt at an exam that the far side is to watch; and the far side."""
    to_site, to_far = wires
    with ExitStack() as stack:
        far = Side(tmp_path / "far", to_far)
        stack.callback(far.close)
        with far.inside():
            exams.save_template(
                "watched", title="Watched", kind=Kind.proctored, config=ExamConfig(), actor=STAFF, now=clock.now()
            )
            details = clients.ClientDetails(
                name="Site", site_url=to_site.url, template="watched", callback_client_id="ours",
                callback_secret=CALLBACK["callback_client_secret"],
            )  # fmt: skip
            client, given = clients.add_client(details, actor=STAFF, now=clock.now())
            known = {"client_id": client.client_id, "client_secret": given.secret}
        options = {"plugin": "rest", "base_url": f"{to_far.url}/provider", **known, **CALLBACK}
        backends = {"DEFAULT": "builtin", "builtin": {}, "far": options}
        site = Side(tmp_path / "site", to_site, {"LTI_PROCTOR_PROCTORING_BACKENDS": json.dumps(backends)})
        stack.callback(site.close)
        with site.inside():
            make_attempt(clock.now(), exam=make_exam(clock.now(), provider="far", lifetime=30))
        for side in (site, far):
            side.start()
        yield site, far


def test_everything_arrives_once_although_each_side_is_killed(sides: tuple[Side, Side]) -> None:
    site, far = sides
    fire(site, Event.begin_setup)
    until(site, lambda: db.session.query(ProviderAttempt.external_id).scalar())
    fire(far, Event.finish_setup)
    until(site, status_is(Status.ready_to_start))

    # The far side has heard of the start, and dies before it can say so.
    far.wire.set_trap("answered", '"started"', far.kill_web)
    fire(site, Event.start)
    assert far.wire.struck.wait(60)
    until(site, lambda: db.session.query(Effect).filter_by(kind="provider.start").one().last_error)
    far.start()
    until(site, lambda: db.session.query(Effect).filter_by(kind="provider.start").one().state == State.done)
    assert [message for message in far.wire.passed if '"started"' in message][1:]
    assert far.ask(status_is(Status.started))

    # The site dies while it tells of the end, and nobody has heard it.
    far.wire.set_trap("before", '"submitted"', site.kill_jobs)
    fire(site, Event.ask_to_submit, Event.submit)
    assert far.wire.struck.wait(60)
    site.start()
    site.sweep()
    until(far, status_is(Status.submitted))

    # The site has the review, and dies before the far side knows.
    site.wire.set_trap("answered", "/reviewed", site.kill_web)
    with far.inside():
        attempt = db.session.query(Attempt).one()
        conclude(attempt, Verdict.positive, reason=None, comment="", actor=Actor(Role.reviewer), now=clock.now())
    assert site.wire.struck.wait(60)
    until(far, lambda: db.session.query(Effect).filter_by(kind="site.reviewed").one().last_error)
    site.start()
    until(far, lambda: db.session.query(Effect).filter_by(kind="site.reviewed").one().state == State.done)
    assert len([message for message in site.wire.passed if "/reviewed" in message]) == 2

    for side in sides:
        with side.inside():
            attempt = db.session.query(Attempt).one()
            assert attempt.status == Status.verified
            spoken = db.session.query(Effect).filter(
                Effect.kind.startswith("provider.") | Effect.kind.startswith("site.")
            )
            assert {effect.state for effect in spoken} == {State.done}
            subject = attempts.subject_of(attempt)
            actions = [entry.action for entry in journal.entries_of(subject)]
            for once in ("attempt.start", "attempt.submit", "attempt.accept"):
                assert actions.count(once) == 1, actions
            assert journal.broken_links(subject) == []
    assert site.ask(lambda: len(providers.reviews_of(db.session.query(Attempt).one()))) == 1
