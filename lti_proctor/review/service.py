"""Verbs of the review."""

from datetime import datetime

from sqlalchemy import select

from lti_proctor import signals
from lti_proctor.attempts.lifecycle import Event
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import fire
from lti_proctor.errors import Invalid
from lti_proctor.exams.addons import Kind
from lti_proctor.extensions import db
from lti_proctor.faces import service as faces
from lti_proctor.journal import Actor, Role
from lti_proctor.review.models import Conclusion, Reason, Verdict

COMMENT_MAX = 4000


def conclude(
    attempt: Attempt, verdict: Verdict, *, reason: Reason | None, comment: str, actor: Actor, now: datetime
) -> Conclusion:
    """Accept or not accept an attempt; an accepted onboarding gives its photo to the profile.

    A changed mind is a new conclusion; the gradebook hears of each.

    Raises `Invalid("reason_missing")` for a negative one without reason, `Refused` when the status does not allow it.
    A person has more to say than a number.
    """
    is_number = reason == Reason.low_credibility and actor.role != Role.timer
    if verdict == Verdict.negative and (reason is None or is_number):
        raise Invalid("reason_missing")
    event = Event.accept if verdict == Verdict.positive else Event.reject
    code = reason.value if reason and verdict == Verdict.negative else ""
    conclusion = Conclusion(
        attempt_id=attempt.id,
        reviewer_id=actor.user_id,
        verdict=verdict,
        reason=reason if verdict == Verdict.negative else None,
        comment=comment.strip()[:COMMENT_MAX],
        at=now,
    )
    fire(attempt, event, actor=actor, now=now, reason=code)
    attempt.signed_at = now
    db.session.add(conclusion)
    if attempt.exam.kind == Kind.onboarding:
        (faces.adopt if verdict == Verdict.positive else faces.disown)(attempt, actor=actor, now=now)
    source = "computer" if actor.role == Role.timer else "person"
    signals.announce(
        signals.review_received, now, attempt_id=attempt.id, exam_id=attempt.exam_id, user_id=attempt.user_id,
        source=source, found=verdict.value,
    )  # fmt: skip
    return conclusion


def conclusions_of(attempt: Attempt) -> list[Conclusion]:
    """Newest first."""
    query = select(Conclusion).where(Conclusion.attempt_id == attempt.id).order_by(Conclusion.id.desc())
    return list(db.session.scalars(query))
