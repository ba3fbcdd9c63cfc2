"""The main job in a real browser: instructor, learner with camera and microphone, reviewer, grade in the gradebook."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Person, Site, axe, axe_once, wait_for


@pytest.fixture(autouse=True)
def _clean_lms(site: Site) -> None:
    site.control("POST", "reset")
    site.control("DELETE", "faults")


def add_exam(teacher: Person, title: str, preset: str = "Recorded") -> None:
    """Deep linking in the frame: the instructor makes an exam in the editor."""
    teacher.lms.goto(f"{teacher.site.lms}/course")
    teacher.lms.get_by_role("link", name="Add an activity").first.click()
    frame = teacher.frame()
    axe_once(frame, "editor")
    frame.get_by_text(preset, exact=True).click()
    frame.get_by_label("Title", exact=True).fill(title)
    frame.get_by_label("Address of the exam").fill(f"{teacher.site.lms}/quiz/")
    frame.get_by_label("Time limit in minutes").fill("30")
    frame.get_by_label("Highest number of points").fill("20")
    frame.get_by_role("button", name="Add to the course").click()
    came_back = teacher.lms.frame_locator("iframe")
    expect(came_back.get_by_text(title).first).to_be_visible()
    teacher.lms.goto(f"{teacher.site.lms}/course")
    expect(teacher.lms.get_by_role("link", name=f"Open in this page : {title}")).to_be_visible()


def agree(window: Page) -> None:
    expect(window.get_by_role("heading", name="Rules and consent")).to_be_visible()
    window.get_by_label("I have read the rules").check()
    window.get_by_label("I agree to the recording described above").check()
    window.get_by_role("button", name="Agree and continue").click()


def check_equipment(window: Page, *, screen: bool) -> None:
    expect(window.get_by_role("heading", name="Check your equipment")).to_be_visible()
    window.get_by_role("button", name="Check camera and microphone").click()
    if screen:
        window.get_by_role("button", name="Share screen").click()
    expect(window.locator(".checks .badge.good")).to_have_count(6 if screen else 5, timeout=20_000)
    axe_once(window, f"equipment, screen {screen}")
    window.get_by_role("button", name="Continue", exact=True).click()


def take_photo(window: Page, heading: str) -> None:
    expect(window.get_by_role("heading", name=heading)).to_be_visible()
    window.get_by_role("button", name="Switch on the camera").click()
    window.get_by_role("button", name="Take photo").click()
    axe_once(window, "photo taken")
    window.get_by_role("button", name="Use this photo").click()
    expect(window.get_by_role("heading", name="This photo is kept")).to_be_visible()
    axe_once(window, f"kept: {heading}")
    window.get_by_role("button", name="Continue with this photo").click()


def take_quiz(window: Page) -> None:
    """Start, answer everything right, send the answers; by keys: a message may push the exam down under a pointer."""
    expect(window.get_by_role("heading", name="You are ready to start")).to_be_visible()
    window.get_by_role("button", name="Start the exam").click()
    expect(window.get_by_role("timer")).to_be_visible()
    axe_once(window, "exam")
    quiz = window.frame_locator("iframe")
    quiz.get_by_label("Your answer, a number").fill("7")
    for answer in ("The mean", "It stays the same", "They are correlated; a third thing, the heat, explains both"):
        quiz.get_by_label(answer, exact=True).press("Space")
        expect(quiz.get_by_label(answer, exact=True)).to_be_checked()
    quiz.get_by_role("button", name="Hand in").press("Enter")
    expect(quiz.get_by_text("Your answers are saved.")).to_be_visible()


def hand_in(window: Page) -> None:
    window.get_by_role("button", name="Finish").click()
    expect(window.get_by_role("heading", name="Do you want to hand in?")).to_be_visible()
    axe_once(window, "question before the end")
    window.get_by_role("button", name="Back to the exam").click()
    window.get_by_role("button", name="Finish").click()
    window.get_by_role("button", name="Hand in").click()
    expect(window.get_by_role("heading", name="Your exam is handed in")).to_be_visible()


def review(reviewer: Page, learner: str, verdict: str, **fields: str) -> None:
    """From the list of attempts to the conclusion."""
    reviewer.get_by_role("link", name=learner).first.click()
    expect(reviewer.get_by_role("heading", name="Conclusion")).to_be_visible()
    axe_once(reviewer, "attempt to be judged")
    reviewer.get_by_text(verdict, exact=True).click()
    if "reason" in fields:
        reviewer.get_by_label("Reason, when it is not accepted").select_option(label=fields["reason"])
    reviewer.get_by_label("Comment").fill(fields.get("comment", "Seen."))
    reviewer.get_by_role("button", name="Save the conclusion").click()
    expect(reviewer.get_by_text("The conclusion is saved.")).to_be_visible()


def graded(site: Site, points: float) -> Callable[[], bool]:
    def look() -> bool:
        scores = site.control("GET", "state").json()["scores"]
        return any(s["status"] == 200 and s["body"].get("scoreGiven") == points for s in scores)

    return look


def test_from_deep_linking_to_the_gradebook_in_the_frame(site: Site, person: Callable[..., Person]):
    teacher, learner = person("Hanna Lindqvist"), person("Jonas Öberg")
    add_exam(teacher, "Midterm")
    frame = learner.open_here("Midterm")
    axe(frame)
    window = learner.exam_window(frame)
    agree(window)
    check_equipment(window, screen=False)
    take_photo(window, "Take a photo of your face")
    take_quiz(window)
    hand_in(window)
    expect(learner.frame().get_by_text("Waiting for review")).to_be_visible()
    review(teacher.open_in_window("Midterm"), "Jonas Öberg", "Accept", comment="All fine.")
    wait_for(graded(site, 20), 20, "the grade")
    window.reload()
    expect(window.get_by_text("All fine.")).to_be_visible()
    learner.lms.goto(f"{site.lms}/gradebook")
    expect(learner.lms.get_by_text("20").first).to_be_visible()


def test_in_a_new_window_with_the_lms_down_at_the_moment_of_the_grade(site: Site, person: Callable[..., Person]):
    learner, proctor = person("Mei-Ling Tsai"), person()
    window = learner.open_in_window()
    window.get_by_role("button", name="Begin").click()
    agree(window)
    check_equipment(window, screen=True)
    take_photo(window, "Take a photo of your face")
    take_photo(window, "Take a photo of your ID document")
    take_quiz(window)
    hand_in(window)
    site.control("POST", "faults", service="score", mode="503")
    proctor.lms.goto(f"{site.tool}/login")
    proctor.lms.get_by_label("User name").fill("proctor")
    proctor.lms.get_by_label("Password", exact=True).fill("practice makes perfect")
    proctor.lms.get_by_role("button", name="Log in").click()
    review(proctor.lms, "Mei-Ling Tsai", "Accept")

    def refused() -> bool:
        return any(s["status"] == 503 for s in site.control("GET", "state").json()["scores"])

    wait_for(refused, 20, "a refused score")
    site.control("DELETE", "faults")
    wait_for(graded(site, 20), 30, "the grade after the LMS came back")
    assert (
        sum(
            s["status"] == 200 and s["body"].get("scoreGiven") == 20
            for s in site.control("GET", "state").json()["scores"]
        )
        == 1
    )
