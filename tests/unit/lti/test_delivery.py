"""Scores and columns from the outbox to the LMS: once, in order, later each time, and never in a circle."""

from datetime import timedelta

import pytest

from lti_proctor import journal, once, outbox
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.scores import SCORE
from lti_proctor.attempts.service import fire, further_attempt, subject_of
from lti_proctor.errors import Upstream
from lti_proctor.exams.columns import COLUMN
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.lti import calls
from lti_proctor.lti.tasks import STALE_TRIES
from lti_proctor.outbox import State
from lti_proctor.people.models import Identity
from lti_proctor.review import service as review
from lti_proctor.review.models import Reason, Verdict
from tests.factories import make_attempt, make_course, make_exam, make_incident, make_link, make_running, make_user
from tests.unit.lti.conftest import answer

ITEMS, OLD, NEW = (f"https://lms.example/{end}" for end in ("items?t=1", "items/1?t=1", "items/2?t=1"))
FOUND = answer(body=[{"id": NEW, "resourceLinkId": "link", "label": "Final", "scoreMaximum": 100}])


@pytest.fixture
def attempt(app, time, now, platform):
    """An attempt that has begun, with one message on its way."""
    exam = make_exam(now, make_course(now, platform))
    link = make_link(exam, line_item_url=OLD, line_items_url=ITEMS)
    link.link_id = "link"
    found = make_attempt(
        now, exam=exam, link=link, user=make_user(now, platform=platform), status=Status.ready_to_start
    )
    start(found, now)
    db.session.commit()
    return found


def start(attempt, now):
    fire(attempt, Event.start, actor=Actor(Role.learner, attempt.user_id), now=now)


def rows(attempt):
    db.session.commit()
    return [row for row in outbox.of(subject_of(attempt)) if row.kind == SCORE]


def deliver(effect):
    effect.due_at = effect.created_at
    db.session.commit()
    outbox.deliver(effect.id)


def outcome(effect):
    return effect.state, effect.last_error


def test_a_score_arrives_with_the_times_of_the_work(lms, attempt, now, time):
    fire(attempt, Event.submit, actor=Actor(Role.learner, attempt.user_id), now=time.passes(minutes=30))
    db.session.commit()
    outbox.deliver_due()
    started, submitted = (asked.body for asked in lms.asked)
    receipt = journal.receipt(f"attempt:{attempt.id}")
    assert submitted["comment"].endswith(f"/attempts/{attempt.id}/record?receipt={receipt}")
    assert "comment" not in started
    assert started["submission"] == {"startedAt": "2026-11-24T09:00:00.000+00:00"}
    assert submitted["submission"] == {
        "startedAt": "2026-11-24T09:00:00.000+00:00",
        "submittedAt": "2026-11-24T09:30:00.000+00:00",
    }


@pytest.mark.parametrize("is_here", [True, False])
def test_the_reviewer_is_named_where_the_platform_knows_the_person(lms, attempt, now, time, platform, is_here):
    person = make_user(now, name="Hanna", platform=platform if is_here else None)
    fire(attempt, Event.submit, actor=Actor(Role.learner, attempt.user_id), now=now)
    review.conclude(attempt, Verdict.positive, reason=None, comment="", actor=Actor(Role.reviewer, person.id), now=now)
    db.session.commit()
    outbox.deliver_due()
    subject = db.session.query(Identity.subject).filter_by(user_id=person.id).scalar()
    assert [asked.body.get("scoringUserId") for asked in lms.asked] == [None, None, subject]
    assert (subject is not None) == is_here


def test_a_family_that_keeps_grades_is_told_that_a_second_attempt_waits(lms, attempt, now, platform):
    platform.family = "canvas"
    attempt.exam.stored = {**attempt.exam.stored, "attempt": 1}
    learner = Actor(Role.learner, attempt.user_id)
    fire(attempt, Event.submit, actor=learner, now=now)
    review.conclude(attempt, Verdict.positive, reason=None, comment="", actor=Actor(Role.reviewer), now=now)
    second = further_attempt(attempt, actor=learner, now=now)
    fire(second, Event.finish_setup, actor=learner, now=now)
    start(second, now)
    assert [row.payload["progress"] for row in rows(second)] == ["NotReady"]


# the column


def test_a_column_is_made_once_and_remembered_as_our_own(lms, attempt):
    attempt.link.line_item_url = None
    lms.says(answer(body=[]), answer(body=[]), answer(201, {"id": NEW}), answer(200))
    deliver(rows(attempt)[0])
    assert lms.methods == ["GET", "GET", "POST", "POST"]
    assert lms.asked[-1].url == "https://lms.example/items/2/scores?t=1"
    assert (attempt.link.line_item_url, attempt.link.made_line_item_url) == (NEW, NEW)


def test_a_column_that_was_found_is_not_our_own(lms, attempt):
    attempt.link.line_item_url = None
    lms.says(FOUND, answer(200))
    deliver(rows(attempt)[0])
    assert (attempt.link.line_item_url, attempt.link.made_line_item_url) == (NEW, None)


