"""The rating of a person by the conclusions of their exams (administrator's guide, section 5.5): R = (R0 + C) / 2.

C is 100 for a positive conclusion and 0 for a negative one; the first R is C. It weighs the last conclusion with one
half, so it is off unless the site wants it, and nobody but administrators sees it: never those who watch or judge.
"""

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import select

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import current_settings, db


def rating(conclusions: Iterable[bool]) -> Decimal | None:
    """0–100, of conclusions in the order of the exams; True is positive. None without any."""
    found: Decimal | None = None
    for is_positive in conclusions:
        value = Decimal(100 if is_positive else 0)
        found = value if found is None else (found + value) / 2
    return None if found is None else found.quantize(Decimal("0.01"))


def rating_of(user_id: int) -> Decimal | None:
    """Of the conclusions that stand now, by the end of the exams; None where the site has no ratings."""
    if not current_settings().user_rating:
        return None
    query = (
        select(Attempt.status)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.user_id == user_id, Exam.kind == Kind.proctored)
        .where(Attempt.status.in_((Status.verified, Status.rejected)))
        .order_by(Attempt.stopped_at, Attempt.id)
    )
    return rating(status == Status.verified for status in db.session.scalars(query))
