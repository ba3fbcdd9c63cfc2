"""The report page: who may see it, what stands in it, and that nothing odd breaks it."""

import re
from datetime import timedelta

import pytest

from lti_proctor import journal
from lti_proctor.attempts.service import subject_of
from lti_proctor.evidence.models import EvidenceKind, Track
from lti_proctor.exams.addons import Metric
from lti_proctor.exams.config import EvidenceShown
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.monitoring import service as monitoring
from lti_proctor.monitoring.models import Disposition
from lti_proctor.review import remarks
from lti_proctor.review.models import Cause, Opening, RemarkKind
from lti_proctor.settings import ROOT
from tests.conftest import csrf_of
from tests.factories import make_user
from tests.factories.reports import add_flag, add_minute, add_picture, add_recording, make_reviewed

PARTS = ("recording", "pictures", "files", "setup", "history", "table")


@pytest.fixture
def attempt(app, now, time):
    found = make_reviewed(now, evidence_shown=EvidenceShown.at_once)
    time.passes(hours=1)
    return found


@pytest.fixture
def teacher(attempt, sign_in, now):
    return sign_in(make_user(now, name="A teacher"), {attempt.exam.course_id: "instructor"})


@pytest.fixture
def learner(attempt, sign_in):
    return sign_in(attempt.user, {attempt.exam.course_id: "learner"})


@pytest.fixture
def pages(attempt):
    """Addresses of the report: for staff, and for the learner."""
    return f"/exams/{attempt.exam_id}/attempts/{attempt.id}/report", f"/attempts/{attempt.id}/report"


@pytest.mark.parametrize("part", PARTS)
def test_staff_and_the_learner_see_each_part(attempt, teacher, learner, pages, part):
    assert teacher.get(f"{pages[0]}?part={part}").status_code == 200
    assert learner.get(f"{pages[1]}?part={part}").status_code == 200


@pytest.mark.parametrize(
    ("shown", "status"),
    [(EvidenceShown.at_once, 200), (EvidenceShown.with_verdict, 404), (EvidenceShown.on_request, 404)],
)
def test_the_learner_sees_it_by_the_rule_of_the_exam(app, now, time, sign_in, shown, status):
    found = make_reviewed(now, evidence_shown=shown)
    browser = sign_in(found.user, {found.exam.course_id: "learner"})
    assert browser.get(f"/attempts/{found.id}/report").status_code == status


def test_staff_are_no_learners_and_learners_no_staff(attempt, teacher, learner, pages):
    assert (teacher.get(pages[1]).status_code, learner.get(pages[0]).status_code) == (404, 404)


@pytest.mark.parametrize(
    "query",
    [
        "part=nothing",
        "flag=x",
        "flag=-1",
        "flag=99999999999999999999999",
        "from=9999",
        "zoom=3",
        "zoom=8",
        "note=1",
        "from=-3",
    ],
)
def test_an_odd_address_breaks_nothing(attempt, teacher, pages, query):
    add_flag(attempt, 1)
    assert teacher.get(f"{pages[0]}?{query}").status_code == (404 if query == "part=nothing" else 200)


def test_coming_for_a_flag_counts_as_having_looked(attempt, teacher, pages):
    flag = add_flag(attempt, 1)
    teacher.get(pages[0])
    assert db.session.query(Opening).count() == 0
    page = teacher.get(f"{pages[0]}?flag={flag.id}").text
    assert db.session.query(Opening).count() == 1
    assert f'href="?flag={flag.id}" id="row-flag-{flag.id}"' in page
    assert "10:01:00" in page


def test_without_being_asked_the_first_open_flag_is_looked_at(attempt, teacher, pages):
    add_flag(attempt, 1, disposition=Disposition.dismissed)
    add_flag(attempt, 2, metric=Metric.m2)
    page = teacher.get(pages[0]).text
    assert "Flag 2 of 2" in page
    assert 'tabindex="-1">Voices or noise in the room</h2>' in page


