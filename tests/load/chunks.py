"""CPU of a chunk of 60 kB of a recording, beside a bare Flask PUT that writes the body to a file.

The WSGI applications alone, in one process: `python -m tests.load.chunks`
"""

import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from flask import Flask, jsonify, request
from flask_migrate import upgrade
from flask_wtf.csrf import generate_csrf
from werkzeug.test import EnvironBuilder

from lti_proctor import clock, create_app
from lti_proctor.extensions import db
from lti_proctor.people import service as people
from lti_proctor.settings import ROOT, load
from tests.factories import make_recorded
from tests.load.beside import compare
from tests.load.launches import BASE, our_environ
from tests.load.pulses import call

CHUNKS, ROUNDS, SIZE = 200, 7, 60_000
HEAD = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"


def bare(folder: str) -> Flask:
    """The floor: the body becomes a file."""
    app, kept = Flask("bare"), Path(folder) / "bare"
    kept.mkdir()

    @app.put("/chunk/<int:seq>")
    def chunk(seq: int) -> Any:
        (kept / f"{seq:06d}.webm").write_bytes(request.get_data(cache=False))
        return jsonify(have=seq)

    return app


def prepare(environ: dict[str, str]) -> tuple[Flask, Callable[[int], float]]:
    app = create_app(load(environ))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        now = clock.now()
        attempt = make_recorded(now, lifetime=600)
        token = people.new_token()
        people.open_sign_in(token, user_id=attempt.user_id, data={}, hours=2, now=now)
        db.session.commit()
        path = f"/attempts/{attempt.id}/recordings/camera/segment-of-the-load"
    cookie = f"__Host-lti-proctor={token}"
    with app.test_request_context(headers={"Cookie": cookie}, base_url=BASE):
        csrf = generate_csrf()
    headers = {"Cookie": cookie, "X-CSRFToken": csrf, "Referer": f"{BASE}/", "Accept": "application/json"}

    def put(n: int) -> float:
        query = {"offset": n * SIZE}
        builder = EnvironBuilder(
            path=f"{path}/{n + 1}", method="PUT", data=body(n), query_string=query, base_url=BASE, headers=headers
        )
        return call(app, builder.get_environ())

    return app, put


def body(n: int) -> bytes:
    return (HEAD + os.urandom(16) + bytes(SIZE))[:SIZE] if n == 0 else os.urandom(16) + bytes(SIZE - 16)


def main() -> None:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        environ = our_environ(folder)
        if url := os.environ.get("LOAD_DATABASE_URL"):
            environ["LTI_PROCTOR_DATABASE_URL"] = url
        floor = bare(folder)
        _app, ours = prepare(environ)

        def least(n: int) -> float:
            return call(floor, EnvironBuilder(path=f"/chunk/{n + 1}", method="PUT", data=body(n)).get_environ())

        tools: dict[str, Callable[[int], float]] = {"bare Flask PUT to a file": least, "LTI Proctor": ours}
        compare(tools, "a chunk of 60 kB", times=CHUNKS, rounds=ROUNDS, aim=3)


if __name__ == "__main__":
    main()
