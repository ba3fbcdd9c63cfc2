"""What the exam window notices, in a real browser: focus, full screen, a second display, a cut line, a reload."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import CHROMIUM, FLAGS, Person, Site, axe, wait_for

TITLE = "Watched"


@pytest.fixture(scope="module")
def _exam(site: Site) -> None:
    metrics = [word for metric in ("b1", "b2", "b3", "n1", "s2") for word in ("--metric", metric)]
    addons = [word for addon in ("track", "finish", "header") for word in ("--addon", addon)]
    named = ["--identifier", "watched", "--title", TITLE, "--url", f"{site.lms}/quiz/"]
    site.command("exam-template", "add", *named, *addons, *metrics)


@pytest.fixture
def learner(chromium: Browser, site: Site, _exam: None) -> Iterator[Person]:
    """A learner with two displays, whose focus is not pretended."""
    site.control("POST", "reset")
    site.control("POST", "links", title=TITLE, url=f"{site.tool}/lti/launch", custom={"template": "watched"})
    two = [*FLAGS, "--screen-info={1280x720}{1280,0 800x600}"]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=two)
    person = Person(browser.new_context(viewport={"width": 1280, "height": 720}), site)
    person.become("Jonas Öberg")
    yield person
    person.close()
    browser.close()


def start(learner: Person) -> Page:
    window = learner.open_in_window(TITLE)
    window.get_by_role("button", name="Begin").click()
    expect(window.get_by_text("What this window notices during the exam")).to_be_visible()
    axe(window)
    for box in window.get_by_role("checkbox").all():
        box.check()
    window.get_by_role("button", name="Agree and continue").click()
    window.get_by_role("button", name="Start the exam").click()
    expect(window.get_by_role("heading", name=TITLE)).to_be_visible()
    return window


def hand_in(window: Page) -> None:
    window.get_by_role("button", name="Finish").click()
    window.get_by_role("button", name="Hand in").click()


def seconds_on_page(staff: Page, metric: str) -> tuple[float | None, float]:
    """The average and the seconds of a metric in the table of averages."""
    cells = staff.locator("tr", has=staff.locator(f"abbr:text-is('{metric}')")).locator("td").all_inner_texts()
    mean, seconds = cells[-2], cells[-1]
    return (None if mean == "–" else float(mean)), (0.0 if seconds == "–" else float(seconds))


def test_minutes_flags_and_averages_say_what_happened(site: Site, learner: Person, person: Callable[..., Person]):
    window = start(learner)
    session = learner.context.new_cdp_session(window)
    session.send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    expect(window.get_by_text("This exam is taken in full screen.")).to_be_visible()
    axe(window)
    window.get_by_role("button", name="Go to full screen").click()
    expect(window.get_by_text("This exam is taken in full screen.")).to_be_hidden()
    window.wait_for_timeout(3000)
    other = learner.context.new_page()
    other.bring_to_front()
    other.wait_for_timeout(6000)
    window.bring_to_front()
    window.wait_for_timeout(2000)
    learner.context.set_offline(True)
    window.wait_for_timeout(5000)
    window.evaluate("document.exitFullscreen()")
    window.wait_for_timeout(2000)
    learner.context.set_offline(False)
    window.wait_for_timeout(3000)
    window.reload()
    window.wait_for_timeout(3000)
    hand_in(window)
    expect(window.get_by_role("heading", name="Your exam is handed in")).to_be_visible()
    teacher = person("Hanna Lindqvist")
    desk = teacher.open_in_window(TITLE)
    desk.get_by_role("link", name="Jonas Öberg").first.click()

    def counted() -> bool:
        desk.reload()
        return desk.get_by_text("Averages", exact=True).count() > 0

    wait_for(counted, 75, "the minute job")
    desk.locator("summary", has_text=re.compile("^Averages$")).click()
    axe(desk)
    b2, s2, b3, n1 = (seconds_on_page(desk, metric) for metric in ("b2", "s2", "b3", "n1"))
    assert 4 <= b2[1] <= 9, b2
    assert s2[0] == 100, s2
    assert 4 <= b3[1] <= 14, b3
    assert n1[1] >= 1, n1
    assert seconds_on_page(desk, "b1")[0] == 0
    expect(desk.locator("#noticed ~ ul").get_by_text("The exam is not in front")).to_be_visible()
    expect(desk.locator("#noticed ~ ul").get_by_text("A second display is used")).to_be_visible()
