"""An administrator's way through the console by keyboard alone: invite, add, change roles, switch off, remove."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Person, axe
from tests.browser.test_by_keyboard import go_to, press


@pytest.fixture
def console(person: Callable[..., Person]) -> Page:
    """The list of course systems, reached from the sign-in page."""
    someone = person()
    page = someone.context.new_page()
    page.goto(f"{someone.site.tool}/login")
    for name, text in (("User name", "admin"), ("Password", "practice makes perfect")):
        go_to(page, name)
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    arrived(page, "Attempts")
    press(page, "Administration")
    arrived(page, "Course systems")
    return page


def arrived(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()


def write(page: Page, name: str, text: str) -> None:
    go_to(page, name)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def test_an_invitation_is_made_and_withdrawn(console: Page):
    press(console, "Invite a course system")
    arrived(console, "Invite a course system")
    write(console, "For which course system?", "Northfield")
    write(console, "Valid for how many hours?", "5")
    go_to(console, "It works at once")
    console.keyboard.press("Space")
    press(console, "Make the invitation")
    expect(console.locator("#new")).to_be_focused()
    expect(console.get_by_text("It is valid for 5 hours")).to_be_visible()
    expect(console.locator("#address-value")).to_contain_text("/lti/register?invite=")
    axe(console)
    press(console, "Copy")
    press(console, "Withdraw")
    expect(console.get_by_text("The invitation is withdrawn.")).to_be_visible()


def test_a_course_system_is_added_changed_and_removed(console: Page):
    press(console, "Add by hand")
    arrived(console, "Add a course system by hand")
    go_to(console, "Kind")
    console.keyboard.type("Moodle")
    write(console, "Its host name", "lms.northfield.example")
    console.keyboard.press("Enter")
    expect(console.get_by_label("Key set address")).to_have_value("https://lms.northfield.example/mod/lti/certs.php")
    axe(console)
    write(console, "Client id", "by-keyboard")
    console.keyboard.press("Enter")
    expect(console.get_by_text("The platform is added.")).to_be_visible()
    expect(console.get_by_text("No deployment is known")).to_be_visible()
    write(console, "Another deployment id", "7")
    console.keyboard.press("Enter")
    expect(console.get_by_text("The deployment is added.")).to_be_visible()
    press(console, "Look and change")
    arrived(console, "What roles count as")
    write(console, "Role", "Dean")
    console.keyboard.press("Enter")
    expect(console.get_by_text("The roles are saved.")).to_be_visible()
    expect(console.get_by_role("button", name=re.compile("Remove.*Dean"))).to_be_visible()
    axe(console)
    press(console, "lms.northfield.example")
    arrived(console, "lms.northfield.example")
    press(console, "Deactivate")
    expect(console.get_by_text("Waits for approval")).to_be_visible()
    press(console, "Approve")
    expect(console.get_by_text("Exams can be opened from this course system now.")).to_be_visible()
    press(console, "Remove this course system")
    arrived(console, "Remove lms.northfield.example?")
    press(console, "Remove for good")
    expect(console.get_by_text("The platform is removed.")).to_be_visible()


def test_a_token_is_made_and_tried_on_the_page_of_the_interface(console: Page):
    press(console, "Tokens of programs")
    arrived(console, "Tokens of programs")
    write(console, "What is it for?", "Grade book")
    go_to(console, "See courses and exams")
    console.keyboard.press("Space")
    press(console, "Make the token")
    expect(console.locator("#new")).to_be_focused()
    axe(console)
    token = console.locator("#token-value").inner_text()
    console.goto(f"{console.url.removesuffix('/admin/tokens')}/api/docs#list_exams")
    operation = console.locator("#list_exams")
    expect(operation).to_have_attribute("open", "")
    operation.get_by_role("button", name="Send").click()
    expect(console.locator("#token")).to_be_focused()
    console.keyboard.type(token)
    operation.get_by_label("limit").fill("1")
    operation.get_by_role("button", name="Send").click()
    expect(operation.get_by_role("status")).to_have_text(re.compile("200"))
    expect(operation.locator("pre")).to_contain_text('"total"')
    axe(console)