def test_what_was_made_stays_known_when_the_score_fails(lms, attempt):
    attempt.link.line_item_url = None
    lms.says(answer(body=[]), answer(body=[]), answer(201, {"id": NEW}), answer(503))
    deliver(rows(attempt)[0])
    assert outcome(rows(attempt)[0]) == (State.waiting, "score_status_503")
    assert attempt.link.made_line_item_url == NEW


def test_two_workers_do_not_make_two_columns(lms, attempt, now):
    attempt.link.line_item_url = None
    once.use("column", str(attempt.link.id), expires_at=now + timedelta(minutes=2))
    deliver(rows(attempt)[0])
    assert outcome(rows(attempt)[0]) == (State.waiting, "column_in_making")
    assert lms.asked == []


def test_after_a_failure_the_next_try_may_make_the_column(lms, attempt):
    attempt.link.line_item_url = None
    lms.says(answer(503))
    deliver(rows(attempt)[0])
    assert outcome(rows(attempt)[0]) == (State.waiting, "column_status_503")
    lms.says(FOUND, answer(200))
    deliver(rows(attempt)[0])
    assert outcome(rows(attempt)[0]) == (State.done, None)


def test_a_score_for_a_column_that_is_gone_goes_to_the_one_that_took_its_place(lms, attempt):
    lms.says(answer(404), FOUND, answer(200))
    deliver(rows(attempt)[0])
    assert outcome(rows(attempt)[0]) == (State.done, None)
    assert lms.asked[-1].url == "https://lms.example/items/2/scores?t=1"
    assert attempt.link.line_item_url == NEW


@pytest.mark.parametrize(
    "found",
    [
        [answer(body=[])],
        [answer(body=[{"id": OLD, "resourceLinkId": "link"}])],
        [FOUND, answer(404)],
    ],
)
def test_a_score_for_a_column_that_is_gone_for_good_is_put_aside(lms, attempt, found):
    lms.says(answer(404), *found)
    deliver(rows(attempt)[0])
    assert outcome(rows(attempt)[0]) == (State.aside, "score_status_404")
    assert lms.methods.count("POST") <= 2


def test_where_scores_are_not_offered_nothing_is_asked(lms, attempt):
    attempt.link.scopes = [calls.AGS + "lineitem"]
    deliver(rows(attempt)[0])
    assert outcome(rows(attempt)[0]) == (State.aside, "service_off_scores")
    assert lms.asked == []


# timestamps and 409


def test_a_message_is_later_than_the_one_before_by_a_whole_second_and_the_same_at_each_try(lms, attempt, now):
    first = rows(attempt)[0]
    deliver(first)
    first.payload = {**first.payload, "timestamp": "2026-11-24T09:30:00.500+00:00"}
    fire(attempt, Event.submit, actor=Actor(Role.learner, attempt.user_id), now=now)
    second = rows(attempt)[1]
    second.payload = {**second.payload, "timestamp": "2026-11-24T09:00:01.000+00:00"}
    lms.says(answer(500))
    deliver(second)
    lms.says(answer(200))
    deliver(second)
    stamps = [asked.body["timestamp"] for asked in lms.asked]
    assert stamps[1:] == ["2026-11-24T09:30:01.500+00:00"] * 2
    assert rows(attempt)[1].payload["timestamp"] == stamps[-1]


LOST = [Upstream("outside_timeout", permanent=False), Upstream("outside_unreachable", permanent=False), answer(500)]


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("between", [[], [answer(429)], [answer(401), answer(401)]])
def test_a_newer_score_after_a_lost_answer_is_our_own_whatever_came_between(lms, attempt, lost, between):
    lms.says(lost, *between, answer(409))
    while rows(attempt)[0].state == State.waiting:
        deliver(rows(attempt)[0])
    assert outcome(rows(attempt)[0]) == (State.done, None)
    assert len({asked.body["timestamp"] for asked in lms.asked}) == 1


def test_a_newer_score_after_a_worker_died_is_our_own(lms, attempt):
    rows(attempt)[0].tries = 1
    lms.says(answer(409))
    deliver(rows(attempt)[0])
    assert outcome(rows(attempt)[0]) == (State.done, None)
    assert len(lms.asked) == 1


def test_a_newer_score_of_somebody_else_is_overtaken_once_for_each_try(lms, attempt, time):
    time.passes(minutes=5)
    lms.says(answer(409))
    deliver(rows(attempt)[0])
    assert outcome(rows(attempt)[0]) == (State.waiting, "score_stale")
    assert [asked.body["timestamp"][11:19] for asked in lms.asked] == ["09:00:00", "09:05:00"]


def test_a_column_dated_in_the_future_is_not_asked_for_ever(lms, attempt):
    effect = rows(attempt)[0]
    lms.says(answer(409))
    for _ in range(STALE_TRIES + 3):
        deliver(rows(attempt)[0])
    assert (rows(attempt)[0].tries, *outcome(effect)) == (STALE_TRIES, State.aside, "score_stale")
    assert len(lms.asked) == 2 * STALE_TRIES


