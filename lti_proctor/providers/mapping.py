"""What a review makes of an attempt. Pure; in the order of facts of the references (edX subsystem, section 1.4)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.providers.base import ReviewStatus


class Outcome(StrEnum):
    """What is to happen to the attempt."""

    nothing = "nothing"
    error = "error"
    accept = "accept"
    reject = "reject"
    second_review = "second_review"


@dataclass(frozen=True)
class Found:
    """A review and what it is about. `was_submitted`: it was handed in once, or its time had ended;
    `is_known_reviewer`: the review names a person whom we know and who may review here.
    """

    status: ReviewStatus
    passing: Collection[str]
    attempt: Status
    was_submitted: bool
    is_removed: bool = False
    is_sample: bool = False
    supports_onboarding: bool = False
    is_known_reviewer: bool = False
    second_reviews: bool = True


def outcome_of(found: Found) -> Outcome:
    """The first rule that fits decides."""
    if found.is_removed or found.attempt == Status.onboarding_reset:
        return Outcome.nothing
    passes = found.status in found.passing
    if passes:
        return Outcome.accept if found.was_submitted else Outcome.error
    if found.status == ReviewStatus.not_reviewed:
        return Outcome.error
    if found.is_known_reviewer or not found.second_reviews:
        return Outcome.reject
    if found.is_sample and found.supports_onboarding:
        return Outcome.reject
    return Outcome.second_review
