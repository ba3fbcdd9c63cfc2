"""Accommodations: who may grant them, who sees what, and what they do to attempts, before, while and after they run."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from lti_proctor import clock
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.evidence import service as evidence
from lti_proctor.exams.addons import Addon, Capture, Metric
from lti_proctor.exams.models import Accommodation
from lti_proctor.exams.protections import Protection
from lti_proctor.extensions import db
from lti_proctor.journal.models import Entry
from lti_proctor.monitoring import service as monitoring
from lti_proctor.monitoring.spans import Batch
from lti_proctor.people.site_roles import SiteRole
from tests.conftest import csrf_of
from tests.factories import make_attempt, make_exam, make_link, make_user, make_watched

WHY = "lives with a condition that nobody here need know"
ON = frozenset({Addon.track, Addon.content, Addon.lock})


@pytest.fixture
def attempt(app, now, time):
    found = make_watched(now, metrics={Metric.b2: Decimal(1), Metric.b3: Decimal(1)}, url="https://exam.example/")
    found.exam.stored = {**found.exam.stored, "addons": sorted(addon.value for addon in ON)}
    db.session.commit()
    return found


@pytest.fixture
def teacher(attempt, sign_in, now):
    return sign_in(make_user(now, name="Dr Vega"), {attempt.exam.course_id: "instructor"})


@pytest.fixture
def grant(attempt, teacher, post):
    def send(*codes, browser=teacher, **fields):
        fields = {"learner": attempt.user.username, "codes": list(codes), "note": WHY, **fields}
        return post(browser, f"/exams/{attempt.exam_id}/accommodations", **fields)

    return send


def beat(browser, attempt, body=None):
    return browser.post(f"/attempts/{attempt.id}/pulse", json=body, headers={"X-CSRFToken": csrf_of(browser)}).json


def noticed(attempt, *metrics, seconds=60, first=1):
    base = clock.to_ms(attempt.started_at)
    return {"client": "browser-1", "first": first, "spans": [[m, 1, base, base + seconds * 1000] for m in metrics]}


def test_what_is_spared_acts_at_once_on_an_exam_that_runs(grant, learner, attempt):
    before = beat(learner, attempt)["spared"]
    assert grant("b2", "selection", "lock").status_code == 303
    assert beat(learner, attempt)["spared"] == before + 1
    told = learner.get(f"/attempts/{attempt.id}/terms").json
    assert (told["version"], told["metrics"], told["weights"], told["lock"]) == (before + 1, ["b3"], {"b3": 1.0}, None)
    assert sorted(told["protections"]) == sorted(p.value for p in Protection if p != Protection.selection)
    assert "Other windows may be in front of the exam" in told["spared"]


def test_a_window_that_tells_it_anyway_changes_nothing(grant, learner, attempt, time):
    grant("b2")
    time.passes(minutes=2)
    assert beat(learner, attempt, noticed(attempt, "b2"))["kept"] == 1
    monitoring.count(attempt, now=time.now)
    assert monitoring.minutes_of(attempt) == {}
    assert monitoring.flags_of(attempt) == []
    assert attempt.score is None


def test_what_was_noticed_before_does_not_count_any_more(grant, attempt, time):
    time.passes(minutes=2)
    monitoring.keep_batch(attempt.id, Batch("browser-1", 1, tuple(noticed(attempt, "b2", "b3")["spans"])), now=time.now)
    monitoring.count(attempt, now=time.now)
    assert (attempt.score, len(monitoring.flags_of(attempt))) == (0, 2)
    attempt.status, attempt.stopped_at = Status.submitted, time.now
    grant("b2", "b3")
    assert (attempt.score, monitoring.flags_of(attempt)) == (None, [])


def test_an_ended_exam_keeps_what_was_agreed(grant, attempt, teacher, post, time):
    grant("b2")
    attempt.status, attempt.stopped_at = Status.submitted, time.now
    row = db.session.scalars(select(Accommodation)).one()
    post(teacher, f"/exams/{attempt.exam_id}/accommodations/{row.id}/remove")
    assert attempt.spared == ["b2"]
    assert db.session.scalars(select(Accommodation)).all() == []


def test_taken_back_it_acts_again_on_an_exam_that_runs(grant, attempt, teacher, post):
    grant("b2")
    row = db.session.scalars(select(Accommodation)).one()
    assert post(teacher, f"/exams/{attempt.exam_id}/accommodations/{row.id}/remove").status_code == 303
    assert (attempt.spared, attempt.spared_version) == (None, 2)
    assert Metric.b2 in attempts.config_of(attempt).metrics


def test_exam_and_course_add_up_also_for_attempts_to_come(grant, attempt, now):
    grant("b2")
    grant("b3", place="course")
    assert attempt.spared == ["b2", "b3"]
    other = make_exam(now, attempt.exam.course, metrics={Metric.b3: Decimal(1)}, addons=frozenset({Addon.track}))
    link = make_link(other)
    key = attempts.attempt_for_launch(link.id, other.id, attempt.user_id, is_new_user=False, now=now)
    made = db.session.get_one(Attempt, key)
    assert made.spared == ["b3"]
    stranger = attempts.attempt_for_launch(link.id, other.id, make_user(now).id, is_new_user=False, now=now)
    assert db.session.get_one(Attempt, stranger).spared is None


def test_the_reason_is_shown_to_those_who_grant_and_to_nobody_else(grant, attempt, teacher, learner, sign_in, now):
    grant("b2", "selection")
    pages = f"/exams/{attempt.exam_id}/accommodations", f"/exams/{attempt.exam_id}/attempts/{attempt.id}"
    proctor = sign_in(make_user(now, role=SiteRole.proctor))
    assistant = sign_in(make_user(now), {attempt.exam.course_id: "assistant"})
    assert WHY in teacher.get(pages[0]).text
    for browser in (proctor, assistant):
        assert browser.get(pages[0]).status_code == 404
        seen = browser.get(pages[1])
        assert seen.status_code == 200
        assert "Text may be selected and copied" in seen.text
    everywhere = [b.get(pages[1]).text for b in (teacher, proctor, assistant)]
    everywhere += [learner.get(f"/attempts/{attempt.id}").text, learner.get(f"/attempts/{attempt.id}/terms").text]
    everywhere += [str(entry.data) for entry in db.session.scalars(select(Entry))]
    assert not any(WHY in text for text in everywhere)


def test_the_learner_reads_it_before_and_in_the_exam(grant, learner, attempt, sign_in, now):
    grant("b2")
    assert "Other windows may be in front of the exam" in learner.get(f"/attempts/{attempt.id}").text
    assert "Text may be selected" not in learner.get(f"/attempts/{attempt.id}").text
    attempt.status, attempt.started_at, attempt.config_version = Status.download_software_clicked, None, None
    attempt.exam.stored = {**attempt.exam.stored, "addons": [*attempt.exam.stored["addons"], "rules"]}
    assert "Other windows may be in front of the exam" in learner.get(f"/attempts/{attempt.id}/steps/rules").text


def test_less_is_recorded_under_the_consent_of_before(app, attempt, grant, now):
    attempt.exam.stored = {**attempt.exam.stored, "addons": [*attempt.exam.stored["addons"], "record", "screen"]}
    attempt.started_at = None
    evidence.give_consent(attempt, locale="en", actor=attempts.journal.SYSTEM, now=now)
    attempt.started_at = now
    assert evidence.has_consent(attempt, Capture.camera_recording)
    grant("screen")
    assert evidence.has_consent(attempt, Capture.camera_recording)
    assert Capture.screen_recording not in attempts.config_of(attempt).captures


def test_fewer_things_taken_before_the_start_are_asked_for_anew(attempt, grant, now, time):
    attempt.exam.stored = {**attempt.exam.stored, "addons": ["record", "screen", "rules"]}
    waiting = make_attempt(now, exam=attempt.exam, user=make_user(now), status=Status.download_software_clicked)
    evidence.give_consent(waiting, locale="en", actor=attempts.journal.SYSTEM, now=now)
    assert evidence.consent_of(waiting)
    grant("screen", learner=waiting.user.username)
    assert evidence.consent_of(waiting) is None


BAD = [
    ({"codes": []}, "Choose at least one"),
    ({"codes": ["b2", "everything"]}, "Choose at least one"),
    ({"needs": ["magic"]}, "Choose at least one"),
    ({"learner": "nobody at all"}, "We do not know this learner"),
    ({"learner": ""}, "We do not know this learner"),
    ({"note": "x" * 2001}, "The note is too long"),
]


@pytest.mark.parametrize(("fields", "words"), BAD)
def test_what_can_not_be_saved_is_told_and_changes_nothing(grant, attempt, fields, words):
    answer = grant(**{"codes": ["b2"], **fields})
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.scalars(select(Accommodation)).all() == []
    assert attempt.spared is None


def test_others_may_not_grant_and_learn_nothing(grant, attempt, learner, sign_in, now):
    elsewhere = sign_in(make_user(now), {attempt.exam.course_id + 1: "instructor"})
    for browser in (learner, elsewhere, sign_in(make_user(now, role=SiteRole.proctor))):
        assert grant("b2", browser=browser).status_code == 404
    assert elsewhere.get(f"/attempts/{attempt.id}/terms").status_code == 404
    assert attempt.spared is None


def test_one_of_another_exam_can_not_be_taken_back_from_here(grant, attempt, teacher, post, sign_in, now):
    grant("b2")
    row = db.session.scalars(select(Accommodation)).one()
    other = make_exam(now)
    browser = sign_in(make_user(now), {other.course_id: "instructor"})
    assert post(browser, f"/exams/{other.id}/accommodations/{row.id}/remove").status_code == 404
    assert db.session.scalars(select(Accommodation)).one()


def test_more_time_is_told_with_the_next_pulse(attempt, teacher, learner, post):
    assert beat(learner, attempt)["seconds_left"] == 1800
    fields = {"one-learner": attempt.user.username, "one-minutes": "15"}
    sent = post(teacher, f"/exams/{attempt.exam_id}/allowances", **fields)
    assert sent.status_code == 303
    assert beat(learner, attempt)["seconds_left"] == 2700
