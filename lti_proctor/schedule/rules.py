"""Which times are offered, who watches then, and when an appointment is on. Pure; every moment is aware."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from lti_proctor.errors import Invalid

QUARTER = timedelta(minutes=15)
#: How far ahead times are offered, and how many hours of slots are made or taken away at once.
AHEAD = timedelta(days=28)
AT_ONCE = timedelta(hours=24)
#: Places of one proctor where the exam sets no limit.
UNLIMITED = 1000

#: The seat numbers that are taken, for each slot of a proctor.
Taken = Mapping[datetime, Collection[int]]


class Moment(StrEnum):
    """Where a learner is with the appointment."""

    choose = "choose"
    booked = "booked"
    #: The set-up is open, and from the start on the exam too.
    open = "open"
    missed = "missed"
    #: Nobody is left who would watch: slots went away with their proctors.
    lost = "lost"


@dataclass(frozen=True)
class Wanted:
    """What an attempt asks of the schedule."""

    quarters: int
    #: A start lies from `earliest` to `latest`; the whole time ends by `ends_by`.
    earliest: datetime
    latest: datetime
    ends_by: datetime | None
    quorum: int
    concurrent: int

    @property
    def n_proctors(self) -> int:
        return max(1, self.quorum)

    @property
    def n_seats(self) -> int:
        return self.concurrent or UNLIMITED

    @property
    def length(self) -> timedelta:
        return self.quarters * QUARTER


def quarters_for(allowed_seconds: int | None) -> int:
    """How many slots in a row hold the whole time; without a time limit only the start is booked."""
    return 1 if allowed_seconds is None else max(1, -(-allowed_seconds // int(QUARTER.total_seconds())))


def is_quarter(at: datetime) -> bool:
    return at.timestamp() % QUARTER.total_seconds() == 0


def quarters_from(start: datetime, n: int) -> list[datetime]:
    return [start + k * QUARTER for k in range(n)]


def span(starts_at: datetime, ends_at: datetime) -> list[datetime]:
    """The slots of a stretch of time, in UTC. Raises `Invalid`: `slot_quarter`, `slot_order`, `slot_long`."""
    if not (is_quarter(starts_at) and is_quarter(ends_at)):
        raise Invalid("slot_quarter")
    if starts_at >= ends_at:
        raise Invalid("slot_order")
    if ends_at - starts_at > AT_ONCE:
        raise Invalid("slot_long")
    start = starts_at.astimezone(UTC)
    return quarters_from(start, int((ends_at - starts_at) / QUARTER))


def is_within(start: datetime, wanted: Wanted, allowed_seconds: int | None) -> bool:
    """Whether a start lies in the window, with the whole time before its end."""
    end = start + timedelta(seconds=allowed_seconds or 1)
    return wanted.earliest <= start <= wanted.latest and (wanted.ends_by is None or end <= wanted.ends_by)


def free_seat(taken: Collection[int], n_seats: int) -> int | None:
    """The lowest number that is free; None where as many learners as allowed have a place, whatever their numbers."""
    if len(taken) >= n_seats:
        return None
    return next((number for number in range(n_seats) if number not in taken), None)


def free_proctors(start: datetime, slots: Mapping[int, Taken], wanted: Wanted) -> list[int]:
    """Who has a place in every slot that is needed from this start on."""
    needed = quarters_from(start, wanted.quarters)
    return [
        proctor
        for proctor, taken in slots.items()
        if all(at in taken and free_seat(taken[at], wanted.n_seats) is not None for at in needed)
    ]


def offered(slots: Mapping[int, Taken], wanted: Wanted, allowed_seconds: int | None) -> list[datetime]:
    """The starts at which enough proctors have a place, in order."""
    starts = sorted({at for taken in slots.values() for at in taken})
    return [
        at
        for at in starts
        if is_within(at, wanted, allowed_seconds) and len(free_proctors(at, slots, wanted)) >= wanted.n_proctors
    ]


def chosen(free: Collection[int], loads: Mapping[int, int], n: int) -> list[int]:
    """Equal shares: those with the fewest learners ahead of them; among equals the one who was known first."""
    return sorted(free, key=lambda proctor: (loads.get(proctor, 0), proctor))[:n]


def moment_of(
    starts_at: datetime | None, now: datetime, *, is_watched: bool, early: timedelta, late: timedelta
) -> Moment:
    """Where somebody is whose appointment starts then; None: without one. `early` and `late` are what the site sets."""
    if starts_at is None:
        return Moment.choose
    if now >= starts_at + late:
        return Moment.missed
    if not is_watched:
        return Moment.lost
    return Moment.open if now >= starts_at - early else Moment.booked


def runs(starts: Collection[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """Slots in a row as stretches of time: (start, end)."""
    begun: datetime | None = None
    last: datetime | None = None
    for at in sorted(starts):
        if begun is None or last is None or at != last + QUARTER:
            if begun is not None and last is not None:
                yield begun, last + QUARTER
            begun = at
        last = at
    if begun is not None and last is not None:
        yield begun, last + QUARTER
