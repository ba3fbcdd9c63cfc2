"""The ways in which questions come to a learner, in a real browser: files, a quiz in a window, a framed page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Person, Site, axe
from tests.browser.test_main_job import add_exam
from tests.factories.packages import xapi_package

TITLE = "Delivered"


@pytest.fixture(autouse=True)
def _clean_lms(site: Site) -> None:
    site.control("POST", "reset")


def begin(learner: Person) -> Page:
    window = learner.open_in_window(TITLE)
    window.get_by_role("button", name="Begin").click()
    window.get_by_label("I have read the rules").check()
    window.get_by_role("button", name="Agree and continue").click()
    window.get_by_role("button", name="Start the exam").click()
    expect(window.get_by_role("timer")).to_be_visible()
    return window


def deliver(staff: Page, way: str, url: str = "", code: str = "") -> None:
    staff.get_by_role("link", name="Settings", exact=True).click()
    staff.get_by_text(way, exact=True).click()
    staff.get_by_label("Address of the exam").fill(url)
    staff.get_by_role("textbox", name="Access code").fill(code)
    staff.get_by_role("button", name="Save").click()
    expect(staff.get_by_text("The settings are saved.")).to_be_visible()


def take_files(learner: Person) -> None:
    """A package reaches nothing of ours, remembers its answers over a reload, and reports its result."""
    window = begin(learner)
    quiz = window.frame_locator("iframe")
    expect(quiz.get_by_text("first time")).to_be_visible()
    expect(quiz.locator("#walls")).to_have_text("null shut shut")
    expect(quiz.get_by_role("heading", name="Packed quiz")).to_have_css("color", "rgb(1, 2, 3)")
    quiz.get_by_label("Answer").fill("seven")
    quiz.get_by_role("button", name="Save").click()
    expect(quiz.get_by_text("saved", exact=True)).to_be_visible()
    window.reload()
    expect(quiz.get_by_text("welcome back")).to_be_visible()
    expect(quiz.get_by_label("Answer")).to_have_value("seven")
    quiz.get_by_role("button", name="Hand in answers").click()
    expect(quiz.get_by_text("Your answers are saved.")).to_be_visible()
    window.get_by_role("button", name="Finish").click()
    expect(window.get_by_role("heading", name="Do you want to hand in?")).to_be_visible()
    expect(window.get_by_text("No answers have arrived yet")).to_be_hidden()


def take_quiz_in_window(learner: Person) -> None:
    """One button, the password on a press, no way back for the quiz, and kind words when its window is closed."""
    window = begin(learner)
    axe(window)
    expect(window.get_by_text("open sesame")).to_have_count(0)
    with window.expect_popup() as opened:
        window.get_by_role("button", name="Open the quiz").or_(window.get_by_role("link", name="Open the quiz")).click()
    quiz = opened.value
    quiz.wait_for_url("**/quiz/locked/")
    assert quiz.evaluate("window.opener") is None
    expect(window.get_by_text("The quiz is open in a window of its own")).to_be_visible()
    window.get_by_role("button", name="Show the access code").click()
    expect(window.get_by_text("open sesame")).to_be_visible()
    axe(window)
    quiz.get_by_label("Password of the quiz").fill("open sesame")
    quiz.get_by_role("button", name="Begin").click()
    expect(quiz.get_by_text("The quiz is open.")).to_be_visible()
    window.evaluate("window.advance = 6000; Date.now = ((now) => () => now() + window.advance)(Date.now.bind(Date))")
    quiz.close()
    expect(window.get_by_text("It looks as if the quiz window is closed.")).to_be_visible()
    window.get_by_role("button", name="It is still open").click()
    expect(window.get_by_text("You have opened the quiz.")).to_be_visible()
    window.get_by_role("button", name="Finish").click()
    expect(window.get_by_text("Have you handed in inside the quiz?")).to_be_visible()
    axe(window)


def test_the_ways_in_which_questions_come_to_a_learner(site: Site, person: Callable[..., Person]):
    teacher = person("Hanna Lindqvist")
    add_exam(teacher, TITLE, "Honour")
    staff = teacher.open_in_window(TITLE)
    staff.get_by_role("link", name="Files", exact=True).click()
    axe(staff)
    files = [{"name": "quiz.zip", "mimeType": "application/zip", "buffer": xapi_package()}]
    staff.get_by_label("A zip or one HTML page").set_input_files(files)  # type: ignore[arg-type]
    staff.get_by_role("button", name="Upload").click()
    expect(staff.get_by_text("xAPI package: it can report its result")).to_be_visible()
    axe(staff)
    take_files(person("Jonas Öberg"))
    deliver(staff, "A page on the web, inside the exam window", f"{site.lms}/quiz/locked/")
    expect(staff.get_by_text("does not let itself be shown inside the exam window")).to_be_visible()
    deliver(staff, "A quiz that I already have, in a window of its own", f"{site.lms}/quiz/locked/", "open sesame")
    take_quiz_in_window(person("Mei-Ling Tsai"))
    deliver(staff, "A page on the web, inside the exam window", f"{site.lms}/quiz/password/", "open sesame")
    framed = begin(person("Amara")).frame_locator("iframe")
    expect(framed.get_by_label("Password of the quiz")).to_have_value("open sesame")
