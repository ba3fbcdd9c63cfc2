import itertools
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from lti_proctor import outbox
from lti_proctor.attempts import service
from lti_proctor.attempts.effects import STATUS_MAIL
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.scores import SCORE
from lti_proctor.attempts.service import fire
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.config import OnReject
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from tests.factories import make_attempt, make_exam, make_link, make_running, make_submitted

REVIEWER, STAFF = Actor(Role.reviewer), Actor(Role.staff)


def learner(attempt):
    return Actor(Role.learner, attempt.user_id)


def rows(attempt, kind=SCORE):
    return [row for row in outbox.of(service.subject_of(attempt)) if row.kind == kind]


def told(attempt):
    keys = ("activity", "progress", "given", "comment")
    return [tuple(row.payload[key] for key in keys) for row in rows(attempt)]


def test_the_gradebook_hears_of_the_start_the_end_and_the_verdict(app, now):
    attempt = make_submitted(now, grade_maximum=Decimal(20))
    fire(attempt, Event.accept, actor=REVIEWER, now=now)
    assert told(attempt) == [
        ("InProgress", "NotReady", None, ""),
        ("Completed", "PendingManual", None, "waiting"),
        ("Completed", "FullyGraded", "17.00", "accepted"),
    ]
    assert {row.payload["maximum"] for row in rows(attempt)} == {"20"}
    assert {row.payload["attempt"] for row in rows(attempt)} == {attempt.id}


def test_all_scores_of_one_learner_in_one_column_go_down_one_lane(app, now):
    attempt = make_submitted(now, attempt=1)
    following = service.further_attempt(attempt, actor=learner(attempt), now=now)
    fire(following, Event.finish_setup, actor=learner(attempt), now=now)
    fire(following, Event.start, actor=learner(attempt), now=now)
    lanes = {row.lane for row in (*rows(attempt), *rows(following))}
    assert lanes == {f"score:{attempt.resource_link_id}:{attempt.user_id}"}


def test_timestamps_grow_by_whole_seconds_even_when_everything_happens_at_once(app, now):
    attempt = make_submitted(now)
    for event in (Event.accept, Event.reject, Event.accept):
        fire(attempt, event, actor=REVIEWER, now=now, reason="other")
    moments = [datetime.fromisoformat(row.payload["timestamp"]) for row in rows(attempt)]
    assert moments[0] == now
    assert all(int(b.timestamp()) > int(a.timestamp()) for a, b in itertools.pairwise(moments))
    assert all(row.payload["timestamp"].endswith("+00:00") for row in rows(attempt))


def test_a_clock_that_went_backwards_does_not_make_a_score_older_than_the_one_before(app, now):
    attempt = make_submitted(now)
    fire(attempt, Event.accept, actor=REVIEWER, now=now - timedelta(hours=1))
    *_, before, last = [row.payload["timestamp"] for row in rows(attempt)]
    assert last > before


def test_the_progress_of_a_second_attempt_never_wipes_the_grade_of_the_first(app, now):
    attempt = make_submitted(now, attempt=1)
    fire(attempt, Event.accept, actor=REVIEWER, now=now)
    following = service.further_attempt(attempt, actor=learner(attempt), now=now)
    fire(following, Event.finish_setup, actor=learner(attempt), now=now)
    fire(following, Event.start, actor=learner(attempt), now=now)
    fire(following, Event.submit, actor=learner(attempt), now=now)
    assert rows(following) == []


def test_a_rejection_takes_an_earlier_grade_away(app, now):
    attempt = make_submitted(now)
    fire(attempt, Event.accept, actor=REVIEWER, now=now)
    fire(attempt, Event.reject, actor=REVIEWER, now=now, reason="other")
    assert told(attempt)[-1] == ("Completed", "PendingManual", None, "not_accepted")


def test_a_rejection_gives_zero_where_the_exam_says_so(app, now):
    attempt = make_submitted(now, on_reject=OnReject.zero)
    fire(attempt, Event.reject, actor=REVIEWER, now=now, reason="other")
    assert told(attempt)[-1] == ("Completed", "FullyGraded", "0", "not_accepted")


@pytest.mark.parametrize("how", ["no link", "no column"])
def test_without_a_gradebook_nothing_is_sent(app, now, how):
    exam = make_exam(now)
    link = make_link(exam, line_item_url=None, line_items_url=None)
    attempt = make_attempt(now, exam=exam, link=link, status=Status.ready_to_start)
    if how == "no link":
        attempt.link = None
        db.session.flush()
    fire(attempt, Event.start, actor=learner(attempt), now=now)
    assert rows(attempt) == []


def test_a_gradebook_that_has_no_column_yet_is_told_as_well(app, now):
    exam = make_exam(now)
    link = make_link(exam, line_item_url=None)
    attempt = make_attempt(now, exam=exam, link=link, status=Status.ready_to_start)
    fire(attempt, Event.start, actor=learner(attempt), now=now)
    assert len(rows(attempt)) == 1


def test_a_result_after_declining_goes_to_the_gradebook_at_once(app, now):
    attempt = make_attempt(now, exam=make_exam(now, may_decline=True))
    fire(attempt, Event.decline, actor=learner(attempt), now=now)
    assert rows(attempt) == []
    service.record_result(attempt, Decimal("0.5"), {}, actor=learner(attempt), now=now)
    assert told(attempt) == [("Completed", "FullyGraded", "50.00", "without_proctoring")]


def test_a_learner_hears_by_mail_what_became_of_the_exam(app, now):
    attempt = make_submitted(now)
    fire(attempt, Event.reject, actor=REVIEWER, now=now, reason="other")
    fire(attempt, Event.accept, actor=REVIEWER, now=now)
    assert [row.payload["status"] for row in rows(attempt, STATUS_MAIL)] == ["submitted", "rejected", "verified"]


def test_a_learner_hears_that_the_exam_broke_off(app, now):
    attempt = make_running(now)
    fire(attempt, Event.fail, actor=STAFF, now=now, reason="camera")
    assert [row.payload["status"] for row in rows(attempt, STATUS_MAIL)] == ["error"]
    assert (attempt.error, attempt.stopped_at) == ("camera", now)


def test_nobody_gets_mail_about_practice(app, now):
    attempt = make_running(now, exam=make_exam(now, kind=Kind.practice))
    fire(attempt, Event.submit, actor=learner(attempt), now=now)
    assert outbox.of(service.subject_of(attempt)) == []


def test_who_has_no_address_gets_no_mail(app, now):
    attempt = make_running(now)
    attempt.user.email = ""
    fire(attempt, Event.submit, actor=learner(attempt), now=now)
    assert rows(attempt, STATUS_MAIL) == []


def test_payloads_hold_no_name_and_no_address(app, now):
    attempt = make_submitted(now)
    fire(attempt, Event.accept, actor=REVIEWER, now=now)
    told_all = " ".join(str(row.payload) for row in outbox.of(service.subject_of(attempt)))
    assert not any(secret in told_all for secret in (attempt.user.name, attempt.user.email, attempt.user.username))
