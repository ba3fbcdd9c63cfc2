"""CPU of a pulse with what an exam window noticed, beside a bare Flask POST that inserts one row into SQLite.

The WSGI applications alone, in one process: `python -m tests.load.pulses`
"""

import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask, jsonify, request
from flask_migrate import upgrade
from flask_wtf.csrf import generate_csrf
from werkzeug.test import EnvironBuilder

from lti_proctor import clock, create_app
from lti_proctor.exams.addons import Metric
from lti_proctor.extensions import db
from lti_proctor.people import service as people
from lti_proctor.settings import ROOT, load
from tests.factories import make_watched
from tests.load.beside import compare
from tests.load.launches import BASE, our_environ

PULSES, ROUNDS = 400, 7


def bare(folder: str) -> Flask:
    """The floor: a JSON body, one insert, one commit."""
    app, connection = Flask("bare"), sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE pulses (id INTEGER PRIMARY KEY, body TEXT);"
    )

    @app.post("/pulse")
    def pulse() -> Any:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO pulses (body) VALUES (?)", (json.dumps(request.get_json()),))
        connection.execute("COMMIT")
        return jsonify(kept=1)

    return app


def call(app: Flask, environ: dict[str, Any]) -> float:
    answered: dict[str, Any] = {}
    begun = time.process_time()
    body = app.wsgi_app(environ, lambda status, headers, _exc=None: answered.update(status=status))
    text = b"".join(body)
    body.close()  # type: ignore[attr-defined]
    spent = time.process_time() - begun
    assert answered["status"].startswith("200"), (answered, text[:300])
    return spent


def spans(first: int, begins: int) -> dict[str, Any]:
    """What a quiet window sends every five seconds: each metric was fine."""
    start = begins + first * 1000
    rows = [[metric, 0, start, start + 5000] for metric in ("b1", "b2", "b3", "n1", "s2")]
    return {"client": "browser-of-the-load", "first": first, "spans": rows}


def prepare(environ: dict[str, str]) -> tuple[Flask, Callable[[int], float]]:
    app = create_app(load(environ))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        now = clock.now()
        metrics = {metric: Decimal(1) for metric in (Metric.b1, Metric.b2, Metric.b3, Metric.n1, Metric.s2)}
        attempt = make_watched(now, metrics=metrics, lifetime=600)
        token = people.new_token()
        people.open_sign_in(token, user_id=attempt.user_id, data={}, hours=2, now=now)
        db.session.commit()
        path, begins = f"/attempts/{attempt.id}/pulse", round(now.timestamp() * 1000)
    cookie = f"__Host-lti-proctor={token}"
    with app.test_request_context(headers={"Cookie": cookie}, base_url=BASE):
        csrf = generate_csrf()
    headers = {"Cookie": cookie, "X-CSRFToken": csrf, "Referer": f"{BASE}/"}

    def pulse(n: int) -> float:
        body = spans(n * 5 + 1, begins)
        return call(
            app, EnvironBuilder(path=path, method="POST", json=body, base_url=BASE, headers=headers).get_environ()
        )

    return app, pulse


def main() -> None:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        environ = our_environ(folder)
        if url := os.environ.get("LOAD_DATABASE_URL"):
            environ["LTI_PROCTOR_DATABASE_URL"] = url
        floor = bare(folder)
        _app, ours = prepare(environ)

        def least(n: int) -> float:
            return call(floor, EnvironBuilder(path="/pulse", method="POST", json=spans(n * 5 + 1, 0)).get_environ())

        tools: dict[str, Callable[[int], float]] = {"bare Flask POST with one insert": least, "LTI Proctor": ours}
        compare(tools, "a pulse", times=PULSES, rounds=ROUNDS, aim=2.5)


if __name__ == "__main__":
    main()
