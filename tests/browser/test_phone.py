"""Two browsers: a computer at the step of the phone and in the exam, and the phone that is its second camera."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from lti_proctor import clock
from lti_proctor.exams.addons import Addon, Metric
from lti_proctor.extensions import db
from lti_proctor.platforms.service import get_registration
from tests.browser.conftest import Site, axe, demo_app
from tests.browser.worlds import Visit, at_step, fits, sign_in, visiting
from tests.factories import make_course, make_user

NARROW = {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark"}
ADDONS = frozenset({Addon.qrcode, Addon.track, Addon.finish, Addon.header})


@dataclass(frozen=True)
class World:
    """Attempts at the step of the phone, one with a look around the room by the computer and one by the phone."""

    path: str
    room_path: str
    staff_path: str
    learner: str
    teacher: str


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    app = demo_app(site, queue_url="memory:")
    with app.app_context():
        now = clock.now()
        course = make_course(now, get_registration(site.lms, "sandbox-client"))
        learner, teacher = make_user(now, name="Inés Márquez"), make_user(now, name="Hanna Lindqvist")
        first, second = (
            at_step(course, learner, addons, title="Two cameras", metrics={Metric.n2: Decimal(1)}, lifetime=30)
            for addons in (ADDONS | {Addon.overview}, frozenset({Addon.overview}))
        )
        tokens = sign_in(learner, course, "learner"), sign_in(teacher, course, "instructor")
        db.session.commit()
        staff_path = f"/exams/{first.exam_id}/attempts/{first.id}"
        return World(f"/attempts/{first.id}", f"/attempts/{second.id}", staff_path, *tokens)


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[Visit]:
    with visiting(chromium, site) as open_page:
        yield open_page


def looks_right_to_left(page: Page) -> None:
    page.set_extra_http_headers({"Accept-Language": "ar"})
    page.reload()
    assert page.evaluate("document.documentElement.dir") == "rtl"
    axe(page)
    assert fits(page)
    page.set_extra_http_headers({"Accept-Language": "en"})
    page.reload()


def test_a_phone_joins_shows_the_room_and_stays_through_the_exam(world: World, visit: Visit):
    computer = visit(f"{world.path}/steps/qrcode", world.learner)
    address = computer.locator("#phone-address")
    expect(address).to_contain_text("/phone/#")
    axe(computer)
    phone = visit(address.inner_text(), **NARROW)
    expect(phone.get_by_role("heading", name="Use this phone as second camera")).to_be_visible()
    assert "#" not in phone.url
    axe(phone)
    assert fits(phone)
    phone.get_by_role("button", name="Agree and use this phone").click()
    expect(computer.get_by_text("The phone has joined. Switch its camera on there.").first).to_be_visible()
    looks_right_to_left(phone)
    phone.get_by_role("button", name="Switch on the camera").click()
    expect(phone.get_by_text("Connected", exact=True)).to_be_visible()
    axe(phone)
    assert fits(phone)
    expect(computer.get_by_role("heading", name="Your phone is connected")).to_be_focused()
    expect(computer.locator("#phone-picture")).to_be_visible()
    assert computer.locator("#phone-picture").evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    axe(computer)
    computer.get_by_role("button", name="Continue with this phone").click()

    expect(computer.get_by_text("Take the pictures with your phone")).to_be_visible()
    for name in ("The desk", "To the left", "Behind you", "To the right"):
        turn = phone.locator("#room-turns li", has_text=name)
        expect(turn).to_contain_text("Still to do")
        phone.get_by_role("button", name="Take this picture").click()
        expect(turn).to_contain_text("Done")
    expect(computer.get_by_role("heading", name="All pictures are there")).to_be_visible()
    expect(computer.locator("#room-kept img")).to_have_count(4)
    computer.get_by_role("button", name="Continue with these pictures").click()
    computer.get_by_role("button", name="Start").click()

    expect(computer.get_by_text("Phone connected")).to_be_visible()
    expect(phone.get_by_text("The exam is running. Leave the phone where it is.")).to_be_visible()
    staff = visit(world.staff_path, world.teacher)
    expect(staff.get_by_text("The phone is connected.")).to_be_visible()
    expect(staff.get_by_role("img", name="Picture of the room: Behind you")).to_have_count(1)
    axe(staff)

    phone.get_by_text("What is taken, and how to stop").click()
    phone.get_by_role("button", name="Take this phone off").click()
    expect(computer.get_by_text("Your phone is not connected.").first).to_be_visible()
    computer.locator("#strips").get_by_role("button", name="Connect the phone again").click()
    address = computer.locator("dialog #phone-address")
    expect(address).to_contain_text("/phone/#")
    axe(computer)
    phone.goto(address.inner_text())
    phone.get_by_role("button", name="Agree and use this phone").click()
    phone.get_by_role("button", name="Switch on the camera").click()
    expect(computer.locator("dialog#phone")).to_be_hidden()
    expect(computer.get_by_text("Phone connected")).to_be_visible()

    computer.get_by_role("button", name="Finish").click()
    computer.get_by_role("button", name="Hand in").click()
    expect(phone.get_by_role("heading", name="Thank you: the phone is not needed any more")).to_be_visible()


def test_the_room_is_shown_by_the_computer_s_own_camera(world: World, visit: Visit):
    page = visit(f"{world.room_path}/steps/overview", world.learner, **NARROW)
    assert fits(page)
    axe(page)
    page.get_by_role("button", name="Switch on the camera").click()
    shoot = page.get_by_role("button", name="Take this picture")
    expect(shoot).to_be_focused()
    for name in ("The desk", "To the left", "Behind you", "To the right"):
        page.keyboard.press("Enter")
        expect(page.locator("#room-turns li", has_text=name)).to_contain_text("Done")
    expect(page.get_by_role("heading", name="All pictures are there")).to_be_focused()
    expect(page.locator("#room-kept img")).to_have_count(4)
    axe(page)
    page.get_by_role("button", name="Continue with these pictures").click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()
