"""An exam that an outside provider watches, from the launch in the LMS to the grade in its gradebook."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from lti_proctor.attempts import service as attempts
from lti_proctor.providers import service as providers
from tests.browser.conftest import Person, Site, axe_once, demo_app, wait_for
from tests.browser.test_main_job import graded, hand_in, take_quiz
from tests.browser.test_provider import SCRIPT

TITLE = "Statistics 1: exam with an outside proctoring service"
#: The provider's software: it agrees to everything, after it has told the test what it was told.
SOFTWARE = """self.onmessage = async ({data}) => {
  const answers = {startExamAttempt: "examAttemptStarted", endExamAttempt: "examAttemptEnded", ping: "echo"};
  await fetch("%s", {method: "POST", body: JSON.stringify(data)});
  self.postMessage({type: answers[data.type]});
};"""


@pytest.fixture(autouse=True)
def _clean_lms(site: Site) -> None:
    site.control("POST", "reset")
    site.control("DELETE", "faults")


def install_software(learner: Person) -> list[dict[str, object]]:
    """What the exam page tells the provider's software, in order."""
    told: list[dict[str, object]] = []

    def hear(route: Route) -> None:
        told.append(route.request.post_data_json)
        route.fulfill(status=204)

    ear = f"{learner.site.tool}/software-of-the-test"
    learner.context.route(ear, hear)
    learner.context.route(
        SCRIPT, lambda route: route.fulfill(status=200, content_type="text/javascript", body=SOFTWARE % ear)
    )
    return told


def set_up(window: Page) -> None:
    """The rules, then the wait for the provider, which says by itself that the learner is ready."""
    expect(window.get_by_role("heading", name="Rules", exact=True)).to_be_visible()
    window.get_by_label("I have read the rules").check()
    window.get_by_role("button", name="Agree and continue").click()
    expect(window.get_by_role("status").filter(has_text="Waiting for Practice provider")).to_be_visible()
    axe_once(window, "waiting for a provider")
    expect(window.get_by_role("heading", name="You are ready to start")).to_be_visible(timeout=30_000)


def test_from_the_launch_to_the_grade_with_an_outside_provider(site: Site, person: Callable[..., Person]):
    learner = person("Amara O’Connor-Nwosu")
    told = install_software(learner)
    window = learner.exam_window(learner.open_here(TITLE))
    set_up(window)
    assert told == []
    take_quiz(window)
    wait_for(lambda: window.wait_for_timeout(50) or "ping" in kinds(told), 10, "a ping")
    hand_in(window)
    expect(window.locator("#provider-said")).to_have_text(
        "The proctoring has ended. You may close the proctoring software."
    )
    axe_once(window, "handed in to a provider")
    assert kinds(told) == ["startExamAttempt", "ping", "endExamAttempt"]
    assert {message["attemptExternalId"] for message in told} == {code_at_the_provider(site, window)}
    # The review comes by itself.
    wait_for(graded(site, 20), 30, "the grade")
    window.reload()
    expect(window.get_by_role("heading", name="Your exam is accepted")).to_be_visible()
    expect(window.get_by_text("Practice provider reviewed it. Your result is in the course.")).to_be_visible()
    learner.lms.goto(f"{site.lms}/gradebook")
    expect(learner.lms.get_by_text("The exam was reviewed and accepted.")).to_be_visible()


def code_at_the_provider(site: Site, window: Page) -> str | None:
    """The provider's own number of the attempt in this window."""
    app = demo_app(site, queue_url="memory:")
    with app.app_context():
        attempt = attempts.get_attempt(int(window.url.rpartition("/")[2]))
        known = providers.known_attempt(attempt)
        return known.external_id if known else None


def kinds(told: list[dict[str, object]]) -> list[object]:
    """The kinds of messages in order, pings that follow each other as one."""
    found = [message["type"] for message in told]
    return [kind for place, kind in enumerate(found) if place == 0 or found[place - 1] != kind]
