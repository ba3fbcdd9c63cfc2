"""The PDF of an attempt of 3 hours (16 metrics, 180 minutes, 300 flags, 60 pictures), beside bare WeasyPrint on the
same page in the same run. `python -m tests.load.pdf`
"""

import base64
import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_migrate import upgrade
from PIL import Image

from lti_proctor import create_app
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import fire
from lti_proctor.exams.addons import Addon, Metric
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.monitoring.models import Disposition, Flag, MinuteSample
from lti_proctor.report import pdf
from lti_proctor.report.gather import gather
from lti_proctor.review import remarks
from lti_proctor.review.models import RemarkKind
from lti_proctor.settings import ROOT, load
from lti_proctor.web.report import pdf_page
from tests.factories import make_attempt, make_exam, make_user

MINUTES, FLAGS, PICTURES, ROUNDS = 180, 300, 60, 5
#: The same page with nothing of ours around it.
BARE = """
import base64, json, sys
from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse
given = json.load(sys.stdin.buffer)
class Fetcher(URLFetcher):
    def fetch(self, url, headers=None):
        kind, data = given["assets"][url.removeprefix("report:")]
        return URLFetcherResponse(url, base64.b64decode(data), {"Content-Type": kind})
page = HTML(string=given["html"], url_fetcher=Fetcher())
sys.stdout.buffer.write(page.write_pdf(stylesheets=[CSS(string=given["css"])], pdf_variant="pdf/ua-1"))
"""


def a_picture() -> bytes:
    """As noisy as a camera's."""
    soft = Image.effect_noise((320, 180), 40).resize((1280, 720))
    ramp = Image.linear_gradient("L").resize((1280, 720))
    out = io.BytesIO()
    Image.blend(ramp, soft, 0.3).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def make_long(now: datetime) -> Attempt:
    exam = make_exam(now, addons=frozenset({Addon.track}), metrics=dict.fromkeys(Metric, Decimal(1)))
    attempt = make_attempt(
        now, exam=exam, status=Status.started, started_at=now, seen_at=now, config_version=1,
        deadline_at=now + timedelta(minutes=MINUTES),
    )  # fmt: skip
    chance = random.Random(1)
    told = {"attempt_id": attempt.id, "told_ms": 60_000}
    for minute in range(MINUTES):
        for metric in Metric:
            db.session.add(MinuteSample(minute=minute, metric=metric, violated_ms=chance.randrange(9000), **told))
    for n in range(FLAGS):
        at = now + timedelta(seconds=n * 36)
        disposition = Disposition.confirmed if n % 3 else Disposition.open
        db.session.add(
            Flag(
                attempt_id=attempt.id, metric=chance.choice(list(Metric)), starts_at=at, disposition=disposition,
                ends_at=at + timedelta(seconds=20), violated_ms=15_000, pieces=[],
            )
        )  # fmt: skip
    reviewer = Actor(Role.reviewer, make_user(now, name="Dr Vega").id)
    picture = a_picture()
    for n in range(PICTURES):
        moment = now + timedelta(minutes=n)
        remarks.write(attempt, RemarkKind.note, f"Note {n}", moment=moment, picture=picture, actor=reviewer, now=now)
    fire(attempt, Event.submit, actor=Actor(Role.learner, attempt.user_id), now=now + timedelta(minutes=MINUTES))
    db.session.commit()
    return attempt


def spent(act: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds of CPU, of this process and its children, and of the clock; and what came."""
    before, begun = os.times(), time.perf_counter()
    found = act()
    after = os.times()
    return sum(after[:4]) - sum(before[:4]), time.perf_counter() - begun, found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environ = {"LTI_PROCTOR_CONFIG": str(ROOT / "config" / "test.toml"), "LTI_PROCTOR_DATA_DIR": folder}
        app = create_app(load(environ, base_url="http://localhost", queue_url="memory:"))
        with app.app_context():
            upgrade(directory=str(ROOT / "migrations"))
        with app.test_request_context():
            now = datetime(2026, 11, 24, 9, tzinfo=UTC)
            attempt = make_long(now)
            report = gather(attempt, now=now + timedelta(hours=4))
            html, assets = pdf_page.page_of(attempt, report)
            encoded = {name: [kind, base64.b64encode(data).decode()] for name, (kind, data) in assets.items()}
            given = json.dumps({"html": html, "css": pdf_page.sheet(), "assets": encoded}).encode()

            def bare() -> bytes:
                return subprocess.run([sys.executable, "-c", BARE], input=given, capture_output=True, check=True).stdout

            def ours() -> bytes:
                page, shown = pdf_page.page_of(attempt, report)
                return pdf.make(page, pdf_page.sheet(), shown)

            found = []
            for _ in range(ROUNDS):
                plain, own = spent(bare), spent(ours)
                found.append((plain, own))
                print(f"bare: {plain[0]:.2f} s CPU, {plain[1]:.2f} s   ours: {own[0]:.2f} s CPU, {own[1]:.2f} s")
            best = [min(row[side][0] for row in found) for side in (0, 1)]
            print(f"{best[1] / best[0]:.2f} times bare WeasyPrint; {best[1]:.2f} s; {len(own[2])} bytes")
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(f"memory of the process that draws: {peak:.0f} MB")
        app.extensions["outside"].close()


if __name__ == "__main__":
    main()
