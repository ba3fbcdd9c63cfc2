"""Films that can't be shown: broken ones, one that ends too early, one that is gone, and a link that is taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from lti_proctor import clock
from lti_proctor.evidence.models import Track
from lti_proctor.exams.addons import Addon, Metric
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.monitoring import service as monitoring
from lti_proctor.report import links
from lti_proctor.report.models import ReportLink
from lti_proctor.storage import store
from tests.browser.conftest import OF_LOOKS, Site, axe, demo_app
from tests.browser.test_report import FILMS, film
from tests.browser.worlds import fits, sign_in
from tests.factories import make_course, make_user
from tests.factories.reports import ADDONS, add_flag, add_minute, add_recording, make_reviewed

SECONDS = 24


@dataclass(frozen=True)
class World:
    report: str
    teacher: str
    link: str
    link_id: int
    flag: int


def from_cluster(data: bytes, share: float) -> int:
    """A place in the film: so far from its first pictures to its end."""
    begins = data.index(b"\x1f\x43\xb6\x75")
    return begins + round((len(data) - begins) * share)


@pytest.fixture(scope="module")
def world(site: Site, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Ten minutes. The screen is whole; of the camera's films, one each half minute, only the first is."""
    folder = tmp_path_factory.mktemp("films")
    red, blue = film(folder, "red", SECONDS), film(folder, "blue", 180)
    middle, head = from_cluster(red, 0.5), from_cluster(red, 0)
    films = [red, head * b"\x1a", red[:middle], red[:middle] + bytes(len(red) - middle), None, red]
    app = demo_app(site)
    with app.app_context():
        now = clock.now()
        course = make_course(now)
        attempt = make_reviewed(now - timedelta(minutes=30), course=course, addons=ADDONS | {Addon.shared})
        add_minute(attempt, 1, Metric.b2, violated=6000)
        flag = add_flag(attempt, 1.2, 12)
        for n, data in enumerate(films):
            key = f"attempts/{attempt.id}/camera-{n}.webm"
            if data is not None:
                store().put(key, data)
            add_recording(attempt, Track.camera, n / 2, SECONDS, key=key)
        key = f"attempts/{attempt.id}/screen.webm"
        store().put(key, blue)
        add_recording(attempt, Track.screen, 0, 180, key=key)
        monitoring.rate(attempt, now=now)
        teacher = make_user(now, name="Hanna Lindqvist")
        link_key, link = links.make(attempt, actor=Actor(Role.reviewer, teacher.id), now=now)
        found = World(
            f"/exams/{attempt.exam_id}/attempts/{attempt.id}/report", sign_in(teacher, course, "instructor"),
            f"/api/report/{attempt.identifier}?key={link_key}", link.id, flag.id,
        )  # fmt: skip
        db.session.commit()
    app.extensions["outside"].close()
    return found


@contextmanager
def opened(chromium: Browser, site: Site, path: str, token: str = "", **look: object) -> Iterator[Page]:
    """A page that may tell its console of films that don't come, and of nothing else."""
    context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **look})  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    if token:
        context.add_cookies([{"name": "lti-proctor", "value": token, "url": site.tool}])
    page, problems = context.new_page(), []
    page.on(
        "console",
        lambda m: (
            problems.append(m.text) if m.type == "error" and "/recordings/" not in m.location.get("url", "") else None
        ),
    )
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{site.tool}{path}")
    expect(page.locator("[data-do=play]")).to_be_enabled()
    yield page
    context.close()
    assert problems == []


def go(page: Page, second: float) -> None:
    page.locator("[data-do=seek]").fill(str(second))


def until(page: Page, condition: str) -> None:
    """Something holds of the films `camera` and `screen`."""
    page.wait_for_function(f"() => {{ const [camera, screen] = ({FILMS})(); return {condition}; }}")


CASES = [
    (32, "This part of the recording can’t be played.", "this film can’t be played"),
    (78, "The film ends before this moment.", "this film ends at"),
    (122, "This film is no longer shown.", "this film is no longer there"),
]


def test_garbled_bytes_stop_nothing(world: World, chromium: Browser, site: Site) -> None:
    """Chromium says of them that the film is over, or nothing (then it is given up after 20 s), or that all is well."""
    with opened(chromium, site, world.report, world.teacher) as page:
        page.set_default_timeout(45_000)
        go(page, 108)
        page.wait_for_function(f"() => {{ const [camera] = ({FILMS})(); return camera.hole || camera.ready >= 2; }}")
        until(page, "!screen.hole && screen.at >= 107 && screen.ready >= 2")
        page.locator("body").press("Space")
        until(page, "!screen.paused && screen.at > 109")


def test_a_film_that_cannot_be_shown_is_named_and_the_other_goes_on(
    world: World, chromium: Browser, site: Site
) -> None:
    with opened(chromium, site, world.report, world.teacher) as page:
        said = page.locator("[data-part=troubles-said]")
        for second, stays, told in CASES:
            go(page, second)
            expect(page.locator("[data-track=camera] [data-part=hole]")).to_have_text(stays, timeout=30_000)
            expect(said.locator("p").last).to_contain_text(told)
            expect(page.get_by_text("The timeline, the flags and the pictures still stand.")).to_be_visible()
            until(page, f"camera.hole && !screen.hole && screen.at >= {second} - 1 && screen.ready >= 2")
        page.locator("body").press("Space")
        until(page, "!screen.paused && screen.at > 123")
        page.locator("body").press("k")
        # What is whole plays on, before what is broken and behind it; the keys do what they did.
        go(page, 152)
        until(page, "!camera.hole && camera.ready >= 2 && camera.at > 1.5")
        page.locator("body").press("n")
        expect(page.locator("[data-part=clock]")).not_to_have_text("")
        expect(page.get_by_role("region", name="Timeline")).to_be_visible()
        axe(page, only=OF_LOOKS)


def test_a_film_plays_until_its_end_also_where_that_comes_too_early(
    world: World, chromium: Browser, site: Site
) -> None:
    with opened(chromium, site, world.report, world.teacher) as page:
        go(page, 68)
        until(page, "!camera.hole && camera.at > 7")
        page.get_by_label("Speed").select_option("8")
        page.locator("body").press("Space")
        expect(page.get_by_text("The film ends before this moment.")).to_be_visible()
        until(page, "screen.at > 80 && !screen.paused")


def test_a_link_that_is_taken_back_ends_the_films_of_an_open_page(world: World, chromium: Browser, site: Site) -> None:
    look = {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark"}
    with opened(chromium, site, world.link, **look) as page:
        until(page, "camera.ready >= 2")
        app = demo_app(site)
        with app.app_context():
            db.session.get_one(ReportLink, world.link_id).revoked_at = clock.now()
            db.session.commit()
        app.extensions["outside"].close()
        go(page, 152)
        expect(page.locator("[data-part=troubles-said]")).to_contain_text("The link was taken back")
        expect(page.locator("[data-track=camera]")).to_contain_text("This film is no longer shown.")
        assert fits(page)
        axe(page, only=OF_LOOKS)
