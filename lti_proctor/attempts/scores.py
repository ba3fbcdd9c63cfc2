"""Score messages: queued here when an attempt moves on, delivered by the door to the LMS (`lti/tasks.py`)."""

import math
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, select

from lti_proctor import outbox
from lti_proctor.attempts.grading import Outcome, Score, may_tell, score_for
from lti_proctor.attempts.models import Attempt
from lti_proctor.exams.config import ExamConfig
from lti_proctor.extensions import execute, table_of
from lti_proctor.platforms.models import ResourceLink
from lti_proctor.prepared import Prepared

SCORE = "lti.score"
#: Makes of LMS whose gradebook keeps a grade when a message without one comes; the door that knows them fills this.
KEEPING: set[str] = set()
_OUTBOX = table_of(outbox.Effect).c
_POSTED = Prepared(select(_OUTBOX.payload).where(_OUTBOX.lane == bindparam("lane")).order_by(_OUTBOX.id))


def send_score(attempt: Attempt, config: ExamConfig, now: datetime, *, scorer: int | None = None) -> None:
    """Queue the score message of the present status, if it has one and the link has a gradebook.

    `scorer` is the user who decided, if it was a person.
    """
    link = attempt.link
    if link is None or not (link.line_item_url or link.line_items_url):
        return
    outcome = Outcome(attempt.result, attempt.score)
    score = score_for(
        attempt.status, attempt.exam.kind, config.grade_source, config.on_reject, outcome, config.grade_maximum
    )
    if score is None:
        return
    lane = f"score:{link.id}:{attempt.user_id}"
    earlier = _posted(lane)
    graded = any(row["given"] is not None for row in earlier)
    if not may_tell(score, graded_before=graded, keeps_grades=graded and _keeps_grades(link)):
        return
    payload = _payload(attempt, score, _later_than(earlier, now), scorer)
    outbox.put(SCORE, lane=lane, subject=f"attempt:{attempt.id}", payload=payload, now=now)


def _keeps_grades(link: ResourceLink) -> bool:
    return link.deployment.registration.family in KEEPING


def _posted(lane: str) -> list[dict[str, Any]]:
    return [row.payload for row in execute(_POSTED, lane=lane).all()]


def _later_than(earlier: list[dict[str, Any]], now: datetime) -> datetime:
    """Strictly later than any before, also for an LMS that compares whole seconds."""
    last = max((str(row["timestamp"]) for row in earlier), default=None)
    if last is None:
        return now
    next_second = math.floor(datetime.fromisoformat(last).timestamp()) + 1
    return max(now, datetime.fromtimestamp(next_second, UTC))


def _payload(attempt: Attempt, score: Score, timestamp: datetime, scorer: int | None) -> dict[str, Any]:
    return {
        "attempt": attempt.id,
        "activity": score.activity.value,
        "progress": score.progress.value,
        "given": None if score.given is None else str(score.given),
        "maximum": str(score.maximum),
        "comment": score.comment.value,
        "clears": score.clears,
        "timestamp": _moment(timestamp),
        "started_at": attempt.started_at and _moment(attempt.started_at),
        "submitted_at": attempt.stopped_at and _moment(attempt.stopped_at),
        "scorer": scorer,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
