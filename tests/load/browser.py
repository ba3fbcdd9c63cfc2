"""What the exam page's analysis of camera and sound costs a learner's computer, in Chromium with a camera film.

CPU is what the system counts for Chromium's processes, with the analysis less the same page without it, as a share of
one core; so other work on the machine hardly changes it. The memory is looked at once a minute, after a collection of
what is not used any more.

python -m tests.load.browser [--cpu-seconds 60] [--minutes 30] [--only cpu|first|memory] [--without-gl]
"""

import argparse
import json
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from lti_proctor import clock
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.exams.addons import Addon, Metric
from lti_proctor.extensions import db
from lti_proctor.people import service as people
from lti_proctor.settings import ROOT
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.material import make_film, make_sound
from tests.factories import make_attempt, make_exam
from tests.load.servers import cpu_seconds, running_site

FILM = [("one", 20), ("two", 5), ("one", 20), ("none", 5)]
SOUND = [("room", 10), ("speech", 10), ("silence", 10)]
#: By name: the metrics that are on. The first is the page with its camera picture and without analysis.
PAGES = {
    "without analysis": (Metric.b2,),
    "camera (c1 to c3)": (Metric.b2, Metric.c1, Metric.c2, Metric.c3),
    "sound (m1, m2)": (Metric.b2, Metric.m1, Metric.m2),
}
CAMERA = "camera (c1 to c3)"
#: Draws as a computer with a graphics card does, by a program. The way without is what `FLAGS` choose.
GL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
ROUNDS = 5
WARM_UP = 6.0
#: Remembers when the worker of the analysis began and when it first answered, and each answer's own milliseconds.
SPY = """
self.spy = { begun: null, first: null, times: [], problems: [] };
const Plain = self.Worker;
self.Worker = class extends Plain {
  constructor(...given) {
    super(...given);
    if (!String(given[0]).includes("faceworker")) return;
    spy.begun = performance.now();
    this.addEventListener("message", ({ data }) => {
      if (data.faces === null) spy.problems.push(data.problem);
      else spy.first ??= performance.now();
      spy.times.push(data.ms);
    });
  }
};
"""


@dataclass(frozen=True)
class Place:
    """The address of the running site, and by page the attempt and the token of its learner."""

    site: str
    attempts: dict[str, tuple[int, str]]


@contextmanager
def serving() -> Iterator[Place]:
    with running_site(lambda _folder: prepare(), threads=4) as (site, attempts):
        yield Place(site, attempts)


def prepare() -> dict[str, tuple[int, str]]:
    upgrade(directory=str(ROOT / "migrations"))
    return {name: running(metrics) for name, metrics in PAGES.items()}


def running(metrics: tuple[Metric, ...]) -> tuple[int, str]:
    """An attempt whose learner sits the exam for hours, with the own picture in the corner."""
    now = clock.now()
    addons = frozenset({Addon.track, Addon.preview, Addon.header})
    exam = make_exam(now, addons=addons, metrics={metric: Decimal(1) for metric in metrics}, lifetime=600)
    attempt = make_attempt(now, exam=exam, status=Status.started, started_at=now, seen_at=now, config_version=1)
    token = people.new_token()
    people.open_sign_in(token, user_id=attempt.user_id, data={}, hours=10, now=now)
    db.session.commit()
    return attempt.id, token


@contextmanager
def browsing(folder: Path, *, by_gl: bool = False) -> Iterator[Browser]:
    film, sound = make_film(folder, FILM), make_sound(folder, SOUND)
    flags = [f"--use-file-for-fake-video-capture={film}", f"--use-file-for-fake-audio-capture={sound}"]
    drawing = [*(flag for flag in FLAGS if flag != "--disable-gpu"), *GL] if by_gl else FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*drawing, *flags])
        yield browser
        browser.close()


@contextmanager
def sitting(browser: Browser, place: Place, name: str) -> Iterator[Page]:
    """The exam page of an attempt, in a window of its own."""
    attempt_id, token = place.attempts[name]
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.add_init_script(SPY)
    context.add_cookies([{"name": "lti-proctor", "value": token, "url": place.site}])
    yield open_page(context, f"{place.site}/attempts/{attempt_id}")
    context.close()


