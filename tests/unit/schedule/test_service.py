"""Slots and seats on a real database: adding, booking, giving back, and two who want the last place."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lti_proctor import journal
from lti_proctor.errors import Invalid, Refused
from lti_proctor.extensions import db
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.schedule import service as schedule
from lti_proctor.schedule.models import Booking, Seat, Slot
from lti_proctor.schedule.rules import QUARTER, Wanted
from tests.factories import STAFF, make_attempt, make_exam, make_user


def asks(now, quarters=2, *, quorum=0, concurrent=1):
    return Wanted(quarters, now, now + timedelta(days=7), None, quorum, concurrent)


@pytest.fixture
def proctor(app, now):
    return make_user(now, name="A proctor", role=SiteRole.proctor)


@pytest.fixture
def two(app, now, proctor):
    """Attempts of two learners at an exam."""
    exam = make_exam(now)
    return [make_attempt(now, exam=exam, user=make_user(now)).id for _ in range(2)]


def add(proctor, now, first=4, n=4):
    return schedule.add_slots(proctor, now + first * QUARTER, now + (first + n) * QUARTER, actor=STAFF, now=now)


def test_slots_are_added_once_and_written_down(proctor, now):
    assert (add(proctor, now), add(proctor, now), add(proctor, now, n=5)) == (4, 0, 1)
    entry = journal.last_entry(f"user:{proctor.id}", "slots.added")
    assert entry.data["slots"] == 1
    assert "A proctor" not in str(entry.data)


@pytest.mark.parametrize(("first", "code"), [(-4, "slot_past"), (0.1, "slot_quarter")])
def test_slots_that_can_t_be(proctor, now, first, code):
    with pytest.raises(Invalid) as problem:
        add(proctor, now, first)
    assert problem.value.code == code


def test_a_booking_takes_every_quarter_and_gives_all_back(proctor, two, now):
    add(proctor, now)
    start = now + 4 * QUARTER
    assert schedule.book(two[0], start, [proctor.id], asks(now), now=now) == [proctor.id]
    booking = schedule.booking_of(two[0])
    assert (booking.ends_at - booking.starts_at, len(booking.seats)) == (2 * QUARTER, 2)
    assert schedule.watchers_of(booking) == [proctor]
    assert schedule.watches(two[0], proctor.id)
    assert (schedule.give_back(two[0]), schedule.give_back(two[0])) == (True, False)
    assert db.session.scalar(select(func.count(Seat.id))) == 0
    assert not schedule.watches(two[0], proctor.id)


def test_a_full_slot_is_refused(proctor, two, now):
    add(proctor, now)
    schedule.book(two[0], now + 4 * QUARTER, [proctor.id], asks(now), now=now)
    db.session.commit()
    with pytest.raises(Refused) as refused:
        schedule.book(two[1], now + 5 * QUARTER, [proctor.id], asks(now), now=now)
    assert refused.value.code == "slot_taken"
    db.session.rollback()
    assert schedule.booking_of(two[1]) is None


def test_whoever_changes_to_a_full_time_keeps_the_old_one(proctor, two, now):
    add(proctor, now)
    for attempt, first in zip(two, (4, 6), strict=True):
        schedule.book(attempt, now + first * QUARTER, [proctor.id], asks(now), now=now)
    db.session.commit()
    with pytest.raises(Refused):
        schedule.book(two[0], now + 5 * QUARTER, [proctor.id], asks(now), now=now)
    db.session.rollback()
    assert schedule.booking_of(two[0]).starts_at == now + 4 * QUARTER


def test_a_change_may_overlap_what_one_has_oneself(proctor, two, now):
    add(proctor, now)
    schedule.book(two[0], now + 4 * QUARTER, [proctor.id], asks(now), now=now)
    free = schedule.free_slots([proctor.id], asks(now), besides=two[0])
    assert [len(taken) for taken in free[proctor.id].values()] == [0, 0, 0, 0]
    schedule.book(two[0], now + 5 * QUARTER, [proctor.id], asks(now), now=now)
    assert schedule.booking_of(two[0]).starts_at == now + 5 * QUARTER


def test_the_next_learner_goes_to_whom_fewer_have_chosen(app, now, proctor, two):
    other = make_user(now, role=SiteRole.proctor)
    for one in (proctor, other):
        add(one, now)
    asked = asks(now, concurrent=2)
    ids = [proctor.id, other.id]
    assert [schedule.book(one, now + 4 * QUARTER, ids, asked, now=now) for one in two] == [[proctor.id], [other.id]]


def test_as_many_proctors_as_the_exam_says(app, now, proctor, two):
    other = make_user(now, role=SiteRole.proctor)
    add(proctor, now)
    db.session.commit()
    with pytest.raises(Refused):
        schedule.book(two[0], now + 4 * QUARTER, [proctor.id, other.id], asks(now, quorum=2), now=now)
    db.session.rollback()
    add(other, now)
    booked = schedule.book(two[0], now + 4 * QUARTER, [proctor.id, other.id], asks(now, quorum=2), now=now)
    assert booked == [proctor.id, other.id]


def test_booked_slots_stay_and_free_ones_go(proctor, two, now):
    add(proctor, now)
    schedule.book(two[0], now + 4 * QUARTER, [proctor.id], asks(now), now=now)
    db.session.commit()
    with pytest.raises(Refused) as refused:
        schedule.remove_slots(proctor, now + 4 * QUARTER, now + 8 * QUARTER, actor=STAFF, now=now)
    assert refused.value.details == {"learners": 1}
    db.session.rollback()
    assert db.session.scalar(select(func.count(Slot.id))) == 4
    assert schedule.remove_slots(proctor, now + 6 * QUARTER, now + 8 * QUARTER, actor=STAFF, now=now) == 2
    assert journal.last_entry(f"user:{proctor.id}", "slots.removed").data["slots"] == 2


def test_with_the_proctor_the_appointment_falls(proctor, two, now):
    add(proctor, now)
    schedule.book(two[0], now + 4 * QUARTER, [proctor.id], asks(now), now=now)
    db.session.commit()
    db.session.delete(proctor)
    db.session.commit()
    assert schedule.watchers_of(schedule.booking_of(two[0])) == []


def test_the_database_gives_no_seat_twice(proctor, two, now):
    add(proctor, now)
    slot = db.session.scalars(select(Slot)).first()
    for attempt in two:
        booking = Booking(attempt_id=attempt, starts_at=now, ends_at=now + QUARTER, booked_at=now)
        booking.seats = [Seat(slot_id=slot.id, number=0)]
        db.session.add(booking)
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_of_many_who_want_the_last_places_at_once_as_many_get_one(app, now, proctor):
    """Each in a thread with a connection of its own, all let go at the same moment."""
    n, places = 6, 2
    add(proctor, now)
    exam = make_exam(now)
    keys = [make_attempt(now, exam=exam, user=make_user(now)).id for _ in range(n)]
    proctor_id, asked, start = proctor.id, asks(now, concurrent=places), now + 4 * QUARTER
    db.session.commit()
    ready = Barrier(n)

    def book(attempt_id):
        with app.app_context():
            ready.wait(10)
            try:
                schedule.book(attempt_id, start, [proctor_id], asked, now=now)
                db.session.commit()
            except Refused as refused:
                db.session.rollback()
                return refused.code
            finally:
                db.session.remove()
        return "booked"

    with ThreadPoolExecutor(n) as pool:
        outcomes = sorted(pool.map(book, keys))
    assert outcomes == ["booked"] * places + ["slot_taken"] * (n - places)
    full = db.session.execute(select(Seat.slot_id, func.count()).group_by(Seat.slot_id)).all()
    assert sorted(count for _slot, count in full) == [places, places]


def test_slots_that_are_taken_away_while_somebody_books(app, now, proctor, two):
    """Either the learner has the time and the slots stay, or the slots are gone and the learner is told."""
    add(proctor, now)
    proctor_id, start, ready = proctor.id, now + 4 * QUARTER, Barrier(2)
    db.session.commit()

    def book():
        schedule.book(two[0], start, [proctor_id], asks(now), now=now)

    def remove():
        user = db.session.get_one(type(proctor), proctor_id)
        schedule.remove_slots(user, start, start + 4 * QUARTER, actor=STAFF, now=now)

    def run(what):
        with app.app_context():
            ready.wait(10)
            try:
                what()
                db.session.commit()
            except Refused as refused:
                db.session.rollback()
                return refused.code
            finally:
                db.session.remove()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcome = tuple(pool.map(run, (book, remove)))
    assert outcome in {("done", "slots_booked"), ("slot_taken", "done")}
    booking = schedule.booking_of(two[0])
    assert (booking is not None) == (outcome[0] == "done")
    assert booking is None or len(booking.seats) == 2
