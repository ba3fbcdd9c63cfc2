"""CPU and weight of the report page of a three-hour attempt: 16 metrics, 300 flags, 400 pictures; and of 10,000 flags.

The application alone, without a server around it. `python -m tests.load.report [--profile]`
"""

import argparse
import cProfile
import gzip
import pstats
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient
from flask_migrate import upgrade

from lti_proctor import clock, serve_app
from lti_proctor.extensions import db
from lti_proctor.people import service as people
from lti_proctor.settings import ROOT, load
from tests.factories import make_user
from tests.factories.reports import make_large
from tests.load.launches import our_environ

VIEWS, ROUNDS = 5, 3
SCRIPTS = (
    "pages/report.js",
    "report/player.js",
    "report/timeline.js",
    "report/review.js",
    "report/keys.js",
    "format.js",
)
SHEETS = ("tokens.css", "components.css", "product.css")


def prepare(n_flags: int) -> tuple[FlaskClient, str]:
    """A browser of a teacher and the address of the report."""
    now = clock.now()
    attempt = make_large(now - timedelta(hours=3), n_flags=n_flags)
    teacher, token = make_user(now, name="A teacher"), people.new_token()
    parts = {str(attempt.exam.course_id): "instructor"}
    people.open_sign_in(token, user_id=teacher.id, data={"parts": parts}, hours=2, now=now)
    db.session.commit()
    from flask import current_app

    browser = current_app.test_client()
    browser.set_cookie("lti-proctor", token, domain="localhost")
    browser.set_cookie("__Host-lti-proctor", token, domain="localhost")
    return browser, f"/exams/{attempt.exam_id}/attempts/{attempt.id}/report"


def milliseconds(browser: FlaskClient, path: str) -> tuple[float, bytes]:
    """CPU of one answer, and the answer."""
    begun = time.process_time()
    answer = browser.get(path, base_url="https://localhost")
    spent = (time.process_time() - begun) * 1000
    assert answer.status_code == 200, answer.text[:500]
    return spent, answer.data


def measure(name: str, browser: FlaskClient, path: str) -> None:
    rounds = []
    body = b""
    for turn in range(ROUNDS + 1):
        spent = [milliseconds(browser, path) for _ in range(VIEWS)]
        if turn:  # the first turn warms up
            rounds.append(statistics.mean(one for one, _body in spent))
        body = spent[-1][1]
    weight = len(gzip.compress(body)) / 1000
    print(
        f"{name:<34} {statistics.median(rounds):6.1f} ms CPU ({min(rounds):.1f}–{max(rounds):.1f}), {weight:.0f} kB gz"
    )


def static_weight() -> float:
    files = [ROOT / "static" / "js" / name for name in SCRIPTS] + [ROOT / "static" / "css" / name for name in SHEETS]
    files.append(ROOT / "static" / "img" / "icons.svg")
    return sum(len(gzip.compress(Path(file).read_bytes())) for file in files if file.exists()) / 1000


def main() -> None:
    wanted = argparse.ArgumentParser()
    wanted.add_argument("--profile", action="store_true")
    wanted.add_argument("--quick", action="store_true", help="only the page itself")
    arguments = wanted.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = serve_app(load(our_environ(folder)))
        with app.app_context():
            upgrade(directory=str(ROOT / "migrations"))
            made = {n: prepare(n) for n in ((300,) if arguments.quick else (300, 10_000))}
        browser, path = made[300]
        if arguments.profile:
            milliseconds(browser, path)
            with cProfile.Profile() as profile:
                for _ in range(VIEWS):
                    milliseconds(browser, path)
            pstats.Stats(profile).sort_stats("cumulative").print_stats(70)
            return
        if arguments.quick:
            measure("3 hours, 300 flags: recording", browser, path)
            return
        for part in ("recording", "pictures", "setup", "history", "table"):
            measure(f"3 hours, 300 flags: {part}", browser, f"{path}?part={part}")
        measure("3 hours, 10,000 flags", *made[10_000])
        print(f"scripts, sheets, signs: {static_weight():.0f} kB gzipped")


if __name__ == "__main__":
    main()
