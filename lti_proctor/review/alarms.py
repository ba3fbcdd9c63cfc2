"""How often flags are false alarms: what people dismissed of what they judged, by metric. No person stands in it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from lti_proctor.attempts.models import Attempt
from lti_proctor.exams.addons import Kind, Metric
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.monitoring.models import Disposition, Flag

#: With fewer judged flags a rate says nothing.
FEWEST = 20


@dataclass(frozen=True)
class Alarms:
    """Judged flags of a metric. `rate`: the dismissed share, 0–1; None while too few are judged."""

    metric: Metric
    confirmed: int
    dismissed: int

    @property
    def judged(self) -> int:
        return self.confirmed + self.dismissed

    @property
    def rate(self) -> float | None:
        return self.dismissed / self.judged if self.judged >= FEWEST else None


def alarms_of(exam_ids: Collection[int] | None = None) -> list[Alarms]:
    """Of these exams, or of the whole site, without practice; only metrics of which somebody has judged a flag."""
    query = (
        select(Flag.metric, Flag.disposition, func.count())
        .join(Attempt, Attempt.id == Flag.attempt_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Flag.disposition != Disposition.open, Exam.kind != Kind.practice)
        .group_by(Flag.metric, Flag.disposition)
    )
    if exam_ids is not None:
        query = query.where(Exam.id.in_(exam_ids))
    counts = {(metric, disposition): n for metric, disposition, n in db.session.execute(query)}
    metrics = sorted({metric for metric, _disposition in counts})
    return [
        Alarms(
            metric,
            confirmed=counts.get((metric, Disposition.confirmed), 0),
            dismissed=counts.get((metric, Disposition.dismissed), 0),
        )
        for metric in metrics
    ]
