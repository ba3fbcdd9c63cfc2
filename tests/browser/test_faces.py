"""Faces in a real browser with the real engine: a photo unlike the profile, and a person who lets it through."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from lti_proctor import clock
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import db
from lti_proctor.platforms.service import get_registration
from tests.browser.conftest import Site, axe, demo_app
from tests.browser.worlds import Visit, at_step, fits, give_profile, sign_in, upload, visiting
from tests.faces import both, collins, hopper, jpeg
from tests.factories import make_course, make_user

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
        give_profile(learner, course, hopper())
        attempt = at_step(course, learner, frozenset({Addon.face, Addon.verify}), title="With verify")
        tokens = sign_in(learner, course, "learner"), sign_in(teacher, course, "instructor")
        db.session.commit()
        return World(f"/attempts/{attempt.id}", f"/exams/{attempt.exam_id}/attempts/{attempt.id}", *tokens)


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[Visit]:
    with visiting(chromium, site) as open_page:
        yield open_page


def test_a_face_that_differs_waits_until_a_person_lets_it_through(world: World, visit: Visit):
    page = visit(f"{world.path}/steps/face", world.learner)
    upload(page, jpeg(both()))
    expect(page.get_by_text("There is more than one face in this photo")).to_be_visible()
    page.get_by_role("button", name="Take another", exact=True).click()
    upload(page, jpeg(collins()))
    expect(page.get_by_text("One face can be seen well")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Continue with this photo").click()
    expect(page.get_by_role("heading", name="This photo does not match the one in your profile")).to_be_visible()
    axe(page)
    narrow = visit(world.path, world.learner, **NARROW)
    axe(narrow)
    assert fits(narrow)

    staff = visit(world.staff_path, world.teacher)
    axe(staff)
    staff.locator("#reason-face").fill("I know her, she was on video")
    staff.get_by_role("button", name="Let through").click()
    expect(staff.get_by_text("The learner can go on.")).to_be_visible()

    expect(page.get_by_text("You can go on. The next page opens.")).to_be_visible()
    expect(page.get_by_role("button", name="Start the exam")).to_be_visible()
