"""What the pages of an attempt that is over say about its evidence and about an appeal."""

from typing import Any

from lti_proctor.attempts.lifecycle import Phase, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import config_of
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.config import EvidenceShown
from lti_proctor.review import appeals

NOTHING = {
    "may_see_evidence": False,
    "may_ask_for_evidence": False,
    "asked_for_evidence": None,
    "appeal": None,
    "appeal_ends": None,
    "is_appealed": False,
}


def appeal_values(attempt: Attempt) -> dict[str, Any]:
    """For the pages of an attempt that is over: the evidence, and what can be done about the conclusion."""
    if attempt.phase != Phase.done or attempt.exam.kind != Kind.proctored or attempt.started_at is None:
        return NOTHING
    shown = appeals.may_see_evidence(attempt)
    on_request = config_of(attempt).evidence_shown == EvidenceShown.on_request
    return {
        "may_see_evidence": shown,
        "may_ask_for_evidence": on_request and not shown,
        "asked_for_evidence": appeals.disclosure_of(attempt),
        "appeal": appeals.appeal_of(attempt),
        "appeal_ends": appeals.appeal_ends(attempt),
        "is_appealed": is_appealed(attempt),
    }


def is_appealed(attempt: Attempt) -> bool:
    """Whether another reviewer looks at the attempt because its learner asked for it."""
    if attempt.status != Status.second_review_required:
        return False
    filed = appeals.appeal_of(attempt)
    return filed is not None and filed.decided_at is None
