"""Where the onboarding of the members of a course stands, by their attempts at its onboarding exams."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import contains_eager

from lti_proctor.attempts.engines import provider_name
from lti_proctor.attempts.lifecycle import PHASE, Phase, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.backends import backends
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import current_settings, db
from lti_proctor.people.models import CourseMember, User
from lti_proctor.people.roles import Part
from lti_proctor.people.search import is_called

#: How many people are looked up in one statement.
AT_ONCE = 500


class State(StrEnum):
    """The published words of the edX subsystem for staff."""

    not_started = "not_started"
    setup_started = "setup_started"
    onboarding_started = "onboarding_started"
    submitted = "submitted"
    rejected = "rejected"
    verified = "verified"
    error = "error"
    expired = "expired"
    other_course_approved = "other_course_approved"


_STATES: Mapping[Status, State] = {
    Status.submitted: State.submitted,
    Status.second_review_required: State.submitted,
    Status.timed_out: State.submitted,
    Status.verified: State.verified,
    Status.rejected: State.rejected,
    Status.error: State.error,
    Status.expired: State.expired,
}
_OF_PHASES: Mapping[Phase, State] = {
    Phase.before: State.setup_started,
    Phase.running: State.onboarding_started,
}


@dataclass(frozen=True)
class Standing:
    """`attempt` is the one that the state comes from; `expires_at` None: nothing is accepted."""

    state: State = State.not_started
    attempt: Attempt | None = None
    modified_at: datetime | None = None
    expires_at: datetime | None = None


def state_of(status: Status) -> State:
    """The state that an attempt in this status gives, before its age counts."""
    return _STATES.get(status) or _OF_PHASES.get(PHASE[status], State.not_started)


def of_course(course_id: int, now: datetime, *, search: str = "") -> list[tuple[User, Standing]]:
    """Where each learner of a course stands, by user name: those on its roster, and whoever has taken an onboarding
    exam of it without the roster telling of them.
    """
    on_roster = select(CourseMember.user_id).where(CourseMember.course_id == course_id)
    learners = on_roster.where(CourseMember.is_active, CourseMember.part == Part.learner)
    taken = select(Attempt.user_id).join(Attempt.exam).where(Exam.course_id == course_id, Exam.kind == Kind.onboarding)
    query = select(User).where(User.id.in_(learners) | (User.id.in_(taken) & User.id.not_in(on_roster)))
    if search:
        query = query.where(is_called(search))
    people = list(db.session.scalars(query.order_by(User.username)))
    found = standings(course_id, [user.id for user in people], now)
    return [(user, found[user.id]) for user in people]


def standings(course_id: int, user_ids: Sequence[int], now: datetime) -> dict[int, Standing]:
    """For each of these people, by the newest attempt here; an onboarding that was accepted in another course with the
    same provider counts where there is none here.
    """
    found: dict[int, Standing] = {}
    ids, providers = list(user_ids), providers_of(course_id)
    for start in range(0, len(ids), AT_ONCE):
        chunk = ids[start : start + AT_ONCE]
        here = {attempt.user_id: attempt for attempt in _attempts(chunk, Exam.course_id == course_id)}
        accepted = (Exam.course_id.is_(None) | (Exam.course_id != course_id)) & (Attempt.status == Status.verified)
        elsewhere = {(a.user_id, provider_name(a)): a for a in _attempts(chunk, accepted)}
        for user_id in chunk:
            other = [a for p in providers if (a := elsewhere.get((user_id, p))) is not None]
            found[user_id] = _standing(here.get(user_id), other, now)
    return found


def onboarding_exams(course_id: int) -> list[Exam]:
    """Oldest first; those put away are left out."""
    query = select(Exam).where(Exam.course_id == course_id, Exam.kind == Kind.onboarding, Exam.is_active)
    return list(db.session.scalars(query.order_by(Exam.id)))


def providers_of(course_id: int) -> set[str]:
    """Who watches the onboarding exams of a course."""
    return {backends().chosen(exam.config.provider) for exam in onboarding_exams(course_id)}


def _attempts(user_ids: list[int], where: ColumnElement[bool]) -> list[Attempt]:
    """In the order in which they were made, so that the newest comes last."""
    query = (
        select(Attempt)
        .join(Attempt.exam)
        .options(contains_eager(Attempt.exam))
        .where(Attempt.user_id.in_(user_ids), Exam.kind == Kind.onboarding, where)
        .where(Attempt.status != Status.onboarding_reset)
        .order_by(Attempt.id)
    )
    return list(db.session.scalars(query))


def _standing(own: Attempt | None, elsewhere: Sequence[Attempt], now: datetime) -> Standing:
    state = state_of(own.status) if own is not None else State.not_started
    if own is not None and state != State.not_started:
        at = _changed_at(own)
        expires = good_until(own) if state == State.verified else None
        is_over = expires is not None and expires <= now
        return Standing(State.expired if is_over else state, own, at, expires)
    for attempt in reversed(elsewhere):
        if good_until(attempt) > now:
            return Standing(State.other_course_approved, attempt, _changed_at(attempt), good_until(attempt))
    return Standing()


def _changed_at(attempt: Attempt) -> datetime:
    return attempt.signed_at or attempt.stopped_at or attempt.started_at or attempt.set_up_at or attempt.created_at


def good_until(accepted: Attempt) -> datetime:
    """When an onboarding that was accepted is out of date."""
    return _changed_at(accepted) + validity()


def validity() -> timedelta:
    return timedelta(days=current_settings().proctoring_settings.VERIFICATION_DAYS_VALID)
