"""The review queue: what waits for a person, in the order in which looking is worth most."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import contains_eager

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt, AttemptStep
from lti_proctor.attempts.steps import Outcome
from lti_proctor.exams.addons import Kind, Metric
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import current_settings, db
from lti_proctor.monitoring.metrics import KINDS
from lti_proctor.monitoring.models import Disposition, Flag
from lti_proctor.monitoring.service import weights_of
from lti_proctor.review.models import Appeal, Conclusion
from lti_proctor.review.worth import Turn, Waiting, forecast_seconds, is_sampled, order_of, turn_of

WAITS = (Status.submitted, Status.second_review_required)
REVIEWED = (Kind.proctored, Kind.onboarding)
#: Flags that are long enough for people, in SQL.
_WORTH = or_(
    *(and_(Flag.metric == metric, Flag.violated_ms >= kind.hold_seconds * 1000) for metric, kind in KINDS.items())
)


@dataclass(frozen=True)
class Row:
    """An attempt of the queue. `n_flags`: open ones; `forecast`: seconds; `is_mine_no_more`: this reviewer has judged
    it, so that somebody else has to.
    """

    attempt: Attempt
    turn: Turn
    n_flags: int
    flagged: float
    forecast: float
    is_mine_no_more: bool


@dataclass(frozen=True)
class Queue:
    """`forecast`: seconds for everything that this reviewer can do; `flagged`: seconds of the recordings in it."""

    rows: list[Row]
    forecast: float
    flagged: float
    n_quiet: int


def queue_of(exam_ids: Collection[int], *, reviewer_id: int, now: datetime, besides: Sequence[int] = ()) -> Queue:
    """What waits in these exams, and besides of the attempts with these keys. What is quiet comes last."""
    attempts = _waiting(exam_ids, besides)
    ids = [one.id for one in attempts]
    flags, looks, appeals, judged = _flags(ids), _to_look_at(ids), _appealed(ids), _judged_by(ids, reviewer_id)
    found = []
    for one in attempts:
        waiting = _known(one, flags[one.id], is_appeal=one.id in appeals, needs_look=one.id in looks)
        is_second = one.status == Status.second_review_required
        row = Row(
            attempt=one,
            turn=turn_of(waiting),
            n_flags=len(waiting.flags),
            flagged=sum(waiting.flags),
            forecast=forecast_seconds(waiting),
            is_mine_no_more=is_second and one.id in judged,
        )
        waited = (now - (one.stopped_at or one.created_at)).total_seconds()
        found.append(((row.is_mine_no_more, *order_of(waiting, waited), one.id), row))
    rows = [row for _order, row in sorted(found, key=lambda pair: pair[0])]
    mine = [row for row in rows if not row.is_mine_no_more]
    return Queue(
        rows,
        forecast=sum(row.forecast for row in mine),
        flagged=sum(row.flagged for row in mine),
        n_quiet=sum(row.turn == Turn.quiet for row in mine),
    )


def _waiting(exam_ids: Collection[int], besides: Sequence[int]) -> list[Attempt]:
    query = select(Attempt).join(Attempt.exam).join(Attempt.user)
    mine = or_(Attempt.exam_id.in_(exam_ids), Attempt.id.in_(besides))
    query = query.where(Attempt.status.in_(WAITS), Exam.kind.in_(REVIEWED), mine)
    return list(db.session.scalars(query.options(contains_eager(Attempt.exam), contains_eager(Attempt.user))))


def _flags(ids: Sequence[int]) -> dict[int, list[tuple[Metric, float]]]:
    """Metric and seconds of the open flags of each attempt."""
    columns = select(Flag.attempt_id, Flag.metric, Flag.violated_ms)
    query = columns.where(Flag.attempt_id.in_(ids), Flag.disposition == Disposition.open, _WORTH)
    found: dict[int, list[tuple[Metric, float]]] = defaultdict(list)
    for attempt_id, metric, milliseconds in db.session.execute(query):
        found[attempt_id].append((metric, milliseconds / 1000))
    return found


def _known(one: Attempt, flags: list[tuple[Metric, float]], *, is_appeal: bool, needs_look: bool) -> Waiting:
    weights = weights_of(one) if flags else {}
    counted = [(metric, seconds) for metric, seconds in flags if metric in weights]
    return Waiting(
        is_appeal=is_appeal,
        is_second=one.status == Status.second_review_required,
        needs_look=needs_look or one.exam.kind == Kind.onboarding,
        is_sampled=is_in_sample(one),
        flags=tuple(seconds for _metric, seconds in counted),
        weighted=sum(float(weights[metric]) * seconds for metric, seconds in counted),
    )


def is_in_sample(attempt: Attempt) -> bool:
    """Whether somebody looks at the attempt even where nothing was flagged."""
    return is_sampled(attempt.identifier, current_settings().control_sample_percent)


def _to_look_at(ids: Sequence[int]) -> set[int]:
    outcomes = (Outcome.person, Outcome.differs)
    query = select(AttemptStep.attempt_id).where(AttemptStep.attempt_id.in_(ids), AttemptStep.outcome.in_(outcomes))
    return set(db.session.scalars(query))


def _appealed(ids: Sequence[int]) -> set[int]:
    query = select(Appeal.attempt_id).where(Appeal.attempt_id.in_(ids), Appeal.decided_at.is_(None))
    return set(db.session.scalars(query))


def _judged_by(ids: Sequence[int], reviewer_id: int) -> set[int]:
    query = select(Conclusion.attempt_id).where(Conclusion.attempt_id.in_(ids), Conclusion.reviewer_id == reviewer_id)
    return set(db.session.scalars(query))
