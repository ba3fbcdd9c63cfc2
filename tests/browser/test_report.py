"""The report in a real browser: two films in step, a hole, seeking, the keys, a confirmed flag, a note with picture."""

import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lti_proctor import clock
from lti_proctor.evidence.models import Track
from lti_proctor.exams.addons import Addon, Metric
from lti_proctor.exams.config import EvidenceShown
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.monitoring import service as monitoring
from lti_proctor.report import links
from lti_proctor.storage import store
from tests.browser.conftest import Site, axe, demo_app
from tests.browser.worlds import fits, sign_in, visiting
from tests.factories import make_course, make_user
from tests.factories.reports import ADDONS, add_flag, add_minute, add_recording, make_reviewed

SECONDS = 30
#: Where each film is, and the place of the drawing's cursor.
FILMS = """() => [...document.querySelectorAll('[data-track]')].map((figure) => {
  const video = [...figure.querySelectorAll('video')].find((one) => !one.hidden);
  return { track: figure.dataset.track, at: video.currentTime, rate: video.playbackRate, ready: video.readyState,
           paused: video.paused, hole: figure.classList.contains('is-hole') };
})"""
#: Whether the current tab stands within its row.
TAB_SEEN = """() => {
  const placeOf = (selector) => document.querySelector(selector).getBoundingClientRect();
  const [row, tab] = [".tabs", ".tabs [aria-current]"].map(placeOf);
  return tab.left >= row.left - 1 && tab.right <= row.right + 1;
}"""


@dataclass(frozen=True)
class World:
    report: str
    own: str
    link: str
    teacher: str
    learner: str
    flags: list[int]


def film(folder: Path, colour: str, seconds: int = SECONDS) -> bytes:
    """A film with a test picture whose colour moves, as browsers record it."""
    path = folder / f"{colour}.webm"
    source = f"testsrc2=size=160x120:rate=5:duration={seconds},drawbox=color={colour}:t=8"
    words = [
        "-f",
        "lavfi",
        "-i",
        source,
        "-c:v",
        "libvpx",
        "-g",
        "5",
        "-b:v",
        "100k",
        "-deadline",
        "realtime",
        "-cpu-used",
        "8",
        path,
    ]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, words)], check=True)
    return path.read_bytes()


