"""The add-on `auto` on real attempts: what it waits for, what it leaves to people, and that it looks once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from lti_proctor import journal
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.models import AttemptStep
from lti_proctor.attempts.service import fire, subject_of
from lti_proctor.attempts.steps import Outcome, StepKey
from lti_proctor.evidence.models import Recording, Track
from lti_proctor.exams.addons import Addon, Kind, Metric
from lti_proctor.extensions import current_settings, db
from lti_proctor.journal import Actor, Role
from lti_proctor.monitoring import service as monitoring
from lti_proctor.monitoring.spans import Batch
from lti_proctor.review import auto, tasks
from lti_proctor.review.deciding import Decision, Left
from lti_proctor.review.models import Reason, Verdict
from lti_proctor.review.service import conclude, conclusions_of
from tests.factories import make_attempt, make_exam, make_incident, make_user


@pytest.fixture
def ended(app, now, time):
    """An attempt that ended five minutes ago: `ended(score=…, addons={…})`."""

    def make(*, addons=(), kind=Kind.proctored, score=Decimal(90), threshold=50):
        exam = make_exam(
            now, kind=kind, addons=frozenset({Addon.auto, Addon.track, *addons}), metrics={Metric.b2: Decimal(1)},
            threshold=threshold,
        )  # fmt: skip
        return make_attempt(
            now, exam=exam, status=Status.submitted, started_at=now - timedelta(hours=1), config_version=1, score=score,
            stopped_at=now - timedelta(minutes=5),
        )  # fmt: skip

    return make


@pytest.fixture
def rejects(monkeypatch, app):
    changed = current_settings().model_copy(update={"auto_reject": True})
    monkeypatch.setitem(app.extensions, "settings", changed)


def test_it_accepts_with_the_system_as_actor_and_tells_why(ended, now):
    attempt = ended()
    tasks.conclude_all()
    conclusion = conclusions_of(attempt)[0]
    assert (attempt.status, conclusion.verdict, conclusion.reviewer_id) == (Status.verified, Verdict.positive, None)
    assert auto.is_computed(conclusion)
    entry = journal.last_entry(subject_of(attempt), "attempt.computed")
    assert (entry.actor_role, Decimal(entry.data["score"]), entry.data["threshold"]) == ("timer", 90, 50)


def test_below_the_threshold_a_person_decides(ended, now):
    attempt = ended(score=Decimal(40))
    tasks.conclude_all()
    assert (attempt.status, auto.computed_of(attempt).left) == (Status.submitted, Left.below)
    assert auto.due(now) == []


def test_where_the_site_allows_it_the_attempt_is_not_accepted(ended, rejects):
    attempt = ended(score=Decimal(40))
    tasks.conclude_all()
    assert (attempt.status, conclusions_of(attempt)[0].reason) == (Status.rejected, Reason.low_credibility)


def test_a_recording_that_is_missing_is_waited_for_and_then_left_to_a_person(ended, now, time):
    attempt = ended(addons=[Addon.record])
    assert auto.look_at(attempt, now=now) == Decision.wait
    later = time.passes(minutes=current_settings().auto_wait_minutes)
    assert auto.look_at(attempt, now=later) == Decision.person
    assert auto.computed_of(attempt).left == Left.evidence


def test_it_accepts_once_the_recording_is_whole(ended, now):
    attempt = ended(addons=[Addon.record])
    row = Recording(
        attempt_id=attempt.id,
        track=Track.camera,
        name="segment-1",
        begins_at=now,
        last_at=now,
        head="00",
        n_bytes=9,
        n_chunks=1,
    )
    db.session.add(row)
    assert auto.look_at(attempt, now=now) == Decision.wait
    row.key = "films/1"
    assert auto.look_at(attempt, now=now) == Decision.accept


def test_what_is_not_counted_yet_is_waited_for(ended, now):
    attempt = ended()
    monitoring.keep_batch(attempt.id, Batch("browser-1", 1, (["b2", 1, 0, 1],)), now=now)
    assert auto.look_at(attempt, now=now) == Decision.wait


@pytest.mark.parametrize("outcome", [Outcome.person, Outcome.differs])
def test_a_step_that_waits_for_a_person_does(ended, now, outcome):
    attempt = ended()
    attempt.steps.append(AttemptStep(step=StepKey.face, outcome=outcome, at=now, data={}))
    assert auto.look_at(attempt, now=now) == Decision.person


def test_onboarding_is_never_accepted_by_itself(ended, now):
    assert auto.look_at(ended(kind=Kind.onboarding), now=now) == Decision.person


@pytest.mark.parametrize("minutes", [-4, 24 * 60 * 2])
def test_too_early_and_long_after_nothing_is_looked_at(ended, now, minutes):
    ended()
    assert auto.due(now + timedelta(minutes=minutes)) == []


def test_whoever_was_quicker_by_hand_has_decided(ended, now):
    attempt = ended()
    reviewer = Actor(Role.reviewer, make_user(now).id)
    make_incident(attempt, reviewer.user_id, now)
    conclude(attempt, Verdict.negative, reason=Reason.other, comment="", actor=reviewer, now=now)
    assert auto.due(now) == []
    assert auto.look_at(attempt, now=now) == Decision.wait
    assert attempt.status == Status.rejected


def test_an_attempt_that_was_opened_again_is_looked_at_again(ended, now):
    attempt = ended(score=Decimal(40))
    auto.look_at(attempt, now=now)
    attempt.deadline_at = now + timedelta(hours=1)
    fire(attempt, Event.extend, actor=Actor(Role.staff), now=now, reason="again")
    later = now + timedelta(minutes=10)
    fire(attempt, Event.submit, actor=Actor(Role.learner, attempt.user_id), now=later)
    attempt.score = Decimal(70)
    assert auto.due(later + timedelta(minutes=5)) == [attempt.id]
    assert auto.look_at(attempt, now=later) == Decision.accept


def test_exams_without_the_add_on_are_left_alone(ended, now):
    attempt = ended()
    attempt.exam.stored = {**attempt.exam.stored, "addons": ["track"]}
    assert auto.due(now) == []


def test_a_person_has_more_to_say_than_a_number(ended, now):
    reviewer = Actor(Role.reviewer, make_user(now).id)
    with pytest.raises(Exception, match="reason_missing"):
        conclude(ended(), Verdict.negative, reason=Reason.low_credibility, comment="", actor=reviewer, now=now)
