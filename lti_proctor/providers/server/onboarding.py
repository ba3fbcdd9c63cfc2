"""Whether a learner's onboarding is good for the exams of a course: a table over what became of the tries. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lti_proctor.attempts.lifecycle import Status


class Profile(StrEnum):
    """A learner's onboarding in the words of the protocol."""

    none = "no-profile"
    pending = "pending"
    rejected = "rejected"
    approved_here = "approved-in-course"
    approved_elsewhere = "approved-in-different-course"
    expired = "expired"


@dataclass(frozen=True)
class Try:
    """One onboarding attempt: its status, when it was judged or else began, and whether it was in this course."""

    status: Status
    at: datetime
    is_here: bool


@dataclass(frozen=True)
class Standing:
    profile: Profile
    ends_at: datetime | None = None


#: What a proctored exam answers with, by the learner's profile; with the approved ones it opens.
REFUSED = {
    Profile.none: "onboarding_missing",
    Profile.pending: "onboarding_pending",
    Profile.rejected: "onboarding_failed",
    Profile.expired: "onboarding_expired",
}
_PENDING = frozenset({Status.submitted, Status.second_review_required})


def standing(tries: Sequence[Try], now: datetime, days: int) -> Standing:
    """An accepted try is good for so many days, one in this course before one elsewhere; else the newest one counts.

    `tries` stand in the order in which they were made.
    """
    good = [one for one in tries if one.status == Status.verified and one.at + timedelta(days=days) > now]
    if good:
        best = sorted(good, key=lambda one: (one.is_here, one.at))[-1]
        profile = Profile.approved_here if best.is_here else Profile.approved_elsewhere
        return Standing(profile, best.at + timedelta(days=days))
    judged = [one for one in tries if one.status in _PENDING | {Status.rejected, Status.verified}]
    if not judged:
        return Standing(Profile.none)
    newest = sorted(judged, key=lambda one: one.at)[-1]
    if newest.status in _PENDING:
        return Standing(Profile.pending)
    if newest.status == Status.rejected:
        return Standing(Profile.rejected)
    return Standing(Profile.expired, newest.at + timedelta(days=days))
