"""When a learner sees the evidence, and when a conclusion waits for a second person. Pure (features Q1 and Q2)."""

from dataclasses import dataclass

from lti_proctor.attempts.lifecycle import Phase, Status
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.config import EvidenceShown, SecondReview

#: Somebody has given an opinion already, or changes for the better what was not accepted.
DECIDED_ALONE = frozenset({Status.second_review_required, Status.rejected, Status.error})


@dataclass(frozen=True)
class Seen:
    """What decides whether a learner sees what reviewers see. `was_judged`: there is a conclusion that is no mere
    opinion; `was_opened`: staff have shown the evidence on request.
    """

    kind: Kind
    phase: Phase
    status: Status
    has_begun: bool
    rule: EvidenceShown
    was_judged: bool = False
    was_opened: bool = False


def is_shown(seen: Seen) -> bool:
    if seen.phase != Phase.done or not seen.has_begun or seen.kind == Kind.timed:
        return False
    if seen.kind == Kind.practice or seen.rule == EvidenceShown.at_once:
        return True
    # Nobody can appeal against what they can't see.
    if seen.was_judged and (seen.rule == EvidenceShown.with_verdict or seen.status == Status.rejected):
        return True
    return seen.rule == EvidenceShown.on_request and seen.was_opened


def waits_for_second(status: Status, rule: SecondReview, *, is_negative: bool) -> bool:
    """Whether a person's conclusion in this status is an opinion, which somebody else has to confirm."""
    if status in DECIDED_ALONE:
        return False
    return rule == SecondReview.always or (rule == SecondReview.negative and is_negative)
