"""What acts in the exam window, in a real browser: protections, lock, calculator, the hint on phones."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Person, Site, axe, wait_for

TITLE = "Protected"
ADDONS = ("content", "lock", "calculator", "track", "finish", "header")
#: Of the lock, in seconds.
TIMES = {"after": 1, "release": 2}
TRY = """([selector, name]) => !document.querySelector(selector).dispatchEvent(
  new Event(name, { bubbles: true, cancelable: true }))"""
BACK = "() => { delete document.hasFocus; window.dispatchEvent(new Event('focus')); }"
AWAY = "() => { document.hasFocus = () => false; window.dispatchEvent(new Event('blur')); }"


@pytest.fixture(scope="module", autouse=True)
def _exam(site: Site) -> None:
    addons = [word for addon in ADDONS for word in ("--addon", addon)]
    named = ["--identifier", "protected", "--title", TITLE, "--url", f"{site.lms}/quiz/"]
    site.command("exam-template", "add", *named, *addons, "--metric", "b2")


def sooner(route: Route) -> None:
    """The page as it comes, with a lock that takes seconds and not half a minute, and a threshold that it reaches."""
    answer = route.fetch()
    body = re.sub(r'"lock": \{"after": \d+, "release": \d+\}', f'"lock": {json.dumps(TIMES)}', answer.text())
    route.fulfill(response=answer, body=body.replace('"threshold": 50', '"threshold": 99'))


def start(learner: Person) -> Page:
    window = learner.open_in_window(TITLE)
    window.route(re.compile(r"/attempts/\d+$"), sooner)
    window.get_by_role("button", name="Begin").click()
    for box in window.get_by_role("checkbox").all():
        box.check()
    window.get_by_role("button", name="Agree and continue").click()
    window.get_by_role("button", name="Start the exam").click()
    expect(window.locator("#questions")).to_be_visible()
    window.reload()
    return window


def protected(window: Page) -> None:
    wait_for(lambda: window.evaluate(TRY, ["h1", "contextmenu"]), 10, "the script of the page")
    for name in ("contextmenu", "selectstart", "copy", "cut", "dragstart"):
        assert window.evaluate(TRY, ["h1", name]), name
    expect(window.locator(".strip", has_text=re.compile("Copying is off|The menu is off")).first).to_be_visible()
    window.evaluate("document.querySelector('main').append(document.createElement('textarea'))")
    assert not any(window.evaluate(TRY, ["textarea", name]) for name in ("contextmenu", "selectstart", "copy"))
    window.evaluate("document.querySelector('textarea').remove()")
    window.emulate_media(media="print")
    expect(window.locator(".only-printed")).to_be_visible()
    expect(window.locator("#questions")).to_be_hidden()
    window.emulate_media(media="screen")
    window.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(window.locator("#strips .strip")).to_have_count(1)
    axe(window)


def covered_and_locked(window: Page) -> None:
    """Away from the window: covered at once, locked after a while. Back: shown at once, open again after a while."""
    window.evaluate(AWAY)
    expect(window.locator("#cover")).to_be_visible()
    axe(window)
    expect(window.locator("#locked")).to_be_visible()
    expect(window.locator("#locked")).to_be_focused()
    assert window.evaluate("document.getElementById('questions').inert")
    window.evaluate(BACK)
    expect(window.locator("#cover")).to_be_hidden()
    expect(window.locator("#lock-seconds")).to_be_visible()
    axe(window)
    if window.locator("#finish-form").count():
        window.locator("#finish-form button").click()
        expect(window.locator("#finish")).to_be_visible()
        window.locator("#finish [data-part=back]").click()
    expect(window.locator("#locked")).to_be_hidden()
    assert not window.evaluate("document.getElementById('questions').inert")


def calculated(window: Page) -> None:
    opener = window.locator("#open-calculator")
    opener.focus()
    window.keyboard.press("Enter")
    panel = window.locator("#calculator")
    expect(panel.locator("[data-part=screen]")).to_be_focused()
    window.keyboard.type("0.1+0.2")
    window.keyboard.press("Enter")
    value = panel.locator("[data-part=value]")
    expect(value).to_have_text(re.compile("^0[.,]3$"))
    panel.locator("[data-key='*']").click()
    panel.locator("[data-key='5']").click()
    window.keyboard.press("Enter")
    expect(value).to_have_text(re.compile("^1[.,]5$"))
    axe(window)
    before = panel.bounding_box()
    panel.locator("[data-part=move]").focus()
    window.keyboard.press("ArrowUp")
    after = panel.bounding_box()
    assert before
    assert after
    assert after["y"] < before["y"]
    window.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_window_protects_locks_and_calculates(site: Site, person: Callable[..., Person]):
    site.control("POST", "reset")
    site.control("POST", "links", title=TITLE, url=f"{site.tool}/lti/launch", custom={"template": "protected"})
    window = start(person("Jonas Öberg"))
    protected(window)
    calculated(window)
    covered_and_locked(window)
    narrow = person("Jonas Öberg", color_scheme="dark").open_in_window(TITLE)
    narrow.set_viewport_size({"width": 390, "height": 800})
    narrow.route(re.compile(r"/attempts/\d+$"), sooner)
    exam = narrow.url
    narrow.goto(f"{site.tool}/language")
    narrow.locator("select").first.select_option("ar")
    narrow.locator("form button.primary").click()
    narrow.goto(exam)
    expect(narrow.locator("html")).to_have_attribute("dir", "rtl")
    calculated(narrow)
    covered_and_locked(narrow)


def test_a_phone_hears_that_the_exam_is_meant_for_a_computer(site: Site, person: Callable[..., Person]):
    site.control("POST", "reset")
    site.control("POST", "links", title=TITLE, url=f"{site.tool}/lti/launch", custom={"template": "protected"})
    phone = person("Mei-Ling Tsai", has_touch=True, is_mobile=True).open_in_window(TITLE)
    phone.set_viewport_size({"width": 390, "height": 800})
    phone.reload()
    expect(phone.get_by_text("This exam is meant for a computer")).to_be_visible()
    expect(phone.get_by_role("button", name="Begin")).to_be_enabled()
    axe(phone)
    desk = person("Amara").open_in_window(TITLE)
    expect(desk.get_by_role("button", name="Begin")).to_be_visible()
    expect(desk.locator("#handheld")).to_be_hidden()
