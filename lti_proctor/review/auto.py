"""Conclusions that come by themselves (add-on `auto`): each attempt that has ended is looked at once."""

from datetime import datetime, timedelta

from sqlalchemy import and_, select

from lti_proctor import journal
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import config_of, subject_of
from lti_proctor.attempts.steps import Outcome
from lti_proctor.documents import service as documents
from lti_proctor.documents.names import Result
from lti_proctor.evidence import recordings
from lti_proctor.exams.addons import Addon, Kind
from lti_proctor.exams.models import Exam
from lti_proctor.exams.service import names_addon
from lti_proctor.extensions import current_settings, db
from lti_proctor.monitoring.models import SpanBatch
from lti_proctor.review.deciding import Decision, Known, decide
from lti_proctor.review.models import Computed, Conclusion, Reason, Verdict
from lti_proctor.review.service import conclude

#: What a window sends last comes within seconds; what waited for a line may come later (`auto_wait_minutes`).
GRACE = timedelta(minutes=2)
#: Attempts that ended longer ago than this after the waiting are people's.
OLD = timedelta(days=1)
TO_LOOK_AT = frozenset({Outcome.person, Outcome.differs})
#: An attempt that was opened again and has ended once more is looked at once more.
_SEEN = and_(Computed.attempt_id == Attempt.id, Computed.at >= Attempt.stopped_at)


def due(now: datetime) -> list[int]:
    """Attempts that have ended and were not looked at, of exams that now conclude by themselves."""
    wait = timedelta(minutes=current_settings().auto_wait_minutes)
    query = (
        select(Attempt.id)
        .join(Exam)
        .where(Attempt.status == Status.submitted)
        .where(Attempt.stopped_at <= now - GRACE, Attempt.stopped_at > now - wait - OLD)
        .where(names_addon(Addon.auto))
        .where(~select(Computed.id).where(_SEEN).exists())
    )
    return list(db.session.scalars(query.order_by(Attempt.stopped_at)))


def look_at(attempt: Attempt, *, now: datetime) -> Decision:
    """Conclude, wait, or leave the attempt to a person. Whoever was quicker by hand has decided."""
    config = config_of(attempt)
    if attempt.status != Status.submitted or Addon.auto not in config.addons:
        return Decision.wait
    known = known_of(attempt, now)
    decision, left = decide(known)
    if decision == Decision.wait:
        return decision
    row = computed_of(attempt) or Computed(attempt_id=attempt.id)
    row.left, row.score, row.threshold, row.at = left, known.score, known.threshold, now
    db.session.add(row)
    data = {"decision": decision.value, "left": left and left.value, "threshold": known.threshold}
    score = None if known.score is None else str(known.score)
    journal.record(journal.SYSTEM, "attempt.computed", subject_of(attempt), {**data, "score": score}, now)
    if decision != Decision.person:
        verdict = Verdict.positive if decision == Decision.accept else Verdict.negative
        reason = None if decision == Decision.accept else Reason.low_credibility
        conclude(attempt, verdict, reason=reason, comment="", actor=journal.SYSTEM, now=now)
    return decision


def known_of(attempt: Attempt, now: datetime) -> Known:
    settings, ended = current_settings(), attempt.stopped_at or now
    return Known(
        is_proctored=attempt.exam.kind == Kind.proctored,
        score=attempt.score,
        threshold=config_of(attempt).threshold,
        is_whole=_is_whole(attempt),
        has_waited=now - ended >= timedelta(minutes=settings.auto_wait_minutes),
        needs_look=_needs_look(attempt),
        may_reject=settings.auto_reject,
    )


def _is_whole(attempt: Attempt) -> bool:
    """Everything noticed is counted, and each recording that was to be made is there in one piece."""
    uncounted = select(SpanBatch.id).where(SpanBatch.attempt_id == attempt.id, ~SpanBatch.is_counted).limit(1)
    if db.session.scalar(uncounted) is not None:
        return False
    captures = config_of(attempt).captures
    wanted = {track for track, needed in recordings.NEEDS.items() if needed in captures}
    kept = recordings.recordings_of(attempt)
    return wanted <= {one.track for one in kept} and all(one.key is not None for one in kept)


def _needs_look(attempt: Attempt) -> bool:
    if any(row.outcome in TO_LOOK_AT for row in attempt.steps):
        return True
    read = [documents.reading_of(attempt, step) for step in documents.KINDS]
    return any(row is not None and row.result != Result.same for row in read)


def computed_of(attempt: Attempt) -> Computed | None:
    """What was computed last, if anything."""
    return db.session.scalars(select(Computed).filter_by(attempt_id=attempt.id)).one_or_none()


def is_computed(conclusion: Conclusion | None) -> bool:
    """Whether nobody but the computer came to this conclusion."""
    if conclusion is None or conclusion.reviewer_id is not None:
        return False
    query = select(Computed.id).where(Computed.attempt_id == conclusion.attempt_id, Computed.at == conclusion.at)
    return db.session.scalar(query) is not None
