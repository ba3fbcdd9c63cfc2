"""A provider that speaks the REST protocol over real HTTP, and does wrong what a test tells it to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Heard:
    """One request that came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def form(self):
        return {key: values[0] for key, values in parse_qs(self.body.decode()).items()}


@dataclass
class Script:
    """What the provider answers: `answers` by method and path, else what a good provider says."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: dict[tuple[str, str], list] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)

    def says(self, method, path, *answers):
        """Answers in turn, the last one for ever: a value is JSON with status 200; (status, value[, headers]); or
        "hang".
        """
        self.answers[method, path] = list(answers)

    def calls(self, *, with_tokens=False):
        return [(one.method, one.path) for one in self.heard if with_tokens or "access_token" not in one.path]

    def answer(self, heard):
        given = self.answers.get((heard.method, heard.path))
        if given:
            return given.pop(0) if len(given) > 1 else given[0]
        return self._good(heard)

    def _good(self, heard):
        path = urlsplit(heard.path).path
        if path == "/oauth2/access_token":
            n = sum("access_token" in one.path for one in self.heard)
            return {"access_token": f"token-{n}", "expires_in": 3600, "token_type": "JWT"}
        if path == "/api/v1/config/":
            return {"name": "Watcher", "rules": {"allow_notes": "Notes"}, "instructions": ["General"],
                    "download_url": "https://watcher.example/download"}  # fmt: skip
        if path.startswith("/api/v1/exam/"):
            return self._exam(heard.method, path.removeprefix("/api/v1/exam/").strip("/").split("/"))
        if path.startswith("/api/v1/user/"):
            return True
        return (404, {"detail": "unknown"})

    def _exam(self, method, parts):
        if len(parts) == 3 and method == "GET":
            return {
                "id": parts[2],
                "status": "created",
                "instructions": ["Install it"],
                "download_url": "https://x.example",
            }
        if len(parts) == 3:
            return {"status": "deleted" if method == "DELETE" else "heard"}
        return {"id": "attempt-1" if len(parts) == 2 else "exam-1"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: Script

    def do_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        names = {name.lower(): value for name, value in self.headers.items()}
        heard = Heard(self.command, self.path, names, body)
        self.script.heard.append(heard)
        given = self.script.answer(heard)
        if given == "hang":
            self.close_connection = True
            self.script.stop.wait(10)
            return
        status, value, *more = given if isinstance(given, tuple) else (200, given)
        out = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        for name, text in (more[0] if more else {}).items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(out)))
        self.end_headers()
        self.wfile.write(out)

    do_GET = do_POST = do_PATCH = do_DELETE = do_any  # noqa: N815

    def log_message(self, *args):
        """Nobody reads it."""


@contextmanager
def provider_server() -> Iterator[Script]:
    script = Script()
    handler = type("Scripted", (Handler,), {"script": script})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_given: None
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield script
    finally:
        script.stop.set()
        server.shutdown()
        server.server_close()
        thread.join()
