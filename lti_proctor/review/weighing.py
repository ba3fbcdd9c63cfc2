"""Other weights after the exam: nothing that was noticed is lost, both scores are kept."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from lti_proctor import journal
from lti_proctor.attempts.lifecycle import Phase, statuses_in
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import subject_of
from lti_proctor.errors import Refused
from lti_proctor.exams.addons import Metric
from lti_proctor.extensions import db
from lti_proctor.journal import Actor
from lti_proctor.monitoring import service as monitoring

#: The most attempts that are computed anew at once.
MOST = 2000


def weigh(attempt: Attempt, weights: Mapping[Metric, Decimal], *, everywhere: bool, actor: Actor, now: datetime) -> int:
    """Give the metrics of an attempt, or of all attempts of its exam that are over, these weights; how many scores are
    other ones now. A gradebook that has a score hears of it. Raises `Refused("wrong_status")` while the exam runs.
    """
    if attempt.phase != Phase.done:
        raise Refused("wrong_status", status=attempt.status.value, event="weigh")
    changed = 0
    for one in _all_of(attempt.exam_id) if everywhere else [attempt]:
        before, was = one.score, one.weights
        monitoring.weigh(one, weights, now=now)
        if one.weights != was:
            data = {"weights": one.weights, "score": None if one.score is None else str(one.score)}
            journal.record(actor, "attempt.weighed", subject_of(one), data, now)
        changed += one.score != before
    return changed


def _all_of(exam_id: int) -> list[Attempt]:
    over = select(Attempt).where(Attempt.exam_id == exam_id, Attempt.status.in_(statuses_in(Phase.done)))
    return list(db.session.scalars(over.where(Attempt.started_at.is_not(None)).order_by(Attempt.id).limit(MOST)))
