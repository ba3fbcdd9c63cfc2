"""A learner's whole way through an exam that a provider watches, beside edx-proctoring doing the same.

view, create, view, ready callback, view, start, stop, submit, view: nine requests. CPU of all processes that serve
it: one gunicorn worker on each side, and ours with its jobs. SQLite in WAL mode, mails into a folder, a provider that
agrees to everything. edx-proctoring is installed into a folder that is thrown away, with a Python of its own
(`edx_site.py`).
`python -m tests.load.edx_flow [--learners 40] [--rounds 5] [--python PATH] [--server granian]`
"""

import argparse
import http.client
import json
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from flask_migrate import upgrade

from lti_proctor import clock, create_app
from lti_proctor.exams.addons import Kind
from lti_proctor.extensions import db
from lti_proctor.people import service as people
from lti_proctor.settings import ROOT, load
from tests.factories import make_attempt, make_exam, make_link, make_user
from tests.load.callbacks import BACKENDS, FORM, NAME, credential
from tests.load.launches import BASE, our_environ
from tests.load.servers import Worker, cpu_seconds, gunicorn

PACKAGE = "edx-proctoring==6.1.4"
AIM = 0.4
EDX = "/api/edx_proctoring/v1/proctored_exam/attempt"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
JSON = {"Content-Type": "application/json"}


@dataclass
class Browser:
    """Sends requests with its cookies, and insists on the answers."""

    port: int
    headers: dict[str, str]

    def send(self, method: str, path: str, body: str | None = None, *, wants: int = 200, **more: str) -> str:
        headers = {**self.headers, **{name.replace("_", "-"): value for name, value in more.items()}}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as line:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            text = answer.read().decode()
        assert answer.status == wants, (method, path, answer.status, text[:500])
        self.cookies = [value.split(";")[0] for value in answer.headers.get_all("Set-Cookie", [])]
        return text


class Ours:
    def __init__(self, worker: Worker, jobs: int, database: str, sign_ins: list[tuple[int, str]]) -> None:
        self.worker, self.jobs, self.sign_ins = worker, jobs, sign_ins
        self.rows = sqlite3.connect(database)
        provider = Browser(worker.port, {"Host": urlsplit(BASE).netloc})
        given = json.loads(provider.send("POST", "/oauth2/access_token", urlencode(credential()), **_named(FORM)))
        provider.headers |= {"Authorization": f"JWT {given['access_token']}", **JSON}
        self.provider = provider

    def learner(self, n: int) -> None:
        attempt, cookie = self.sign_ins[n]
        browser = Browser(self.worker.port, {"Host": urlsplit(BASE).netloc, "Cookie": cookie})
        path = f"/attempts/{attempt}"

        def post(action: str, page: str) -> None:
            found = TOKEN.search(page)
            assert found, page[:500]
            form = urlencode({"csrf_token": found.group(1)})
            browser.send("POST", f"{path}/{action}", form, wants=303, Referer=f"{BASE}{path}", **_named(FORM))

        page = browser.send("GET", path)
        post("begin", page)
        external_id = self._external_id(attempt)
        browser.send("GET", path)
        self.provider.send("POST", f"{EDX}/{external_id}/ready", '{"status": "ready"}')
        page = browser.send("GET", path)
        for action in ("start", "finish", "submit"):
            post(action, page)
        browser.send("GET", path)

    def _external_id(self, attempt: int) -> str:
        """Known once the job has announced the attempt."""
        query = "SELECT external_id FROM provider_attempts WHERE attempt_id = ? AND stage = 'registered'"
        return str(_until(lambda: self.rows.execute(query, (attempt,)).fetchone())[0])

    def rest(self) -> None:
        """Wait for the jobs."""
        query = "SELECT count(*) = 0 FROM outbox WHERE state = 'waiting'"
        _until(lambda: self.rows.execute(query).fetchone()[0])

    def cpu(self) -> dict[str, float]:
        return {"web": self.worker.cpu_seconds(), "jobs": cpu_seconds(self.jobs)}


class Theirs:
    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.provider = self._enter("provider")

    def _enter(self, name: str) -> Browser:
        browser = Browser(self.worker.port, {"Host": "edx.load.example"})
        browser.send("GET", f"/enter?name={name}")
        pairs = dict(cookie.split("=", 1) for cookie in browser.cookies)
        browser.headers |= {"Cookie": "; ".join(browser.cookies), "X-CSRFToken": pairs["csrftoken"], **JSON}
        return browser

    def prepare(self, numbers: Iterator[int]) -> None:
        """Log learners in before it counts, as ours are."""
        self.browsers = {n: self._enter(f"learner-{n}") for n in numbers}

    def learner(self, n: int) -> None:
        browser = self.browsers[n]
        browser.send("GET", "/view")
        wanted = json.dumps({"exam_id": 1, "attempt_proctored": "true", "start_clock": "false"})
        attempt = json.loads(browser.send("POST", EDX, wanted))["exam_attempt_id"]
        page = browser.send("GET", "/view")
        found = re.search(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}", page)
        assert found, page[:500]
        self.provider.send("POST", f"{EDX}/{found.group()}/ready", '{"status": "ready"}')
        browser.send("GET", "/view")
        for action in ("start", "stop", "submit"):
            browser.send("PUT", f"{EDX}/{attempt}", json.dumps({"action": action}))
        assert "submitted" in browser.send("GET", "/view")

    def rest(self) -> None:
        pass

    def cpu(self) -> dict[str, float]:
        return {"web": self.worker.cpu_seconds()}


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("-", "_"): value for name, value in headers.items()}


