"""Which engine watches an attempt, and what an outside one is to be told: rows of the outbox that the door delivers."""

from datetime import datetime

from lti_proctor import outbox
from lti_proctor.attempts.models import Attempt
from lti_proctor.backends import backends
from lti_proctor.exams.addons import Kind

#: Kinds of rows in the outbox; `providers/tasks.py` has one function for each.
KINDS = {word: f"provider.{word}" for word in ("register", "start", "stop", "error", "remove")}


def provider_name(attempt: Attempt) -> str:
    """The engine that the attempt has, or would have if it began now."""
    return attempt.provider or backends().chosen(attempt.exam.config.provider)


def is_outside(attempt: Attempt) -> bool:
    """Whether somebody else than this tool watches. Exams with a time limit only are watched by nobody."""
    return attempt.exam.kind != Kind.timed and not backends().watches_here(provider_name(attempt))


def pin(attempt: Attempt) -> None:
    """Raises `Refused`: `provider_missing`, `provider_broken`."""
    attempt.provider = backends().get(attempt.exam.config.provider).name


def tell(attempt: Attempt, word: str, *, now: datetime) -> None:
    """Queue a message about an attempt; those of one attempt arrive in order."""
    payload = {"attempt": attempt.id}
    lane = f"provider:{attempt.id}"
    outbox.put(KINDS[word], lane=lane, subject=f"attempt:{attempt.id}", payload=payload, now=now)
