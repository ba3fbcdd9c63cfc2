"""An exam that opens only in Safe Exam Browser, with a browser that behaves as one: by headers, or by its script."""

import gzip
import plistlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from lti_proctor.exams.seb import address_hash, config_key
from tests.browser.conftest import Person, Site, axe

TITLE = "In a browser of its own"
AGENT = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) SEB/3.5.0"
#: The object comes late, and hashes the address of the page that reads it.
OBJECT = """(async () => {
  const bytes = new TextEncoder().encode(location.href.split("#")[0] + "KEY");
  const hash = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))];
  const configKey = hash.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  setTimeout(() => { window.SafeExamBrowser = { version: "3.5", security: { configKey, browserExamKey: "" } }; }, 400);
})();"""


@pytest.fixture
def window(site: Site, person: Callable[..., Person]) -> Page:
    """What a learner sees in an ordinary browser."""
    site.control("POST", "reset")
    site.command("exam-template", "add", "--identifier", "seb", "--title", TITLE, "--addon", "seb", "--addon", "rules")
    site.control("POST", "links", title=TITLE, url=f"{site.tool}/lti/launch", custom={"template": "seb"})
    page = person("Jonas Öberg").open_in_window(TITLE)
    expect(page.get_by_role("heading", name="Open the exam in Safe Exam Browser")).to_be_visible()
    return page


def settings_file(window: Page, folder: Path) -> dict[str, Any]:
    with window.expect_download() as download:
        window.get_by_role("link", name="Download the settings file").click()
    assert download.value.suggested_filename == "exam.seb"
    download.value.save_as(folder / "exam.seb")
    opened = gzip.decompress((folder / "exam.seb").read_bytes())
    found: dict[str, Any] = plistlib.loads(gzip.decompress(opened.removeprefix(b"plnd")))
    return found


def go_in(context: BrowserContext, settings: dict[str, Any]) -> Page:
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(settings["startURL"])
    page.get_by_role("button", name="Go on to the exam").click()
    return page


def with_headers(context: BrowserContext, key: str) -> None:
    def send(route: Route) -> None:
        headers = {**route.request.headers, "x-safeexambrowser-configkeyhash": address_hash(route.request.url, key)}
        route.continue_(headers=headers)

    # Headers that are set here stay on redirects, where the hash would be of another address: pages only.
    context.route(lambda url: url.rsplit("/", 1)[-1].isdigit(), send)


def test_only_safe_exam_browser_gets_in(chromium: Browser, window: Page, tmp_path: Path):
    axe(window)
    attempt = window.url.partition("/seb")[0]
    by_headers = chromium.new_context()
    settings = settings_file(window, tmp_path)
    with_headers(by_headers, config_key(settings))
    page = go_in(by_headers, settings)
    expect(page.get_by_role("heading", name="Open the exam in Safe Exam Browser")).to_be_visible()
    page.goto(attempt)
    expect(page.get_by_label("I have read the rules")).to_be_visible()
    by_headers.close()

    wrong = chromium.new_context(user_agent=AGENT, viewport={"width": 390, "height": 800}, color_scheme="dark")
    wrong.add_init_script(OBJECT.replace("KEY", "0" * 64))
    page = go_in(wrong, settings_file(window, tmp_path))
    expect(page.get_by_role("heading", name="This Safe Exam Browser was not accepted")).to_be_visible()
    page.get_by_text("For those who help you").click()
    expect(page.get_by_text("SEB/3.5.0")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)
    wrong.close()

    by_script, settings = chromium.new_context(user_agent=AGENT), settings_file(window, tmp_path)
    by_script.add_init_script(OBJECT.replace("KEY", config_key(settings)))
    page = go_in(by_script, settings)
    expect(page.get_by_label("I have read the rules")).to_be_visible()
    assert page.url == attempt
    by_script.close()