@pytest.mark.parametrize("state", list(Disposition))
def test_a_flag_is_judged_by_a_form_and_by_a_script(attempt, teacher, pages, state):
    flag = add_flag(attempt, 1, disposition=Disposition.open if state != "open" else Disposition.confirmed)
    add_minute(attempt, 1, violated=60_000)
    token, address = csrf_of(teacher), f"/exams/{attempt.exam_id}/attempts/{attempt.id}/flags/{flag.id}"
    fields = {"csrf_token": token, "disposition": state}
    answer = teacher.post(address, data=fields, headers={"Accept": "application/json"})
    assert answer.json == {"disposition": state, "confirmed": 0.0 if state == "confirmed" else 100.0}
    assert flag.disposition == state
    answer = teacher.post(address, data=fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{pages[0]}?flag={flag.id}")
    assert teacher.post(address, data={"csrf_token": token, "disposition": "maybe"}).status_code == 422


def test_a_flag_of_another_attempt_is_none(attempt, teacher, now, post):
    other = add_flag(make_reviewed(now), 1)
    answer = post(teacher, f"/exams/{attempt.exam_id}/attempts/{attempt.id}/flags/{other.id}", disposition="confirmed")
    assert answer.status_code == 404


def test_an_incident_is_seen_by_the_learner_and_a_note_is_not(attempt, teacher, learner, pages, post):
    address = f"/exams/{attempt.exam_id}/attempts/{attempt.id}/remarks"
    moment = (attempt.started_at + timedelta(minutes=3)).isoformat()
    post(teacher, address, kind="note", text="Only <b>us</b>", moment=moment)
    post(teacher, address, kind="incident", cause="learner", text="A second person", moment=moment)
    assert "Only &lt;b&gt;us&lt;/b&gt;" in teacher.get(pages[0]).text
    page = learner.get(pages[1]).text
    assert "A second person" in page
    assert "Only" not in page
    assert "A teacher" not in page
    assert "10:03:00" in page


@pytest.mark.parametrize("moment", ["", "yesterday", "2026-11-24T10:02:00", "9999-12-31T23:59:59+00:00", "0001-01-01"])
def test_a_note_with_an_odd_moment_is_kept(attempt, teacher, post, moment):
    answer = post(
        teacher, f"/exams/{attempt.exam_id}/attempts/{attempt.id}/remarks", kind="note", text="x", moment=moment
    )
    assert answer.status_code == 303


def test_the_learner_answers_a_flag_and_an_incident_and_no_note(attempt, learner, pages, post, now):
    flag, reviewer = add_flag(attempt, 1), Actor(Role.reviewer, make_user(now).id)
    written = [
        remarks.write(attempt, kind, "words", cause=Cause.learner, actor=reviewer, now=now) for kind in RemarkKind
    ]
    note, incident = sorted(written, key=lambda one: one.kind == RemarkKind.incident)
    assert post(learner, f"{pages[1]}/answers", flag=flag.id, text="A cat").status_code == 303
    assert post(learner, f"{pages[1]}/answers", remark=incident.id, text="A dog").status_code == 303
    assert post(learner, f"{pages[1]}/answers", remark=note.id, text="A bird").status_code == 404
    assert post(learner, f"{pages[1]}/answers", flag=10**30, text="A fish").status_code == 404
    assert (flag.answer, incident.answer, note.answer) == ("A cat", "A dog", None)
    assert "A cat" in learner.get(f"{pages[1]}?flag={flag.id}").text


def test_what_people_write_stays_text(attempt, teacher, pages):
    attempt.user.nickname = "<script>alert(1)</script>\u202eevil"
    add_flag(attempt, 1, answer="</script><script>alert(2)</script>")
    page = teacher.get(pages[0]).text
    assert "<script>alert" not in page
    assert "<bdi>&lt;script&gt;" in page


def test_an_attempt_without_anything_has_a_page(app, now, sign_in):
    found = make_reviewed(now, minutes=0, metrics=(), evidence_shown=EvidenceShown.at_once)
    browser = sign_in(make_user(now), {found.exam.course_id: "instructor"})
    page = browser.get(f"/exams/{found.exam_id}/attempts/{found.id}/report").text
    assert "There are no recordings." in page
    assert "No score" in page
    assert "notices nothing" in page


def test_both_scores_stand_beside_each_other_and_the_first_one_where_weights_changed(attempt, teacher, pages):
    for minute in range(10):
        add_minute(attempt, minute, violated=30_000)
    add_flag(attempt, 1, 60, disposition=Disposition.confirmed)
    monitoring.rate(attempt, now=attempt.stopped_at)
    attempt.first_score = 33
    page = teacher.get(pages[0]).text
    assert '<span class="num">50<small> / 100</small></span>' in page
    assert '<span class="num">90<small> / 100</small></span>' in page
    assert "33.0" in page


def test_films_pictures_and_jumping_clocks_are_drawn_inside(attempt, teacher, pages):
    add_recording(attempt, Track.camera, -3, 400)
    add_recording(attempt, Track.camera, 9, 99_999)
    add_flag(attempt, -500)
    add_flag(attempt, 500)
    add_picture(attempt, 2)
    add_picture(attempt, 1, EvidenceKind.remark)
    page = teacher.get(pages[0]).text
    assert page.count('class="track"') == 2
    assert page.count('class="track gap"') == 2
    assert 'Pictures <span class="num">(1)</span>' in page


def test_thousands_of_flags_still_open(attempt, teacher, pages):
    for n in range(1200):
        add_flag(attempt, n / 120, 5)
    page = teacher.get(f"{pages[0]}?from=500").text
    assert "Flags 501 to 1000 of 1200." in page
    assert page.count("data-flag=") == 500
    assert page.count('class="disc"') < 60


def test_a_changed_record_is_told(attempt, teacher, pages):
    assert "Record is whole" in teacher.get(f"{pages[0]}?part=history").text
    journal.entries_of(subject_of(attempt))[0].data = {"to": "verified"}
    assert "Record was changed" in teacher.get(f"{pages[0]}?part=history").text


def modules_of(path):
    """The module and all that it imports, as addresses."""
    found = {path}
    for name in re.findall(r'from "(\.[^"]+)"', path.read_text("utf-8")):
        found |= modules_of((path.parent / name).resolve())
    return found


def test_the_browser_hears_early_of_every_module_of_the_recording(teacher, pages):
    page = teacher.get(pages[0]).text
    static = ROOT / "static"
    wanted = {f"/static/{one.relative_to(static)}" for one in modules_of(static / "js" / "pages" / "report.js")}
    told = set(re.findall(r'rel="modulepreload" href="([^"]+)"', page))
    assert told == wanted - {"/static/js/pages/report.js"}
    assert "modulepreload" not in teacher.get(f"{pages[0]}?part=files").text
