"""Launches a second with four gunicorn workers on PostgreSQL, from browsers in processes of their own.

python -m tests.load.throughput [--workers 4] [--browsers 4] [--launches 4000] [--database sqlite]
"""

import argparse
import multiprocessing
import tempfile
import time
from contextlib import ExitStack

from tests.load.launches import KEY_SET, complete, our_environ, prepare
from tests.load.servers import Worker, database, gunicorn, key_set_server


class Server(Worker):
    """The same server as another process sees it: only its port counts."""

    def __init__(self, port: int) -> None:
        self.port = port


def launch_all(port: int, platform: str, first: int, number: int) -> None:
    """One browser after the other, as fast as they can."""
    server = Server(port)
    for n in range(first, first + number):
        complete(server, platform, n)


def run(worker: Worker, platform: str, first: int, launches: int, browsers: int) -> float:
    """Seconds for this many launches."""
    each = launches // browsers
    fork = multiprocessing.get_context("fork")
    crowd = [
        fork.Process(target=launch_all, args=(worker.port, platform, first + n * each, each)) for n in range(browsers)
    ]
    begun = time.monotonic()
    for browser in crowd:
        browser.start()
    for browser in crowd:
        browser.join()
    assert all(browser.exitcode == 0 for browser in crowd)
    return time.monotonic() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="postgres")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--browsers", type=int, default=4)
    parser.add_argument("--launches", type=int, default=4000)
    given = parser.parse_args()
    with ExitStack() as stack:
        platform = stack.enter_context(key_set_server(KEY_SET))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="load"))
        environ = {**our_environ(folder), **stack.enter_context(database(given.database, folder))}
        prepare(platform, environ, 100)
        worker = stack.enter_context(gunicorn("wsgi:app", environ, workers=given.workers))
        run(worker, platform, 0, 400, given.browsers)
        rates, cpu = [], worker.cpu_seconds()
        for turn in range(3):
            seconds = run(worker, platform, 10_000 * (turn + 1), given.launches // 3, given.browsers)
            rates.append(given.launches // 3 / seconds)
        spent = 1000 * (worker.cpu_seconds() - cpu) / given.launches
    print(f"{given.workers} workers, {given.database}, {given.browsers} browsers at once: {sorted(rates)[1]:.0f} "
          f"complete launches a second ({min(rates):.0f}–{max(rates):.0f}), {spent:.2f} ms CPU of the workers "
          "each")  # fmt: skip


if __name__ == "__main__":
    main()
