import pytest

from lti_proctor import journal, outbox
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.scores import SCORE
from lti_proctor.attempts.service import subject_of
from lti_proctor.errors import Invalid, Refused
from lti_proctor.exams.addons import Kind
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.review.models import Conclusion, Reason, Verdict
from lti_proctor.review.service import conclude, conclusions_of
from tests.factories import make_attempt, make_exam, make_incident, make_running, make_submitted, make_user


@pytest.fixture
def judge(app, now):
    """Conclude as a reviewer: `judge(attempt, "negative", reason=...)`."""
    reviewer = Actor(Role.reviewer, make_user(now, name="A reviewer").id)

    def run(attempt, verdict="positive", *, reason=None, comment="", actor=reviewer):
        return conclude(attempt, Verdict(verdict), reason=reason, comment=comment, actor=actor, now=now)

    run.reviewer = reviewer.user_id
    return run


def scores(attempt):
    return [row.payload["comment"] for row in outbox.of(subject_of(attempt)) if row.kind == SCORE]


def test_a_positive_conclusion_accepts_the_attempt(judge, now):
    attempt = make_submitted(now)
    conclusion = judge(attempt, comment="  fine \n")
    assert (attempt.status, attempt.signed_at) == (Status.verified, now)
    assert (conclusion.reason, conclusion.comment) == (None, "fine")
    assert scores(attempt)[-1] == "accepted"


def test_a_negative_conclusion_has_a_reason(judge, now):
    attempt = make_submitted(now)
    make_incident(attempt, judge.reviewer, now)
    with pytest.raises(Invalid) as invalid:
        judge(attempt, "negative")
    assert (invalid.value.code, attempt.status) == ("reason_missing", Status.submitted)
    judge(attempt, "negative", reason=Reason.other_person)
    assert attempt.status == Status.rejected
    assert journal.entries_of(subject_of(attempt))[-1].data["reason"] == "other_person"


def test_the_database_refuses_a_negative_conclusion_without_reason(app, now):
    attempt = make_submitted(now)
    db.session.add(Conclusion(attempt_id=attempt.id, verdict=Verdict.negative, at=now))
    with pytest.raises(Exception, match="negative_has_reason"):
        db.session.flush()


def test_a_reason_beside_a_positive_conclusion_is_not_kept(judge, now):
    attempt = make_submitted(now)
    assert judge(attempt, reason=Reason.other).reason is None


def test_a_changed_mind_keeps_the_history_and_tells_the_gradebook_again(judge, now):
    attempt = make_submitted(now)
    judge(attempt)
    make_incident(attempt, judge.reviewer, now)
    judge(attempt, "negative", reason=Reason.left_exam)
    judge(attempt)
    db.session.flush()
    assert [c.verdict for c in conclusions_of(attempt)] == ["positive", "negative", "positive"]
    assert scores(attempt)[-3:] == ["accepted", "not_accepted", "accepted"]
    assert attempt.status == Status.verified


def test_the_same_conclusion_twice_is_refused(judge, now):
    attempt = make_submitted(now)
    judge(attempt)
    with pytest.raises(Refused):
        judge(attempt)
    db.session.flush()
    assert len(conclusions_of(attempt)) == 1


@pytest.mark.parametrize("status", [Status.created, Status.started, Status.paused, Status.declined, Status.expired])
def test_what_is_not_over_or_was_not_watched_is_not_judged(judge, now, status):
    with pytest.raises(Refused):
        judge(make_attempt(now, status=status))


@pytest.mark.parametrize("kind", [Kind.timed, Kind.practice])
def test_what_nobody_watches_nobody_judges(judge, now, kind):
    with pytest.raises(Refused) as refused:
        judge(make_attempt(now, exam=make_exam(now, kind=kind), status=Status.submitted))
    assert refused.value.code == "is_reviewed"


def test_an_attempt_that_broke_off_is_accepted_only_if_it_had_begun(judge, now):
    begun = make_attempt(now, status=Status.error, started_at=now)
    judge(begun)
    assert begun.status == Status.verified
    with pytest.raises(Refused):
        judge(make_attempt(now, status=Status.error))


@pytest.mark.parametrize("role", [Role.learner, Role.proctor, Role.staff, Role.platform])
def test_only_reviewers_conclude(judge, now, role):
    attempt = make_submitted(now)
    with pytest.raises(Refused):
        judge(attempt, actor=Actor(role, attempt.user_id))
    assert conclusions_of(attempt) == []


def test_a_comment_of_any_length_is_kept_cut(judge, now):
    assert len(judge(make_submitted(now), comment="x" * 10_000).comment) == 4000


def test_a_reviewer_who_is_removed_leaves_the_conclusion(judge, now):
    attempt = make_submitted(now)
    conclusion = judge(attempt)
    db.session.commit()
    db.session.delete(conclusion.reviewer)
    db.session.commit()
    assert conclusions_of(attempt)[0].reviewer is None


def test_a_running_exam_can_not_be_rejected(judge, now):
    with pytest.raises(Refused):
        judge(make_running(now), "negative", reason=Reason.other)