def test_a_message_that_was_overtaken_is_not_sent_after_the_newer_one(lms, attempt, now, time):
    lms.says(answer(403))
    deliver(rows(attempt)[0])
    lms.says(answer(200))
    fire(attempt, Event.submit, actor=Actor(Role.learner, attempt.user_id), now=now)
    deliver(rows(attempt)[1])
    outbox.send_again(rows(attempt)[0], now=now)
    deliver(rows(attempt)[0])
    assert outcome(rows(attempt)[0]) == (State.aside, "score_overtaken")
    assert [asked.body["activityProgress"] for asked in lms.asked] == ["InProgress", "Completed"]


@pytest.mark.parametrize("problem", [Upstream("outside_too_large", permanent=True), ValueError("a bug")])
def test_nothing_that_comes_breaks_the_worker(lms, attempt, problem):
    lms.says(answer(200))
    lms.answers = [problem] if isinstance(problem, Upstream) else [answer(200)]
    effect = rows(attempt)[0]
    if not isinstance(problem, Upstream):
        effect.payload = {**effect.payload, "timestamp": "no moment"}
    deliver(effect)
    assert rows(attempt)[0].last_error in {"outside_too_large", "internal"}


# following the exam


@pytest.fixture
def column(attempt, now):
    """Queue a change of the column, or its removal."""

    def put(action, *fields):
        payload = {"link": attempt.link.id, "action": action, "fields": list(fields)}
        key = outbox.put(COLUMN, lane="column:1", subject=f"exam:{attempt.exam_id}", payload=payload, now=now)
        db.session.commit()
        return db.session.get_one(outbox.Effect, key)

    return put


def test_a_change_goes_to_the_column(lms, attempt, column):
    lms.says(answer(body={"id": OLD, "label": "Old", "scoreMaximum": 5, "x": 1}), answer(200))
    effect = column("change", "label")
    deliver(effect)
    assert outcome(effect) == (State.done, None)
    assert lms.asked[1].body == {"id": OLD, "label": "Final", "scoreMaximum": 5, "x": 1}


def test_a_change_follows_a_column_that_was_made_anew(lms, attempt, column):
    row = answer(body={"id": NEW, "label": "Old", "scoreMaximum": 5})
    lms.says(answer(404), FOUND, row, answer(200))
    effect = column("change", "label")
    deliver(effect)
    assert outcome(effect) == (State.done, None)
    assert (lms.asked[-1].method, lms.asked[-1].url, attempt.link.line_item_url) == ("PUT", NEW, NEW)


@pytest.mark.parametrize("status", [403, 404, 405])
def test_a_change_that_is_refused_is_put_aside(lms, attempt, column, status):
    effect = column("change", "label")
    lms.says(answer(status), answer(body=[]))
    deliver(effect)
    assert outcome(effect) == (State.aside, f"column_status_{status}")


def test_without_a_column_there_is_nothing_to_change(lms, attempt, column):
    attempt.link.line_item_url = None
    effect = column("change", "label")
    deliver(effect)
    assert (effect.state, lms.asked) == (State.done, [])


def without_grades(attempt):
    attempt.exam.stored = {**attempt.exam.stored, "grade_source": "nothing"}


def test_only_the_column_that_we_made_is_removed(lms, attempt, column):
    without_grades(attempt)
    attempt.link.made_line_item_url = NEW
    effect = column("remove")
    deliver(effect)
    assert [(asked.method, asked.url) for asked in lms.asked] == [("DELETE", NEW)]
    assert (attempt.link.line_item_url, attempt.link.made_line_item_url) == (OLD, None)


def test_a_removed_column_is_forgotten(lms, attempt, column):
    without_grades(attempt)
    attempt.link.made_line_item_url = OLD
    deliver(column("remove"))
    assert (attempt.link.line_item_url, attempt.link.made_line_item_url) == (None, None)


def test_nothing_is_removed_when_we_made_nothing_or_the_exam_sends_grades_again(lms, attempt, column):
    attempt.link.made_line_item_url = OLD
    deliver(column("remove"))
    without_grades(attempt)
    attempt.link.made_line_item_url = None
    deliver(column("remove"))
    assert lms.asked == []


def test_a_column_whose_link_is_gone_is_put_aside(lms, attempt, now, app):
    payload = {"link": 999_999, "action": "change", "fields": []}
    key = outbox.put(COLUMN, lane="c", subject="exam:1", payload=payload, now=now)
    db.session.commit()
    effect = db.session.get_one(outbox.Effect, key)
    deliver(effect)
    assert outcome(effect) == (State.aside, "gone")


def test_a_rejection_takes_the_grade_back_and_says_so(lms, now, time, platform):
    attempt = make_running(now, exam=make_exam(now, make_course(now, platform)), user=make_user(now, platform=platform))
    fire(attempt, Event.submit, actor=Actor(Role.learner, attempt.user_id), now=now)
    reviewer = make_user(now).id
    make_incident(attempt, reviewer, now)
    actor = Actor(Role.reviewer, reviewer)
    review.conclude(attempt, Verdict.negative, reason=Reason.other, comment="", actor=actor, now=now)
    assert [row.payload["clears"] for row in rows(attempt)] == [False, False, True]
