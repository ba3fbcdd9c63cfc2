"""What a site hears that has its exams watched here: rows of the outbox that the door delivers."""

from collections.abc import Mapping
from datetime import datetime

from lti_proctor import outbox
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.journal.roles import Role

#: Kinds of rows in the outbox; `providers/server/tasks.py` has a function for each.
READY, REVIEWED = "site.ready", "site.reviewed"
#: What is told on coming into a status.
TOLD: Mapping[Status, str] = {
    Status.ready_to_start: READY,
    Status.verified: REVIEWED,
    Status.rejected: REVIEWED,
    Status.second_review_required: REVIEWED,
    Status.error: REVIEWED,
}


def is_of_site(attempt: Attempt) -> bool:
    """Whether the exam is one that a site gives itself, with us as its provider."""
    return attempt.assessment is not None and attempt.assessment.is_of_site


def tell_change(attempt: Attempt, role: Role, *, now: datetime) -> None:
    """Queue the news of the present status, unless the site itself brought it about."""
    kind = TOLD.get(attempt.status)
    if kind is not None and role != Role.platform and is_of_site(attempt):
        tell(attempt, kind, now=now)


def tell(attempt: Attempt, kind: str, *, now: datetime) -> None:
    """Queue a message; those about one attempt arrive in order."""
    payload = {"attempt": attempt.id, "status": attempt.status.value}
    outbox.put(kind, lane=f"site:{attempt.id}", subject=f"attempt:{attempt.id}", payload=payload, now=now)
