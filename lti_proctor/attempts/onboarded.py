"""Whether a learner's onboarding is good for the proctored exams of a course: same provider, and not too old."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from lti_proctor.attempts.engines import provider_name
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.onboarding import good_until, validity
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.config import ExamConfig
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db


class State(StrEnum):
    verified = "verified"
    missing = "missing"
    pending = "pending"
    failed = "failed"
    expired = "expired"


#: What happens to an attempt that needs an onboarding in this state.
EVENTS = {
    State.missing: Event.miss_onboarding,
    State.pending: Event.await_onboarding,
    State.failed: Event.fail_onboarding,
    State.expired: Event.outdate_onboarding,
}
BLOCKED = {
    State.missing: Status.onboarding_missing,
    State.pending: Status.onboarding_pending,
    State.failed: Status.onboarding_failed,
    State.expired: Status.onboarding_expired,
}
#: So long before its end a learner is told that an onboarding will be out of date.
REMIND = timedelta(days=28)
_IN_REVIEW = frozenset({Status.submitted, Status.second_review_required})


@dataclass(frozen=True)
class Onboarding:
    """The state, until when a verified one is good, and the attempt that it comes from."""

    state: State
    good_until: datetime | None = None
    attempt: Attempt | None = None


def is_needed(attempt: Attempt, config: ExamConfig) -> bool:
    return config.needs_onboarding and attempt.exam.kind == Kind.proctored


def onboarding_for(attempt: Attempt, now: datetime) -> Onboarding:
    """What counts for this attempt."""
    return onboarding_of(attempt.user_id, attempt.exam.course_id, provider_name(attempt), now)


def onboarding_of(user_id: int, course_id: int | None, provider: str, now: datetime) -> Onboarding:
    """The best of a learner's onboardings in a course with a provider: a verified one counts beside a newer try."""
    query = (
        select(Attempt)
        .join(Exam)
        .where(Exam.kind == Kind.onboarding, Exam.course_id == course_id, Attempt.user_id == user_id)
        .order_by(Attempt.id.desc())
    )
    taken = [one for one in db.session.scalars(query) if provider_name(one) == provider]
    verified = [(good_until(one), one) for one in taken if one.status == Status.verified]
    if verified and verified[0][0] > now:
        return Onboarding(State.verified, *verified[0])
    newest = next((one for one in taken if one.status in _IN_REVIEW), None)
    if newest is not None:
        return Onboarding(State.pending, None, newest)
    if verified:
        return Onboarding(State.expired, *verified[0])
    failed = next((one for one in taken if one.status == Status.rejected), None)
    return Onboarding(State.failed, None, failed) if failed else Onboarding(State.missing)


def expiring(now: datetime) -> list[Attempt]:
    """Onboardings that will be out of date within `REMIND`, each learner's newest in a course."""
    since, newer = now - validity(), aliased(Attempt)
    accepted_at = func.coalesce(Attempt.signed_at, Attempt.stopped_at)
    replaced = select(newer.id).where(
        newer.exam_id == Attempt.exam_id,
        newer.user_id == Attempt.user_id,
        newer.status == Status.verified,
        newer.id > Attempt.id,
    )
    query = (
        select(Attempt)
        .join(Exam)
        .where(Exam.kind == Kind.onboarding, Exam.is_active, Attempt.status == Status.verified, ~replaced.exists())
        .where(accepted_at > since, accepted_at <= since + REMIND)
    )
    return list(db.session.scalars(query))


def due_event(attempt: Attempt, config: ExamConfig, now: datetime) -> Event | None:
    """What the state of the onboarding makes of an attempt that has not begun; None where nothing changes."""
    if not is_needed(attempt, config):
        return None
    state = onboarding_for(attempt, now).state
    blocked = set(BLOCKED.values())
    if state == State.verified:
        return Event.clear_onboarding if attempt.status in blocked else None
    return None if attempt.status == BLOCKED[state] else EVENTS[state]
