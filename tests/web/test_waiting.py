"""The add-on `proctor`: who counts as there, how the learner waits and goes on, and what staff see of it."""

from datetime import timedelta

import pytest

from lti_proctor.attempts import waiting
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import db
from lti_proctor.people import roster
from lti_proctor.people.models import CourseMember
from lti_proctor.people.presence import proctors_online
from lti_proctor.people.roles import Part
from lti_proctor.people.site_roles import SiteRole
from tests.conftest import csrf_of
from tests.factories import make_attempt, make_exam, make_user


@pytest.fixture
def attempt(app, now, time):
    exam = make_exam(now, addons=frozenset({Addon.proctor}))
    return make_attempt(now, exam=exam, status=Status.download_software_clicked)


@pytest.fixture
def learner(attempt, sign_in):
    return sign_in(attempt.user, {attempt.exam.course_id: "learner"})


@pytest.fixture
def proctor(attempt, sign_in, now):
    return sign_in(make_user(now, name="A proctor", role=SiteRole.proctor))


def state(browser, attempt):
    return browser.get(f"/attempts/{attempt.id}/state").json


def test_the_learner_waits_and_goes_on_by_the_page_itself(learner, proctor, attempt):
    page = learner.get(f"/attempts/{attempt.id}").text
    assert "No proctor is there yet" in page
    assert 'role="status"' in page
    assert state(learner, attempt)["held"] == "proctor"
    proctor.get("/supervision/")
    assert state(learner, attempt)["held"] is None
    assert "You are ready to start" in learner.get(f"/attempts/{attempt.id}").text
    assert attempt.status == Status.ready_to_start


def test_staff_see_who_waits_while_the_page_is_open(learner, proctor, attempt, sign_in, now, time):
    assistant = sign_in(make_user(now), {attempt.exam.course_id: "assistant"})
    state(learner, attempt)
    for browser, path in ((assistant, f"/exams/{attempt.exam_id}"), (proctor, "/supervision/")):
        page = browser.get(path).text
        assert "1 learner waits for a proctor" in page
        assert attempt.user.name in page
    time.passes(minutes=2)
    assert "waits for a proctor" not in proctor.get("/supervision/").text


def test_an_hour_after_the_last_page_nobody_is_there(learner, proctor, attempt, time):
    proctor.get("/supervision/")
    time.passes(minutes=61)
    assert state(learner, attempt)["held"] == "proctor"


def test_whoever_starts_late_waits_again(learner, proctor, attempt, time, post):
    proctor.get("/supervision/")
    learner.get(f"/attempts/{attempt.id}")
    time.passes(minutes=61)
    post(learner, f"/attempts/{attempt.id}/start")
    assert attempt.started_at is None
    assert "No proctor is there yet" in learner.get(f"/attempts/{attempt.id}").text
    proctor.get("/supervision/")
    learner.get(f"/attempts/{attempt.id}")
    time.passes(minutes=20)
    post(learner, f"/attempts/{attempt.id}/start")
    assert attempt.status == Status.started


def test_the_button_does_not_get_past_the_step(learner, attempt):
    sent = learner.post(f"/attempts/{attempt.id}/steps/proctor", data={"csrf_token": csrf_of(learner), "person": "1"})
    assert sent.status_code == 303
    assert (attempt.status, attempt.steps) == (Status.download_software_clicked, [])


def test_a_learner_is_never_noted_as_here(learner, attempt, sign_in):
    learner.get(f"/exams/{attempt.exam_id}")
    learner.get("/supervision/")
    learner.get(f"/attempts/{attempt.id}")
    assert attempt.user.seen_at is None


@pytest.mark.parametrize(
    ("who", "members", "counts"),
    [
        ({"role": SiteRole.proctor}, (), True),
        ({"role": SiteRole.proctor}, ("somebody",), False),
        ({"role": SiteRole.proctor, "username": "anna"}, ("anna",), True),
        ({"role": SiteRole.proctor, "group": "north"}, ("north",), True),
        ({"role": SiteRole.proctor, "is_locked": True}, (), False),
        ({"role": SiteRole.administrator}, (), False),
        ({"role": SiteRole.administrator, "username": "root"}, ("root",), True),
        ({"role": SiteRole.student}, (), False),
        ({"role": SiteRole.student, "username": "anna"}, ("anna",), False),
        ({"role": SiteRole.student, "part": Part.instructor}, (), True),
        ({"role": SiteRole.student, "part": Part.assistant}, (), True),
        ({"role": SiteRole.student, "part": Part.instructor}, ("somebody",), False),
    ],
)
def test_who_counts_as_there(app, now, who, members, counts):
    exam = make_exam(now)
    part = who.get("part")
    user = make_user(now, seen_at=now - timedelta(minutes=30), **{k: v for k, v in who.items() if k != "part"})
    if part is not None:
        roster.note_staff(exam.course_id, user.id, part)
    db.session.flush()
    assert bool(proctors_online(exam.course_id, members, now)) is counts
    assert proctors_online(exam.course_id, members, now + timedelta(hours=1)) == []


def test_who_teaches_elsewhere_does_not_count(app, now):
    exam, other = make_exam(now), make_exam(now)
    user = make_user(now, seen_at=now)
    values = {"part": Part.instructor, "launched_part": Part.instructor, "is_active": True}
    db.session.add(CourseMember(course_id=other.course_id, user_id=user.id, **values))
    db.session.flush()
    assert proctors_online(exam.course_id, (), now) == []


def test_without_the_add_on_nobody_waits(app, now):
    assert not waiting.waits(make_attempt(now, status=Status.download_software_clicked), now)


def test_the_step_says_nothing_before_its_turn(learner, attempt):
    attempt.exam.stored = {**attempt.exam.stored, "addons": ["proctor", "rules"]}
    seen = learner.get(f"/attempts/{attempt.id}/steps/proctor", follow_redirects=True).text
    assert "The rules of this exam" in seen
    assert "proctor is there" not in seen.split("<main", 1)[1]