def _until(found: Callable[[], object]) -> object:
    for _ in range(3000):
        if value := found():
            return value
        time.sleep(0.005)
    raise RuntimeError("the jobs do not get on")


def our_side(stack: ExitStack, learners: int, server: str) -> Ours:
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ours"))
    backends = {**BACKENDS, NAME: {**BACKENDS[NAME], "ready_after": -1, "review_after": -1}}  # type: ignore[dict-item]
    environ = {
        **our_environ(folder),
        "LTI_PROCTOR_PROCTORING_BACKENDS": json.dumps(backends),
        "LTI_PROCTOR_QUEUE_URL": "",
        "LTI_PROCTOR_MAIL_URL": f"file:{folder}/mails",
        "LTI_PROCTOR_MAIL_FROM": "help@proctor.load.example",
    }
    settings = load(environ)
    with create_app(settings).app_context():
        upgrade(directory=str(ROOT / "migrations"))
        sign_ins = list(_learners(learners))
        db.session.commit()
    worker = stack.enter_context(gunicorn("wsgi:app", environ, server=server))
    jobs = stack.enter_context(_jobs(environ))
    return Ours(worker, jobs, settings.database.removeprefix("sqlite:///"), sign_ins)


def _learners(number: int) -> Iterator[tuple[int, str]]:
    """An attempt and the cookie of each; their gradebooks are not here, as on the other side."""
    now = clock.now()
    exam = make_exam(now, provider=NAME, kind=Kind.proctored, lifetime=30)
    link = make_link(exam, line_item_url=None, line_items_url=None)
    for _ in range(number):
        attempt = make_attempt(now, exam=exam, user=make_user(now), link=link)
        token = people.new_token()
        people.open_sign_in(token, user_id=attempt.user_id, data={}, hours=2, now=now)
        yield attempt.id, f"__Host-lti-proctor={token}"


@contextmanager
def _jobs(environ: dict[str, str]) -> Iterator[int]:
    command = [sys.executable, "-m", "lti_proctor", "worker"]
    process = subprocess.Popen(command, env={**os.environ, **environ})
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def their_side(stack: ExitStack, learners: int, python: str) -> Theirs:
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="theirs"))
    environ = {"EDX_FOLDER": folder, "EDX_LEARNERS": str(learners), "PYTHONPATH": str(Path(__file__).parent)}
    subprocess.run([python, "-m", "edx_site"], env={**os.environ, **environ}, check=True)
    side = Theirs(stack.enter_context(gunicorn("edx_site:application", environ, python=python)))
    side.prepare(iter(range(learners)))
    return side


def installed(stack: ExitStack) -> str:
    """A Python that has the package, in a folder of its own."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="edx"))
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = f"{folder}/bin/python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", PACKAGE, "gunicorn"], check=True)
    return python


def measure(side: Ours | Theirs, first: int, learners: int) -> dict[str, float]:
    """Milliseconds of CPU for one learner, by kind of process."""
    before = side.cpu()
    for n in range(first, first + learners):
        side.learner(n)
    side.rest()
    return {name: 1000 * (value - before[name]) / learners for name, value in side.cpu().items()}


def say(name: str, found: list[dict[str, float]]) -> float:
    totals = [sum(one.values()) for one in found]
    parts = ", ".join(f"{part} {statistics.median(one[part] for one in found):.1f}" for part in found[0])
    median = statistics.median(totals)
    print(f"{name:<16} {median:6.1f} ms CPU ({min(totals):.1f}–{max(totals):.1f}); {parts}")
    return median


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learners", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--python", help="one that has edx-proctoring and gunicorn, in place of a new one")
    parser.add_argument("--server", choices=["gunicorn", "granian"], default="gunicorn", help="of ours")
    given = parser.parse_args()
    number = given.learners * (given.rounds + 1)
    with ExitStack() as stack:
        theirs = their_side(stack, number, given.python or installed(stack))
        ours = our_side(stack, number, given.server)
        found: dict[str, list[dict[str, float]]] = {"edx-proctoring": [], "ours": []}
        for turn in range(given.rounds + 1):
            for name, side in (("edx-proctoring", theirs), ("ours", ours)):
                value = measure(side, turn * given.learners, given.learners)
                if turn:  # the first turn warms up
                    found[name].append(value)
        print(f"{PACKAGE}; one learner's way of nine requests, {given.rounds} rounds of {given.learners}")
        floor, mine = (say(name, values) for name, values in found.items())
        print(f"ours / edx-proctoring: {mine / floor:.2f} (aim: at most {AIM})")


if __name__ == "__main__":
    main()
