"""Photos of faces: looked at once, compared with the profile, gone with their photo."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lti_proctor import journal, outbox
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.steps import Outcome, StepKey
from lti_proctor.errors import Refused
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import EvidenceKind
from lti_proctor.exams.addons import Addon, Kind
from lti_proctor.extensions import db
from lti_proctor.faces import service, tasks
from lti_proctor.faces.engine import Faces, NoEngine, set_up
from lti_proctor.faces.looks import Finding, Look, Seen
from lti_proctor.faces.models import FaceProfile, FaceReading, Source
from lti_proctor.journal import Actor, Role
from lti_proctor.review import service as review
from lti_proctor.review.models import Reason, Verdict
from tests.faces import face_at, jpeg
from tests.factories import make_attempt, make_exam, make_incident, make_user

SETTING_UP = Status.download_software_clicked


@pytest.fixture
def make(app, compares, now, time):
    """An attempt at the face step with a photo, of somebody who agreed: `make(Addon.verify, user=…)`."""

    def attempt(*addons, photo=True, agreed=True, kind=Kind.proctored, **values):
        exam = make_exam(now, addons=frozenset({Addon.face, *addons}), kind=kind)
        found = make_attempt(now, exam=exam, **{"status": SETTING_UP, **values})
        if agreed:
            evidence.give_consent(found, locale="en", actor=learner(found), now=now)
        if photo:
            evidence.keep_photo(found, EvidenceKind.face, jpeg(), actor=learner(found), now=now)
        return found

    return attempt


def learner(attempt):
    return Actor(Role.learner, attempt.user_id)


def with_profile(attempt, distance, now, engine=None):
    """A profile of this user whose face lies so far from `face_at(0)`."""
    other = make_attempt(now, exam=make_exam(now, addons=frozenset({Addon.face})), user=attempt.user)
    evidence.give_consent(other, locale="en", actor=learner(other), now=now)
    photo = evidence.keep_photo(other, EvidenceKind.face, jpeg(), actor=learner(other), now=now)
    look = face_at(distance)
    profile = FaceProfile(
        user_id=attempt.user_id, evidence_id=photo.id, vector=look.vector, engine=engine or look.engine,
        source=Source.staff, created_at=now,
    )  # fmt: skip
    db.session.add(profile)
    db.session.flush()
    return profile


def look_at(attempt, now):
    return service.look_at(service.start_photo(attempt), now=now)


def test_a_photo_is_looked_at_once(make, compares, now):
    engine, attempt = compares(rest=face_at(0)), make()
    assert [look_at(attempt, now) for _ in range(3)] == [True, False, False]
    assert engine.n_asked == 1


def test_nothing_is_looked_at_without_consent_to_it(make, compares, now):
    attempt = make()
    consent = evidence.consent_of(attempt)
    assert consent is None or "face_comparison" not in consent.captures
    engine = compares(rest=face_at(0))
    assert look_at(attempt, now) is False
    assert engine.n_asked == 0
    assert service.finding_of(attempt, now) == (Finding.unknown, None)


@pytest.mark.parametrize(
    ("look", "distance", "finding"),
    [
        (face_at(0), 0.3, Finding.same),
        (face_at(0), 0.55, Finding.doubtful),
        (face_at(0), 0.9, Finding.different),
        (face_at(0), None, Finding.no_profile),
        (Look(Seen.none), 0.3, Finding.none),
        (Look(Seen.several), 0.3, Finding.several),
        (Look(Seen.small), None, Finding.small),
        (Look(Seen.unknown), 0.3, Finding.unknown),
    ],
)
def test_what_the_photo_says(make, compares, now, look, distance, finding):
    compares(look)
    attempt = make()
    if distance is not None:
        with_profile(attempt, distance, now)
    look_at(attempt, now)
    assert service.finding_of(attempt, now)[0] == finding


def test_a_profile_of_another_engine_is_not_compared(make, compares, now):
    compares(face_at(0))
    attempt = make()
    with_profile(attempt, 0.0, now, engine="older-1")
    look_at(attempt, now)
    assert service.finding_of(attempt, now) == (Finding.unknown, None)


def test_a_look_is_waited_for_and_not_for_ever(make, compares, now):
    compares()
    attempt = make()
    assert service.finding_of(attempt, now)[0] == Finding.waiting
    assert service.finding_of(attempt, now + service.PATIENCE)[0] == Finding.unknown


@pytest.mark.parametrize(
    ("addons", "asked", "wanted"),
    [
        ((), False, (Outcome.done, {})),
        ((), True, (Outcome.person, {})),
        ((Addon.verify,), False, (Outcome.person, {})),
        ((Addon.verify,), True, (Outcome.differs, {"finding": "asked"})),
    ],
)
def test_where_nothing_compares_faces_a_photo_passes(app, make, now, addons, asked, wanted):
    attempt = make(*addons)
    set_up(app.extensions, Faces(NoEngine(), is_on=False, searches=False))
    assert service.judge_step(attempt, now, asked=asked) == wanted


def pass_face(attempt, now, **asked):
    outcome, data = service.judge_step(attempt, now, **asked)
    attempts.pass_step(attempt, StepKey.face, actor=learner(attempt), now=now, outcome=outcome, data=data)
    return outcome


def consent_step(attempt, now):
    attempts.pass_step(attempt, StepKey.rules, actor=learner(attempt), now=now)


@pytest.mark.parametrize(
    ("distance", "addons", "held"),
    [(0.3, (Addon.verify,), False), (0.9, (Addon.verify,), True), (0.55, (Addon.verify,), True), (0.9, (), False)],
)
def test_somebody_who_went_on_before_the_look_is_settled_by_it(make, compares, now, distance, addons, held):
    compares(face_at(0))
    attempt = make(*addons)
    consent_step(attempt, now)
    with_profile(attempt, distance, now)
    pass_face(attempt, now)
    assert attempts.held_steps(attempt) == ([StepKey.face] if addons else [])
    db.session.commit()
    tasks.look(service.start_photo(attempt).id)
    assert attempts.held_steps(attempt) == ([StepKey.face] if held else [])
    row = next(step for step in attempt.steps if step.step == StepKey.face)
    assert row.data["distance"] == distance
    assert row.outcome == (Outcome.differs if distance > 0.6 or (held and addons) else Outcome.done)


def test_a_look_that_never_comes_holds_nobody(make, compares, now):
    compares()
    attempt = make(Addon.verify)
    pass_face(attempt, now)
    assert service.settle(attempt, now=now) is False
    assert service.settle(attempt, now=now + service.PATIENCE) is True
    assert attempts.held_steps(attempt) == []
    assert attempt.steps[0].outcome == Outcome.person


@pytest.fixture
def held(make, compares, now):
    compares(face_at(0))
    attempt = make(Addon.verify)
    with_profile(attempt, 0.9, now)
    look_at(attempt, now)
    pass_face(attempt, now)
    return attempt


def test_staff_let_a_held_learner_through_and_it_stands_in_the_history(held, now, staff):
    attempts.let_through(held, StepKey.face, actor=staff, now=now, reason="I know her")
    assert attempts.held_steps(held) == []
    entry = journal.last_entry(attempts.subject_of(held), "attempt.step")
    assert (entry.data["outcome"], entry.data["reason"], entry.actor_role) == ("let_through", "I know her", "staff")
    assert journal.broken_links(attempts.subject_of(held)) == []


@pytest.mark.parametrize(
    ("role", "step", "reason", "code"),
    [
        (Role.learner, StepKey.face, "me", "wrong_actor"),
        (Role.reviewer, StepKey.face, "me", "wrong_actor"),
        (Role.staff, StepKey.rules, "fine", "not_held"),
        (Role.proctor, StepKey.face, "  ", "has_reason"),
    ],
)
def test_not_everybody_lets_through_and_not_everywhere(held, now, role, step, reason, code):
    with pytest.raises(Refused) as refused:
        attempts.let_through(held, step, actor=Actor(role), now=now, reason=reason)
    assert refused.value.code == code


def test_nobody_is_let_through_twice(held, now, staff):
    attempts.let_through(held, StepKey.face, actor=staff, now=now, reason="fine")
    with pytest.raises(Refused, match="not_held"):
        attempts.let_through(held, StepKey.face, actor=staff, now=now, reason="fine")


@pytest.mark.parametrize(
    ("look", "code"),
    [
        (Look(Seen.none), "face_none"),
        (Look(Seen.several), "face_several"),
        (Look(Seen.small), "face_small"),
        (Look(Seen.unknown), "face_unknown"),
        (None, "face_unknown"),
    ],
)
def test_a_profile_needs_exactly_one_recognisable_face(make, compares, now, staff, look, code):
    compares(*[look] if look else [])
    attempt = make()
    if look is not None:
        look_at(attempt, now)
    with pytest.raises(Refused) as refused:
        service.set_profile(service.start_photo(attempt), source=Source.staff, actor=staff, now=now)
    assert refused.value.code == code
    assert service.profile_of(attempt.user_id) is None


def test_a_photo_that_may_still_be_replaced_is_no_profile(make, compares, now, staff):
    compares(face_at(0))
    attempt = make()
    look_at(attempt, now)
    with pytest.raises(Refused, match="wrong_status"):
        service.set_profile(service.start_photo(attempt), source=Source.staff, actor=staff, now=now)


def test_a_later_profile_takes_the_place_of_the_one_before(make, compares, now, staff):
    compares(face_at(0.1), face_at(0.2))
    user = make_user(now)
    for distance in (0.1, 0.2):
        attempt = make(user=user, status=Status.submitted)
        look_at(attempt, now)
        service.set_profile(service.start_photo(attempt), source=Source.staff, actor=staff, now=now)
        assert service.profile_of(user.id).look == face_at(distance)
    assert db.session.scalar(select(func.count()).select_from(FaceProfile)) == 1


def conclude(attempt, verdict, reviewer, now):
    reason = Reason.other if verdict == Verdict.negative else None
    reviewer = Actor(Role.reviewer, make_user(now).id)
    make_incident(attempt, reviewer.user_id, now)
    review.conclude(attempt, verdict, reason=reason, comment="", actor=reviewer, now=now)


@pytest.mark.parametrize(("kind", "adopted"), [(Kind.onboarding, True), (Kind.proctored, False)])
def test_an_accepted_onboarding_gives_its_photo_to_the_profile(make, compares, now, reviewer, kind, adopted):
    compares(face_at(0))
    attempt = make(kind=kind)
    look_at(attempt, now)
    attempt.status, attempt.started_at = Status.submitted, now
    conclude(attempt, Verdict.positive, reviewer, now)
    assert (service.profile_of(attempt.user_id) is not None) == adopted
    conclude(attempt, Verdict.negative, reviewer, now)
    assert service.profile_of(attempt.user_id) is None


def test_an_accepted_onboarding_without_a_face_changes_nothing(make, compares, now, reviewer):
    compares(Look(Seen.several))
    attempt = make(kind=Kind.onboarding)
    look_at(attempt, now)
    attempt.status, attempt.started_at = Status.submitted, now
    conclude(attempt, Verdict.positive, reviewer, now)
    assert service.profile_of(attempt.user_id) is None


def test_vectors_go_with_their_photo(make, compares, now, staff):
    compares(face_at(0))
    attempt = make(status=Status.submitted)
    look_at(attempt, now)
    photo = service.start_photo(attempt)
    service.set_profile(photo, source=Source.staff, actor=staff, now=now)
    evidence.remove(photo, actor=staff, now=now)
    db.session.commit()
    outbox.deliver_due()
    for table in (FaceReading, FaceProfile):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0


def test_vectors_go_when_the_promise_is_over(make, compares, now, staff):
    compares(face_at(0))
    attempt = make(status=Status.submitted, stopped_at=now)
    look_at(attempt, now)
    service.set_profile(service.start_photo(attempt), source=Source.staff, actor=staff, now=now)
    evidence.remove_expired(attempt, actor=journal.SYSTEM, now=now + timedelta(days=61))
    db.session.flush()
    assert db.session.scalar(select(func.count()).select_from(FaceProfile)) == 0


def test_similar_profiles_are_found_only_where_the_site_searches(make, compares, now):
    compares(search=True)
    one, near, far = (make() for _ in range(3))
    for attempt, distance in ((one, 0.0), (near, 0.4), (far, 0.6)):
        with_profile(attempt, distance, now)
    found = service.similar_profiles(one.user)
    assert [(similar.user.id, round(similar.distance, 2)) for similar in found] == [(near.user_id, 0.4)]
    compares(search=False)
    assert service.similar_profiles(one.user) == []
    assert service.similar_profiles(make_user(now)) == []


def test_a_lost_look_is_found_by_the_sweeper(make, compares, app, time, now):
    compares()
    attempt = make()
    db.session.commit()
    queue = app.extensions["jobs"].huey
    tasks.sweep()
    assert queue.pending_count() == 0
    time.passes(seconds=61)
    tasks.sweep()
    assert queue.pending_count() == 1
    assert service.start_photo(attempt) is not None


def test_jobs_for_what_is_gone_do_nothing(compares, app):
    engine = compares()
    tasks.look(1)
    tasks.settle(1)
    tasks.check(1)
    assert engine.n_asked == 0
