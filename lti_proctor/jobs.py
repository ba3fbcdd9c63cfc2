"""Work outside a request: named jobs with ids as arguments, on a queue that the settings choose.

A noun or door registers `@job("package.verb")`; anybody below queues it by that name only. Every job runs in an
application context and one transaction, may run twice, and checks before it acts.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

import structlog
from flask import Flask, current_app
from huey import Huey, MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey, crontab

from lti_proctor.extensions import db
from lti_proctor.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")
Job = Callable[..., None]

log = structlog.get_logger()
JOBS: dict[str, Job] = {}
EVERY_MINUTE: list[str] = []


def job(name: str, *, every_minute: bool = False) -> Callable[[Job], Job]:
    """Register a function under a name that says its package, such as `outbox.deliver`."""

    def register(function: Job) -> Job:
        if JOBS.setdefault(name, function) is not function:
            raise RuntimeError(f"two jobs are called {name}")
        if every_minute:
            EVERY_MINUTE.append(name)
        return function

    return register


@dataclass(frozen=True)
class Queue:
    """The huey instance of one application and the two tasks that run on it."""

    huey: Huey
    perform: Any

    def put(self, name: str, *args: Any, at: datetime | None = None) -> None:
        if at is None:
            self.perform(name, args)
        else:
            # Aware: huey takes a naive moment for local time and forgets its microseconds, and a job that comes too
            # early finds nothing to do.
            self.perform.schedule((name, args), eta=at)


def init_app(app: Flask, settings: Settings) -> None:
    huey = _huey(settings)
    perform = huey.task(name="perform")(_in(app, run))

    @huey.periodic_task(crontab(), name="every_minute")  # type: ignore[untyped-decorator]
    def every_minute() -> None:
        for name in EVERY_MINUTE:
            perform(name, ())

    app.extensions["jobs"] = Queue(huey, perform)


def put(name: str, *args: Any, at: datetime | None = None) -> None:
    """Queue a job by name, at once or at a moment (aware)."""
    current_app.extensions["jobs"].put(name, *args, at=at)


def offer(name: str, *args: Any) -> None:
    """Queue a job that a sweeper would find as well: a queue that is away stops nobody."""
    try:
        put(name, *args)
    except Exception:
        log.exception("job.not_queued", job=name)


def run(name: str, args: tuple[Any, ...]) -> None:
    """Run one job now in one transaction."""
    try:
        JOBS[name](*args)
        db.session.commit()
    except Exception:
        db.session.rollback()
        log.exception("job.broke", job=name, args=args)
        raise


def _in(app: Flask, function: Callable[P, R]) -> Callable[P, R]:
    def within(*args: P.args, **kwargs: P.kwargs) -> R:
        with app.app_context():
            return function(*args, **kwargs)

    return within


class _Line(sqlite3.Connection):
    """Waits for the disk at checkpoints only, as the program's own database does: what a power cut takes from the
    queue, the sweepers find.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute("PRAGMA synchronous=NORMAL")


def _huey(settings: Settings) -> Huey:
    url = settings.queue_url
    common: dict[str, Any] = {"name": "lti-proctor", "results": False, "utc": True}
    if url == "memory:":
        return MemoryHuey(**common)
    if url.startswith(("postgresql", "postgres")):
        return PostgresHuey(dsn=url.replace("postgresql+psycopg://", "postgresql://"), **common)
    if url.startswith(("redis:", "rediss:", "unix:")):
        return RedisHuey(url=url, **common)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(filename=str(settings.data_dir / "queue.db"), factory=_Line, **common)
