"""The LMS on another site, in a browser that refuses cookies in its frame: partition, storage, a new window."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests.browser.conftest import CHROMIUM, FLAGS, Person, Site, axe, wait_for

EXAM = "Statistics 1: quiz"
Make = Callable[..., Person]


@pytest.fixture
def wary(chromium: Browser, site: Site, tmp_path: Path) -> Iterator[Make]:
    """People whose browser blocks third-party cookies; with `keeps_none` also those that are kept apart by site."""
    made: list[Person] = []

    def make(name: str, *, keeps_none: bool) -> Person:
        profile = {"cookie_controls_mode": 1, "block_third_party_cookies": True}
        if keeps_none:
            exceptions = {f"{site.tool},{site.lms}": {"setting": 2}}
            profile["content_settings"] = {"exceptions": {"cookies": exceptions}}  # type: ignore[assignment]
        folder = tmp_path / f"browser-{len(made)}"
        (folder / "Default").mkdir(parents=True)
        (folder / "Default" / "Preferences").write_text(json.dumps({"profile": profile}))
        context = chromium.browser_type.launch_persistent_context(
            str(folder), executable_path=CHROMIUM, args=FLAGS, viewport={"width": 1280, "height": 900}
        )
        made.append(Person(context, site))
        made[-1].become(name)
        return made[-1]

    yield make
    for one in made:
        one.close()
    assert [problem for one in made for problem in one.problems] == []


@pytest.fixture(autouse=True)
def _as_it_was(site: Site) -> Iterator[None]:
    site.control("POST", "reset")
    yield
    site.control("POST", "reset")


def tool_frame(person: Person, within: str = "") -> Frame:
    """The tool's frame, also while it is below /lti/, once it has come to rest."""

    def inside() -> Frame | None:
        return next((f for f in person.lms.frames if f.url.startswith(f"{person.site.tool}/{within}")), None)

    wait_for(lambda: person.lms.wait_for_timeout(100) or inside(), 15, "the tool in its frame")
    found = inside()
    assert found is not None
    return found


def open_here(person: Person) -> None:
    person.lms.goto(f"{person.site.lms}/course")
    person.lms.get_by_role("link", name=f"Open in this page : {EXAM}").click()


def in_new_window(person: Person, frame: Frame, role: str) -> Page:
    with person.context.expect_page() as opened:
        frame.get_by_role(role, name="Open in a new window").click()  # type: ignore[arg-type]
    opened.value.wait_for_url(f"{person.site.tool}/**")
    opened.value.wait_for_load_state()
    return opened.value


def cookies_of_tool(person: Person) -> list[str]:
    return [str(cookie["name"]) for cookie in person.context.cookies() if cookie["domain"] == "localhost"]


@pytest.mark.parametrize("storage", [True, False])
def test_third_party_cookies_blocked_partitioned_ones_do(site: Site, wary: Make, storage: bool):
    site.control("POST", "settings", offer_storage=storage)
    learner = wary("Jonas Öberg", keeps_none=False)
    open_here(learner)
    frame = tool_frame(learner, "attempts/")
    expect(frame.get_by_role("button", name="Open exam window")).to_be_visible()
    window = learner.exam_window(frame)
    expect(window.get_by_role("heading", name="Rules and consent")).to_be_visible()


@pytest.mark.parametrize("named", ["", "lti_store"])
def test_no_cookie_at_all_the_storage_of_the_lms_does(site: Site, wary: Make, named: str):
    site.control("POST", "settings", offer_storage=True, storage_frame=named)
    learner = wary("Mei-Ling Tsai", keeps_none=True)
    open_here(learner)
    frame = tool_frame(learner, "lti/launch")
    expect(frame.get_by_role("button", name="Open in a new window")).to_be_visible()
    axe(frame)
    assert cookies_of_tool(learner) == []
    window = in_new_window(learner, frame, "button")
    expect(window.get_by_role("heading", name=EXAM)).to_be_visible()
    window.get_by_role("button", name="Begin").click()
    expect(window.get_by_role("heading", name="Rules and consent")).to_be_visible()


def test_no_cookie_and_no_storage_a_window_begins_anew(site: Site, wary: Make):
    site.control("POST", "settings", offer_storage=False)
    learner = wary("Amara", keeps_none=True)
    open_here(learner)
    frame = tool_frame(learner, "lti/enter")
    axe(frame)
    window = in_new_window(learner, frame, "link")
    window.wait_for_url("**/attempts/*")
    expect(window.get_by_role("heading", name=EXAM)).to_be_visible()


def test_a_teacher_adds_an_exam_without_any_cookie(site: Site, wary: Make):
    site.control("POST", "settings", offer_storage=True)
    teacher = wary("Hanna Lindqvist", keeps_none=True)
    teacher.lms.goto(f"{site.lms}/course")
    teacher.lms.get_by_role("link", name="Add an activity").first.click()
    frame = tool_frame(teacher, "lti/launch")
    window = in_new_window(teacher, frame, "button")
    window.get_by_label("Title", exact=True).fill("Added without cookies")
    window.get_by_role("button", name="Add to the course").click()
    window.wait_for_url(f"{site.lms}/**")
    titles = [link["title"] for link in site.control("GET", "state").json()["links"]]
    assert "Added without cookies" in titles
