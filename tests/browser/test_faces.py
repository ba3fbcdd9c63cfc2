"""Faces in a real browser with the real engine: a photo unlike the profile, and a person who lets it through."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from lti_proctor import clock, jobs
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.steps import StepKey
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import EvidenceKind
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import db
from lti_proctor.faces import service as faces
from lti_proctor.faces.models import Source
from lti_proctor.journal import Actor, Role
from lti_proctor.people import service as people
from lti_proctor.platforms.service import get_registration
from tests.browser.conftest import Site, axe, demo_app, wait_for
from tests.faces import both, collins, hopper, jpeg
from tests.factories import make_attempt, make_course, make_exam, make_user

NARROW = {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark", "locale": "ar"}


@dataclass(frozen=True)
class World:
    """An attempt at the step `face` of somebody whose profile shows another person."""

    path: str
    staff_path: str
    learner: str
    teacher: str


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    app = demo_app(site)
    with app.app_context():
        now = clock.now()
        course = make_course(now, get_registration(site.lms, "sandbox-client"))
        learner, teacher = make_user(now, name="Inés Márquez"), make_user(now, name="Hanna Lindqvist")
        before = make_attempt(now, exam=make_exam(now, course, addons=frozenset({Addon.face})), user=learner)
        photo = keep(before, jpeg(hopper()))
        before.status = Status.submitted
        db.session.commit()
        jobs.put("faces.look", photo.id)
        wait_for(lambda: db.session.rollback() or faces.reading_of(photo), 30, "the look at the photo")
        faces.set_profile(photo, source=Source.staff, actor=Actor(Role.staff), now=now)
        exam = make_exam(now, course, title="With verify", addons=frozenset({Addon.face, Addon.verify}))
        attempt = make_attempt(now, exam=exam, user=learner, status=Status.download_software_clicked)
        evidence.give_consent(attempt, locale="en", actor=actor(attempt), now=now)
        attempts.pass_step(attempt, StepKey.rules, actor=actor(attempt), now=now)
        tokens = [people.new_token() for _ in range(2)]
        for token, user, part in zip(tokens, (learner, teacher), ("learner", "instructor"), strict=True):
            people.open_sign_in(token, user_id=user.id, data={"parts": {str(course.id): part}}, hours=1, now=now)
        db.session.commit()
        return World(f"/attempts/{attempt.id}", f"/exams/{exam.id}/attempts/{attempt.id}", *tokens)


def actor(attempt: Attempt) -> Actor:
    return Actor(Role.learner, attempt.user_id)


def keep(attempt: Attempt, upload: bytes):
    evidence.give_consent(attempt, locale="en", actor=actor(attempt), now=clock.now())
    return evidence.keep_photo(attempt, EvidenceKind.face, upload, actor=actor(attempt), now=clock.now())


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator:
    """`visit(token, path, **look)` opens a page as the person of a token; no console may hold an error."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(token: str, path: str, **look: object) -> Page:
        context = chromium.new_context(**look)
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": "lti-proctor", "value": token, "url": site.tool}])
        page = context.new_page()
        page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{site.tool}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def upload(page: Page, content: bytes) -> None:
    page.get_by_text("Upload a photo instead").click()
    page.get_by_label("Choose a photo").set_input_files({"name": "me.jpg", "mimeType": "image/jpeg", "buffer": content})
    page.get_by_role("button", name="Upload this photo").click()


def test_a_face_that_differs_waits_until_a_person_lets_it_through(world: World, visit):
    page = visit(world.learner, f"{world.path}/steps/face")
    upload(page, jpeg(both()))
    expect(page.get_by_text("There is more than one face in this photo")).to_be_visible()
    page.get_by_role("button", name="Take another", exact=True).click()
    upload(page, jpeg(collins()))
    expect(page.get_by_text("One face can be seen well")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Continue with this photo").click()
    expect(page.get_by_role("heading", name="This photo does not match the one in your profile")).to_be_visible()
    axe(page)
    narrow = visit(world.learner, world.path, **NARROW)
    axe(narrow)
    assert narrow.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    staff = visit(world.teacher, world.staff_path)
    axe(staff)
    staff.locator("#reason-face").fill("I know her, she was on video")
    staff.get_by_role("button", name="Let through").click()
    expect(staff.get_by_text("The learner can go on.")).to_be_visible()

    expect(page.get_by_text("You can go on. The next page opens.")).to_be_visible()
    expect(page.get_by_role("button", name="Start the exam")).to_be_visible()
