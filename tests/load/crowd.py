"""Many exam windows at once: pulses of learners who all sit an exam, through a real server, counted in the database.

Each learner sends a pulse every five seconds, as the product does, with five spans. A pulse is due at its moment
whether the server is ready or not, and its time is counted from there: what had to wait shows (no coordinated
omission). What is not acknowledged is sent again. At the end every span that was acknowledged must be in the database
once.

python -m tests.load.crowd [--database postgres] [--learners 3000] [--seconds 600] [--workers 1] [--jobs]
python -m tests.load.crowd --learners 0      # as many pulses as one worker can take, eight at once
"""

import argparse
import asyncio
import heapq
import json
import random
import statistics
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from flask_migrate import upgrade
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, insert, select

from lti_proctor import clock, create_app
from lti_proctor.attempts.models import Attempt
from lti_proctor.exams.addons import Metric
from lti_proctor.extensions import db
from lti_proctor.monitoring.models import SpanBatch
from lti_proctor.people import service as people
from lti_proctor.people.models import SignIn, User
from lti_proctor.settings import ROOT, load
from tests.factories import make_watched
from tests.load.launches import BASE, our_environ
from tests.load.pulses import spans
from tests.load.scores import process
from tests.load.servers import Worker, database, gunicorn

EVERY, SPANS, PATIENCE, LINES = 5.0, 5, 10.0, 64


@dataclass
class Learner:
    """One exam window. `kept` is the last sequence number that was acknowledged."""

    attempt_id: int
    head: str
    begins: int
    kept: int = 0

    def request(self) -> bytes:
        body = json.dumps(spans(self.kept + 1, self.begins)).encode()
        return f"{self.head}Content-Length: {len(body)}\r\n\r\n".encode() + body


@dataclass
class Told:
    """What came of the pulses: seconds from the moment when each was due, and how many had to be sent again."""

    seconds: list[float] = field(default_factory=list)
    again: int = 0
    memory: list[tuple[float, float]] = field(default_factory=list)


def prepare(app: Flask, number: int) -> list[Learner]:
    """Learners who take one exam, each signed in."""
    upgrade(directory=str(ROOT / "migrations"))
    now = clock.now()
    watched = {metric: Decimal(1) for metric in (Metric.b1, Metric.b2, Metric.b3, Metric.n1, Metric.s2)}
    first = make_watched(now, metrics=watched, lifetime=600)
    names = [{"username": f"u{n}", "old_passwords": [], "created_at": now} for n in range(number)]
    db.session.execute(insert(User), names)
    ids = db.session.scalars(select(User.id).where(User.username.like("u%")).order_by(User.id)).all()[-number:]
    same = {key: getattr(first, key) for key in ("exam_id", "status", "started_at", "deadline_at", "config_version")}
    rows = [{**same, "identifier": f"crowd-{i}", "user_id": i, "created_at": now, "seen_at": now} for i in ids]
    db.session.execute(insert(Attempt), rows)
    tokens = {i: people.new_token() for i in ids}
    signed_in = {"data": {}, "created_at": now, "expires_at": first.deadline_at}
    known = [{**signed_in, "user_id": i, "token_hash": people.hash_token(token)} for i, token in tokens.items()]
    db.session.execute(insert(SignIn), known)
    found = db.session.execute(select(Attempt.id, Attempt.user_id).where(Attempt.user_id.in_(ids))).all()
    db.session.commit()
    begins = clock.to_ms(now)
    return [Learner(attempt_id, head(app, attempt_id, tokens[user_id]), begins) for attempt_id, user_id in found]


def head(app: Flask, attempt_id: int, token: str) -> str:
    cookie = f"Cookie: __Host-lti-proctor={token}"
    # In an application context of its own: Flask-WTF remembers the token there.
    with app.app_context(), app.test_request_context(headers=[tuple(cookie.split(": "))], base_url=BASE):
        csrf = generate_csrf()
    lines = (f"POST /attempts/{attempt_id}/pulse HTTP/1.1", f"Host: {urlsplit(BASE).netloc}", cookie,
             f"X-CSRFToken: {csrf}", "Content-Type: application/json", "")  # fmt: skip
    return "\r\n".join(lines)


