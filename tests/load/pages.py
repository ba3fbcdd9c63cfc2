"""CPU and weight of interstitial pages: one gunicorn worker on SQLite. `python -m tests.load.pages`"""

import gzip
import re
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path

from lti_proctor import clock, create_app
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.exams.config import ExamConfig, Preset, with_preset
from lti_proctor.extensions import db
from lti_proctor.people import service as people
from lti_proctor.settings import ROOT, load
from tests.factories import make_attempt, make_exam, make_running
from tests.load.launches import our_environ, prepare
from tests.load.servers import Worker, gunicorn

VIEWS, ROUNDS = 300, 5
ASSET = re.compile(r'(?:href|src)="(/static/[^"#]+)')
IMPORT = re.compile(r'from "(\.{1,2}/[^"]+)"')


def pages(environ: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Paths of pages and the cookie that opens them."""
    app = create_app(load(environ))
    with app.app_context():
        now = clock.now()
        config = with_preset(ExamConfig(url="https://quiz.example/", lifetime=60), Preset.supervised).model_dump()
        exam = make_exam(now, **config)
        made = {
            "rules": make_attempt(now, exam=exam, status=Status.download_software_clicked),
            "ready to start": make_attempt(now, exam=make_exam(now, lifetime=60), status=Status.ready_to_start),
            "exam": make_running(now, lifetime=60, url="https://quiz.example/"),
            "submitted": make_attempt(now, exam=exam, status=Status.submitted, started_at=now, stopped_at=now),
        }
        found = {}
        for name, attempt in made.items():
            token = people.new_token()
            people.open_sign_in(token, user_id=attempt.user_id, data={}, hours=2, now=now)
            found[name] = (f"/attempts/{attempt.id}", f"__Host-lti-proctor={token}")
        db.session.commit()
    return found


def weight(worker: Worker, page: bytes) -> int:
    """Bytes of page, styles, scripts with what they import, and pictures, each gzipped as a proxy would send them."""
    total = len(gzip.compress(page))
    todo = [path.split("?")[0] for path in ASSET.findall(page.decode())]
    seen: set[str] = set()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        body = (ROOT / path.lstrip("/")).read_bytes()
        total += len(gzip.compress(body))
        if path.endswith(".js"):
            folder = Path(path).parent
            todo += [str(Path("/", *(folder / name).parts[1:]).resolve()) for name in IMPORT.findall(body.decode())]
    return total


def main() -> None:
    with ExitStack() as stack:
        environ = our_environ(stack.enter_context(tempfile.TemporaryDirectory()))
        prepare("https://lms.load.example", environ)
        found = pages(environ)
        worker = stack.enter_context(gunicorn("wsgi:app", environ))
        for name, (path, cookie) in found.items():
            status, _headers, page = worker.send("GET", path, headers={"Cookie": cookie})
            assert status == 200, (name, status)
            values = []
            for turn in range(ROUNDS + 1):
                begun = worker.cpu_seconds()
                for _ in range(VIEWS):
                    worker.send("GET", path, headers={"Cookie": cookie})
                if turn:
                    values.append(1000 * (worker.cpu_seconds() - begun) / VIEWS)
            kilobytes = weight(worker, page) / 1000
            print(
                f"{name:<16} {statistics.median(values):5.2f} ms CPU (aim: 3)   {kilobytes:5.1f} kB gzipped (aim: 60)"
            )


if __name__ == "__main__":
    main()
