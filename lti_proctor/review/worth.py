"""Which attempts are worth a look first, and how long looking takes. Pure.

A forecast is what an experienced reviewer needs: a minute for who it is, and each open flag with a few seconds before
it, the long ones watched in part. It is a help for planning, never a measure of people.
"""

import hashlib
from dataclasses import dataclass, field
from enum import IntEnum

BEFORE_SECONDS = 5.0
LONGEST_SECONDS = 120.0
FIRST_SECONDS = 60.0


class Turn(IntEnum):
    """What comes first. `sample`: nothing was flagged, and it is looked at all the same, to know what flags miss."""

    appeal = 0
    second = 1
    identity = 2
    flagged = 3
    sample = 4
    quiet = 5


@dataclass(frozen=True)
class Waiting:
    """What is known of an attempt that waits. `flags`: seconds of each open flag; `weighted`: the same, by weight."""

    is_appeal: bool = False
    is_second: bool = False
    needs_look: bool = False
    is_sampled: bool = False
    flags: tuple[float, ...] = field(default=())
    weighted: float = 0.0


def turn_of(one: Waiting) -> Turn:
    if one.is_appeal:
        return Turn.appeal
    if one.is_second:
        return Turn.second
    if one.needs_look:
        return Turn.identity
    if one.flags:
        return Turn.flagged
    return Turn.sample if one.is_sampled else Turn.quiet


def order_of(one: Waiting, waited_seconds: float) -> tuple[int, float, float]:
    """Sorts the queue: by turn, then by what was flagged, then those who wait longest."""
    return (turn_of(one), -one.weighted, -waited_seconds)


def forecast_seconds(one: Waiting) -> float:
    """How long a review takes; nothing for an attempt that nobody has to look at."""
    if turn_of(one) == Turn.quiet:
        return 0.0
    return FIRST_SECONDS + sum(BEFORE_SECONDS + min(seconds, LONGEST_SECONDS) for seconds in one.flags)


def is_sampled(identifier: str, percent: float) -> bool:
    """Whether an attempt belongs to the sample: by its random identifier alone, so that nothing about a person counts,
    and always the same.
    """
    number = int.from_bytes(hashlib.sha256(f"sample:{identifier}".encode()).digest()[:8])
    return number / 2**64 < percent / 100
