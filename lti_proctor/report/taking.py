"""A report that somebody takes away as a file: who took what stands in the journal, and seals it."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from lti_proctor import journal
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import subject_of
from lti_proctor.journal import Actor
from lti_proctor.review.service import note_opened

TAKEN = "report.taken"


class Form(StrEnum):
    json = "json"
    pdf = "pdf"
    zip = "zip"


def note_taken(
    attempt: Attempt, form: Form, *, parts: Iterable[str] = (), key: str | None = None, actor: Actor, now: datetime
) -> str:
    """Somebody who may review takes the evidence, and so has opened it. Returns the seal: the hash of this entry, which
    is the head of the journal that is in the file and stands on the attempt's page beside what was taken. `key` is the
    thumbprint of the key that signs it.
    """
    note_opened(attempt, actor=actor, now=now)
    data = {"form": form.value, "with": sorted(parts), **({"key": key} if key else {})}
    return journal.record(actor, TAKEN, subject_of(attempt), data, now).hex()
