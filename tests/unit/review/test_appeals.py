from datetime import timedelta

import pytest

from lti_proctor import journal
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.service import subject_of
from lti_proctor.errors import Invalid, Refused
from lti_proctor.exams.addons import Metric
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.monitoring.models import Disposition, Flag
from lti_proctor.review import appeals, remarks
from lti_proctor.review.models import Appeal, Cause, Reason, RemarkKind, Verdict
from lti_proctor.review.service import conclude, conclusions_of, judge_flag, note_opened
from tests.factories import make_incident, make_submitted, make_user


@pytest.fixture
def reviewer(app, now):
    return Actor(Role.reviewer, make_user(now, name="A reviewer").id)


@pytest.fixture
def colleague(app, now):
    return Actor(Role.reviewer, make_user(now, name="A colleague").id)


def learner(attempt):
    return Actor(Role.learner, attempt.user_id)


def reject(attempt, actor, now):
    make_incident(attempt, actor.user_id, now)
    found = conclude(attempt, Verdict.negative, reason=Reason.other, comment="", actor=actor, now=now)
    db.session.flush()
    return found


def accept(attempt, actor, now):
    return conclude(attempt, Verdict.positive, reason=None, comment="", actor=actor, now=now)


def code_of(function, *args, **kwargs):
    with pytest.raises((Refused, Invalid)) as caught:
        function(*args, **kwargs)
    return caught.value.code


def a_flag(attempt, now):
    moments = {"starts_at": now, "ends_at": now + timedelta(seconds=40)}
    flag = Flag(attempt_id=attempt.id, metric=Metric.c2, violated_ms=40_000, pieces=[], **moments)
    flag.disposition = Disposition.open
    db.session.add(flag)
    db.session.flush()
    return flag


# what a negative conclusion needs


def test_nobody_is_turned_down_unseen_or_without_proof(reviewer, now):
    attempt = make_submitted(now)
    negative = {"reason": Reason.other, "comment": "", "actor": reviewer, "now": now}
    assert code_of(conclude, attempt, Verdict.negative, **negative) == "evidence_unopened"
    note_opened(attempt, actor=reviewer, now=now)
    assert code_of(conclude, attempt, Verdict.negative, **negative) == "nothing_confirmed"
    flag = a_flag(attempt, now)
    judge_flag(attempt, flag, Disposition.dismissed, actor=reviewer, now=now)
    assert code_of(conclude, attempt, Verdict.negative, **negative) == "nothing_confirmed"
    judge_flag(attempt, flag, Disposition.confirmed, actor=reviewer, now=now)
    conclude(attempt, Verdict.negative, **negative)
    assert attempt.status == Status.rejected


def test_looking_stands_in_the_journal_once(reviewer, now):
    attempt = make_submitted(now)
    for _ in range(2):
        note_opened(attempt, actor=reviewer, now=now)
    assert [e.action for e in journal.entries_of(subject_of(attempt))].count("review.opened") == 1


def test_a_flag_can_be_opened_again(reviewer, now):
    attempt = make_submitted(now)
    flag = a_flag(attempt, now)
    judge_flag(attempt, flag, Disposition.confirmed, actor=reviewer, now=now)
    assert (flag.decided_by, flag.decided_at) == (reviewer.user_id, now)
    judge_flag(attempt, flag, Disposition.open, actor=reviewer, now=now)
    assert (flag.decided_by, flag.decided_at) == (None, None)
    actions = [e.action for e in journal.entries_of(subject_of(attempt))][-2:]
    assert actions == ["flag.confirmed", "flag.open"]


# a second person


@pytest.mark.parametrize(
    ("rule", "verdict", "is_opinion"),
    [
        ("never", Verdict.positive, False),
        ("never", Verdict.negative, False),
        ("negative", Verdict.positive, False),
        ("negative", Verdict.negative, True),
        ("always", Verdict.positive, True),
        ("always", Verdict.negative, True),
    ],
)
def test_which_conclusions_are_opinions(reviewer, now, rule, verdict, is_opinion):
    attempt = make_submitted(now, second_review=rule)
    made = reject(attempt, reviewer, now) if verdict == Verdict.negative else accept(attempt, reviewer, now)
    assert made.is_opinion == is_opinion
    assert (attempt.status == Status.second_review_required) == is_opinion
    assert (attempt.signed_at is None) == is_opinion


def test_the_second_person_is_another_one_and_decides(reviewer, colleague, now):
    attempt = make_submitted(now, second_review="negative")
    reject(attempt, reviewer, now)
    assert code_of(accept, attempt, reviewer, now) == "same_reviewer"
    reject(attempt, colleague, now)
    assert attempt.status == Status.rejected
    assert [(one.reviewer_id, one.is_opinion) for one in conclusions_of(attempt)] == [
        (colleague.user_id, False), (reviewer.user_id, True),
    ]  # fmt: skip


def test_a_change_for_the_better_needs_one_person(reviewer, now):
    attempt = make_submitted(now)
    reject(attempt, reviewer, now)
    assert not accept(attempt, reviewer, now).is_opinion
    assert attempt.status == Status.verified


# appeals


