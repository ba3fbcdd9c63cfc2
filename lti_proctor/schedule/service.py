"""Verbs on the schedule: slots of proctors, and places in them for attempts.

Whoever books first locks the slots in question, so that the counting is true; and whatever happens, the unique numbers
of the seats let no place be taken twice.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, exists, func, select

from lti_proctor import journal
from lti_proctor.errors import Invalid, Refused
from lti_proctor.extensions import add_if_new, db
from lti_proctor.journal import Actor
from lti_proctor.people.models import User
from lti_proctor.schedule import rules
from lti_proctor.schedule.models import Booking, Seat, Slot
from lti_proctor.schedule.rules import Wanted


@dataclass(frozen=True)
class Stretch:
    """Slots of one proctor in a row, and how many learners have a place in them."""

    proctor: User
    starts_at: datetime
    ends_at: datetime
    n_learners: int


def add_slots(proctor: User, starts_at: datetime, ends_at: datetime, *, actor: Actor, now: datetime) -> int:
    """Let a proctor be there from then to then; how many slots are new.

    Raises `Invalid`: `slot_quarter`, `slot_order`, `slot_long`, `slot_past`.
    """
    starts = rules.span(starts_at, ends_at)
    if starts_at < now:
        raise Invalid("slot_past")
    n = sum(add_if_new(Slot, proctor_id=proctor.id, starts_at=at) is not None for at in starts)
    if n:
        _note("slots.added", proctor, starts_at, ends_at, n, actor, now)
    return n


def remove_slots(proctor: User, starts_at: datetime, ends_at: datetime, *, actor: Actor, now: datetime) -> int:
    """Take slots away in which nobody has a place; how many there were.

    Raises `Invalid` as `add_slots`, and `Refused("slots_booked", learners=…)` when somebody has one: then nothing is
    taken away.
    """
    of_them = Slot.proctor_id == proctor.id, Slot.starts_at.in_(rules.span(starts_at, ends_at))
    locked = db.session.scalars(select(Slot.id).where(*of_them).order_by(Slot.id).with_for_update()).all()
    # Where a database locks no rows, this is the first change and waits for its turn; it looks for seats itself.
    free = delete(Slot).where(Slot.id.in_(locked), ~exists().where(Seat.slot_id == Slot.id))
    n = int(db.session.execute(free).rowcount)  # type: ignore[attr-defined]
    learners = select(func.count(Seat.booking_id.distinct())).join(Slot).where(*of_them)
    if n < len(locked) and (n_learners := db.session.scalar(learners)):
        raise Refused("slots_booked", learners=n_learners)
    if n:
        _note("slots.removed", proctor, starts_at, ends_at, n, actor, now)
    return n


def _note(
    action: str, proctor: User, starts_at: datetime, ends_at: datetime, n: int, actor: Actor, now: datetime
) -> None:
    data = {"from": starts_at.isoformat(), "to": ends_at.isoformat(), "slots": n}
    journal.record(actor, action, f"user:{proctor.id}", data, now)


def stretches(proctors: Iterable[User], since: datetime) -> list[Stretch]:
    """The slots of these proctors that are not over, in rows, the earliest first."""
    known = {proctor.id: proctor for proctor in proctors}
    rows = db.session.execute(
        select(Slot.proctor_id, Slot.starts_at, Seat.booking_id)
        .outerjoin(Seat, Seat.slot_id == Slot.id)
        .where(Slot.proctor_id.in_(known), Slot.starts_at > since - rules.QUARTER)
    ).all()
    found = []
    for proctor_id, proctor in known.items():
        own = [(row.starts_at, row.booking_id) for row in rows if row.proctor_id == proctor_id]
        for begin, end in rules.runs({at for at, _booking in own}):
            learners = {booking for at, booking in own if booking is not None and begin <= at < end}
            found.append(Stretch(proctor, begin, end, len(learners)))
    return sorted(found, key=lambda stretch: (stretch.starts_at, stretch.proctor.id))


def free_slots(
    proctor_ids: Collection[int], wanted: Wanted, *, besides: int | None
) -> dict[int, dict[datetime, set[int]]]:
    """The slots of these proctors that could serve, with the numbers that are taken. What the attempt `besides` holds
    itself counts as free: it would be given back.
    """
    own = select(Booking.id).where(Booking.attempt_id == besides)
    query = (
        select(Slot.proctor_id, Slot.starts_at, Seat.number)
        .outerjoin(Seat, and_(Seat.slot_id == Slot.id, Seat.booking_id.not_in(own)))
        .where(Slot.proctor_id.in_(proctor_ids))
        .where(Slot.starts_at >= wanted.earliest, Slot.starts_at < wanted.latest + wanted.length)
    )
    found: dict[int, dict[datetime, set[int]]] = {}
    for proctor_id, starts_at, number in db.session.execute(query):
        numbers = found.setdefault(proctor_id, {}).setdefault(starts_at, set())
        if number is not None:
            numbers.add(number)
    return found


def book(attempt_id: int, start: datetime, proctor_ids: Collection[int], wanted: Wanted, *, now: datetime) -> list[int]:
    """Take places from `start` on, in place of those that the attempt has; who watches.

    Raises `Refused`: `slot_taken` when there is not enough room (any more), `changed_meanwhile`. Then the caller rolls
    back, and the places that the attempt had stay its own.
    """
    give_back(attempt_id)
    values = {"starts_at": start, "ends_at": start + wanted.length, "booked_at": now}
    booking_id = add_if_new(Booking, attempt_id=attempt_id, **values)
    if booking_id is None:
        raise Refused("changed_meanwhile")
    needed = rules.quarters_from(start, wanted.quarters)
    lock = (
        select(Slot.id, Slot.proctor_id, Slot.starts_at)
        .where(Slot.proctor_id.in_(proctor_ids), Slot.starts_at.in_(needed))
        .order_by(Slot.id)
        .with_for_update(key_share=True)
    )
    slots = {(row.proctor_id, row.starts_at): row.id for row in db.session.execute(lock)}
    taken = _taken(slots.values())
    by_proctor: dict[int, dict[datetime, set[int]]] = {}
    for (proctor_id, starts_at), slot_id in slots.items():
        by_proctor.setdefault(proctor_id, {})[starts_at] = taken.get(slot_id, set())
    free = rules.free_proctors(start, by_proctor, wanted)
    if len(free) < wanted.n_proctors:
        raise Refused("slot_taken")
    watching = rules.chosen(free, loads(free, now), wanted.n_proctors)
    for slot_id in sorted(slots[(proctor, at)] for proctor in watching for at in needed):
        number = rules.free_seat(taken.get(slot_id, set()), wanted.n_seats)
        if number is None or add_if_new(Seat, booking_id=booking_id, slot_id=slot_id, number=number) is None:
            raise Refused("slot_taken")
    return watching


def _taken(slot_ids: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for slot_id, number in db.session.execute(select(Seat.slot_id, Seat.number).where(Seat.slot_id.in_(slot_ids))):
        found.setdefault(slot_id, set()).add(number)
    return found


def loads(proctor_ids: Collection[int], now: datetime) -> dict[int, int]:
    """How many learners each has ahead."""
    query = (
        select(Slot.proctor_id, func.count(Seat.booking_id.distinct()))
        .join(Seat, Seat.slot_id == Slot.id)
        .join(Booking, Booking.id == Seat.booking_id)
        .where(Slot.proctor_id.in_(proctor_ids), Booking.ends_at > now)
        .group_by(Slot.proctor_id)
    )
    return dict(db.session.execute(query).all())


def give_back(attempt_id: int) -> bool:
    """Free the places of an attempt; whether it had any."""
    db.session.flush()
    gone = db.session.execute(delete(Booking).where(Booking.attempt_id == attempt_id))
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def booking_of(attempt_id: int) -> Booking | None:
    return db.session.scalars(select(Booking).where(Booking.attempt_id == attempt_id)).one_or_none()


def watchers_of(booking: Booking) -> list[User]:
    """The proctors who have a place for the whole time, and may sign in."""
    whole = int((booking.ends_at - booking.starts_at) / rules.QUARTER)
    seated = (
        select(Slot.proctor_id)
        .join(Seat, Seat.slot_id == Slot.id)
        .where(Seat.booking_id == booking.id)
        .group_by(Slot.proctor_id)
        .having(func.count() == whole)
    )
    return list(db.session.scalars(select(User).where(User.id.in_(seated), ~User.is_locked).order_by(User.id)))


def attempts_watched_by(user_id: int) -> list[int]:
    """The attempts whose learners chose a time with this proctor: who has a seat belongs to their members."""
    query = select(Booking.attempt_id).join(Seat, Seat.booking_id == Booking.id).join(Slot, Slot.id == Seat.slot_id)
    return list(db.session.scalars(query.where(Slot.proctor_id == user_id).distinct()))


def watches(attempt_id: int, user_id: int) -> bool:
    """Whether the learner of this attempt chose a time with this proctor."""
    query = select(Seat.id).join(Booking, Booking.id == Seat.booking_id).join(Slot, Slot.id == Seat.slot_id)
    found = query.where(Booking.attempt_id == attempt_id, Slot.proctor_id == user_id).limit(1)
    return db.session.scalar(found) is not None
