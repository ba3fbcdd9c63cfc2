"""A small LMS in a process of its own that takes scores as a strict one does, and fails as a busy one does.

It refuses a timestamp that is not later in whole seconds (409), fails one call in `FAILS` at random (before or after
keeping the score, or by hanging up), and answers 429 with Retry-After in bursts. `python -m tests.load.lms PORT SEED`
"""

import json
import random
import sys
import threading
import time
from collections import Counter
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FAILS = 10
#: Every so many calls a burst of refusals begins, and how many calls it lasts.
BURST_EVERY, BURST_LENGTH = 1500, 40
TROUBLE = ("500", "503", "kept then 500", "kept then closed", "closed")


class Gradebook:
    """What was taken, in order, and what was answered."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.lock = threading.Lock()
        self.calls = self.burst = 0
        self.taken: list[tuple[str, float, str]] = []
        self.last: dict[str, int] = {}
        self.answers: Counter[str] = Counter()

    def trouble(self) -> str | None:
        with self.lock:
            self.calls += 1
            if self.calls % BURST_EVERY == 0:
                self.burst = BURST_LENGTH
            if self.burst:
                self.burst -= 1
                return "429"
            return self.chance.choice(TROUBLE) if self.chance.randrange(FAILS) == 0 else None

    def take(self, score: dict[str, Any]) -> int:
        second = int(datetime.fromisoformat(score["timestamp"]).timestamp())
        with self.lock:
            if second <= self.last.get(score["userId"], 0):
                return 409
            self.last[score["userId"]] = second
            self.taken.append((score["userId"], score["scoreGiven"], score["timestamp"]))
            return 200


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    gradebook: Gradebook
    connections = 0

    def setup(self) -> None:
        type(self).connections += 1
        super().setup()

    def do_GET(self) -> None:
        book = self.gradebook
        self.answer(200, {"taken": book.taken, "answers": book.answers, "connections": self.connections})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/token":
            self.gradebook.answers["token"] += 1
            self.answer(200, {"access_token": "t", "token_type": "bearer", "expires_in": 3600})
            return
        trouble = self.gradebook.trouble()
        status = self.gradebook.take(json.loads(body)) if trouble is None or trouble.startswith("kept") else None
        self.gradebook.answers[trouble if trouble and status != 409 else str(status)] += 1
        if trouble and trouble.endswith("closed"):
            self.close_connection = True
        elif trouble == "429":
            self.answer(429, {}, {"Retry-After": "1"})
        elif trouble:
            self.answer(int(trouble[-3:]), {"error": trouble})
        else:
            self.answer(status or 200)

    def answer(self, status: int, body: object = None, headers: dict[str, str] | None = None) -> None:
        told = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(told))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main() -> None:
    Handler.gradebook = Gradebook(int(sys.argv[2]))
    Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()


if __name__ == "__main__":
    time.tzset()
    main()
