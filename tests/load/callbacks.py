"""Callbacks of providers on one core: ready, a review, and the same review again.

CPU of the application alone, then of one gunicorn worker with what it answers a second. SQLite.
`python -m tests.load.callbacks [--callbacks 300] [--rounds 5]`
"""

import argparse
import http.client
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from flask import Flask
from flask_migrate import upgrade
from werkzeug.test import EnvironBuilder

from lti_proctor import clock, create_app
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.exams.addons import Kind
from lti_proctor.extensions import db
from lti_proctor.providers.models import ProviderAttempt, Stage
from lti_proctor.settings import ROOT, load
from tests.factories import make_attempt, make_exam, make_link, make_user
from tests.load.launches import our_environ
from tests.load.pulses import bare, call
from tests.load.servers import Worker, gunicorn

NAME, SECRET = "caller", "only-for-the-load-0123456789abcdef"
BACKENDS = {
    "DEFAULT": NAME,
    NAME: {"plugin": "mock", "callback_client_id": NAME, "callback_client_secret": SECRET},
}
COMMENTS = [{"comment": f"Noticed {n}", "status": "Suspicious", "start": n, "stop": n + 5} for n in range(20)]
REVIEW = json.dumps({"status": "suspicious", "comments": COMMENTS})
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
KINDS = {"ready": ("ready", "{}"), "a review": ("reviewed", REVIEW), "the same again": ("reviewed", REVIEW)}


def prepare(environ: dict[str, str], attempts: int) -> Flask:
    """So many attempts that wait for their provider, and as many that were handed in."""
    app = create_app(load(environ))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        now = clock.now()
        exam = make_exam(now, provider=NAME, kind=Kind.proctored)
        link = make_link(exam)
        for n in range(attempts):
            _add(exam, link, now, f"ready-{n}", status=Status.download_software_clicked)
            _add(exam, link, now, f"over-{n}", status=Status.submitted, started_at=now, stopped_at=now)
        db.session.commit()
    return app


def _add(exam: object, link: object, now: object, external_id: str, **values: object) -> None:
    user = make_user(now)  # type: ignore[arg-type]
    attempt = make_attempt(
        now, exam=exam, user=user, link=link, provider=NAME, config_version=1, **values,  # type: ignore[arg-type]
    )  # fmt: skip
    db.session.add(
        ProviderAttempt(
            attempt_id=attempt.id,
            provider=NAME,
            code=external_id.upper(),
            external_id=external_id,
            stage=Stage.registered,
            instructions=[],
            download_url="",
        )
    )


def addresses(kind: str, first: int, number: int) -> Iterator[tuple[str, str]]:
    """Path and body of each callback of a round."""
    word, body = KINDS[kind]
    of = "ready" if word == "ready" else "over"
    for n in range(first, first + number):
        yield f"/api/edx_proctoring/v1/proctored_exam/attempt/{of}-{n}/{word}", body


def rounds(measure: Callable[[str, int], float], number: int, times: int) -> dict[str, list[float]]:
    """What was measured of each kind, round by round; the first round warms up."""
    found: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for turn in range(times + 1):
        for kind, values in found.items():
            value = measure(kind, turn * number)
            if turn:
                values.append(value)
    return found


def say(where: str, found: dict[str, list[float]]) -> None:
    for kind, values in found.items():
        median = statistics.median(values)
        spread = f"{min(values):.2f}–{max(values):.2f}"
        print(f"{where:<22} {kind:<16} {median:5.2f} ms CPU ({spread}): {1000 / median:4.0f} a second on one core")


def floor(folder: str, number: int, times: int) -> None:
    """A bare Flask POST with one insert, for how fast the machine is at the moment."""
    app, path = bare(folder), "/pulse"
    spent = []
    for _ in range(times + 1):
        environs = (EnvironBuilder(path=path, method="POST", json={"n": n}).get_environ() for n in range(number))
        spent.append(1000 * sum(call(app, environ) for environ in environs) / number)
    spread = f"{min(spent[1:]):.2f}–{max(spent[1:]):.2f}"
    print(f"bare Flask POST with one insert         {statistics.median(spent[1:]):5.2f} ms CPU ({spread})")


def inside(app: Flask, number: int, times: int) -> None:
    token = app.test_client().post("/oauth2/access_token", data=credential()).json["access_token"]  # type: ignore[index]
    headers = {"Authorization": f"JWT {token}"}

    def measure(kind: str, first: int) -> float:
        spent = 0.0
        for path, body in addresses(kind, first, number):
            builder = EnvironBuilder(
                path=path, method="POST", data=body, content_type="application/json", headers=headers
            )
            spent += call(app, builder.get_environ())
        return 1000 * spent / number

    say("the application alone", rounds(measure, number, times))


def credential() -> dict[str, str]:
    return {"grant_type": "client_credentials", "client_id": NAME, "client_secret": SECRET, "token_type": "jwt"}


def through_gunicorn(worker: Worker, first: int, number: int, times: int) -> None:
    form = "&".join(f"{key}={value}" for key, value in credential().items())
    _status, _headers, body = worker.send("POST", "/oauth2/access_token", form, FORM)
    headers = {"Authorization": f"JWT {json.loads(body)['access_token']}", "Content-Type": "application/json"}
    rates: list[float] = []

    def measure(kind: str, start: int) -> float:
        begun, cpu = time.monotonic(), worker.cpu_seconds()
        for path, text in addresses(kind, first + start, number):
            send(worker.port, path, text, headers)
        rates.append(number / (time.monotonic() - begun))
        return 1000 * (worker.cpu_seconds() - cpu) / number

    say("in a gunicorn worker", rounds(measure, number, times))
    answered = sorted(rates[len(KINDS) :])
    print(f"answered to one caller: {answered[len(answered) // 2]:.0f} a second ({answered[0]:.0f}–{answered[-1]:.0f})")


def send(port: int, path: str, body: str, headers: dict[str, str]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b'"OK"\n')
    finally:
        connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--callbacks", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    each = given.callbacks * (given.rounds + 1)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="load"))
        environ = {**our_environ(folder), "LTI_PROCTOR_PROCTORING_BACKENDS": json.dumps(BACKENDS)}
        app = prepare(environ, 2 * each)
        floor(folder, given.callbacks, given.rounds)
        inside(app, given.callbacks, given.rounds)
        worker = stack.enter_context(gunicorn("wsgi:app", environ))
        through_gunicorn(worker, each, given.callbacks, given.rounds)


if __name__ == "__main__":
    main()
