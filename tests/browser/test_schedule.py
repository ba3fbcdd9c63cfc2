"""Booking a time in a real browser, by keyboard alone, and the page that goes on by itself when the time comes."""

from datetime import timedelta

import pytest

from lti_proctor import clock
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import db
from lti_proctor.people import service as people
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.schedule import service as schedule
from tests.browser.conftest import axe, demo_app, wait_for
from tests.factories import STAFF, make_attempt, make_exam, make_user


@pytest.fixture
def world(site):
    """An attempt whose learner has to book, and the learner's token."""
    app = demo_app(site, queue_url="memory:")
    with app.app_context():
        now = clock.now()
        start = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
        proctor = make_user(now, name="A proctor", role=SiteRole.proctor)
        schedule.add_slots(proctor, start, start + timedelta(hours=2), actor=STAFF, now=now)
        exam = make_exam(
            now, title="By appointment", lifetime=30, addons={Addon.schedule}, invites={"logins": (proctor.username,)}
        )
        attempt = make_attempt(now, exam=exam, status=Status.download_software_clicked)
        token = people.new_token()
        parts = {"parts": {str(exam.course_id): "learner"}}
        people.open_sign_in(token, user_id=attempt.user_id, data=parts, hours=1, now=now)
        db.session.commit()
        yield attempt.id, token


def booking_of(attempt_id):
    db.session.rollback()
    return schedule.booking_of(attempt_id)


def test_a_time_is_booked_by_keyboard_and_the_page_goes_on_when_it_comes(world, person, site):
    attempt_id, token = world
    one = person()
    one.context.add_cookies([{"name": "lti-proctor", "value": token, "url": site.tool}])
    page = one.context.new_page()
    page.goto(f"{site.tool}/attempts/{attempt_id}")
    page.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your time is booked").wait_for()
    axe(page)
    assert page.locator("#left").count() == 0
    row = booking_of(attempt_id)
    assert row.starts_at.minute == 15

    # The clock can't be moved here, so the time is: the set-up opens in some seconds.
    row.starts_at = clock.now() + timedelta(minutes=15, seconds=2)
    row.ends_at = row.starts_at + timedelta(minutes=30)
    db.session.commit()
    page.reload()
    assert page.get_by_role("timer").is_visible()
    page.get_by_role("heading", name="You are ready for your time").wait_for()
    assert page.get_by_role("button", name="Start the exam").count() == 0

    row = booking_of(attempt_id)
    row.starts_at = clock.now() + timedelta(seconds=2)
    db.session.commit()
    page.reload()
    page.get_by_role("button", name="Start the exam").wait_for()


def test_a_time_is_given_back(world, person, site):
    attempt_id, token = world
    one = person()
    one.context.add_cookies([{"name": "lti-proctor", "value": token, "url": site.tool}])
    page = one.context.new_page()
    page.goto(f"{site.tool}/attempts/{attempt_id}")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Book this time").click()
    with page.expect_download() as file:
        page.get_by_role("link", name="Add to my calendar").click()
    assert file.value.suggested_filename == "exam.ics"
    page.get_by_text("I can’t come at this time").click()
    page.get_by_role("button", name="Give the time back").click()
    page.get_by_role("heading", name="Choose your time").wait_for()
    wait_for(lambda: booking_of(attempt_id) is None, 5, "the time to be free")
