"""What a look at a picture says, and what follows from it. Pure.

A vector is 128 numbers of 4 bytes, little-endian, made on this server from a picture; two of the same engine are
compared by their distance. A vector that somebody sends is never used.
"""

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lti_proctor.attempts.steps import Outcome
from lti_proctor.monitoring.spans import State

DIMENSIONS = 128
_VECTOR = struct.Struct(f"<{DIMENSIONS}f")
VECTOR_BYTES = _VECTOR.size


class Seen(StrEnum):
    """What there is to see: one face that can be recognised, or why there is none. `unknown`: could not be analysed."""

    one = "one"
    none = "none"
    several = "several"
    small = "small"
    unknown = "unknown"


@dataclass(frozen=True)
class Look:
    """The answer of an engine. There is a vector if and only if exactly one recognisable face was seen."""

    seen: Seen
    vector: bytes | None = None
    engine: str = ""


UNKNOWN = Look(Seen.unknown)


class Match(StrEnum):
    """Two faces, or why they can't be compared. `doubtful`: a person decides."""

    same = "same"
    doubtful = "doubtful"
    different = "different"
    unknown = "unknown"


@dataclass(frozen=True)
class Limits:
    """Distances up to which two faces are the same, and doubtful."""

    same: float
    doubtful: float


def pack(numbers: list[float]) -> bytes:
    return _VECTOR.pack(*numbers)


def distance(one: bytes, other: bytes) -> float:
    """The Euclidean distance of two vectors: 0 for one and the same picture, about 0.8 for two people."""
    return math.dist(_VECTOR.unpack(one), _VECTOR.unpack(other))


def match_of(apart: float, limits: Limits) -> Match:
    if apart <= limits.same:
        return Match.same
    return Match.doubtful if apart <= limits.doubtful else Match.different


def compare(one: Look, other: Look | None, limits: Limits) -> tuple[Match, float | None]:
    """How two looks match and how far apart they are; unknown where a face is missing or the engines differ."""
    if other is None or one.vector is None or other.vector is None or one.engine != other.engine:
        return Match.unknown, None
    apart = distance(one.vector, other.vector)
    return match_of(apart, limits), apart


#: A doubtful match is nothing that is held against anybody: for the score it could not be told.
STATES: Mapping[Match, State] = {
    Match.same: State.fine,
    Match.doubtful: State.unknown,
    Match.different: State.violated,
    Match.unknown: State.unknown,
}


class Finding(StrEnum):
    """What the photo of the step `face` says: how it matches the profile, or why that can't be told."""

    same = "same"
    doubtful = "doubtful"
    different = "different"
    none = "none"
    several = "several"
    small = "small"
    unknown = "unknown"
    no_profile = "no_profile"
    waiting = "waiting"
    #: The learner asked for a person instead.
    asked = "asked"


#: How the step ends. Held is a learner only by what was seen, never because something could not be analysed.
OUTCOMES: Mapping[Finding, tuple[Outcome, Outcome]] = {
    # finding: without the add-on `verify`, with it
    Finding.same: (Outcome.done, Outcome.done),
    Finding.doubtful: (Outcome.person, Outcome.differs),
    Finding.different: (Outcome.differs, Outcome.differs),
    Finding.none: (Outcome.person, Outcome.differs),
    Finding.several: (Outcome.person, Outcome.differs),
    Finding.small: (Outcome.person, Outcome.differs),
    Finding.unknown: (Outcome.person, Outcome.person),
    Finding.no_profile: (Outcome.done, Outcome.person),
    Finding.waiting: (Outcome.done, Outcome.differs),
    Finding.asked: (Outcome.person, Outcome.differs),
}


def outcome_of(finding: Finding, *, verify: bool) -> Outcome:
    return OUTCOMES[finding][verify]
