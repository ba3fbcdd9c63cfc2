"""An exam that runs takes over what staff agree on with its learner, without being loaded anew."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Person, Site, axe, wait_for

TITLE = "Agreed"
ADDONS = ("content", "track", "preview", "screen", "finish", "header", "rules")
TRY = """([selector, name]) => !document.querySelector(selector).dispatchEvent(
  new Event(name, { bubbles: true, cancelable: true }))"""


@pytest.fixture(scope="module", autouse=True)
def _exam(site: Site) -> None:
    addons = [word for addon in ADDONS for word in ("--addon", addon)]
    named = ["--identifier", "agreed", "--title", TITLE, "--url", f"{site.lms}/quiz/"]
    site.command("exam-template", "add", *named, *addons, "--metric", "b2", "--metric", "b3", "--metric", "c1")


def start(learner: Person) -> Page:
    window = learner.open_in_window(TITLE)
    window.get_by_role("button", name="Begin").click()
    for box in window.get_by_role("checkbox").all():
        box.check()
    window.get_by_role("button", name="Agree and continue").click()
    window.get_by_role("button", name="Start the exam").click()
    expect(window.locator("#questions")).to_be_visible()
    expect(window.locator("#preview")).to_be_visible()
    expect(window.locator("#full-screen")).to_be_visible()
    return window


def stops_menu(window: Page) -> bool:
    return bool(window.evaluate(TRY, ["h1", "contextmenu"]))


def agree(page: Page, *needs: str) -> None:
    page.get_by_label("Learner", exact=True).fill("Jonas Öberg")
    for need in needs:
        page.get_by_label(need).check()
    page.get_by_label("Note").fill("between us")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("It acts at once.", exact=False).first).to_be_visible()


def test_a_running_exam_takes_over_what_is_agreed(site: Site, person: Callable[..., Person]):
    site.control("POST", "reset")
    site.control("POST", "links", title=TITLE, url=f"{site.tool}/lti/launch", custom={"template": "agreed"})
    window = start(person("Jonas Öberg"))
    window.evaluate("window.isStillHere = true")
    wait_for(lambda: stops_menu(window), 10, "the protections")
    teacher = person("Hanna Lindqvist").open_in_window(TITLE)
    teacher.get_by_role("link", name="Accommodations").click()
    axe(teacher)
    agree(teacher, "Screen reader, or text read aloud", "No full screen", "No camera and no recording")
    expect(window.locator("#spared")).to_be_visible()
    expect(window.locator("#preview")).to_be_hidden()
    expect(window.locator("#full-screen")).to_be_hidden()
    assert not stops_menu(window)
    window.locator("#spared summary").click()
    expect(window.locator("#spared")).to_contain_text("Full screen is not needed")
    axe(window)
    teacher.get_by_role("button", name=re.compile("^Take back")).click()
    expect(window.locator("#spared")).to_be_hidden()
    expect(window.locator("#full-screen")).to_be_visible()
    expect(window.locator("#preview")).to_be_visible()
    assert stops_menu(window)
    assert window.evaluate("window.isStillHere")
    teacher.set_viewport_size({"width": 390, "height": 800})
    axe(teacher)
