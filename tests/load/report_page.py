"""The report page in Chromium with two films of three hours: how soon it can be used, seeking, and playing fast.

The attempt is that of `tests.load.report`; its films are encoded as browsers do (VP8, a key frame every 2 s) and joined
as the product joins them. Each is five minutes of a test picture over and over, as encoding three hours takes long.

python -m tests.load.report_page [--only open|seek|play] [--seconds 10]
"""

import argparse
import hashlib
import random
import statistics
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask_migrate import upgrade
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from lti_proctor import clock
from lti_proctor.evidence import joining, recordings
from lti_proctor.evidence.models import Chunk, Recording, Track
from lti_proctor.extensions import db
from lti_proctor.people import service as people
from lti_proctor.settings import ROOT
from lti_proctor.storage import store
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.factories import make_user
from tests.factories.reports import add_recording, make_large
from tests.load.servers import running_site

HOURS, PIECE_MINUTES = 3, 5
LOADS, SEEKS = 7, 20
#: Bytes of a part.
PART = 1_000_000
#: Remembers when the page can be used: its script has taken the lock off the button.
USABLE = """
new MutationObserver(() => {
  const button = document.querySelector('[data-do="play"]');
  if (button && !button.disabled) self.usable ??= performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["disabled"] });
self.longTasks = [];
new PerformanceObserver((list) => {
  longTasks.push(...list.getEntries().map((one) => one.duration));
}).observe({ type: "longtask" });
self.films = () => {
  const figures = [...document.querySelectorAll("[data-track]")];
  return figures.map((one) => one.querySelector("video:not([hidden])"));
};
"""
#: Follows the row of a flag, as a click or Enter does; milliseconds until both films show a picture of that moment.
SEEK = """(n) => new Promise((done, fail) => {
  const row = [...document.querySelectorAll('[data-part="log"] a[data-flag]')][n];
  row.focus({ preventScroll: true });
  const begins = JSON.parse(document.getElementById("report-data").textContent).begins;
  const wanted = (Number(row.dataset.at) - 5000 - begins) / 1000;
  const start = performance.now();
  const isAt = (video) => Math.abs(video.currentTime - Math.max(wanted, 0)) < 0.5;
  const isThere = (video) => isAt(video) && !video.seeking && video.readyState >= 2;
  row.click();
  const look = () => {
    if (films().every(isThere)) done(performance.now() - start);
    else if (performance.now() - start > 20000) fail(new Error("no picture"));
    else setTimeout(look, 4);
  };
  look();
})"""
#: Frames, the longest gap between two, long tasks, and how far the films are from each other, in seconds of film.
PLAY = """(seconds) => new Promise((done) => {
  const [camera, screen] = films();
  const [start, from, gaps, drifts] = [performance.now(), camera.currentTime, [], []];
  longTasks.length = 0;
  let last = start;
  const frame = (now) => {
    gaps.push(now - last);
    last = now;
    drifts.push(Math.abs(camera.currentTime - screen.currentTime));
    if (now - start < seconds * 1000) return requestAnimationFrame(frame);
    const length = (now - start) / 1000;
    return done({
      fps: gaps.length / length, gap: Math.max(...gaps), tasks: longTasks.length, longest: Math.max(0, ...longTasks),
      speed: (camera.currentTime - from) / length, drifts,
    });
  };
  requestAnimationFrame(frame);
})"""


@dataclass(frozen=True)
class Place:
    site: str
    path: str
    token: str


def film(folder: Path, name: str) -> bytes:
    """A film of three hours as the product keeps it: joined by the product's own command."""
    short, raw = folder / f"{name}-short.webm", folder / f"{name}-raw.webm"
    source = f"testsrc=size=320x240:rate=5:duration={PIECE_MINUTES * 60}"
    coded = ["-c:v", "libvpx", "-g", "10", "-b:v", "100k", "-deadline", "realtime", "-cpu-used", "8"]
    run("-f", "lavfi", "-i", source, *coded, str(short))
    again = str(HOURS * 60 // PIECE_MINUTES - 1)
    # Without a length and an index, as from MediaRecorder.
    run("-stream_loop", again, "-i", str(short), "-c", "copy", "-f", "webm", "-live", "1", str(raw))
    return raw.read_bytes()


def run(*words: str) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *words], check=True)


