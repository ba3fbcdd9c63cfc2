"""The rows of the steps that a learner went through."""

from typing import Any

from sqlalchemy import bindparam, insert, select

from lti_proctor.attempts.models import Attempt, AttemptStep
from lti_proctor.attempts.steps import Passed, StepKey
from lti_proctor.extensions import db, execute, table_of
from lti_proctor.prepared import Prepared

_ROWS = table_of(AttemptStep)
_ADD = Prepared(insert(_ROWS))
_OF_ATTEMPT = Prepared(
    select(_ROWS.c.step, _ROWS.c.outcome, _ROWS.c.stamp, _ROWS.c.at).where(
        _ROWS.c.attempt_id == bindparam("attempt_id")
    )
)


def passed_steps(attempt: Attempt) -> dict[StepKey, Passed]:
    # Most of those who ask need no more than this, and loading the rows as objects costs ten times as much.
    rows = attempt.steps if "steps" in attempt.__dict__ else execute(_OF_ATTEMPT, attempt_id=attempt.id).all()
    return {row.step: Passed(row.outcome, row.stamp, row.at) for row in rows}


def keep_step(attempt: Attempt, key: StepKey, passed: Passed, data: dict[str, Any]) -> None:
    """Write a step down, in place of what was written of it before."""
    if key in passed_steps(attempt):
        row = next(row for row in attempt.steps if row.step == key)
        row.outcome, row.stamp, row.data, row.at = passed.outcome, passed.stamp, data, passed.at
        return
    db.session.flush()  # what the list of steps still holds back
    values = {"outcome": passed.outcome, "stamp": passed.stamp, "data": data, "at": passed.at}
    execute(_ADD, attempt_id=attempt.id, step=key, **values)
    db.session.expire(attempt, ["steps"])
