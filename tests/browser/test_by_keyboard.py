"""The learner's whole way by keyboard alone: no mouse, no touch; the focus is always to be seen."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Person

LONGEST_WAY = 120
#: What the focus is called: a label, or the words of a button; drawings have none.
NAMED = "() => ((document.activeElement.labels?.[0] ?? document.activeElement).innerText ?? '').trim()"


def go_to(page: Page, name: str) -> None:
    """Press Tab until the control of this name has the focus, and see that the focus shows."""
    for _ in range(LONGEST_WAY):
        page.keyboard.press("Tab")
        found = page.evaluate(NAMED)
        if found.split("\n")[0].strip() == name:
            outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"the focus on {name} can't be seen"
            return
    raise AssertionError(f"{name} can't be reached with Tab on {page.url}")


def press(page: Page, name: str) -> None:
    go_to(page, name)
    page.keyboard.press("Enter")


def test_from_the_first_page_to_handed_in(person: Callable[..., Person]):
    page = person("Wibowo").open_in_window()
    press(page, "Begin")
    expect(page.get_by_role("heading", name="Rules and consent")).to_be_visible()
    for box in ("I have read the rules", "I agree to the recording described above"):
        go_to(page, box)
        page.keyboard.press("Space")
    press(page, "Agree and continue")
    expect(page.get_by_role("heading", name="Check your equipment")).to_be_visible()
    press(page, "Continue, a person will check")
    expect(page.get_by_role("heading", name="Take a photo of your face")).to_be_visible()
    press(page, "Switch on the camera")
    expect(page.get_by_role("button", name="Take photo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Use this photo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="This photo is kept")).to_be_visible()
    press(page, "Continue with this photo")
    expect(page.get_by_role("heading", name="Take a photo of your ID document")).to_be_visible()
    press(page, "Continue, a person will check")
    expect(page.get_by_role("heading", name="You are ready to start")).to_be_visible()
    press(page, "Start the exam")
    expect(page.get_by_role("timer")).to_be_visible()
    press(page, "Finish")
    expect(page.get_by_role("heading", name="Do you want to hand in?")).to_be_visible()
    press(page, "Hand in")
    expect(page.get_by_role("heading", name="Your exam is handed in")).to_be_visible()


def test_the_skip_link_leads_to_the_task(person: Callable[..., Person]):
    page = person("Wibowo").open_in_window()
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the task")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("() => location.hash") == "#main"
