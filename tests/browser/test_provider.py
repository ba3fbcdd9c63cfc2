"""An exam that an outside provider watches, with its software in the browser: it agrees, says no, is silent, breaks."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from lti_proctor import clock
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import db
from lti_proctor.people import service as people
from lti_proctor.platforms.models import Course
from lti_proctor.platforms.service import get_registration
from tests.browser.conftest import Site, axe, demo_app
from tests.factories import make_attempt, make_course, make_exam, make_user

#: The practice provider's script, and what stands in its place.
SCRIPT = "**/static/js/provider/practice.js*"
SAYS = """self.onmessage = ({data}) =>
  self.postMessage({startExamAttempt: {type: %s}, endExamAttempt: {type: %s}, ping: {type: %s}}[data.type]);"""
AGREES = ('"examAttemptStarted"', '"examAttemptEnded"', '"echo"')


@pytest.fixture(scope="module")
def made(site: Site) -> Callable[..., tuple[str, str]]:
    """`made()`: the path of a new attempt, and the learner's token."""
    app = demo_app(site, queue_url="memory:")
    with app.app_context():
        course = make_course(clock.now(), get_registration(site.lms, "sandbox-client"))
        db.session.commit()
        course_id = course.id

    def make() -> tuple[str, str]:
        with app.app_context():
            now = clock.now()
            course = db.session.get_one(Course, course_id)
            exam = make_exam(
                now, course, title="Watched elsewhere", provider="mock", lifetime=30, addons=frozenset({Addon.finish})
            )
            attempt = make_attempt(now, exam=exam, user=make_user(now, name="Inés Márquez"))
            token = people.new_token()
            people.open_sign_in(
                token, user_id=attempt.user_id, data={"parts": {str(course_id): "learner"}}, hours=1, now=now
            )
            db.session.commit()
            return f"/attempts/{attempt.id}", token

    return make


@pytest.fixture
def visit(chromium: Browser, site: Site, made: Callable[..., tuple[str, str]]) -> Iterator[Callable[..., Page]]:
    """A learner's page at the step of the provider's set-up; `script` stands in place of the provider's own."""
    contexts: list[BrowserContext] = []

    def go(script: str | None = None, **look: object) -> Page:
        path, token = made()
        context = chromium.new_context(**look)
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": "lti-proctor", "value": token, "url": site.tool}])
        page = context.new_page()
        if script is not None:
            context.route(SCRIPT, lambda route: answer(route, script))
        page.goto(site.tool + path)
        page.get_by_role("button", name="Begin").click()
        # A job announces the attempt, and the provider gets ready by itself.
        expect(page.get_by_role("heading", level=1)).to_have_text("You are ready to start", timeout=30_000)
        return page

    yield go
    for context in contexts:
        context.close()


def answer(route: Route, script: str) -> None:
    route.fulfill(status=200, content_type="text/javascript", body=script)


def test_from_the_set_up_to_the_verdict(visit):
    page = visit()
    page.get_by_role("button", name="Start the exam").click()
    expect(page.locator("#countdown")).to_be_visible()
    axe(page)
    with page.expect_request(SCRIPT):
        pass  # a ping within two seconds
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("dialog").get_by_role("button", name="Hand in").click()
    expect(page.locator("#provider-said")).to_have_text(
        "The proctoring has ended. You may close the proctoring software.", timeout=20_000
    )
    axe(page)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (SAYS % ('"examAttemptStartFailed", error: "Not running"', '""', '""'), "says that it can’t go on"),
        ("throw new Error('broken')", "could not be loaded or broke off"),
    ],
    ids=["says no", "breaks"],
)
def test_software_that_does_not_agree_begins_nothing(visit, script, words):
    page = visit(script)
    page.get_by_role("button", name="Start the exam").click()
    dialog = page.get_by_role("dialog", name="The proctoring software does not answer")
    expect(dialog).to_contain_text(words)
    axe(page)
    page.context.unroute(SCRIPT)
    dialog.get_by_role("button", name="Try again").press("Enter")
    expect(page.locator("#countdown")).to_be_visible()


def test_software_that_goes_silent_breaks_the_attempt_off(visit):
    page = visit(SAYS % (AGREES[0], AGREES[1], "null"))
    page.get_by_role("button", name="Start the exam").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A technical problem ended your exam", timeout=20_000)
    axe(page)
