"""How the step of a document ends. Pure."""

from lti_proctor.attempts.steps import Outcome
from lti_proctor.documents.names import Result


def outcome_of(result: Result | None, *, has_document: bool, asked: bool, verifies: bool) -> Outcome:
    """`result` is None where no name is read; `asked` says that the learner wants a person to look, `verifies` that the
    exam lets nobody start unverified.

    What could not be read is never held against anybody: a person looks. Without any document there is nothing a
    person could look at, so where verification is mandatory the learner waits for one.
    """
    if result == Result.differs:
        return Outcome.differs
    if not has_document:
        return Outcome.differs if verifies else Outcome.person
    return Outcome.person if asked or result in {Result.unclear, Result.not_read} else Outcome.done
