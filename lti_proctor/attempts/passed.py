"""The rows of the steps that a learner went through."""

from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from lti_proctor.attempts.models import Attempt, AttemptStep
from lti_proctor.attempts.steps import Passed, StepKey
from lti_proctor.extensions import db, execute, table_of
from lti_proctor.prepared import Prepared

_ADD = Prepared(insert(table_of(AttemptStep)).returning(table_of(AttemptStep).c.id))


def passed_steps(attempt: Attempt) -> dict[StepKey, Passed]:
    return {row.step: Passed(row.outcome, row.stamp, row.at) for row in attempt.steps}


def keep_step(attempt: Attempt, key: StepKey, passed: Passed, data: dict[str, Any]) -> None:
    """Write a step down, in place of what was written of it before."""
    row = next((row for row in attempt.steps if row.step == key), None)
    if row is not None:
        row.outcome, row.stamp, row.data, row.at = passed.outcome, passed.stamp, data, passed.at
        return
    db.session.flush()  # what the list of steps still holds back
    values = {"outcome": passed.outcome, "stamp": passed.stamp, "data": data, "at": passed.at}
    row_id = execute(_ADD, attempt_id=attempt.id, step=key, **values).scalar_one()
    # The row is there, so the session takes it as one that it has loaded.
    row = AttemptStep(id=row_id, attempt_id=attempt.id, step=key, **values)
    make_transient_to_detached(row)
    db.session.add(row)
    set_committed_value(row, "attempt", attempt)
    set_committed_value(attempt, "steps", [*attempt.steps, row])
