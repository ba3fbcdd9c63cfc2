"""Verbs on allowances: more time for single learners, and what they may do beside an exam's rules."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from lti_proctor import journal, signals
from lti_proctor.errors import Invalid, NotFound
from lti_proctor.exams.models import Allowance, Exam
from lti_proctor.extensions import db, execute, table_of
from lti_proctor.journal import Actor
from lti_proctor.people.models import User
from lti_proctor.prepared import Prepared

MINUTES_MAX = 10_000
FACTOR_MAX = Decimal(10)
EXCEPTION_MAX = 2000
_ROWS = table_of(Allowance).c
_GRANTED = Prepared(
    select(_ROWS.extra_minutes, _ROWS.factor, _ROWS.policy_exception).where(
        _ROWS.exam_id == bindparam("exam_id"), _ROWS.user_id == bindparam("user_id")
    )
)


@dataclass(frozen=True)
class Extra:
    """What is granted: minutes, a factor on the limit, words for reviewers. None leaves what was granted before."""

    additional_time: int | None = None
    factor: Decimal | None = None
    policy_exception: str | None = None

    def check(self) -> None:
        """Raises `Invalid`: `allowance` outside 0–10,000 minutes and factors 1–10 with two decimals,
        `allowance_exception` for words that are too long, `allowance_empty` when nothing is granted at all.
        """
        if self.additional_time is None and self.factor is None and self.policy_exception is None:
            raise Invalid("allowance_empty")
        if self.additional_time is not None and not 0 <= self.additional_time <= MINUTES_MAX:
            raise Invalid("allowance", field="additional_time")
        if self.factor is not None and not _is_factor(self.factor):
            raise Invalid("allowance", field="factor")
        if self.policy_exception is not None and len(self.policy_exception) > EXCEPTION_MAX:
            raise Invalid("allowance_exception", limit=EXCEPTION_MAX)


def _is_factor(factor: Decimal) -> bool:
    return factor.is_finite() and 1 <= factor <= FACTOR_MAX and factor == factor.quantize(Decimal("0.01"))


def more_time_of(exam_id: int, user_id: int) -> tuple[int, Decimal]:
    """Minutes and factor of a learner's allowance. Whoever grants one has it written at once."""
    row = execute(_GRANTED, exam_id=exam_id, user_id=user_id).first()
    return (row.extra_minutes, row.factor) if row else (0, Decimal(1))


def policy_exception_of(exam_id: int, user_id: int) -> str:
    row = execute(_GRANTED, exam_id=exam_id, user_id=user_id).first()
    return row.policy_exception if row else ""


def allowance_of(exam_id: int, user_id: int) -> Allowance | None:
    query = select(Allowance).where(Allowance.exam_id == exam_id, Allowance.user_id == user_id)
    return db.session.scalars(query).one_or_none()


def allowances_of(exam: Exam) -> list[Allowance]:
    """In the order in which they were given first, with their learners."""
    query = select(Allowance).where(Allowance.exam_id == exam.id).options(joinedload(Allowance.user))
    return list(db.session.scalars(query.order_by(Allowance.id)))


def allowances_of_each(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], Allowance]:
    """By the keys of exam and user, for those pairs that have one; a few hundred at once."""
    exam_ids, user_ids = {exam_id for exam_id, _user in pairs}, {user_id for _exam, user_id in pairs}
    query = select(Allowance).where(Allowance.exam_id.in_(exam_ids), Allowance.user_id.in_(user_ids))
    return {(row.exam_id, row.user_id): row for row in db.session.scalars(query)}


def get_allowance(exam: Exam, allowance_id: int) -> Allowance:
    """One of this exam. Raises `NotFound("allowance")`."""
    found = db.session.get(Allowance, allowance_id)
    if found is None or found.exam_id != exam.id:
        raise NotFound("allowance")
    return found


def grant(exam: Exam, user: User, extra: Extra, *, actor: Actor, now: datetime) -> Allowance:
    """Give one learner more, or change what was given. `attempts.allowing` lets it act on attempts that run.

    Raises `Invalid` as `Extra.check` does.
    """
    extra.check()
    allowance = allowance_of(exam.id, user.id) or Allowance(
        exam_id=exam.id, user_id=user.id, extra_minutes=0, factor=Decimal(1), policy_exception=""
    )
    if extra.additional_time is not None:
        allowance.extra_minutes = extra.additional_time
    if extra.factor is not None:
        allowance.factor = extra.factor
    if extra.policy_exception is not None:
        allowance.policy_exception = extra.policy_exception.strip()
    db.session.add(allowance)
    db.session.flush()
    _record("allowance.granted", exam, allowance, actor, now)
    return allowance


def revoke(exam: Exam, allowance: Allowance, *, actor: Actor, now: datetime) -> None:
    """Take back what was granted. An attempt that runs keeps the end that it has."""
    db.session.delete(allowance)
    db.session.flush()
    _record("allowance.revoked", exam, allowance, actor, now, is_granted=False)


def _record(
    action: str, exam: Exam, allowance: Allowance, actor: Actor, now: datetime, *, is_granted: bool = True
) -> None:
    """The words for reviewers may tell of a learner's health: the journal holds only that there are some."""
    data = {
        "user": allowance.user_id,
        "extra_minutes": allowance.extra_minutes,
        "factor": str(allowance.factor),
        "has_exception": bool(allowance.policy_exception),
    }
    journal.record(actor, action, f"exam:{exam.id}", data, now)
    signals.announce(signals.allowance_changed, now, exam_id=exam.id, user_id=allowance.user_id, is_granted=is_granted)
