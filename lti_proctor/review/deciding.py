"""What the add-on `auto` concludes of an attempt that has ended. Pure (administrator's guide, 4.13 and 4.14).

It accepts where everything is there and the credibility reaches the threshold. It does not accept only where the site
allows that. Whatever a person has to look at, a person decides.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Left(StrEnum):
    """Why an attempt that could have been concluded by itself is left to a person."""

    kind = "kind"
    no_score = "no_score"
    below = "below"
    step = "step"
    evidence = "evidence"


class Decision(StrEnum):
    wait = "wait"
    accept = "accept"
    reject = "reject"
    person = "person"


@dataclass(frozen=True)
class Known:
    """What there is to go by. `score` and `threshold` are 0–100; `is_whole`: everything that was to come has come and
    is counted; `has_waited`: as long as the site waits for it; `needs_look`: a step before the exam is left to a
    person.
    """

    is_proctored: bool
    score: Decimal | None
    threshold: int
    is_whole: bool
    has_waited: bool
    needs_look: bool
    may_reject: bool


def decide(known: Known) -> tuple[Decision, Left | None]:
    """The decision, and for a person why it is theirs."""
    if not known.is_proctored:
        return Decision.person, Left.kind
    if known.needs_look:
        return Decision.person, Left.step
    if not known.is_whole:
        return (Decision.person, Left.evidence) if known.has_waited else (Decision.wait, None)
    if known.score is None:
        return Decision.person, Left.no_score
    if known.score >= known.threshold:
        return Decision.accept, None
    return (Decision.reject, None) if known.may_reject else (Decision.person, Left.below)
