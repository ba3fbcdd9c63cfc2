"""Allowances given to one learner or to many at once; they act at once on attempts that run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
    rows = []
    for exam in exams:
        found = find_learners(exam, names)
        for name in names:
            user = found[name]
            if isinstance(user, DomainError):
                code = "learner_unknown" if user.code == "learner" else user.code
                rows.append(Row(exam.id, name, problem=code))
            else:
                allowance = grant(exam, user, extra, actor=actor, now=now)
                rows.append(Row(exam.id, name, user.id, allowance.id))
    return rows
