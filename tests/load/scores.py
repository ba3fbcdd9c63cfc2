"""10,000 queued scores through real workers to an LMS that fails: each once, in order, and how fast.

python -m tests.load.scores [--database postgres] [--workers 1] [--threads 2] [--learners 1000] [--profile]
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, insert, select

from lti_proctor import clock, create_app, outbox
from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import db, table_of
from lti_proctor.outbox import Effect, State
from lti_proctor.people.models import Identity, User
from lti_proctor.platforms import keys
from lti_proctor.settings import ROOT, load
from tests.factories import make_course, make_exam, make_link, make_platform
from tests.load.servers import cpu_seconds, database, wait_for
from tests.ports import free_port

EACH = 10
SHORT_RETRIES = {"LTI_PROCTOR_OUTBOX_FIRST_RETRY_SECONDS": "0.2", "LTI_PROCTOR_OUTBOX_MAX_RETRY_SECONDS": "2"}


def prepare(app: Flask, lms: str, learners: int) -> None:
    """A class with one attempt each."""
    upgrade(directory=str(ROOT / "migrations"))
    now = clock.now()
    platform = make_platform(now, issuer=lms, auth_token_url=f"{lms}/token")
    keys.make_key(now=now)
    exam = make_exam(now, make_course(now, platform))
    link = make_link(exam, line_item_url=f"{lms}/items/1?type_id=1", line_items_url=None)
    db.session.flush()
    numbers = range(1, learners + 1)
    users = [{"username": f"u{n}", "nickname": f"Learner {n}", "old_passwords": [], "created_at": now} for n in numbers]
    db.session.execute(insert(User), users)
    ids = list(db.session.scalars(select(User.id).order_by(User.id)))
    known = [{"registration_id": platform.id, "user_id": i, "subject": f"sub-{i}"} for i in ids]
    db.session.execute(insert(Identity), known)
    attempts = [
        {"identifier": f"a{i}", "exam_id": exam.id, "user_id": i, "resource_link_id": link.id, "created_at": now}
        for i in ids
    ]
    db.session.execute(insert(Attempt), attempts)
    db.session.commit()


def queue() -> int:
    """Write the messages as the program does: each learner's second follows when everybody's first is written."""
    now = clock.now()
    attempts = db.session.execute(select(Attempt.id, Attempt.resource_link_id, Attempt.user_id)).all()
    for number in range(1, EACH + 1):
        stamp = (now + timedelta(seconds=number)).isoformat(timespec="milliseconds")
        for attempt_id, link_id, user_id in attempts:
            payload = {
                "attempt": attempt_id, "activity": "Completed", "progress": "FullyGraded", "given": str(number),
                "maximum": "10", "comment": "accepted", "timestamp": stamp, "started_at": None, "submitted_at": None,
                "clears": False, "scorer": None,
            }  # fmt: skip
            subject, lane = f"attempt:{attempt_id}", f"score:{link_id}:{user_id}"
            outbox.put("lti.score", lane=lane, subject=subject, payload=payload, now=now)
        db.session.commit()
    return len(attempts) * EACH


@contextmanager
def process(*command: str, environ: dict[str, str] | None = None) -> Iterator["subprocess.Popen[bytes]"]:
    running = subprocess.Popen([sys.executable, *command], env={**os.environ, **(environ or {})})
    try:
        yield running
    finally:
        running.terminate()
        running.wait(30)


def waiting() -> int:
    left = db.session.scalar(select(func.count()).select_from(table_of(Effect)).where(Effect.state == State.waiting))
    db.session.rollback()
    return left or 0


def peak_memory(pid: int) -> float:
    """Megabytes that a process had at most."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def check(report: dict[str, Any], learners: int) -> None:
    """Every score once, in order, with timestamps that grow."""
    by_user: dict[str, list[tuple[float, str]]] = {}
    for user, given, stamp in report["taken"]:
        by_user.setdefault(user, []).append((given, stamp))
    assert len(by_user) == learners, len(by_user)
    for user, told in by_user.items():
        assert [given for given, _stamp in told] == list(range(1, EACH + 1)), (user, told)
        assert all(a[1][:19] < b[1][:19] for a, b in itertools.pairwise(told)), (user, told)
    not_done = db.session.scalar(select(func.count()).where(Effect.state != State.done))
    assert not_done == 0, not_done


def run(arguments: argparse.Namespace) -> None:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="load"))
        port = free_port()
        stack.enter_context(process("-m", "tests.load.lms", str(port), str(arguments.seed)))
        wait_for(port)
        lms = f"http://127.0.0.1:{port}"
        environ = {
            "LTI_PROCTOR_CONFIG": str(ROOT / "config" / "test.toml"), "LTI_PROCTOR_DATA_DIR": folder,
            "LTI_PROCTOR_LOG_LEVEL": "error", **SHORT_RETRIES,
            **stack.enter_context(database(arguments.database, folder)),
        }  # fmt: skip
        app = create_app(load(environ))
        stack.enter_context(app.app_context())
        prepare(app, lms, arguments.learners)
        begun = time.monotonic()
        total = queue()
        print(f"{total} scores of {arguments.learners} learners, {arguments.database}; written in "
              f"{time.monotonic() - begun:.1f} s")  # fmt: skip
        profiled = ("-m", "cProfile", "-o", "worker.prof") if arguments.profile else ()
        command = (*profiled, "-m", "lti_proctor", "worker", "--threads", str(arguments.threads))
        begun = time.monotonic()
        workers = [stack.enter_context(process(*command, environ=environ)) for _ in range(arguments.workers)]
        while waiting():
            time.sleep(0.2)
        seconds = time.monotonic() - begun
        cpu = sum(cpu_seconds(worker.pid) for worker in workers)
        memory = max(peak_memory(worker.pid) for worker in workers)
        with urllib.request.urlopen(f"{lms}/report", timeout=30) as answer:
            report = json.load(answer)
        print(f"{arguments.workers} worker(s) with {arguments.threads} threads: {seconds:.1f} s, {total / seconds:.0f} "
              f"scores a second, {1000 * cpu / total:.2f} ms CPU a score, {memory:.0f} MB at most")  # fmt: skip
        print(f"answers of the LMS: {report['answers']}, connections: {report['connections']}")
        check(report, arguments.learners)
    print("every score arrived once, in order for each learner, with timestamps that grow by whole seconds")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--learners", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", action="store_true", help="write worker.prof of the main thread")
    run(parser.parse_args())


if __name__ == "__main__":
    main()
