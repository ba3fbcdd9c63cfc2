"""What a site is told of a review: the payload of the protocol, from our verdict and what was noticed. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lti_proctor.attempts.lifecycle import Status

#: Our verdict in the protocol's words.
VERDICTS: Mapping[Status, str] = {
    Status.verified: "passed",
    Status.rejected: "violation",
    Status.second_review_required: "suspicious",
    Status.error: "not_reviewed",
}
#: How sites sort comments in their reports.
SUSPICIOUS, VIOLATION = "Suspicious", "Rules Violation"
COMMENT_MAX = 2000


@dataclass(frozen=True)
class Noticed:
    """A stretch of time in which something was noticed."""

    words: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Told:
    """What there is to say. `email`: the reviewer's, only where the site itself knows that person."""

    status: Status
    started_at: datetime | None
    said: str = ""
    noticed: Sequence[Noticed] = ()
    email: str = ""
    link: str = ""


def payload(told: Told) -> dict[str, Any]:
    """The body of the callback. A reason is said of a verdict against the learner only; what was noticed in an exam
    that passed was looked at and is no comment.
    """
    comments: list[dict[str, Any]] = []
    if told.status in {Status.rejected, Status.second_review_required}:
        if told.said:
            comments.append(
                {"comment": told.said[:COMMENT_MAX], "status": VIOLATION, "start": 0, "stop": 0, "duration": 0}
            )
        comments += [_comment(one, told.started_at) for one in told.noticed]
    found: dict[str, Any] = {"status": VERDICTS[told.status], "comments": comments}
    if told.email:
        found["reviewed_by"] = told.email
    if told.link:
        found["videoReviewLink"] = told.link
    return found


def _comment(one: Noticed, started_at: datetime | None) -> dict[str, Any]:
    """Whole seconds from the start, begun ones counted at the end."""
    begins = started_at or one.starts_at
    start = max(0, int((one.starts_at - begins).total_seconds()))
    stop = max(start, -int((begins - one.ends_at).total_seconds() // 1))
    return {"comment": one.words, "status": SUSPICIOUS, "start": start, "stop": stop, "duration": stop - start}
