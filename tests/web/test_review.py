"""The pages of the review: the queue, the conclusion, a second person, the learner's side, other weights."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from PIL import Image

from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.service import fire
from lti_proctor.exams.addons import Addon, Kind, Metric
from lti_proctor.exams.config import SecondReview
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.monitoring import service as monitoring
from lti_proctor.monitoring.models import Disposition, Flag, MinuteSample
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.review import service as review
from lti_proctor.review.models import Appeal, Conclusion, Reason, Remark, Verdict
from tests.factories import make_attempt, make_course, make_exam, make_incident, make_submitted, make_user

WATCHED = {"addons": frozenset({Addon.track}), "metrics": {Metric.c2: Decimal(1), Metric.m2: Decimal(1)}}


def handed_in(now, exam=None, user=None):
    """A watched attempt that its learner has handed in."""
    exam = exam or make_exam(now, **WATCHED)
    attempt = make_attempt(
        now, exam=exam, user=user, status=Status.started, started_at=now, seen_at=now, config_version=1
    )
    fire(attempt, Event.submit, actor=Actor(Role.learner, attempt.user_id), now=now)
    return attempt


@pytest.fixture
def attempt(now, time):
    return handed_in(now)


@pytest.fixture
def teacher(sign_in, attempt, now):
    return sign_in(make_user(now, name="Hanna"), {attempt.exam.course_id: "instructor"})


@pytest.fixture
def learner(sign_in, attempt):
    return sign_in(attempt.user, {attempt.exam.course_id: "learner"})


def base(attempt):
    return f"/exams/{attempt.exam_id}/attempts/{attempt.id}"


def flag_of(attempt, now, *, metric=Metric.c2, seconds=40):
    flag = Flag(
        attempt_id=attempt.id, metric=metric, starts_at=now, ends_at=now + timedelta(seconds=seconds),
        violated_ms=seconds * 1000, pieces=[], disposition=Disposition.open,
    )  # fmt: skip
    db.session.add(flag)
    db.session.commit()
    return flag


def rejected(attempt, now, user=None):
    reviewer = Actor(Role.reviewer, (user or make_user(now)).id)
    make_incident(attempt, reviewer.user_id, now)
    review.conclude(attempt, Verdict.negative, reason=Reason.other, comment="", actor=reviewer, now=now)
    db.session.commit()
    return reviewer


# concluding


def test_a_negative_conclusion_waits_for_evidence_and_keeps_the_words(attempt, teacher, post, now):
    fields = {"verdict": "negative", "reason": "help_from_others", "comment": "Kept words"}
    answer = post(teacher, f"{base(attempt)}/conclusion", **fields)
    assert (answer.status_code, "Look at the evidence first" in answer.text, "Kept words" in answer.text) == (
        409, True, True,
    )  # fmt: skip
    flag = flag_of(attempt, now)
    assert post(teacher, f"{base(attempt)}/opened").status_code == 303
    answer = post(teacher, f"{base(attempt)}/conclusion", **fields)
    assert (answer.status_code, "Confirm a flag" in answer.text) == (409, True)
    assert post(teacher, f"{base(attempt)}/flags/{flag.id}", disposition="confirmed").status_code == 303
    assert post(teacher, f"{base(attempt)}/conclusion", **fields).status_code == 303
    assert attempt.status == Status.rejected


def test_a_second_person_decides(attempt, teacher, post, sign_in, now):
    exam = attempt.exam
    exam.stored = exam.config.model_copy(update={"second_review": SecondReview.always}).model_dump(mode="json")
    attempt.config_version = None
    db.session.commit()
    assert post(teacher, f"{base(attempt)}/conclusion", verdict="positive").status_code == 303
    page = teacher.get(base(attempt)).text
    assert "Somebody else decides now" in page
    assert post(teacher, f"{base(attempt)}/conclusion", verdict="positive").status_code == 409
    colleague = sign_in(make_user(now), {exam.course_id: "assistant"})
    assert post(colleague, f"{base(attempt)}/conclusion", verdict="positive").status_code == 303
    assert attempt.status == Status.verified


def test_a_conclusion_on_an_attempt_that_was_replaced_is_refused(sign_in, post, now, time):
    attempt = make_submitted(now, exam=make_exam(now, kind=Kind.onboarding))
    fire(attempt, Event.reset, actor=Actor(Role.staff), now=now)
    db.session.commit()
    teacher = sign_in(make_user(now), {attempt.exam.course_id: "instructor"})
    assert post(teacher, f"{base(attempt)}/conclusion", verdict="positive").status_code == 409
    assert db.session.query(Conclusion).count() == 0


# flags and remarks


@pytest.mark.parametrize("fields", [{}, {"disposition": "guilty"}])
def test_what_is_no_disposition_changes_nothing(attempt, teacher, post, now, fields):
    flag = flag_of(attempt, now)
    assert 400 <= post(teacher, f"{base(attempt)}/flags/{flag.id}", **fields).status_code < 500
    assert flag.disposition == Disposition.open


def test_a_flag_of_another_attempt_or_too_short_to_be_one_is_not_there(attempt, teacher, post, now):
    for other in (flag_of(handed_in(now), now), flag_of(attempt, now, seconds=2)):
        assert post(teacher, f"{base(attempt)}/flags/{other.id}", disposition="confirmed").status_code == 404
        assert other.disposition == Disposition.open


def test_remarks_are_written_and_taken_back_by_whoever_wrote_them(attempt, teacher, post, sign_in, now):
    fields = {"kind": "incident", "cause": "learner", "text": "<b>Looks</b> to the side", "moment": "nonsense"}
    assert post(teacher, f"{base(attempt)}/remarks", **fields).status_code == 303
    row = db.session.query(Remark).one()
    assert (row.text, row.moment) == ("<b>Looks</b> to the side", None)
    colleague = sign_in(make_user(now), {attempt.exam.course_id: "assistant"})
    assert post(colleague, f"{base(attempt)}/remarks/{row.id}/remove").status_code == 409
    assert post(teacher, f"{base(attempt)}/remarks/{row.id}/remove").status_code == 303
    assert db.session.query(Remark).count() == 0


@pytest.mark.parametrize(
    "fields", [{}, {"kind": "rumour", "text": "x"}, {"kind": "note", "text": " "}, {"kind": "incident", "text": "x"}]
)
def test_remarks_that_say_nothing_are_refused(attempt, teacher, post, fields):
    assert 400 <= post(teacher, f"{base(attempt)}/remarks", **fields).status_code < 500
    assert db.session.query(Remark).count() == 0


# the queue


def test_the_queue_begins_with_what_is_worth_a_look(sign_in, now, time):
    course = make_course(now)
    exam = make_exam(now, course, **WATCHED)
    names = {}
    for name, seconds in {"Quiet": 0, "Little": 15, "Much": 90}.items():
        one = handed_in(now, exam, make_user(now, name=name))
        names[name] = one
        if seconds:
            flag_of(one, now, seconds=seconds)
    appealed = handed_in(now, exam, make_user(now, name="Asked again"))
    rejected(appealed, now)
    db.session.add(
        Appeal(attempt_id=appealed.id, conclusion_id=db.session.query(Conclusion).one().id, text="x", filed_at=now)
    )
    fire(appealed, Event.appeal, actor=Actor(Role.learner, appealed.user_id), now=now)
    db.session.commit()
    page = sign_in(make_user(now), {course.id: "instructor"}).get(f"/courses/{course.id}/review").text
    places = [page.index(f">{name}<") for name in ("Asked again", "Much", "Little", "Quiet")]
    assert places == sorted(places)
    assert "4 attempts wait" in page


def test_short_and_dismissed_flags_are_no_work(sign_in, attempt, teacher, now):
    flag_of(attempt, now, seconds=2)
    flag_of(attempt, now).disposition = Disposition.dismissed
    db.session.commit()
    page = teacher.get(f"/courses/{attempt.exam.course_id}/review").text
    assert "Nothing was flagged" in page or "Sample without flags" in page


def test_an_empty_queue_says_so_and_others_see_none(sign_in, now, time):
    course = make_course(now)
    assert "Nothing waits" in sign_in(make_user(now), {course.id: "assistant"}).get(f"/courses/{course.id}/review").text
    assert sign_in(make_user(now), {course.id: "learner"}).get(f"/courses/{course.id}/review").status_code == 404
    proctor = sign_in(make_user(now, role=SiteRole.proctor))
    assert proctor.get("/supervision/review?exam=x&page=-9").status_code == 200


# other weights


def test_other_weights_are_counted_anew_and_both_scores_are_kept(attempt, teacher, post, now):
    attempt.stopped_at = now + timedelta(minutes=10)
    samples = {"violated_ms": 120_000, "told_ms": 600_000, "unknown_ms": 0}
    db.session.add(MinuteSample(attempt_id=attempt.id, minute=0, metric=Metric.c2, **samples))
    db.session.flush()
    monitoring.rate(attempt, now=now)
    db.session.commit()
    assert attempt.score == 80
    for weight, found, first in (("0,5", 90, 80), ("1", 80, None)):
        answer = post(teacher, f"{base(attempt)}/weights", **{"weight-c2": weight, "weight-m2": "1"})
        assert answer.status_code == 303
        assert (attempt.score, attempt.first_score) == (found, first)
    assert 400 <= post(teacher, f"{base(attempt)}/weights", **{"weight-c2": "much", "weight-m2": "1"}).status_code < 500


# the learner's side


def test_the_learner_appeals_and_another_person_decides(attempt, learner, post, sign_in, now):
    first = rejected(attempt, now)
    assert "Ask for another look" in learner.get(f"/attempts/{attempt.id}").text
    assert learner.get(f"/attempts/{attempt.id}/appeal").status_code == 200
    answer = post(learner, f"/attempts/{attempt.id}/appeal", text=" ")
    assert (answer.status_code, "Write a sentence or two" in answer.text) == (422, True)
    assert post(learner, f"/attempts/{attempt.id}/appeal", text="It was <i>the radio</i>.").status_code == 303
    page = learner.get(f"/attempts/{attempt.id}").text
    assert "Another person looks at your exam again" in page
    assert "It was &lt;i&gt;the radio&lt;/i&gt;." in page
    assert learner.get(f"/attempts/{attempt.id}/appeal").status_code == 303
    assert post(learner, f"/attempts/{attempt.id}/appeal", text="Again").status_code == 409
    colleague = make_user(now)
    make_incident(attempt, colleague.id, now)
    second = sign_in(colleague, {attempt.exam.course_id: "instructor"})
    assert "The learner appeals" in second.get(base(attempt)).text
    fields = {"verdict": "negative", "reason": "other"}
    assert post(second, f"{base(attempt)}/conclusion", **fields).status_code == 303
    assert "the conclusion stayed" in learner.get(f"/attempts/{attempt.id}").text
    assert [row.reviewer_id for row in review.conclusions_of(attempt)] == [colleague.id, first.user_id]


def test_an_appeal_that_comes_too_late_is_refused(attempt, sign_in, post, now, time):
    rejected(attempt, now)
    time.passes(days=15)
    learner = sign_in(attempt.user, {attempt.exam.course_id: "learner"})
    assert "Ask for another look" not in learner.get(f"/attempts/{attempt.id}").text
    assert post(learner, f"/attempts/{attempt.id}/appeal", text="Please").status_code == 409
    assert attempt.status == Status.rejected


def test_nobody_else_appeals_for_a_learner(attempt, teacher, post, sign_in, now):
    rejected(attempt, now)
    classmate = sign_in(make_user(now), {attempt.exam.course_id: "learner"})
    for browser in (teacher, classmate):
        assert post(browser, f"/attempts/{attempt.id}/appeal", text="Please").status_code == 404
        assert post(browser, f"/attempts/{attempt.id}/evidence").status_code == 404


def test_evidence_on_request_waits_for_staff(sign_in, post, now, time):
    attempt = make_submitted(now, evidence_shown="on_request")
    learner = sign_in(attempt.user, {attempt.exam.course_id: "learner"})
    teacher = sign_in(make_user(now), {attempt.exam.course_id: "instructor"})
    assert "Show it to them" not in teacher.get(base(attempt)).text
    assert post(learner, f"/attempts/{attempt.id}/evidence").status_code == 303
    assert "You asked to see the evidence" in learner.get(f"/attempts/{attempt.id}").text
    assert learner.get(f"/attempts/{attempt.id}/report").status_code == 404
    assert "Show it to them" in teacher.get(base(attempt)).text
    assert post(teacher, f"{base(attempt)}/evidence").status_code == 303
    assert learner.get(f"/attempts/{attempt.id}/report").status_code == 200


# false alarms and ratings


def test_false_alarms_are_shown_and_public_only_where_the_site_wants(app, attempt, teacher, sign_in, now):
    for n in range(25):
        flag_of(attempt, now).disposition = Disposition.dismissed if n < 5 else Disposition.confirmed
    db.session.commit()
    page = teacher.get(f"/exams/{attempt.exam_id}/false-alarms").text
    assert "20 %" in page
    admin = sign_in(make_user(now, role=SiteRole.administrator))
    assert "20 %" in admin.get("/admin/false-alarms").text
    stranger = app.test_client()
    assert stranger.get("/false-alarms").status_code == 404
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"publish_false_alarms": True})
    assert "20 %" in stranger.get("/false-alarms").text


def test_ratings_are_for_administrators_of_sites_that_want_them(app, attempt, teacher, sign_in, now):
    rejected(attempt, now)
    admin = sign_in(make_user(now, role=SiteRole.administrator))
    assert "Rating by earlier conclusions" not in admin.get(base(attempt)).text
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"user_rating": True})
    assert "Rating by earlier conclusions" in admin.get(base(attempt)).text
    assert "Rating by earlier conclusions" not in teacher.get(base(attempt)).text


def test_the_report_holds_the_conclusion_and_the_weights(attempt, teacher, now):
    db.session.add(
        MinuteSample(attempt_id=attempt.id, minute=0, metric=Metric.c2, violated_ms=1, told_ms=60_000, unknown_ms=0)
    )
    db.session.commit()
    page = teacher.get(f"{base(attempt)}/report").text
    assert 'name="verdict"' in page
    assert 'name="weight-c2"' in page


def test_the_picture_of_a_note_is_for_staff_alone(attempt, teacher, learner, post, now):
    out = io.BytesIO()
    Image.new("RGB", (320, 240)).save(out, "JPEG")
    for kind, status in (("note", 404), ("incident", 200)):
        picture = (io.BytesIO(out.getvalue()), "frame.jpg")
        post(teacher, f"{base(attempt)}/remarks", kind=kind, cause="learner", text="See", picture=picture)
        row = db.session.query(Remark).order_by(Remark.id.desc()).first()
        path = f"/attempts/{attempt.id}/photos/{row.evidence_id}"
        assert (learner.get(path).status_code, teacher.get(path).status_code) == (status, 200)
    assert "/photos/" not in learner.get(f"/attempts/{attempt.id}").text


def test_a_score_outlives_what_it_was_computed_from(attempt, teacher, post, now):
    attempt.score = Decimal(80)
    db.session.commit()
    fields = {"weight-c2": "0", "weight-m2": "0", "all": "1"}
    assert post(teacher, f"{base(attempt)}/weights", **fields).status_code == 303
    assert (attempt.score, attempt.weights) == (80, None)


def test_what_comes_late_counts_in_both_scores(attempt, teacher, post, now):
    attempt.stopped_at = now + timedelta(minutes=10)
    row = MinuteSample(
        attempt_id=attempt.id, minute=0, metric=Metric.c2, violated_ms=60_000, told_ms=600_000, unknown_ms=0
    )
    db.session.add(row)
    db.session.commit()
    post(teacher, f"{base(attempt)}/weights", **{"weight-c2": "0.5", "weight-m2": "1"})
    assert (attempt.score, attempt.first_score) == (95, 90)
    row.violated_ms = 120_000
    monitoring.rate(attempt, now=now)
    assert (attempt.score, attempt.first_score) == (90, 80)
