"""The look around the room: one picture for each turn, before the exam, after consent."""

from datetime import timedelta

import pytest

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.errors import Invalid, NotFound, Refused
from lti_proctor.evidence import room
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import EvidenceKind, Turn
from lti_proctor.exams.addons import Addon
from lti_proctor.journal import SYSTEM, Actor, Role
from tests.faces import jpeg
from tests.factories import make_attempt, make_exam


@pytest.fixture
def attempt(app, now):
    found = make_attempt(now, exam=make_exam(now, addons=frozenset({Addon.overview}), expires=10))
    evidence.give_consent(found, locale="en", actor=Actor(Role.learner, found.user_id), now=now)
    return found


def keep(attempt, turn, now, upload=None):
    actor = Actor(Role.learner, attempt.user_id)
    return room.keep_turn(attempt, turn, jpeg() if upload is None else upload, actor=actor, now=now)


def test_the_turns_come_one_after_the_other(attempt, now):
    asked = []
    while (turn := room.next_turn(attempt)) is not None:
        asked.append(turn)
        keep(attempt, turn, now)
    assert asked == list(Turn) == list(room.turns_of(attempt))


def test_a_newer_picture_of_a_turn_takes_the_place_of_the_one_before(attempt, now):
    keep(attempt, Turn.left, now)
    newer = keep(attempt, Turn.left, now)
    assert room.turns_of(attempt) == {Turn.left: newer}
    assert evidence.photos_of(attempt, EvidenceKind.overview) == [newer]
    assert room.next_turn(attempt) == Turn.desk


def test_nothing_is_kept_before_consent_after_the_start_or_where_it_is_off(attempt, now):
    stranger = make_attempt(now, exam=attempt.exam)
    with pytest.raises(Refused, match="no_consent"):
        keep(stranger, Turn.desk, now)
    without = make_attempt(now, exam=make_exam(now, addons=frozenset({Addon.face})))
    with pytest.raises(NotFound):
        keep(without, Turn.desk, now)
    begun = make_attempt(now, exam=attempt.exam, status=Status.started, started_at=now)
    with pytest.raises(Refused, match="wrong_status"):
        keep(begun, Turn.desk, now)


def test_what_is_no_picture_changes_nothing(attempt, now):
    kept = keep(attempt, Turn.desk, now)
    with pytest.raises(Invalid):
        keep(attempt, Turn.desk, now, b"GIF89a")
    assert room.turns_of(attempt) == {Turn.desk: kept}


def test_it_goes_when_its_time_is_over(attempt, now):
    keep(attempt, Turn.desk, now)
    evidence.remove_expired(attempt, actor=SYSTEM, now=now + timedelta(days=9))
    assert room.turns_of(attempt)
    evidence.remove_expired(attempt, actor=SYSTEM, now=now + timedelta(days=10))
    assert room.turns_of(attempt) == {}
