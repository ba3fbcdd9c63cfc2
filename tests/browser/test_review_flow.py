"""A review by keyboard alone, from the queue to the gradebook; the learner sees the evidence, answers and appeals."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from lti_proctor import clock
from lti_proctor.attempts.models import Attempt
from lti_proctor.exams.addons import Metric
from lti_proctor.extensions import db
from lti_proctor.monitoring import service as monitoring
from lti_proctor.monitoring.models import Flag
from tests.browser.conftest import Person, Site, axe_once, demo_app, wait_for
from tests.browser.test_by_keyboard import go_to, press
from tests.browser.test_main_job import agree, graded, hand_in, take_quiz

NAME = "Amara O’Connor-Nwosu"


def take_the_exam(learner: Person) -> Page:
    window = learner.open_in_window()
    window.get_by_role("button", name="Begin").click()
    agree(window)
    for _ in range(3):
        window.get_by_role("button", name="Continue, a person will check").click()
    take_quiz(window)
    hand_in(window)
    return window


def add_a_flag(site: Site, window: Page) -> None:
    """One thing that lasted long enough to be looked at, whatever the exam's own window has noticed until now."""
    app = demo_app(site)
    with app.app_context():
        attempt = db.session.get_one(Attempt, int(window.url.rsplit("/", 1)[1].split("?")[0]))
        monitoring.count(attempt, now=clock.now())
        db.session.query(Flag).filter_by(attempt_id=attempt.id).delete()
        begins = attempt.started_at or attempt.created_at
        moments = {"starts_at": begins, "ends_at": begins + timedelta(seconds=12)}
        db.session.add(Flag(attempt_id=attempt.id, metric=Metric.m2, violated_ms=12_000, pieces=[], **moments))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def to_the_report(staff: Page) -> None:
    press(staff, "Exams")
    expect(staff.get_by_role("link", name="Review queue")).to_be_visible()
    press(staff, "Review queue")
    expect(staff.get_by_role("heading", name="Review queue")).to_be_visible()
    axe_once(staff, "review queue")
    press(staff, NAME)
    expect(staff.get_by_role("heading", name=NAME)).to_be_visible()


def conclude(staff: Page, *, accepts: bool, comment: str) -> None:
    go_to(staff, "Accept")
    staff.keyboard.press("Space" if accepts else "ArrowDown")
    if not accepts:
        go_to(staff, "Reason, when it is not accepted")
        staff.keyboard.type("Help from")
    go_to(staff, "Comment")
    staff.keyboard.type(comment)
    press(staff, "Save the conclusion")
    expect(staff.get_by_text("The conclusion is saved.")).to_be_visible()


def test_from_the_queue_to_the_gradebook_by_keyboard_with_an_appeal(site: Site, person: Callable[..., Person]):
    site.control("POST", "reset")
    learner, teacher = person("Amara"), person("Hanna Lindqvist")
    window = take_the_exam(learner)
    add_a_flag(site, window)
    staff = teacher.open_in_window()
    to_the_report(staff)
    expect(staff.get_by_role("heading", name="Voices or noise in the room")).to_be_visible()
    expect(staff.get_by_role("button", name="Keys")).to_be_enabled()
    axe_once(staff, "report")
    staff.keyboard.press("c")
    expect(staff.locator("#flag").get_by_text("Confirmed", exact=True)).to_be_visible()
    expect(staff.get_by_text("Possible, as you looked at the evidence.")).to_be_visible()
    conclude(staff, accepts=False, comment="A second voice at the beginning.")
    window.reload()
    expect(window.get_by_role("heading", name="Your exam was not accepted")).to_be_visible()
    expect(window.get_by_text("A second voice at the beginning.")).to_be_visible()
    axe_once(window, "not accepted, with an appeal")
    press(window, "See the evidence")
    expect(window.get_by_text("This is what those who review see.")).to_be_visible()
    go_to(window, "Your answer")
    window.keyboard.type("That was the radio next door.")
    axe_once(window, "own report")
    press(window, "Save the answer")
    expect(window.get_by_text("That was the radio next door.")).to_be_visible()
    press(window, "Back to your exam")
    expect(window.get_by_role("heading", name="Your exam was not accepted")).to_be_visible()
    press(window, "Ask for another look")
    expect(window.get_by_role("heading", name="Ask for another look")).to_be_visible()
    axe_once(window, "appeal")
    go_to(window, "What should the other person know?")
    window.keyboard.type("Please listen once more.")
    press(window, "Ask for another look")
    expect(window.get_by_role("heading", name="Another person looks at your exam again")).to_be_visible()
    axe_once(window, "appealed")
    staff.reload()
    expect(staff.get_by_text("Somebody else decides now")).to_be_visible()
    colleague = person("Tomáš Novák").open_in_window()
    to_the_report(colleague)
    expect(colleague.get_by_text("Please listen once more.")).to_be_visible()
    expect(colleague.get_by_text("That was the radio next door.")).to_be_visible()
    conclude(colleague, accepts=True, comment="It was the radio.")
    wait_for(graded(site, 20), 20, "the grade after the appeal")
    window.reload()
    expect(window.get_by_text("It was the radio.")).to_be_visible()
