"""`serve` and `worker`: the web processes and the jobs."""

import subprocess
import sys
from contextlib import ExitStack

import click

from lti_proctor import serve_app
from lti_proctor.cli.web_servers import SERVERS
from lti_proctor.settings import load


def add_to(cli: click.Group) -> None:
    cli.add_command(serve)
    cli.add_command(worker)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Web processes.")
@click.option("--threads", default=8, show_default=True, help="Requests at once in each process.")
@click.option("--jobs/--no-jobs", default=True, help="Also run the jobs, in a process of their own.")
def serve(host: str, port: int, workers: int, threads: int, jobs: bool) -> None:
    """Serve the tool; with the jobs unless told otherwise."""
    run = SERVERS[load().web_server]
    with ExitStack() as stack:
        if jobs:
            stack.enter_context(background([sys.executable, "-m", "lti_proctor", "worker"]))
        run(host, port, workers, threads)


class background:  # noqa: N801 - reads as a verb in a with statement
    """A child process that ends with us."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "background":
        self.process = subprocess.Popen(self.command)
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()


@click.command()
@click.option("--threads", default=2, show_default=True, help="Jobs at once.")
def worker(threads: int) -> None:
    """Run the jobs: what must leave for other systems, and what time does."""
    app = serve_app(load())
    with app.app_context():
        huey = app.extensions["jobs"].huey
        # A retry must not wait for a worker that sleeps longer and longer while nothing is to do.
        options = {"worker_type": "thread", "periodic": True, "check_worker_health": True, "max_delay": 1.0}
        huey.create_consumer(workers=threads, **options).run()
