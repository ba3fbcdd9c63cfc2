"""The web servers that `serve` may run: gunicorn, and Granian where the site chose it (`web_server`, decision 0025)."""

import ctypes
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from lti_proctor import serve_app
from lti_proctor.settings import load

#: Seconds that requests have to end in when the server stops.
GRACE = 15
PR_SET_PDEATHSIG = 1


class Gunicorn(BaseApplication):  # type: ignore[misc]
    """gunicorn with our application and no configuration file."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for key, value in self.options.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        return web_app()


def web_app() -> Flask:
    return serve_app(load())


def worker_app() -> Flask:
    """The application of a Granian worker. It would go on serving after its main process was killed; the system ends it
    then (Linux, prctl(2)).
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    return web_app()


def run_gunicorn(host: str, port: int, workers: int, threads: int) -> None:
    options = {
        "bind": f"{host}:{port}",
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        "timeout": 60,
        "graceful_timeout": GRACE,
        "keepalive": 5,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "control_socket_disable": True,
    }
    Gunicorn(options).run()


def run_granian(host: str, port: int, workers: int, threads: int) -> None:
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    server = Granian(
        f"{__name__}:{worker_app.__name__}",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        # Kept while nobody asks: a thread that begins anew opens its own connection to the database.
        blocking_threads_idle_timeout=600,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=GRACE,
        respawn_failed_workers=True,
        factory=True,
    )
    server.serve()


SERVERS: Mapping[str, Callable[[str, int, int, int], None]] = {"gunicorn": run_gunicorn, "granian": run_granian}