def open_page(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    page.wait_for_function("() => document.getElementById('picture')?.readyState >= 2")
    return page


def first_result(page: Page) -> float:
    """Seconds from the making of the worker to its first answer."""
    page.wait_for_function("() => spy.first !== null", timeout=60_000)
    return float(page.evaluate("() => spy.first - spy.begun")) / 1000


def processes(browser: Browser) -> dict[int, str]:
    """By process id its kind: `browser`, `renderer`, `GPU` or a utility."""
    session = browser.new_browser_cdp_session()
    found = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return {one["id"]: one["type"] for one in found}


def spent(browser: Browser) -> Counter[str]:
    """CPU seconds so far by kind of process."""
    found: Counter[str] = Counter()
    for process_id, kind in processes(browser).items():
        found[kind] += cpu_seconds(process_id)  # type: ignore[assignment]
    return found


def measure_cpu(place: Place, folder: Path, seconds: float) -> None:
    """Each page in turn, so that what changes on the machine meets all of them."""
    shares: dict[str, list[float]] = {name: [] for name in PAGES}
    everything: dict[str, list[float]] = {name: [] for name in PAGES}
    answers: list[float] = []
    with browsing(folder) as browser:
        for _ in range(ROUNDS):
            for name in PAGES:
                with sitting(browser, place, name) as page:
                    page.wait_for_timeout(WARM_UP * 1000)
                    before, begun = spent(browser), time.monotonic()
                    page.evaluate("() => { spy.times = []; }")
                    page.wait_for_timeout(1000 * seconds / ROUNDS)
                    used, length = spent(browser) - before, time.monotonic() - begun
                    shares[name].append(100 * (used["renderer"] + used["GPU"]) / length)
                    everything[name].append(100 * sum(used.values()) / length)
                    if name == CAMERA:
                        answers += page.evaluate("() => spy.times")
                        assert not page.evaluate("() => spy.problems")
    without = next(iter(PAGES))
    print(f"CPU, share of one core, median of {ROUNDS} times {seconds / ROUNDS:.0f} s")
    for name in PAGES:
        more = statistics.median(shares[name]) - statistics.median(shares[without])
        print(f"  {name:20} {show(shares[name])} %   analysis {more:.1f} %   all processes {show(everything[name])} %")
    print(f"  pictures a second    {len(answers) / seconds:.2f}")
    print(f"  a picture takes      {show(answers)} ms, wall clock")


def measure_first(place: Place, folder: Path) -> None:
    fresh, again = [], []
    with browsing(folder) as browser:
        for _ in range(ROUNDS):
            with sitting(browser, place, CAMERA) as page:
                fresh.append(first_result(page))
                page.reload()
                again.append(first_result(page))
    print(f"first result, nothing cached {show(fresh)} s, cached {show(again)} s")


def measure_memory(place: Place, folder: Path, minutes: int, *, by_gl: bool) -> None:
    with browsing(folder, by_gl=by_gl) as browser, sitting(browser, place, CAMERA) as page:
        first_result(page)
        session = page.context.new_cdp_session(page)
        print("minute  page heap MB  worker heap MB  tensors  engine MB  renderer RSS MB")
        for minute in range(minutes + 1):
            renderers = [one for one, kind in processes(browser).items() if kind == "renderer"]
            heap, (worker, tensors, engine) = heap_mb(session), in_worker(page)
            resident = max(resident_mb(one) for one in renderers)
            print(f"{minute:6}  {heap:12.1f}  {worker:14.1f}  {tensors:7}  {engine:9.1f}  {resident:15.1f}", flush=True)
            page.wait_for_timeout(60_000)
        assert not page.evaluate("() => spy.problems")


def heap_mb(session: CDPSession) -> float:
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 2**20


def in_worker(page: Page) -> tuple[float, int, float]:
    """Heap of the worker, tensors that it holds, and the memory of the WebAssembly engine."""
    (worker,) = [one for one in page.workers if "faceworker" in one.url]
    said = worker.evaluate(
        """() => {
          const engine = self._tfengine;
          const wasm = engine.backend.wasm.HEAPU8.length;
          return { tensors: engine.memory().numTensors, wasm };
        }"""
    )
    return ask_worker(page)["usedSize"] / 2**20, said["tensors"], said["wasm"] / 2**20


def ask_worker(page: Page) -> dict[str, Any]:
    """The heap of the page's worker, after a collection."""
    session = page.context.new_cdp_session(page)
    attached: list[str] = []
    answers: dict[int, dict[str, Any]] = {}
    session.on("Target.attachedToTarget", lambda event: attached.append(event["sessionId"]))
    session.on("Target.receivedMessageFromTarget", lambda event: keep(answers, json.loads(event["message"])))
    session.send("Target.setAutoAttach", {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False})
    for number, method in enumerate(("HeapProfiler.collectGarbage", "Runtime.getHeapUsage"), 1):
        message = json.dumps({"id": number, "method": method})
        session.send("Target.sendMessageToTarget", {"sessionId": attached[0], "message": message})
        while number not in answers:
            page.wait_for_timeout(20)
    session.detach()
    return answers[2]


def keep(answers: dict[int, dict[str, Any]], answer: dict[str, Any]) -> None:
    if "id" in answer:
        answers[answer["id"]] = answer.get("result", {})


def resident_mb(process_id: int) -> float:
    lines = Path(f"/proc/{process_id}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def show(values: list[float]) -> str:
    return f"{statistics.median(values):.1f} ({min(values):.1f}–{max(values):.1f})"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cpu-seconds", type=float, default=60)
    options.add_argument("--minutes", type=int, default=30)
    options.add_argument("--only", choices=("cpu", "first", "memory"))
    options.add_argument("--without-gl", action="store_true", help="memory: draw as without a graphics card")
    given = options.parse_args()
    with serving() as place, tempfile.TemporaryDirectory() as folder:
        if given.only in {None, "cpu"}:
            measure_cpu(place, Path(folder), given.cpu_seconds)
        if given.only in {None, "first"}:
            measure_first(place, Path(folder))
        if given.only in {None, "memory"}:
            measure_memory(place, Path(folder), given.minutes, by_gl=not given.without_gl)


if __name__ == "__main__":
    main()
