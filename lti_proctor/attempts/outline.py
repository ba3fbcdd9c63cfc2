"""What a course outline shows of an exam to a learner. Pure; each door has its words for the summaries."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lti_proctor.attempts.lifecycle import Phase, Status, statuses_in
from lti_proctor.exams.addons import Kind


class Summary(StrEnum):
    timed = "timed"
    offered = "offered"
    missed = "missed"
    in_progress = "in_progress"
    without_proctoring = "without_proctoring"
    in_review = "in_review"
    accepted = "accepted"
    not_accepted = "not_accepted"
    problem = "problem"
    onboarding_needed = "onboarding_needed"
    practice = "practice"
    practice_done = "practice_done"
    practice_problem = "practice_problem"


@dataclass(frozen=True)
class Shown:
    """`icon` is a name of our sprite; `is_done`: nothing is left for the learner to do."""

    summary: Summary
    icon: str
    is_done: bool = False


_TIMED = Shown(Summary.timed, "clock")
_PROGRESS = Shown(Summary.in_progress, "play")
_REVIEW = Shown(Summary.in_review, "hourglass", is_done=True)
_BLOCKED = Shown(Summary.onboarding_needed, "person")
_PROCTORED: Mapping[Status, Shown] = {
    **dict.fromkeys(statuses_in(Phase.before, Phase.running), _PROGRESS),
    **dict.fromkeys(statuses_in(Phase.blocked), _BLOCKED),
    Status.submitted: _REVIEW,
    Status.second_review_required: _REVIEW,
    Status.timed_out: _REVIEW,
    Status.verified: Shown(Summary.accepted, "check-circle", is_done=True),
    Status.rejected: Shown(Summary.not_accepted, "x-circle", is_done=True),
    Status.error: Shown(Summary.problem, "alert", is_done=True),
    Status.declined: Shown(Summary.without_proctoring, "minus-circle"),
    Status.expired: Shown(Summary.missed, "clock"),
}
_OFFERED = Shown(Summary.offered, "eye")
_MISSED = Shown(Summary.missed, "clock")
_PRACTICE = Shown(Summary.practice, "refresh")
_PRACTICED: Mapping[Status, Shown] = {
    **dict.fromkeys(
        (Status.submitted, Status.second_review_required, Status.timed_out, Status.verified, Status.rejected),
        Shown(Summary.practice_done, "check-circle", is_done=True),
    ),
    Status.error: Shown(Summary.practice_problem, "alert", is_done=True),
}


def shown(kind: Kind, status: Status | None, *, is_past_due: bool) -> Shown:
    """For a kind of exam and the status of the learner's newest attempt, None before the first."""
    if kind == Kind.timed:
        return _TIMED
    if kind == Kind.practice:
        return _PRACTICED.get(status, _PRACTICE) if status else _PRACTICE
    if status is None or status == Status.onboarding_reset:
        return _MISSED if is_past_due else _OFFERED
    return _PROCTORED[status]
