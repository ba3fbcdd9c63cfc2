"""A small practice LMS: an LTI 1.3 platform for the demo and the tests. It imports nothing else of this program."""

import secrets
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit
from uuid import uuid4

from flask import Flask

from lti_proctor.sandbox import (
    administration,
    ags,
    assessment_control,
    assessments,
    behaviour,
    control,
    deep_linking,
    gradebook,
    nrps,
    oauth,
    oidc,
    pages,
    proctored,
    registration,
    start_assessment,
    starts,
    trouble,
    wellknown,
)
from lti_proctor.sandbox.answers import prepare
from lti_proctor.sandbox.config import DEEP_LINKING, RESOURCE_LINK, FirstLink, SandboxConfig
from lti_proctor.sandbox.context import Sandbox
from lti_proctor.sandbox.keys import SigningKeys
from lti_proctor.sandbox.moments import now_utc
from lti_proctor.sandbox.paths import STATIC, TEMPLATES
from lti_proctor.sandbox.store import Store
from lti_proctor.sandbox.tool_keys import FetchKeys, ToolKeySets, fetch_over_http

__all__ = ["DEEP_LINKING", "RESOURCE_LINK", "FirstLink", "SandboxConfig", "create_sandbox", "furnish"]
MESSAGES = (oidc, starts, deep_linking, start_assessment)
SERVICES = (oauth, ags, nrps, assessment_control, registration, wellknown, control)
PAGES = (pages, proctored, assessments, gradebook, trouble, behaviour, administration)
LARGEST_REQUEST = 2 * 1024 * 1024


def create_sandbox(
    config: SandboxConfig, *, fetch_keys: FetchKeys | None = None, clock: Callable[[], datetime] = now_utc
) -> Flask:
    """`fetch_keys` replaces reading the tool's key set over HTTP, `clock` the time, both for tests."""
    app = Flask(__name__, template_folder=str(TEMPLATES), static_folder=str(STATIC), static_url_path="/static")
    for part in (*MESSAGES, *SERVICES, *PAGES):
        app.register_blueprint(part.bp)
    prepare(app)
    furnish(app, config, fetch_keys=fetch_keys, clock=clock)
    return app


def furnish(
    app: Flask, config: SandboxConfig, *, fetch_keys: FetchKeys | None = None, clock: Callable[[], datetime] = now_utc
) -> None:
    """From now on the application is the LMS of this configuration and its folder, whatever it was before."""
    store = Store(config.data_dir / "sandbox.sqlite3")
    platform = Sandbox(
        config=config,
        store=store,
        keys=SigningKeys(store),
        key_sets=ToolKeySets(lambda address: fetch_keys or fetch_over_http(address)),
        clock=clock,
        secret=store.first_fact("secret", secrets.token_urlsafe(48)),
        guid=store.first_fact("guid", str(uuid4())),
    )
    platform.furnish()
    address = urlsplit(config.base_url)
    app.config.update(
        SECRET_KEY=platform.secret,
        SERVER_NAME=address.netloc,
        PREFERRED_URL_SCHEME=address.scheme,
        SESSION_COOKIE_NAME="practice_lms",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=address.scheme == "https",
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
    )
    app.extensions["sandbox"] = platform
