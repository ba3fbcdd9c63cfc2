"""An exam that the LMS gives itself, proctored here: the whole way in a real browser (LTI Proctoring Services 1.0)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Person, Site, axe, wait_for
from tests.browser.test_main_job import agree, check_equipment, take_photo

TITLE = "Statistics 1: assessment in the LMS"


@pytest.fixture(autouse=True)
def _clean_lms(site: Site) -> None:
    site.control("POST", "reset")
    site.control("DELETE", "faults")


def begin(learner: Person) -> Page:
    """From the LMS's own page to the tool, in the same window."""
    learner.lms.goto(f"{learner.site.lms}/course")
    learner.lms.get_by_role("link", name=TITLE).first.click()
    learner.lms.get_by_role("link", name="Start attempt 1").click()
    learner.lms.wait_for_url(f"{learner.site.tool}/attempts/*")
    return learner.lms


def set_up(window: Page) -> None:
    window.get_by_role("button", name="Begin").click()
    expect(window.get_by_text("Your course system gets your photo when the exam starts.")).to_be_visible()
    agree(window)
    check_equipment(window, screen=True)
    take_photo(window, "Take a photo of your face")
    take_photo(window, "Take a photo of your ID document")
    expect(window.get_by_role("heading", name="You are ready to start")).to_be_visible()


def pass_by_person(window: Page) -> None:
    """Through the set-up without camera and screen: somebody will look at it."""
    window.get_by_role("button", name="Begin").click()
    agree(window)
    for _ in range(3):
        window.get_by_role("button", name="Continue, a person will check").click()


def start(learner: Person, window: Page) -> Page:
    with learner.context.expect_page() as opened:
        window.get_by_role("button", name="Start the exam").click()
    opened.value.wait_for_url(f"{learner.site.lms}/assessment/**")
    return opened.value


def attempts_there(site: Site) -> list[dict[str, object]]:
    found: list[dict[str, object]] = site.control("GET", "state").json()["attempts"]
    return found


def test_from_the_lms_through_the_set_up_into_its_exam_and_back(site: Site, person: Callable[..., Person]):
    learner = person("Jonas Öberg")
    window = begin(learner)
    set_up(window)
    quiz = start(learner, window)
    expect(window.get_by_role("heading", name="Your exam is open in another window")).to_be_visible()
    verified = attempts_there(site)[0]["verified_user"]
    assert isinstance(verified, dict)
    assert verified["name"] == "Jonas Öberg"
    assert learner.context.request.get(str(verified["picture"])).headers["content-type"] == "image/jpeg"
    quiz.get_by_role("button", name="Hand in").click()
    quiz.wait_for_url(f"{site.lms}/lti/return**")
    expect(quiz.get_by_text("Your exam is handed in.")).to_be_visible()
    expect(window.get_by_role("heading", name="Your exam is handed in")).to_be_visible()
    back = window.get_by_role("link", name="Back to the course")
    assert "lti_msg=" in str(back.get_attribute("href"))


def test_what_a_proctor_does_is_done_in_the_lms(site: Site, person: Callable[..., Person]):
    learner, proctor = person("Mei-Ling Tsai"), person()
    window = begin(learner)
    pass_by_person(window)
    quiz = start(learner, window)
    proctor.lms.goto(f"{site.tool}/login")
    proctor.lms.get_by_label("User name").fill("proctor")
    proctor.lms.get_by_label("Password", exact=True).fill("practice makes perfect")
    proctor.lms.get_by_role("button", name="Log in").click()
    proctor.lms.get_by_role("link", name="Mei-Ling Tsai").first.click()
    desk = proctor.lms
    site.control("POST", "faults", service="control", mode="503", calls=1)
    desk.locator("summary", has_text="Pause").click()
    desk.get_by_role("button", name="Pause", exact=True).click()
    expect(quiz.get_by_text("paused", exact=False).first).to_be_visible(timeout=30_000)
    desk.locator("summary", has_text="Let it go on").click()
    desk.get_by_role("button", name="Let it go on", exact=True).click()
    desk.locator("summary", has_text="Flag it").click()
    desk.get_by_label("What did you see?").fill("Somebody came into the room.")
    desk.get_by_role("button", name="Tell the course system").click()
    desk.locator("summary", has_text="Give more time").click()
    desk.get_by_label("Minutes more").fill("10")
    desk.get_by_label("Why? It stands in the history.").last.fill("The alarm rang")
    desk.get_by_role("button", name="Give more time", exact=True).click()

    def told() -> list[str]:
        rows = site.control("GET", "state").json()["acs"]
        return [row["body"]["action"] for row in rows if row["status"] == 200]

    wait_for(lambda: told() == ["pause", "resume", "flag", "update"], 30, "the calls in order")
    desk.reload()
    expect(desk.get_by_text("Its answer: running").first).to_be_visible()
    axe(desk)
    desk.locator("summary", has_text="End the exam").click()
    desk.locator("#reason-terminate").fill("A second person was in the room")
    desk.get_by_role("button", name="End the exam", exact=True).click()
    wait_for(lambda: told()[-1] == "terminate", 20, "the end there")
    expect(window.get_by_role("heading", name="Your exam is handed in")).to_be_visible()
    expect(quiz.get_by_text("ended", exact=False).first).to_be_visible(timeout=15_000)
