"""CPU per complete launch inside the WSGI applications alone, without a server around them, in one run.

What `launches` measures with gunicorn contains about 0.3 ms of gunicorn for each request, the same for every tool; here
only the tools' own work counts. `python -m tests.load.applications`
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from werkzeug.test import EnvironBuilder

from lti_proctor import create_app
from lti_proctor.settings import load
from tests.load.launches import BASE, CLIENT, KEY, KEY_SET, bare, our_environ, prepare, token
from tests.load.servers import key_set_server
from tests.load.stock_tool import create

LAUNCHES, ROUNDS = 300, 7


def call(app: Flask, environ: dict[str, Any]) -> tuple[float, list[tuple[str, str]]]:
    """CPU seconds of one request, and the headers of its answer."""
    answered: dict[str, Any] = {}
    begun = time.process_time()
    body = app.wsgi_app(environ, lambda status, headers, _exc=None: answered.update(status=status, headers=headers))
    b"".join(body)
    body.close()  # type: ignore[attr-defined]
    spent = time.process_time() - begun
    assert answered["status"][:3] in {"200", "302", "303"}, answered
    return spent, answered["headers"]


def complete(app: Flask, platform: str, n: int) -> float:
    query = {"iss": platform, "client_id": CLIENT, "login_hint": str(n), "target_link_uri": f"{BASE}/lti/launch"}
    login, headers = call(app, EnvironBuilder(path="/lti/login", query_string=query, base_url=BASE).get_environ())
    location = next(value for name, value in headers if name == "Location")
    cookies = "; ".join(value.split(";")[0] for name, value in headers if name == "Set-Cookie")
    asked = parse_qs(urlsplit(location).query)
    data = {"state": asked["state"][0], "id_token": token(platform, asked["nonce"][0], f"u{n}")}
    post = EnvironBuilder(path="/lti/launch", method="POST", data=data, base_url=BASE, headers={"Cookie": cookies})
    return login + call(app, post.get_environ())[0]


def only_post(app: Flask, platform: str, n: int) -> float:
    data = {"id_token": token(platform, "n", f"u{n}")}
    return call(app, EnvironBuilder(path="/lti/launch", method="POST", data=data, base_url=BASE).get_environ())[0]


def main() -> None:
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    with ExitStack() as stack:
        platform = stack.enter_context(key_set_server(KEY_SET))
        environ = our_environ(stack.enter_context(tempfile.TemporaryDirectory()))
        prepare(platform, environ)
        os.environ.update(BARE_KEY=pem, STOCK_PLATFORM=platform)
        tools: dict[str, tuple[Flask, Callable[[Flask, str, int], float]]] = {
            "bare Flask POST with one RS256 check": (bare(), only_post),
            "stock PyLTI1p3 tool": (create(), complete),
            "LTI Proctor": (create_app(load(environ)), complete),
        }
        found: dict[str, list[float]] = {name: [] for name in tools}
        for turn in range(ROUNDS + 1):
            for name, (app, run) in tools.items():
                first = turn * LAUNCHES
                value = 1000 * sum(run(app, platform, n) for n in range(first, first + LAUNCHES)) / LAUNCHES
                if turn:  # the first turn warms up
                    found[name].append(value)
    medians = {name: statistics.median(values) for name, values in found.items()}
    for name, values in found.items():
        print(f"{name:<38} {medians[name]:5.2f} ms CPU a launch ({min(values):.2f}–{max(values):.2f})")
    floor, stock, ours = medians.values()
    print(f"ours / stock: {ours / stock:.2f} (aim: at most 0.50); ours / bare: {ours / floor:.1f}")


if __name__ == "__main__":
    main()