def test_an_appeal_goes_to_somebody_who_has_not_judged(reviewer, colleague, now):
    attempt = make_submitted(now)
    reject(attempt, reviewer, now)
    assert appeals.appeal_ends(attempt) == now + timedelta(days=14)
    filed = appeals.appeal(attempt, " It was the radio. ", actor=learner(attempt), now=now)
    assert (attempt.status, filed.text) == (Status.second_review_required, "It was the radio.")
    assert code_of(accept, attempt, reviewer, now) == "same_reviewer"
    accept(attempt, colleague, now)
    assert (attempt.status, filed.decided_at, filed.was_granted) == (Status.verified, now, True)


def test_an_appeal_that_changes_nothing_is_closed_for_good(reviewer, colleague, now):
    attempt = make_submitted(now)
    reject(attempt, reviewer, now)
    filed = appeals.appeal(attempt, "Please", actor=learner(attempt), now=now)
    reject(attempt, colleague, now)
    assert (attempt.status, filed.was_granted) == (Status.rejected, False)
    assert appeals.appeal_ends(attempt) is None
    assert code_of(appeals.appeal, attempt, "Once more", actor=learner(attempt), now=now) == "appealed_before"


@pytest.mark.parametrize(
    ("days", "after", "text", "code"),
    [
        (14, timedelta(days=14), "x", "may_appeal"),
        (0, timedelta(), "x", "may_appeal"),
        (14, timedelta(), " \0 ", "appeal_empty"),
    ],
)
def test_appeals_that_are_refused(reviewer, now, days, after, text, code):
    attempt = make_submitted(now, appeal_days=days)
    reject(attempt, reviewer, now)
    assert code_of(appeals.appeal, attempt, text, actor=learner(attempt), now=now + after) == code
    assert db.session.query(Appeal).count() == 0


def test_what_was_accepted_or_is_not_judged_can_t_be_appealed(reviewer, now):
    attempt = make_submitted(now)
    assert code_of(appeals.appeal, attempt, "x", actor=learner(attempt), now=now) == "may_appeal"
    accept(attempt, reviewer, now)
    db.session.flush()
    assert code_of(appeals.appeal, attempt, "x", actor=learner(attempt), now=now) == "wrong_status"


# the evidence


@pytest.mark.parametrize(
    ("rule", "before", "accepted", "rejected"),
    [("at_once", True, True, True), ("with_verdict", False, True, True), ("on_request", False, False, True)],
)
def test_when_the_learner_sees_the_evidence(reviewer, now, rule, before, accepted, rejected):
    attempt, other = make_submitted(now, evidence_shown=rule), make_submitted(now, evidence_shown=rule)
    assert appeals.may_see_evidence(attempt) == before
    accept(attempt, reviewer, now)
    reject(other, reviewer, now)
    db.session.flush()
    assert (appeals.may_see_evidence(attempt), appeals.may_see_evidence(other)) == (accepted, rejected)


def test_evidence_on_request_is_opened_by_staff(reviewer, now):
    attempt = make_submitted(now, evidence_shown="on_request")
    appeals.ask_for_evidence(attempt, actor=learner(attempt), now=now)
    appeals.ask_for_evidence(attempt, actor=learner(attempt), now=now)
    db.session.flush()
    assert not appeals.may_see_evidence(attempt)
    appeals.open_evidence(attempt, actor=reviewer, now=now)
    db.session.flush()
    assert appeals.may_see_evidence(attempt)
    other = make_submitted(now)
    assert code_of(appeals.ask_for_evidence, other, actor=learner(other), now=now) == "not_shown"


def test_the_learner_answers_until_the_matter_is_closed(reviewer, now):
    attempt = make_submitted(now, evidence_shown="at_once")
    flag = a_flag(attempt, now)
    appeals.answer(attempt, flag, " That was my cat. ", actor=learner(attempt), now=now)
    assert (flag.answer, flag.answered_at) == ("That was my cat.", now)
    appeals.answer(attempt, flag, "", actor=learner(attempt), now=now)
    assert (flag.answer, flag.answered_at) == (None, None)
    accept(attempt, reviewer, now)
    db.session.flush()
    assert code_of(appeals.answer, attempt, flag, "x", actor=learner(attempt), now=now) == "not_shown"


# notes and incidents


@pytest.mark.parametrize(
    ("kind", "text", "cause", "code"),
    [
        (RemarkKind.note, " \0", None, "remark_empty"),
        (RemarkKind.incident, "x", None, "cause_missing"),
    ],
)
def test_remarks_that_are_refused(reviewer, now, kind, text, cause, code):
    attempt = make_submitted(now)
    assert code_of(remarks.write, attempt, kind, text, cause=cause, actor=reviewer, now=now) == code


def test_a_remark_is_taken_back_until_somebody_has_concluded(reviewer, now):
    attempt = make_submitted(now)
    early = remarks.write(attempt, RemarkKind.note, "One", actor=reviewer, now=now)
    remarks.take_back(early, actor=reviewer, now=now)
    kept = remarks.write(attempt, RemarkKind.incident, "Two", cause=Cause.learner, actor=reviewer, now=now)
    reject(attempt, reviewer, now)
    assert code_of(remarks.take_back, kept, actor=reviewer, now=now) == "remark_stands"


def test_a_moment_outside_of_the_attempt_is_none(reviewer, now):
    attempt = make_submitted(now)
    for apart, found in ((-timedelta(hours=1), None), (timedelta(hours=1), attempt.stopped_at)):
        row = remarks.write(attempt, RemarkKind.note, "x", moment=now + apart, actor=reviewer, now=now)
        assert row.moment == found
