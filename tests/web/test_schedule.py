"""The add-on `schedule`: how a learner books, changes, gives back, comes, comes too late; and what staff see and do."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lti_proctor import journal
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.cli import cli
from lti_proctor.exams.addons import Addon
from lti_proctor.exams.config import Invites
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.schedule import service as schedule
from lti_proctor.schedule.models import Slot
from tests.conftest import csrf_of
from tests.factories import STAFF, make_attempt, make_exam, make_user

HOUR = timedelta(hours=1)
SCHEDULE = frozenset({Addon.schedule})


@pytest.fixture
def proctor(app, now, time):
    return make_user(now, name="Petra Proctor", role=SiteRole.proctor, username="petra")


@pytest.fixture
def exam(proctor, now):
    schedule.add_slots(proctor, now + HOUR, now + 3 * HOUR, actor=STAFF, now=now)
    return make_exam(now, addons=SCHEDULE, lifetime=30, members=("nobody",), invites=Invites(logins=("petra",)))


@pytest.fixture
def attempt(exam, now):
    return make_attempt(now, exam=exam, status=Status.download_software_clicked)


@pytest.fixture
def teacher(exam, now, sign_in):
    return sign_in(make_user(now, name="A teacher"), {exam.course_id: "instructor"})


def page(browser, attempt):
    return browser.get(f"/attempts/{attempt.id}").text


def book(browser, attempt, start):
    data = {"csrf_token": csrf_of(browser), "start": start if isinstance(start, str) else start.isoformat()}
    return browser.post(f"/attempts/{attempt.id}/appointment", data=data)


def booked(attempt):
    found = schedule.booking_of(attempt.id)
    return found and found.starts_at


def held(browser, attempt):
    return browser.get(f"/attempts/{attempt.id}/state").json["held"]


def test_a_learner_books_comes_and_starts(learner, attempt, now, time, post):
    assert "Choose your time" in page(learner, attempt)
    assert held(learner, attempt) == "schedule:choose"
    assert book(learner, attempt, now + HOUR).status_code == 303
    assert "Your time is booked" in page(learner, attempt)
    assert held(learner, attempt) == "schedule:booked"
    time.passes(minutes=45)
    assert held(learner, attempt) == "schedule:early"
    assert "You are ready for your time" in page(learner, attempt)
    post(learner, f"/attempts/{attempt.id}/start")
    assert attempt.status == Status.ready_to_start
    time.passes(minutes=15)
    assert held(learner, attempt) is None
    assert "Start the exam" in page(learner, attempt)
    post(learner, f"/attempts/{attempt.id}/start")
    assert attempt.status == Status.started


def test_whoever_comes_too_late_books_again(learner, attempt, now, time, post):
    book(learner, attempt, now + HOUR)
    time.passes(minutes=50)
    page(learner, attempt)
    assert attempt.status == Status.ready_to_start
    time.passes(minutes=25)
    assert post(learner, f"/attempts/{attempt.id}/start").status_code == 303
    assert attempt.started_at is None
    assert "Your time has passed" in page(learner, attempt)
    assert attempt.status == Status.download_software_clicked
    assert book(learner, attempt, now + 2 * HOUR).status_code == 303
    assert booked(attempt) == now + 2 * HOUR


def test_a_time_is_changed_and_given_back(learner, attempt, now, post):
    book(learner, attempt, now + HOUR)
    assert "Other free times" in learner.get(f"/attempts/{attempt.id}?change=1").text
    book(learner, attempt, now + 2 * HOUR)
    assert booked(attempt) == now + 2 * HOUR
    assert post(learner, f"/attempts/{attempt.id}/appointment/give-back").status_code == 303
    assert booked(attempt) is None
    written = {e.action: e.data for e in journal.entries_of(f"attempt:{attempt.id}")}
    assert {"attempt.booked", "attempt.rebooked", "attempt.unbooked"} <= set(written)
    assert "Petra" not in str(written)


def test_close_to_its_beginning_a_time_is_fixed(learner, attempt, now, time, post):
    book(learner, attempt, now + HOUR)
    time.passes(minutes=46)
    assert book(learner, attempt, now + 2 * HOUR).status_code == 409
    assert post(learner, f"/attempts/{attempt.id}/appointment/give-back").status_code == 409
    assert booked(attempt) == now + HOUR


@pytest.mark.parametrize(
    ("start", "status", "words"),
    [
        ("", 422, "No time is chosen"),
        ("tomorrow", 422, "No time is chosen"),
        ("2026-11-24T10:00:00", 422, "No time is chosen"),
        ("0001-01-01T00:00:00+14:00", 422, "No time is chosen"),
        ("2026-11-24T08:00:00+00:00", 422, "not offered any more"),
        ("2026-11-24T10:07:00+00:00", 422, "not offered any more"),
        ("2027-11-24T10:00:00+00:00", 422, "not offered any more"),
        ("2026-11-25T10:00:00+00:00", 422, "Somebody else was quicker"),
        # The last quarter alone is too short for half an hour.
        ("2026-11-24T11:45:00+00:00", 422, "Somebody else was quicker"),
    ],
)
def test_times_that_can_t_be_had(learner, attempt, start, status, words):
    answer = book(learner, attempt, start)
    assert answer.status_code == status
    assert words in answer.text
    assert "Book this time" in answer.text
    assert booked(attempt) is None


def test_whoever_is_slower_sees_the_list_again(learner, attempt, exam, now, sign_in):
    exam.stored = {**exam.stored, "invites": {**exam.stored["invites"], "concurrent": 1}}
    other = make_attempt(now, exam=exam, status=Status.download_software_clicked)
    quicker = sign_in(other.user, {exam.course_id: "learner"})
    page(learner, attempt)
    assert book(quicker, other, now + HOUR).status_code == 303
    answer = book(learner, attempt, now + HOUR)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "Somebody else was quicker" in answer.text
    assert f'value="{(now + HOUR).isoformat()}"' not in answer.text
    assert f'value="{(now + 2 * HOUR).isoformat()}"' in answer.text


def test_nobody_books_before_agreeing_or_without_the_add_on(exam, now, sign_in):
    both = make_exam(now, exam.course, addons=SCHEDULE | {Addon.rules})
    without = make_exam(now, exam.course, addons=frozenset({Addon.rules}))
    for one in (both, without):
        early = make_attempt(now, exam=one, status=Status.download_software_clicked)
        browser = sign_in(early.user, {exam.course_id: "learner"})
        assert book(browser, early, now + HOUR).status_code == 409
        assert booked(early) is None


def test_the_step_can_t_be_posted_through(learner, attempt, post):
    assert post(learner, f"/attempts/{attempt.id}/steps/schedule", person="1").status_code == 303
    assert attempt.status == Status.download_software_clicked
    assert attempt.steps == []


def test_without_free_times_the_page_says_what_to_do(learner, attempt, exam):
    exam.stored = {**exam.stored, "invites": {**exam.stored["invites"], "logins": ["somebody else"]}}
    text = page(learner, attempt)
    assert "No time is free at present" in text
    assert "Look again" in text
    assert "Ask your teacher" in text


def test_with_the_proctor_the_learner_is_offered_another_time(learner, attempt, proctor, now):
    book(learner, attempt, now + HOUR)
    proctor.is_locked = True
    text = page(learner, attempt)
    assert "Your time can’t take place" in text
    assert held(learner, attempt) == "schedule:lost"


def test_the_times_are_in_the_learner_s_zone_and_calendar(learner, attempt, now):
    learner.set_cookie("timezone", "Asia/Kathmandu", domain="localhost")
    book(learner, attempt, now + HOUR)
    assert "3:45" in page(learner, attempt)
    file = learner.get(f"/attempts/{attempt.id}/appointment.ics")
    assert file.mimetype == "text/calendar"
    assert b"DTSTART:20261124T100000Z" in file.data
    assert b"DTEND:20261124T103000Z" in file.data
    assert b"Petra" not in file.data


def test_without_a_booking_there_is_nothing_for_the_calendar(learner, attempt):
    assert learner.get(f"/attempts/{attempt.id}/appointment.ics").status_code == 404


def test_before_the_exam_opens_a_time_can_be_booked(exam, now, sign_in, post):
    exam.stored = {**exam.stored, "open_at": (now + 2 * HOUR).isoformat()}
    early = make_attempt(now, exam=exam)
    browser = sign_in(early.user, {exam.course_id: "learner"})
    assert "You choose yourself when you take it" in page(browser, early)
    post(browser, f"/attempts/{early.id}/begin")
    text = page(browser, early)
    assert f'value="{(now + HOUR).isoformat()}"' not in text
    assert f'value="{(now + 2 * HOUR).isoformat()}"' in text


def test_whoever_declines_leaves_the_time_to_others(attempt, learner, now):
    book(learner, attempt, now + HOUR)
    attempts.fire(attempt, Event.decline, actor=Actor(Role.staff), now=now, reason="Agreed.")
    assert booked(attempt) is None


def test_the_chosen_proctor_sees_the_attempt_while_it_is_booked(learner, attempt, proctor, now, sign_in, post):
    watching = sign_in(proctor)
    address = f"/exams/{attempt.exam_id}/attempts/{attempt.id}"
    assert watching.get(address).status_code == 404
    book(learner, attempt, now + HOUR)
    assert watching.get(address).status_code == 200
    assert attempt.user.name in watching.get("/supervision/").text
    assert watching.get(f"/exams/{attempt.exam_id}").status_code == 404
    post(learner, f"/attempts/{attempt.id}/appointment/give-back")
    assert watching.get(address).status_code == 404


# Staff


def change(browser, exam, **fields):
    given = {"proctor": "petra", "day": "2026-11-25", "begins": "10:00", "ends": "12:00", "do": "add", **fields}
    return browser.post(f"/exams/{exam.id}/slots", data={"csrf_token": csrf_of(browser), **given})


def n_slots():
    return db.session.scalar(select(func.count(Slot.id)))


def test_staff_add_and_take_away(teacher, exam):
    assert change(teacher, exam).status_code == 303
    assert n_slots() == 16
    assert "8 slots were added" in teacher.get(f"/exams/{exam.id}/slots").text
    assert change(teacher, exam, do="remove", ends="11:00").status_code == 303
    assert n_slots() == 12
    assert change(teacher, exam, begins="22:00", ends="00:00").status_code == 303
    assert n_slots() == 20


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"proctor": "nobody"}, "Something is missing"),
        ({"day": "soon"}, "Something is missing"),
        ({"day": "9999-12-31", "ends": "00:00"}, "Something is missing"),
        ({"begins": ""}, "Something is missing"),
        ({"begins": "10:05"}, "full quarters"),
        ({"begins": "13:00"}, "The end lies before"),
        ({"day": "2026-11-23"}, "has passed"),
    ],
)
def test_slots_that_staff_can_t_add(teacher, exam, fields, words):
    answer = change(teacher, exam, **fields)
    assert (answer.status_code, n_slots()) == (422, 8)
    assert words in answer.text


def test_booked_slots_are_not_taken_away(teacher, learner, attempt, exam, now):
    book(learner, attempt, now + HOUR)
    answer = change(teacher, exam, day="2026-11-24", do="remove")
    assert answer.status_code == 422
    assert "1 learner has booked in this time" in answer.text
    seen = teacher.get(f"/exams/{exam.id}/slots").text
    assert attempt.user.name in seen
    assert "Petra Proctor" in seen


def test_who_may_not_edit_may_only_look(exam, now, sign_in):
    assistant = sign_in(make_user(now), {exam.course_id: "assistant"})
    seen = assistant.get(f"/exams/{exam.id}/slots")
    assert seen.status_code == 200
    assert "Add slots" not in seen.text
    assert change(assistant, exam).status_code == 404


def test_the_command_line(exam, app, monkeypatch):
    from contextlib import nullcontext

    from click.testing import CliRunner

    from lti_proctor.cli import slots

    monkeypatch.setattr(slots, "application", nullcontext)
    span = ["--proctor", "petra", "--from", "2099-11-24T10:00+01:00", "--to", "2099-11-24T12:00+01:00"]
    said = [
        CliRunner().invoke(cli, ["slots", *words]).output for words in (["add", *span], ["list"], ["remove", *span])
    ]
    assert "8 slots are added." in said[0]
    assert "petra\t2099-11-24T09:00+00:00\t2099-11-24T11:00+00:00\t0" in said[1]
    assert "8 slots are taken away." in said[2]
    assert "write it as" in CliRunner().invoke(cli, ["slots", "add", "--from", "soon"]).output


def test_the_editor_keeps_the_rules_of_the_appointments(teacher, exam):
    fields = {
        "csrf_token": csrf_of(teacher), "title": "Final", "kind": "proctored", "preset": "own", "delivery": "framed",
        "addons": ["schedule"], "lifetime": "30", "grade_source": "result", "grade_maximum": "100",
        "on_reject": "withhold", "invited": "petra, north", "quorum": "2", "concurrent": "4",
        "plan_after": "2026-11-25T08:00", "plan_before": "2026-11-27T18:00",
    }  # fmt: skip
    assert teacher.post(f"/exams/{exam.id}/settings", data=fields).status_code == 303
    invites = exam.config.invites
    assert (invites.logins, invites.quorum, invites.concurrent) == (("petra", "north"), 2, 4)
    assert str(invites.plan_after) == "2026-11-25 08:00:00+00:00"
    shown = teacher.get(f"/exams/{exam.id}/settings").text
    assert 'value="petra, north"' in shown
    refused = teacher.post(f"/exams/{exam.id}/settings", data={**fields, "plan_before": "2026-11-24T08:00"})
    assert refused.status_code == 422
    assert "Choose a later time than the first one." in refused.text