class Line:
    """A connection that is kept, and opened again when the server has closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def send(self, learner: Learner) -> bool:
        """Whether the pulse was acknowledged."""
        try:
            return await asyncio.wait_for(self._send(learner), PATIENCE)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            self.close()
            return False

    async def _send(self, learner: Learner) -> bool:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.reader is not None
        self.writer.write(learner.request())
        answer = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        length = int(answer.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        body = await self.reader.readexactly(length)
        if b"connection: close" in answer:
            self.close()
        assert answer.startswith(b"http/1.1 200"), (answer, body)
        learner.kept = json.loads(body)["kept"]
        return True

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


async def crowd(worker: Worker, learners: list[Learner], seconds: float) -> Told:
    """Every learner's pulse at its own moment of each five seconds."""
    told, begun, chance = Told(), time.monotonic(), random.Random(1)
    due = [(begun + chance.random() * EVERY, place) for place in range(len(learners))]
    heapq.heapify(due)

    async def serve_line() -> None:
        line = Line(worker.port)
        while due and due[0][0] < begun + seconds:
            moment, place = heapq.heappop(due)
            if (wait := moment - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            while not await line.send(learners[place]):
                told.again += 1
            done = time.monotonic()
            told.seconds.append(done - moment)
            heapq.heappush(due, (max(moment + EVERY, done), place))
        line.close()

    async def weigh() -> None:
        while time.monotonic() < begun + seconds:
            told.memory.append((time.monotonic() - begun, megabytes(worker)))
            await asyncio.sleep(min(15, seconds / 10))

    await asyncio.gather(weigh(), *(serve_line() for _ in range(LINES)))
    told.memory.append((time.monotonic() - begun, megabytes(worker)))
    return told


async def as_many_as_possible(port: int, learners: list[Learner], seconds: float, at_once: int = 8) -> float:
    """Pulses a second, each line with learners of its own, one pulse after the other."""
    number, until = 0, time.monotonic() + seconds

    async def busy_line(mine: list[Learner]) -> None:
        nonlocal number
        line = Line(port)
        while time.monotonic() < until:
            for learner in mine:
                was_kept = await line.send(learner)
                number += was_kept  # only now: others have counted meanwhile
        line.close()

    begun = time.monotonic()
    await asyncio.gather(*(busy_line(learners[n::at_once]) for n in range(at_once)))
    return number / (time.monotonic() - begun)


def megabytes(worker: Worker) -> float:
    """Memory of all workers."""
    texts = (Path(f"/proc/{pid}/status").read_text("ascii") for pid in worker.pids())
    return sum(int(text.split("VmRSS:", 1)[1].split()[0]) for text in texts) / 1024


def count(learners: list[Learner]) -> int:
    """Every span that was acknowledged is kept once, and none besides; how many there are."""
    sums = select(
        SpanBatch.attempt_id, func.max(SpanBatch.last_seq), func.sum(SpanBatch.last_seq - SpanBatch.first_seq + 1)
    )
    kept = {
        attempt_id: (last, int(total))
        for attempt_id, last, total in db.session.execute(sums.group_by(SpanBatch.attempt_id))
    }
    for learner in learners:
        assert kept.get(learner.attempt_id, (0, 0)) == (learner.kept, learner.kept), (learner, kept[learner.attempt_id])
    return sum(total for _last, total in kept.values())


def report(told: Told, learners: list[Learner], seconds: float, cpu: float) -> None:
    took = sorted(told.seconds)
    middle, late = statistics.median(took), took[int(len(took) * 0.99)]
    after = next((m for at, m in told.memory if at >= min(60, seconds / 10)), 0.0)
    print(f"{len(learners)} learners for {seconds:.0f} s: {len(took) / seconds:.0f} pulses a second")
    print(f"from the moment each was due: {1000 * middle:.1f} ms in the middle, p99 {1000 * late:.0f} ms, at most "
          f"{1000 * took[-1]:.0f} ms; {told.again} sent again; {1000 * cpu / len(took):.2f} ms CPU each")  # fmt: skip
    print(f"memory of the workers: {after:.1f} MB at first, {told.memory[-1][1]:.1f} MB at the end")


def run(given: argparse.Namespace) -> None:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="load"))
        environ = {**our_environ(folder), **stack.enter_context(database(given.database, folder))}
        app = create_app(load(environ))
        stack.enter_context(app.app_context())
        learners = prepare(app, given.learners or 1000)
        running = gunicorn("wsgi:app", environ, threads=given.threads, workers=given.workers, server=given.server)
        worker = stack.enter_context(running)
        if given.jobs:
            stack.enter_context(process("-m", "lti_proctor", "worker", environ=environ))
        asyncio.run(as_many_as_possible(worker.port, learners[:200], 2))  # warms up
        cpu, kept = worker.cpu_seconds(), sum(learner.kept for learner in learners)
        if given.learners:
            told = asyncio.run(crowd(worker, learners, given.seconds))
            report(told, learners, given.seconds, worker.cpu_seconds() - cpu)
        else:
            rate = asyncio.run(as_many_as_possible(worker.port, learners, given.seconds))
            number = (sum(learner.kept for learner in learners) - kept) / SPANS
            print(f"{given.database}, {given.workers} worker(s), eight at once: {rate:.0f} pulses a second, "
                  f"{1000 * (worker.cpu_seconds() - cpu) / number:.2f} ms CPU of the workers each")  # fmt: skip
        print(f"{count(learners)} spans acknowledged and kept, none lost and none twice")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--learners", type=int, default=3000)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--server", choices=["gunicorn", "granian"], default="gunicorn")
    parser.add_argument("--jobs", action="store_true", help="count what comes meanwhile, as the product does")
    run(parser.parse_args())


if __name__ == "__main__":
    main()
