"""Pictures of a phone: the newest is there, one of each part of the exam stays."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lti_proctor import journal
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event
from lti_proctor.errors import Invalid, NotFound, Refused
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.extensions import db
from lti_proctor.phone import pictures, tasks
from lti_proctor.phone import service as phones
from lti_proctor.storage import store
from tests.faces import jpeg
from tests.factories.phones import join, learner, make_at_step, make_started


def keep(phone, now, second=0):
    at = now + timedelta(seconds=second)
    return pictures.keep_picture(phone, jpeg(), taken=at, now=at)


def kept(attempt, now):
    """The moments of the pictures that are there, in seconds."""
    query = select(Evidence.created_at).where(Evidence.attempt_id == attempt.id, Evidence.kind == EvidenceKind.phone)
    return sorted((at - now).total_seconds() for at in db.session.scalars(query))


def test_before_the_exam_only_the_newest_stay(app, now):
    attempt = make_at_step(now)
    phone = join(attempt, now)
    key = keep(phone, now).key
    for second in range(10, 100, 10):
        keep(phone, now, second)
    assert kept(attempt, now) == [60, 70, 80, 90]
    with pytest.raises(NotFound):
        store().get(key)


def test_of_the_exam_one_stays_for_each_part_beside_the_newest(app, now):
    attempt, phone = make_started(now)
    keep(phone, now, -5)
    for second in range(4, 125, 10):
        keep(phone, now, second)
    assert kept(attempt, now) == [4, 34, 64, 94, 104, 114, 124]
    keep(phone, now, 300)
    assert kept(attempt, now) == [4, 34, 64, 94, 124, 300]
    assert [p.created_at - now for p in pictures.newest(attempt, 2)] == [timedelta(seconds=s) for s in (300, 124)]
    assert pictures.count(attempt) == 6


def test_what_stays_is_in_the_record(app, now):
    attempt, phone = make_started(now)
    for second in (0, 10, 20, 30):
        keep(phone, now, second)
    entries = [e.data["sha256"] for e in journal.entries_of(f"attempt:{attempt.id}") if e.action == "evidence.kept"]
    assert len(entries) == 2
    assert not journal.broken_links(f"attempt:{attempt.id}")


def test_at_the_end_what_was_only_to_be_looked_at_goes(app, now, time):
    attempt, phone = make_started(now)
    for second in (-5, 0, 10, 35, 36):
        keep(phone, now, second)
    attempts.fire(attempt, Event.submit, actor=learner(attempt), now=now + timedelta(seconds=40))
    db.session.commit()
    time.passes(seconds=60)
    tasks.tell()
    assert kept(attempt, now) == [0, 35]


@pytest.mark.parametrize("body", [b"", b"not a picture", b"\xff\xd8\xff\xe0 cut off"])
def test_what_is_no_picture_is_refused(app, now, body):
    phone = join(make_at_step(now), now)
    with pytest.raises(Invalid):
        pictures.keep_picture(phone, body, taken=now, now=now)


@pytest.mark.parametrize("second", [-180, 60, 10**6])
def test_a_picture_of_another_time_is_refused(app, now, second):
    phone = join(make_at_step(now), now)
    with pytest.raises(Invalid, match="snapshot_time"):
        pictures.keep_picture(phone, jpeg(), taken=now + timedelta(seconds=second), now=now)


def test_nothing_is_taken_after_the_end_nor_of_a_phone_that_is_off(app, now):
    attempt, phone = make_started(now)
    attempts.fire(attempt, Event.submit, actor=learner(attempt), now=now)
    with pytest.raises(Refused, match="phone_over"):
        keep(phone, now)
    other = join(make_at_step(now), now)
    phones.leave(other, now=now)
    with pytest.raises(Refused, match="phone_over"):
        keep(other, now)
