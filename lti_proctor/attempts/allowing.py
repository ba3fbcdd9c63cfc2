"""Allowances given to one learner or to many at once; they act at once on attempts that run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select

from lti_proctor.attempts.learners import find_learners
from lti_proctor.attempts.lifecycle import Phase, statuses_in
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import lengthen
from lti_proctor.errors import DomainError, Invalid
from lti_proctor.exams import allowances
from lti_proctor.exams.allowances import Extra
from lti_proctor.exams.models import Allowance, Exam
from lti_proctor.extensions import db
from lti_proctor.journal import Actor
from lti_proctor.people.models import User

T = TypeVar("T")
#: How many exams times learners are served at once.
ROWS_MAX = 5000


@dataclass(frozen=True)
class Row:
    """What became of one learner in one exam. `learner` stands as it was given; `problem` is a code, None: granted."""

    exam_id: int
    learner: str
    user_id: int | None = None
    allowance_id: int | None = None
    problem: str | None = None


def grant(exam: Exam, user: User, extra: Extra, *, actor: Actor, now: datetime) -> Allowance:
    """Give one learner more. Raises `Invalid` as `Extra.check` does."""
    allowance = allowances.grant(exam, user, extra, actor=actor, now=now)
    running = select(Attempt).where(Attempt.exam_id == exam.id, Attempt.user_id == user.id)
    for attempt in db.session.scalars(running.where(Attempt.status.in_(statuses_in(Phase.running)))):
        lengthen(attempt, now=now)
    return allowance


def grant_many(
    exams: Sequence[Exam], learners: Sequence[str], extra: Extra, *, actor: Actor, now: datetime
) -> list[Row]:
    """Give the same to many learners in many exams, in the order given; each is tried whatever becomes of the others.

    Learners are named by user name, e-mail or whole name. Raises `Invalid` when nothing can be granted to anybody: as
    `Extra.check` does, and `allowances_many` above `ROWS_MAX` rows.
    """
    extra.check()
    names = list(dict.fromkeys(name.strip() for name in learners if name.strip()))
    if len(names) * len(exams) > ROWS_MAX:
        raise Invalid("allowances_many", limit=ROWS_MAX)
    wishes = [(name, extra) for name in names]
    return [row for exam in exams for row in grant_each(exam, wishes, actor=actor, now=now)]


def grant_each(
    exam: Exam, wishes: Sequence[tuple[str, Extra | DomainError]], *, actor: Actor, now: datetime
) -> list[Row]:
    """Give each learner of a list something of their own, one row each in the order given; each is tried whatever
    becomes of the others. What could not be read stands as its error in the place of what is given.

    Whoever is named a second time, perhaps by another name, keeps what the first row gave: `learner_twice`. Raises
    `Invalid("allowances_many")` above `ROWS_MAX` rows.
    """
    if len(wishes) > ROWS_MAX:
        raise Invalid("allowances_many", limit=ROWS_MAX)
    found = find_learners(exam, [name for name, _extra in wishes])
    rows: list[Row] = []
    served: set[int] = set()
    for name, extra in wishes:
        try:
            user = _told(found[name])
            if user.id in served:
                raise Invalid("learner_twice")
            allowance = grant(exam, user, _told(extra), actor=actor, now=now)
            rows.append(Row(exam.id, name, user.id, allowance.id))
            served.add(user.id)
        except DomainError as problem:
            rows.append(Row(exam.id, name, problem=_code(problem)))
    return rows


def _told(found: T | DomainError) -> T:
    if isinstance(found, DomainError):
        raise found
    return found


def _code(problem: DomainError) -> str:
    """A learner in a list who is not known is nothing like a page that is not there."""
    return "learner_unknown" if problem.code == "learner" else problem.code