def prepare(folder: Path) -> tuple[str, str]:
    """The address of the report and the token of a teacher."""
    upgrade(directory=str(ROOT / "migrations"))
    now = clock.now()
    attempt = make_large(now - timedelta(hours=HOURS))
    db.session.query(Chunk).delete()
    db.session.query(Recording).delete()
    for track in Track:
        keep(add_recording(attempt, track, 0, HOURS * 3600), film(folder, track.value))
    teacher, token = make_user(now, name="A teacher"), people.new_token()
    parts = {str(attempt.exam.course_id): "instructor"}
    people.open_sign_in(token, user_id=teacher.id, data={"parts": parts}, hours=2, now=now)
    db.session.commit()
    return f"/exams/{attempt.exam_id}/attempts/{attempt.id}/report", token


def keep(recording: Recording, data: bytes) -> None:
    """Keep the parts of a film, and join them as the job does."""
    recording.n_chunks = 0
    for at in range(0, len(data), PART):
        part = data[at : at + PART]
        recording.n_chunks += 1
        sha256 = hashlib.sha256(part).hexdigest()
        store().put(recordings.chunk_key(recording.attempt_id, recording.id, recording.n_chunks, sha256), part)
        db.session.add(
            Chunk(recording_id=recording.id, seq=recording.n_chunks, n_bytes=len(part), sha256=sha256, head="00")
        )
    db.session.flush()
    joining.join(recording, now=clock.now())
    print(f"{recording.track}: {len(data) / 1e6:.0f} MB, {recording.seconds} s")


@contextmanager
def serving() -> Iterator[Place]:
    with running_site(prepare, threads=8) as (site, (path, token)):
        yield Place(site, path, token)


@contextmanager
def reading(browser: Browser, place: Place) -> Iterator[BrowserContext]:
    """A browser of its own, with nothing cached."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(USABLE)
    context.add_cookies([{"name": "lti-proctor", "value": place.token, "url": place.site}])
    yield context
    context.close()


def opened(context: BrowserContext, place: Place) -> tuple[Page, float]:
    """The page, and the seconds from the start of the navigation until it could be used."""
    page = context.new_page()
    page.goto(place.site + place.path, wait_until="commit")
    page.wait_for_function("() => self.usable")
    return page, float(page.evaluate("() => usable")) / 1000


def measure_open(browser: Browser, place: Place) -> None:
    cold, warm = [], []
    with reading(browser, place) as context:
        opened(context, place)
    for _ in range(LOADS):
        with reading(browser, place) as context:
            page, seconds = opened(context, place)
            cold.append(seconds)
            page.close()
            warm.append(opened(context, place)[1])
    print(f"usable, nothing cached  {show(cold)} s, cached {show(warm)} s")


def ready(page: Page) -> None:
    """Both films show their first picture."""
    page.wait_for_function("() => films().every((video) => video?.readyState >= 2)")


def measure_seek(browser: Browser, place: Place) -> None:
    chance = random.Random(7)
    with reading(browser, place) as context:
        page, _seconds = opened(context, place)
        ready(page)
        n_flags = page.locator("[data-part=log] a[data-flag]").count()
        taken = [float(page.evaluate(SEEK, chance.randrange(n_flags))) / 1000 for _ in range(SEEKS)]
    print(f"seeking, both films     {show(taken)} s")


def measure_play(browser: Browser, place: Place, seconds: int) -> None:
    with reading(browser, place) as context:
        page, _seconds = opened(context, place)
        ready(page)
        for speed in ("1", "16"):
            page.get_by_label("Time in the exam").fill("600")
            page.get_by_label("Speed").select_option(speed)
            page.locator("body").press("Space")
            page.wait_for_timeout(2000)
            found = page.evaluate(PLAY, seconds)
            page.locator("body").press("k")
            print(
                f"playing at {speed:>2}×  {found['fps']:.0f} frames a second, longest gap {found['gap']:.0f} ms, "
                f"long tasks {found['tasks']}, the longest {found['longest']:.0f} ms, reached {found['speed']:.1f}×, "
                f"camera and screen apart {show(found['drifts'])} s"
            )


def show(values: list[float]) -> str:
    """Median, smallest and largest."""
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def main() -> None:
    wanted = argparse.ArgumentParser()
    wanted.add_argument("--only", choices=("open", "seek", "play"))
    wanted.add_argument("--seconds", type=int, default=10)
    arguments = wanted.parse_args()
    with serving() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        if arguments.only in {None, "open"}:
            measure_open(browser, place)
        if arguments.only in {None, "seek"}:
            measure_seek(browser, place)
        if arguments.only in {None, "play"}:
            measure_play(browser, place, arguments.seconds)
        browser.close()


if __name__ == "__main__":
    main()
