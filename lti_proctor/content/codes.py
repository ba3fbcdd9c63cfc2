"""The access code of an exam that has one elsewhere: into its address, or to the learner once the exam has begun."""

from datetime import datetime
from urllib.parse import quote

from lti_proctor import journal
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import NotFound, Refused
from lti_proctor.exams.config import CODE_MARK, Delivery
from lti_proctor.journal import Actor

GIVEN_IN = frozenset({Status.started, Status.declined})


def with_code(address: str, code: str) -> str:
    """The address with the access code in the place that is marked for it."""
    return address.replace(CODE_MARK, quote(code, safe=""))


def give_code(attempt: Attempt, *, actor: Actor, now: datetime) -> str:
    """The access code, for the learner or for the page that asked for it; the history says so the first time.

    Raises `Refused("wrong_status")` before the start and after the end, `NotFound("page")` where there is none.
    """
    config = attempts.config_of(attempt)
    if not config.code or config.delivery == Delivery.hosted:
        raise NotFound("page")
    if attempt.status not in GIVEN_IN:
        raise Refused("wrong_status", status=attempt.status.value, event="code")
    action = "attempt.code_shown" if config.delivery == Delivery.window else "attempt.code_handed"
    subject = attempts.subject_of(attempt)
    if journal.last_entry(subject, action) is None:
        journal.record(actor, action, subject, {}, now)
    return config.code
