"""CPU per complete launch (login and launch of a learner who is new), ours beside the stock tool, in one run.

Each tool runs in one gunicorn worker; its CPU time comes from the system. SQLite. `python -m tests.load.launches`
"""

import json
import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from flask import Flask, redirect, request
from flask_migrate import upgrade
from jwt.algorithms import RSAAlgorithm

from lti_proctor import clock, create_app
from lti_proctor.exams import service as exams
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.config import ExamConfig
from lti_proctor.extensions import db
from lti_proctor.lti.claims import AGS_ENDPOINT, LTI, NRPS
from lti_proctor.settings import ROOT, load
from tests.factories import SCOPES, STAFF, make_platform
from tests.load.servers import Worker, gunicorn, key_set_server

BASE, CLIENT = "https://proctor.load.example", "load-client"
LAUNCHES, ROUNDS = 400, 5
COOKIE = re.compile(r"^([^=]+=[^;]*)")
KEY = generate_private_key(public_exponent=65537, key_size=2048)
KEY_SET = {"keys": [{**json.loads(RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "k", "alg": "RS256", "use": "sig"}]}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def token(platform: str, nonce: str, sub: str) -> str:
    """An id_token as a large LMS sends it: with the roster and the line items of the course."""
    now = int(time.time())
    claims = {
        "iss": platform, "aud": CLIENT, "sub": sub, "iat": now, "exp": now + 300, "nonce": nonce,
        "name": f"Learner {sub}", "given_name": "Learner", "family_name": sub, "email": f"{sub}@load.example",
        LTI + "version": "1.3.0", LTI + "message_type": "LtiResourceLinkRequest", LTI + "deployment_id": "1",
        LTI + "target_link_uri": f"{BASE}/lti/launch",
        LTI + "roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
        LTI + "context": {"id": "c1", "label": "STAT 101", "title": "Statistics"},
        LTI + "resource_link": {"id": "r1", "title": "Exam"},
        LTI + "launch_presentation": {"locale": "en", "document_target": "iframe", "return_url": f"{platform}/back"},
        AGS_ENDPOINT: {
            "scope": SCOPES, "lineitems": f"{platform}/items?type_id=1", "lineitem": f"{platform}/items/1?type_id=1",
        },
        NRPS: {"context_memberships_url": f"{platform}/members", "service_versions": ["1.0", "2.0"]},
    }  # fmt: skip
    return jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "k"})


def prepare(platform: str, environ: dict[str, str], registrations: int = 1) -> None:
    """Our database with the platform in it, and others beside it."""
    app = create_app(load(environ))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        now = clock.now()
        for n in range(1, registrations):
            make_platform(now, issuer=f"https://lms-{n}.load.example", client_id=f"other-{n}")
        make_platform(
            now, issuer=platform, client_id=CLIENT, auth_login_url=f"{platform}/auth", key_set_url=f"{platform}/keys"
        )
        exams.save_template("default", title="Exam", kind=Kind.proctored, config=ExamConfig(), actor=STAFF, now=now)
        db.session.commit()


def our_environ(folder: str) -> dict[str, str]:
    return {
        "LTI_PROCTOR_CONFIG": str(ROOT / "config" / "test.toml"),
        "LTI_PROCTOR_BASE_URL": BASE,
        "LTI_PROCTOR_DATA_DIR": folder,
        "LTI_PROCTOR_DEVELOPMENT": "false",
        "LTI_PROCTOR_LOG_LEVEL": "error",
    }


def bare() -> Flask:
    """The floor: a form post, one RS256 check, a redirect."""
    app = Flask("bare")
    public: Any = load_pem_public_key(os.environ["BARE_KEY"].encode())

    @app.post("/lti/launch")
    def launch() -> Any:
        claims = jwt.decode(request.form["id_token"], public, algorithms=["RS256"], audience=CLIENT)
        return redirect(f"/attempts/{len(claims)}", 303)

    return app


def complete(worker: Worker, platform: str, n: int) -> None:
    """Login and launch of learner `n`, with the cookies carried as a browser would."""
    query = {"iss": platform, "client_id": CLIENT, "login_hint": str(n), "target_link_uri": f"{BASE}/lti/launch"}
    status, headers, _body = worker.send("GET", f"/lti/login?{urlencode(query)}")
    assert status == 302, status
    cookies = "; ".join(COOKIE.match(value).group(1) for value in headers.get_all("Set-Cookie") or [])  # type: ignore[union-attr]
    asked = parse_qs(urlsplit(str(headers["Location"])).query)
    body = urlencode({"state": asked["state"][0], "id_token": token(platform, asked["nonce"][0], f"u{n}")})
    status, _headers, page = worker.send("POST", "/lti/launch", body, {**FORM, "Cookie": cookies})
    assert status in {200, 303}, page[:500]


def only_post(worker: Worker, platform: str, n: int) -> None:
    body = urlencode({"id_token": token(platform, "n", f"u{n}")})
    worker.send("POST", "/lti/launch", body, FORM)


Run = Callable[[Worker, str, int], None]


def cpu_of(worker: Worker, run: Run, platform: str, first: int) -> float:
    """Milliseconds of the worker's CPU for one launch."""
    begun = worker.cpu_seconds()
    for n in range(first, first + LAUNCHES):
        run(worker, platform, n)
    return 1000 * (worker.cpu_seconds() - begun) / LAUNCHES


def main() -> None:
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    with ExitStack() as stack:
        platform = stack.enter_context(key_set_server(KEY_SET))
        environ = our_environ(stack.enter_context(tempfile.TemporaryDirectory()))
        prepare(platform, environ)
        tools: dict[str, tuple[Worker, Run]] = {
            "bare Flask POST with one RS256 check": (
                stack.enter_context(gunicorn("tests.load.launches:bare()", {"BARE_KEY": pem})),
                only_post,
            ),
            "stock PyLTI1p3 tool": (
                stack.enter_context(gunicorn("tests.load.stock_tool:create()", {"STOCK_PLATFORM": platform})),
                complete,
            ),
            "the same with its key caching on": (
                stack.enter_context(
                    gunicorn("tests.load.stock_tool:create()", {"STOCK_PLATFORM": platform, "STOCK_CACHE": "1"})
                ),
                complete,
            ),
            "LTI Proctor": (stack.enter_context(gunicorn("wsgi:app", environ)), complete),
        }
        found: dict[str, list[float]] = {name: [] for name in tools}
        for turn in range(ROUNDS + 1):
            for name, (worker, run) in tools.items():
                value = cpu_of(worker, run, platform, turn * LAUNCHES)
                if turn:  # the first turn warms up
                    found[name].append(value)
    report(found)


def report(found: dict[str, list[float]]) -> None:
    medians = {name: statistics.median(values) for name, values in found.items()}
    for name, values in found.items():
        print(f"{name:<38} {medians[name]:5.2f} ms CPU a launch ({min(values):.2f}–{max(values):.2f})")
    floor, stock, cached, ours = medians.values()
    print(f"ours / stock: {ours / stock:.2f} (aim: at most 0.50); ours / stock with key caching: {ours / cached:.2f}")
    print(f"ours / bare: {ours / floor:.1f}")


if __name__ == "__main__":
    main()
