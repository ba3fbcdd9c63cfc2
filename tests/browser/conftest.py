"""A real browser in front of the real servers: the demo as `make demo` starts it, on free ports and an empty folder."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import httpx
import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Frame, Page, expect, sync_playwright

from lti_proctor import create_app
from lti_proctor.settings import ROOT, load
from tests.ports import free_port

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
#: Few pictures a second: they are recorded, which costs time.
FLAGS += ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=fps=5"]
# Milliseconds: a busy machine takes longer than the five seconds that are meant for one browser on an idle one.
expect.set_options(timeout=15_000)
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


#: What axe finds in one look of a page and not in another; everything else is the same in all.
OF_LOOKS = ("color-contrast", "target-size", "scrollable-region-focusable")
#: The demo's providers, the practice one quick, though no quicker than the pages before a learner waits.
PROVIDERS = tomllib.loads((ROOT / "config" / "development.toml").read_text("utf-8"))["proctoring_backends"]
PROVIDERS["mock"] |= {"ping_interval": 2, "ready_after": 2, "review_after": 2}


@dataclass(frozen=True)
class Site:
    """The running demo."""

    tool: str
    lms: str
    data: Path

    def command(self, *words: str) -> str:
        """Run `lti-proctor …` on the demo's data."""
        done = subprocess.run(
            [sys.executable, "-m", "lti_proctor", *words],
            env=self.environ(),
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def environ(self) -> dict[str, str]:
        return environment(self.tool, self.data)

    def control(self, method: str, path: str, **body: object) -> httpx.Response:
        """Practice controls of the LMS."""
        answer = httpx.request(method, f"{self.lms}/control/{path}", json=body or None)
        answer.raise_for_status()
        return answer


def environment(tool: str, data: Path) -> dict[str, str]:
    return {
        **os.environ,
        "LTI_PROCTOR_CONFIG": str(ROOT / "config" / "development.toml"),
        "LTI_PROCTOR_BASE_URL": tool,
        "LTI_PROCTOR_DATA_DIR": str(data),
        "LTI_PROCTOR_PULSE_SECONDS": "1",
        "LTI_PROCTOR_PHONE_SECONDS": "3",
        "LTI_PROCTOR_FACES_SEARCH": "true",
        "LTI_PROCTOR_SNAPSHOT_SECONDS": "5",
        "LTI_PROCTOR_OUTBOX_FIRST_RETRY_SECONDS": "1",
        "LTI_PROCTOR_PROCTORING_BACKENDS": json.dumps(PROVIDERS),
    }


def demo_app(site: Site, **settings: object) -> Flask:
    """An application on the demo's data, to put there what a test is about."""
    environ = {key: value for key, value in site.environ().items() if key.startswith("LTI_PROCTOR_")}
    return create_app(load(environ, **settings))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`lti-proctor demo`, ready to click through."""
    port, lms_port = free_port(), free_port()
    found = Site(f"http://localhost:{port}", f"http://127.0.0.1:{lms_port}", tmp_path_factory.mktemp("site"))
    log = (found.data / "demo.log").open("w")
    command = [
        sys.executable,
        "-m",
        "lti_proctor",
        "demo",
        "--no-past",
        "--port",
        str(port),
        "--sandbox-port",
        str(lms_port),
    ]
    process = subprocess.Popen(command, env=found.environ(), stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(lambda: answers(f"{found.tool}/readyz") and answers(f"{found.lms}/"), 60, "the demo to start")
        yield found
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=2):
            return True
    except OSError:
        return False


def wait_for(condition: Callable[[], object], seconds: float, what: str) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if condition():
            return
        time.sleep(0.2)
    raise AssertionError(f"waited {seconds} s for {what}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("Chromium is needed for the browser tests: `make setup` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Person:
    """Somebody with a browser; every error on the console fails the test."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.site = site
        self.problems: list[str] = []
        self.context = context
        self.context.set_default_timeout(15_000)
        self.context.on("page", self._watch)
        self.lms: Page = self.context.new_page()

    def _watch(self, page: Page) -> None:
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _listen(self, message: ConsoleMessage) -> None:
        # Two pages that send what is left of a recording: the second hears from where to go on, which is no error.
        is_turn = "409" in message.text and "/recordings" in message.location.get("url", "")
        if message.type == "error" and not is_turn:
            self.problems.append(f"{message.text} {message.location.get('url', '')}".strip())

    def become(self, name: str) -> None:
        self.lms.goto(f"{self.site.lms}/")
        self.lms.get_by_role("button", name=name).click()
        self.lms.wait_for_url("**/course")

    def open_here(self, title: str = "Statistics 1: quiz") -> Frame:
        """Open the activity in the LMS page; the tool's frame."""
        self.lms.goto(f"{self.site.lms}/course")
        self.lms.get_by_role("link", name=f"Open in this page : {title}").click()
        return self.frame()

    def frame(self) -> Frame:
        def inside() -> Frame | None:
            return next(
                (f for f in self.lms.frames if f.url.startswith(f"{self.site.tool}/") and "/lti/" not in f.url), None
            )

        wait_for(lambda: self.lms.wait_for_timeout(50) or inside(), 15, "the tool in its frame")
        found = inside()
        assert found is not None
        found.wait_for_load_state()
        return found

    def exam_window(self, frame: Frame) -> Page:
        with self.context.expect_page() as opened:
            frame.get_by_role("button", name="Open exam window").click()
        opened.value.wait_for_url("**/attempts/*")
        return opened.value

    def open_in_window(self, title: str = "Statistics 1: quiz") -> Page:
        """Open the activity in a window of its own."""
        self.lms.goto(f"{self.site.lms}/course")
        with self.context.expect_page() as opened:
            self.lms.get_by_role("link", name=f"Open in a new window : {title}").click()
        opened.value.wait_for_url(f"{self.site.tool}/**")
        opened.value.wait_for_load_state()
        return opened.value

    def close(self) -> None:
        self.context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """A test that fails tells what its people saw, and what the servers said last."""
    report = yield
    if call.when == "call" and call.excinfo is not None:
        made, site = getattr(item, "people", []), getattr(item, "funcargs", {}).get("site")
        for page in [page for one in made for page in one.context.pages]:
            report.sections.append((f"page {page.url}", said_by(page)))
        if site is not None:
            report.sections.append(("demo.log", "\n".join(worth_reading(site.data / "demo.log"))))
    return report


def worth_reading(log: Path) -> list[str]:
    """The last lines of the servers' log, without the practice LMS's ordinary answers."""
    return [line[:400] for line in log.read_text().splitlines() if not re.search(r'HTTP/1.1(\x1b\S+)?" [23]', line)][
        -30:
    ]


def said_by(page: Page) -> str:
    try:
        return page.locator("body").inner_text(timeout=2000)[:1500]
    except Error as error:
        return str(error)


@pytest.fixture
def person(chromium: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Callable[..., Person]]:
    """Make people: `person("Inés")`. At the end nobody's console may hold an error."""
    made: list[Person] = []
    request.node.people = made

    def make(name: str | None = None, **options: object) -> Person:
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, **options)  # type: ignore[arg-type]
        made.append(Person(context, site))
        if name:
            made[-1].become(name)
        return made[-1]

    yield make
    for one in made:
        one.close()
    assert [problem for one in made for problem in one.problems] == []


looked_at: set[str] = set()


def axe_once(page: Page | Frame, state: str) -> None:
    """The first time that this state of a page is come by: the ways of several people lead through the same pages."""
    if state not in looked_at:
        looked_at.add(state)
        axe(page)


def axe(page: Page | Frame, *, skip: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> None:
    """No accessibility violation of WCAG 2.2 A and AA, nor of the best practices that axe knows; or of single rules."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    # What is inside the exam belongs to its author.
    options = {"resultTypes": ["violations"], "iframes": False, **({"runOnly": list(only)} if only else {})}
    found = page.evaluate("(options) => axe.run({ exclude: [['iframe']] }, options)", options)
    wrong = [
        f"{v['id']}: {v['help']} at {[n['target'] for n in v['nodes']][:3]}"
        for v in found["violations"]
        if v["id"] not in skip
    ]
    assert not wrong, f"{page.url}\n" + "\n".join(wrong)
