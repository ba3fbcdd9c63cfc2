"""Software of an outside provider in the browser: it says no, breaks, goes silent. test_provider_flow.py: it agrees."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from lti_proctor import clock
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.people import service as people
from lti_proctor.platforms.models import Course
from lti_proctor.platforms.service import get_registration
from lti_proctor.providers import service as providers
from lti_proctor.providers.models import Stage
from tests.browser.conftest import Site, axe, demo_app
from tests.factories import make_attempt, make_course, make_exam, make_user

#: The practice provider's script, and what stands in its place.
SCRIPT = "**/static/js/provider/practice.js*"
SAYS = """self.onmessage = ({data}) =>
  self.postMessage({startExamAttempt: {type: %s}, endExamAttempt: {type: %s}, ping: {type: %s}}[data.type]);"""
AGREES = ('"examAttemptStarted"', '"examAttemptEnded"', '"echo"')


@pytest.fixture(scope="module")
def made(site: Site) -> Callable[..., tuple[str, str]]:
    """`made()`: the path of an attempt that the provider has set up, and the learner's token."""
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
            attempts.fire(attempt, Event.begin_setup, actor=Actor(Role.learner, attempt.user_id), now=now)
            known = providers.announced(attempt)
            known.stage, known.external_id = Stage.registered, known.code
            providers.note_ready(known, now=now)
            token = people.new_token()
            people.open_sign_in(
                token, user_id=attempt.user_id, data={"parts": {str(course_id): "learner"}}, hours=1, now=now
            )
            db.session.commit()
            return f"/attempts/{attempt.id}", token

    return make


@pytest.fixture
def visit(chromium: Browser, site: Site, made: Callable[..., tuple[str, str]]) -> Iterator[Callable[..., Page]]:
    """A learner's page before the start; `script` stands in place of the provider's own."""
    contexts: list[BrowserContext] = []

    def go(script: str) -> Page:
        path, token = made()
        context = chromium.new_context()
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": "lti-proctor", "value": token, "url": site.tool}])
        page = context.new_page()
        context.route(SCRIPT, lambda route: answer(route, script))
        page.goto(site.tool + path)
        expect(page.get_by_role("heading", level=1)).to_have_text("You are ready to start")
        return page

    yield go
    for context in contexts:
        context.close()


def answer(route: Route, script: str) -> None:
    route.fulfill(status=200, content_type="text/javascript", body=script)


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