@pytest.fixture(scope="module")
def world(site: Site, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Ten minutes: the camera from the start and again after a hole, the screen once, a little later."""
    folder = tmp_path_factory.mktemp("films")
    red, blue = film(folder, "red"), film(folder, "blue")
    app = demo_app(site)
    with app.app_context():
        now = clock.now()
        course = make_course(now)
        attempt = make_reviewed(now - timedelta(minutes=30), course=course, evidence_shown=EvidenceShown.at_once,
                                addons=ADDONS | {Addon.shared})  # fmt: skip
        for minute in range(10):
            add_minute(attempt, minute, Metric.b2, violated=6000 * minute, told=0 if minute == 6 else 60_000)
        flags = [add_flag(attempt, 0.2, 12), add_flag(attempt, 4, 70, Metric.m2, answer="My brother asked <b>me</b>."),
                 add_flag(attempt, 8, 30)]  # fmt: skip
        for n, (track, minute, data) in enumerate(
            [(Track.camera, 0, red), (Track.camera, 2, red), (Track.screen, 0.1, blue)]
        ):
            key = f"attempts/{attempt.id}/made-{n}.webm"
            store().put(key, data)
            add_recording(attempt, track, minute, SECONDS, key=key)
        monitoring.rate(attempt, now=now)
        teacher = make_user(now, name="Hanna <i>Lindqvist</i>")
        key, _link = links.make(attempt, actor=Actor(Role.reviewer, teacher.id), now=now)
        found = World(
            f"/exams/{attempt.exam_id}/attempts/{attempt.id}/report", f"/attempts/{attempt.id}/report",
            f"/api/report/{attempt.identifier}?key={key}",
            sign_in(teacher, course, "instructor"), sign_in(attempt.user, course, "learner"),
            [flag.id for flag in flags],
        )  # fmt: skip
        db.session.commit()
    app.extensions["outside"].close()
    return found


def films(page: Page) -> dict[str, dict[str, object]]:
    return {one["track"]: one for one in page.evaluate(FILMS)}


def drift(page: Page) -> float:
    """How far the screen, which began 6 s later, is from where the camera says it should be; in seconds."""
    now = films(page)
    return abs(float(str(now["camera"]["at"])) - 6 - float(str(now["screen"]["at"])))


def test_two_films_are_reviewed_by_keyboard(world: World, chromium: Browser, site: Site) -> None:
    with visiting(chromium, site) as visit:
        page = visit(world.report, world.teacher, viewport={"width": 1280, "height": 900})
        expect(page.get_by_role("button", name="Play")).to_be_enabled()
        axe(page)
        with page.expect_request("**/opened"):
            page.get_by_label("Time in the exam").fill("10")
        page.locator("body").press("Space")
        page.get_by_label("Speed").select_option("2")
        page.wait_for_function(f"() => ({FILMS})().every((one) => !one.hole && !one.paused && one.at > 5)")
        assert drift(page) < 1.5
        page.locator("body").press("k")
        expect(page.get_by_role("button", name="Play")).to_be_visible()
        # In the hole between two pieces, and where a film is gone, the page says so and the time goes on.
        page.get_by_label("Time in the exam").fill("60")
        expect(page.get_by_text("There is no recording of this moment.")).to_have_count(2)
        page.locator("body").press("n")
        expect(page.locator("#flag-what")).to_have_text("Voices or noise in the room")
        expect(page.get_by_text("My brother asked <b>me</b>.")).to_be_visible()
        with page.expect_response("**/flags/*"):
            page.locator("body").press("c")
        expect(page.locator("#flag-what")).to_have_text("The exam is not in front")
        expect(page.locator("[data-part=said]")).to_have_text("Voices or noise in the room: Confirmed")
        expect(page.locator("[data-part=n-confirmed]")).to_have_text("1")
        with page.expect_response("**/flags/*"):
            page.get_by_role("button", name="Undo").click()
        expect(page.locator("[data-part=n-confirmed]")).to_have_text("0")
        with page.expect_response("**/flags/*"):
            page.locator("body").press("c")
        page.get_by_label("Time in the exam").fill("125")
        page.wait_for_function(f"() => {{ const [camera] = ({FILMS})(); return !camera.hole && camera.at > 4.5; }}")
        page.locator("body").press("m")
        page.get_by_label("What you saw").fill("A <second> person")
        page.get_by_label("With a picture from the recording").check()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("A <second> person")).to_be_visible()
        page.wait_for_function("() => document.querySelector('.remark img')?.naturalWidth > 0")
        page.locator("body").press("?")
        page.get_by_label("Use these keys").uncheck()
        page.get_by_role("button", name="Close").click()
        page.locator("body").press("m")
        assert not page.locator("#note").evaluate("(dialog) => dialog.open")
        page.get_by_role("region", name="Timeline").focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator("[data-part=minute-said]")).to_contain_text("Minute")
        page.get_by_role("link", name="4×").click()
        expect(page.locator("svg.zoom-4")).to_be_visible()
        axe(page)


def test_it_looks_right_everywhere(world: World, chromium: Browser, site: Site) -> None:
    with visiting(chromium, site) as visit:
        for look in ({"width": 390, "height": 800}, {"width": 1280, "height": 900}):
            dark = {"color_scheme": "dark", "locale": "ar"} if look["width"] == 390 else {}
            page = visit(f"{world.own}?flag={world.flags[1]}", world.learner, viewport=look, **dark)
            expect(page.locator("[data-do=play]")).to_be_enabled()
            assert fits(page)
            axe(page)
            page.context.close()


@pytest.mark.parametrize("reader", ["staff", "learner", "link"])
def test_every_part_is_for_everybody(world: World, chromium: Browser, site: Site, reader: str) -> None:
    """On a phone: nothing sticks out, the tab of this part can be seen, and axe finds nothing."""
    path, token = {
        "staff": (world.report, world.teacher), "learner": (world.own, world.learner), "link": (world.link, ""),
    }[reader]  # fmt: skip
    with visiting(chromium, site) as visit:
        page = visit(path, token, viewport={"width": 390, "height": 800}, locale="ar" if reader == "link" else "en")
        address = page.url.split("?")[0]
        for part in ("recording", "pictures", "files", "setup", "history", "table"):
            page.goto(f"{address}?part={part}")
            assert fits(page), part
            page.wait_for_function(TAB_SEEN)
            axe(page)


def test_the_learner_answers_without_a_script(world: World, chromium: Browser, site: Site) -> None:
    with visiting(chromium, site) as visit:
        page = visit(f"{world.own}?flag={world.flags[2]}", world.learner, java_script_enabled=False)
        page.get_by_label("Your answer").fill("The window of the mail came up.")
        page.get_by_role("button", name="Save the answer").click()
        expect(page.get_by_label("Your answer")).to_have_value("The window of the mail came up.")
