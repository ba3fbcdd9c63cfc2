"""Verbs of the review: conclude, and what has to be true before."""

from datetime import datetime

from sqlalchemy import select

from lti_proctor import journal, signals
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import config_of, fire, subject_of
from lti_proctor.errors import Invalid, Refused
from lti_proctor.exams.addons import Kind
from lti_proctor.extensions import add_if_new, db
from lti_proctor.faces import service as faces
from lti_proctor.journal import Actor, Role
from lti_proctor.monitoring.models import Disposition, Flag
from lti_proctor.review.models import Appeal, Conclusion, Opening, Reason, Verdict
from lti_proctor.review.remarks import has_incident
from lti_proctor.review.rules import waits_for_second

COMMENT_MAX = 4000


def conclude(
    attempt: Attempt, verdict: Verdict, *, reason: Reason | None, comment: str, actor: Actor, now: datetime
) -> Conclusion:
    """Accept or not accept an attempt; an accepted onboarding gives its photo to the profile.

    A changed mind is a new conclusion; the gradebook hears of each. Where the exam wants a second person, the first
    conclusion is an opinion and the attempt waits for somebody else.

    Raises `Invalid("reason_missing")` for a negative one without reason; `Refused`: `same_reviewer` when this person
    has judged what a second one has to decide, `evidence_unopened` and `nothing_confirmed` for a negative one of a
    person who has not looked or confirmed nothing, and what the status does not allow.
    """
    is_person = actor.role == Role.reviewer
    # A person has more to say than a number.
    if verdict == Verdict.negative and (reason is None or (reason == Reason.low_credibility and is_person)):
        raise Invalid("reason_missing")
    if is_person:
        _require_other_reviewer(attempt, actor)
    if is_person and verdict == Verdict.negative:
        require_evidence(attempt, actor)
    is_opinion = is_person and needs_second(attempt, verdict)
    code = reason.value if reason and verdict == Verdict.negative else ""
    conclusion = Conclusion(
        attempt_id=attempt.id,
        reviewer_id=actor.user_id,
        verdict=verdict,
        reason=reason if verdict == Verdict.negative else None,
        comment=comment.strip()[:COMMENT_MAX],
        is_opinion=is_opinion,
        at=now,
    )
    fire(attempt, _event(verdict, is_opinion=is_opinion), actor=actor, now=now, reason=code)
    db.session.add(conclusion)
    if is_opinion:
        return conclusion
    attempt.signed_at = now
    _close_appeal(attempt, verdict, now)
    if attempt.exam.kind == Kind.onboarding:
        (faces.adopt if verdict == Verdict.positive else faces.disown)(attempt, actor=actor, now=now)
    source = "computer" if actor.role == Role.timer else "person"
    signals.announce(
        signals.review_received, now, attempt_id=attempt.id, exam_id=attempt.exam_id, user_id=attempt.user_id,
        source=source, found=verdict.value,
    )  # fmt: skip
    return conclusion


def _event(verdict: Verdict, *, is_opinion: bool) -> Event:
    if is_opinion:
        return Event.ask_second_review
    return Event.accept if verdict == Verdict.positive else Event.reject


def needs_second(attempt: Attempt, verdict: Verdict) -> bool:
    """Whether a conclusion of a person waits for a second one now: by the exam's rule, until somebody has given an
    opinion. A change for the better of what was not accepted needs none.
    """
    rule = config_of(attempt).second_review
    return waits_for_second(attempt.status, rule, is_negative=verdict == Verdict.negative)


def has_judged(attempt: Attempt, user_id: int | None) -> bool:
    return any(one.reviewer_id == user_id for one in conclusions_of(attempt) if user_id is not None)


def _require_other_reviewer(attempt: Attempt, actor: Actor) -> None:
    """A second look is another person's: after an opinion, a provider's or a rule's wish, and after an appeal."""
    if attempt.status == Status.second_review_required and has_judged(attempt, actor.user_id):
        raise Refused("same_reviewer")


def require_evidence(attempt: Attempt, actor: Actor) -> None:
    """Raises `Refused`: `evidence_unopened`, `nothing_confirmed`."""
    if not has_opened(attempt, actor):
        raise Refused("evidence_unopened")
    # In an onboarding nothing is watched: the photo itself is what was found.
    if attempt.exam.kind != Kind.onboarding and not (has_incident(attempt) or has_confirmed(attempt)):
        raise Refused("nothing_confirmed")


def has_confirmed(attempt: Attempt) -> bool:
    query = select(Flag.id).where(Flag.attempt_id == attempt.id, Flag.disposition == Disposition.confirmed)
    return db.session.scalar(query.limit(1)) is not None


def has_opened(attempt: Attempt, actor: Actor) -> bool:
    query = select(Opening.id).where(Opening.attempt_id == attempt.id, Opening.reviewer_id == actor.user_id)
    return db.session.scalar(query) is not None


def note_opened(attempt: Attempt, *, actor: Actor, now: datetime) -> None:
    """A reviewer looks at the evidence of an attempt; the first time stands in the journal."""
    if actor.user_id is None:
        return
    if add_if_new(Opening, attempt_id=attempt.id, reviewer_id=actor.user_id, at=now):
        journal.record(actor, "review.opened", subject_of(attempt), {}, now)


def _close_appeal(attempt: Attempt, verdict: Verdict, now: datetime) -> None:
    appeal = db.session.scalars(select(Appeal).where(Appeal.attempt_id == attempt.id)).one_or_none()
    if appeal is not None and appeal.decided_at is None:
        appeal.decided_at, appeal.was_granted = now, verdict == Verdict.positive


def judge_flag(attempt: Attempt, flag: Flag, disposition: Disposition, *, actor: Actor, now: datetime) -> None:
    """Confirm or dismiss a flag, or open it again. Whoever does that has looked at it."""
    note_opened(attempt, actor=actor, now=now)
    if flag.disposition == disposition:
        return
    data = {"flag": flag.id, "from": flag.disposition.value, "found": disposition.value}
    flag.disposition = disposition
    is_open = disposition == Disposition.open
    flag.decided_by, flag.decided_at = (None, None) if is_open else (actor.user_id, now)
    journal.record(actor, f"flag.{disposition}", subject_of(attempt), data, now)


def conclusions_of(attempt: Attempt) -> list[Conclusion]:
    """Newest first."""
    query = select(Conclusion).where(Conclusion.attempt_id == attempt.id).order_by(Conclusion.id.desc())
    return list(db.session.scalars(query))
