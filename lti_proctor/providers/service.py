"""What providers and attempts tell each other."""

import uuid
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import bindparam, insert, select, update

from lti_proctor import journal, outbox, signals
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.engines import tell
from lti_proctor.attempts.lifecycle import Event, Phase, Status
from lti_proctor.attempts.models import Assessment, Attempt
from lti_proctor.attempts.passed import passed_steps
from lti_proctor.attempts.steps import StepKey
from lti_proctor.errors import NotFound, Refused
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import current_settings, db, execute, table_of
from lti_proctor.journal import Actor, Role
from lti_proctor.objects import Chain
from lti_proctor.people.models import CourseMember, User
from lti_proctor.people.presence import STAFF
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.platforms.models import Course, ResourceLink
from lti_proctor.prepared import Prepared
from lti_proctor.providers.base import Later, Onboarding, Provider, Review
from lti_proctor.providers.mapping import Found, Outcome, outcome_of
from lti_proctor.providers.models import ProviderAttempt, ProviderExam, ProviderReview, Stage
from lti_proctor.providers.registry import providers

PROVIDER = Actor(Role.provider, None)
ACT = "provider.act"
BLOCKED: dict[Onboarding, Event] = {
    Onboarding.missing: Event.miss_onboarding,
    Onboarding.pending: Event.await_onboarding,
    Onboarding.failed: Event.fail_onboarding,
    Onboarding.expired: Event.outdate_onboarding,
}


_ROWS = table_of(ProviderAttempt)
_HOLD = Prepared(update(_ROWS).where(_ROWS.c.id == bindparam("known_id")).values(stage=_ROWS.c.stage))
_REVIEWS = table_of(ProviderReview).c
_NEWEST = Prepared(
    select(_REVIEWS.id, _REVIEWS.status, _REVIEWS.comments, _REVIEWS.reviewed_by, _REVIEWS.video_url)
    .where(_REVIEWS.attempt_id == bindparam("attempt_id"))
    .order_by(_REVIEWS.id.desc())
    .limit(1)
)
_ADD_REVIEW = Prepared(insert(table_of(ProviderReview)))
#: What whoever calls about an attempt needs of it, in one go.
_KNOWN = Chain(
    ProviderAttempt,
    (ProviderAttempt, "attempt", Attempt),
    (Attempt, "assessment", Assessment),
    (Attempt, "exam", Exam),
    (Attempt, "link", ResourceLink),
    (Exam, "course", Course),
)
_ALONE = Chain(ProviderAttempt)
_OF_ATTEMPT = _ALONE.where(_ROWS.c.attempt_id == bindparam("attempt_id"))
_EXAMS = Chain(ProviderExam)
_EXAM = _EXAMS.where(
    table_of(ProviderExam).c.exam_id == bindparam("exam_id"), table_of(ProviderExam).c.provider == bindparam("provider")
)
_BY_CODE = _KNOWN.where(_ROWS.c.code == bindparam("code"))
_BY_ID = _KNOWN.where(_ROWS.c.external_id == bindparam("external_id"))
_BY_ID_OF_PROVIDER = _KNOWN.where(
    _ROWS.c.external_id == bindparam("external_id"), _ROWS.c.provider == bindparam("provider")
)


def known_attempt(attempt: Attempt) -> ProviderAttempt | None:
    """What the provider of this attempt knows of it; None before it was announced."""
    db.session.flush()
    found = execute(_OF_ATTEMPT, attempt_id=attempt.id).first()
    return cast(ProviderAttempt, _ALONE.objects(found)) if found else None


def announced(attempt: Attempt) -> ProviderAttempt:
    """The row of an attempt that is to be announced, made at the first call."""
    known = known_attempt(attempt)
    if known is None:
        known = ProviderAttempt(attempt_id=attempt.id, provider=attempt.provider, code=str(uuid.uuid4()).upper())
        known.stage, known.instructions, known.download_url = Stage.asked, [], ""
        db.session.add(known)
        db.session.flush()
    return known


def get_by_external_id(external_id: str, provider: str | None = None) -> ProviderAttempt:
    """By the provider's own id; `provider` None looks among all. Raises `NotFound("attempt")`."""
    db.session.flush()
    if provider is None:
        found = execute(_BY_ID, external_id=external_id).all()
    else:
        found = execute(_BY_ID_OF_PROVIDER, external_id=external_id, provider=provider).all()
    if len(found) != 1:
        raise NotFound("attempt")
    return cast(ProviderAttempt, _KNOWN.objects(found[0]))


def find_by_code(code: str) -> ProviderAttempt | None:
    """By our own code."""
    db.session.flush()
    found = execute(_BY_CODE, code=code.upper()).first()
    return cast(ProviderAttempt, _KNOWN.objects(found)) if found else None


def exam_at(exam: Exam, provider: str) -> ProviderExam | None:
    """What the provider was told of an exam."""
    db.session.flush()
    found = execute(_EXAM, exam_id=exam.id, provider=provider).first()
    return cast(ProviderExam, _EXAMS.objects(found)) if found else None


def exam_id_at(exam: Exam, provider: str) -> str | None:
    """How the provider calls an exam."""
    known = exam_at(exam, provider)
    return known.external_id if known else None


def note_exam(exam: Exam, provider: str, external_id: str | None, told_version: int) -> None:
    known = exam_at(exam, provider)
    if known is None:
        known = ProviderExam(exam_id=exam.id, provider=provider)
        db.session.add(known)
    known.external_id, known.told_version = external_id, told_version


def note_ready(known: ProviderAttempt, *, now: datetime) -> bool:
    """The provider says that its set-up is done; whether that changed anything. Said again, or too late, it is heard
    and changes nothing.
    """
    attempt = known.attempt
    if attempt.phase != Phase.before or attempts.next_step(attempt, attempts.config_of(attempt), now) is None:
        return False
    if StepKey.provider in passed_steps(attempt):
        return False
    attempts.pass_step(attempt, StepKey.provider, actor=PROVIDER, now=now)
    return True


def note_end(known: ProviderAttempt, *, now: datetime) -> None:
    """The provider says that the learner has left the exam: it is handed in, unless it is over already."""
    if attempts.may(known.attempt, Event.submit, PROVIDER, now):
        attempts.fire(known.attempt, Event.submit, actor=PROVIDER, now=now)


def block(known: ProviderAttempt, state: Onboarding, *, now: datetime) -> None:
    """The learner's onboarding does not allow the attempt."""
    event = BLOCKED[state]
    if attempts.may(known.attempt, event, PROVIDER, now):
        attempts.fire(known.attempt, event, actor=PROVIDER, now=now)


def ask_again(attempt: Attempt, *, now: datetime) -> None:
    """Announce an attempt once more that was refused. Raises `Refused("wrong_status")` when there is nothing to ask."""
    known = known_attempt(attempt)
    if attempt.phase not in {Phase.before, Phase.blocked} or known is None or known.stage != Stage.refused:
        raise Refused("wrong_status", status=attempt.status.value, event="ask_again")
    known.stage, known.problem, known.problem_status = Stage.asked, None, None
    if attempt.phase == Phase.blocked:
        attempts.fire(attempt, Event.clear_onboarding, actor=PROVIDER, now=now)
    tell(attempt, "register", now=now)


def put_later(attempt: Attempt, later: tuple[Later, ...], *, now: datetime) -> None:
    """Have a provider called again when it asked for it."""
    for one in later:
        payload = {"attempt": attempt.id, "act": one.act.value}
        lane, subject = f"provider-act:{attempt.id}", f"attempt:{attempt.id}"
        after = timedelta(seconds=one.seconds)
        outbox.put(ACT, lane=lane, subject=subject, payload=payload, now=now, after=after)


def take_review(known: ProviderAttempt, provider: Provider, review: Review, *, now: datetime) -> None:
    """Keep a review and let it act on the attempt. The same review again changes nothing.

    Raises `Refused`: `review_again` where the site takes no second one, `exam_not_proctored` when the exam is not
    watched any more.
    """
    attempt, settings = known.attempt, current_settings().proctoring_settings
    _wait_for_others(known)
    last = execute(_NEWEST, attempt_id=attempt.id).first()
    comments = [dict(vars(comment)) for comment in review.comments]
    if last is not None and _is_same(last, review, comments):
        return
    if last is not None and not settings.ALLOW_REVIEW_UPDATES:
        raise Refused("review_again")
    if attempt.exam.kind == Kind.timed:
        raise Refused("exam_not_proctored")
    reviewer = reviewer_of(attempt, review.reviewed_by)
    outcome = outcome_of(_found(attempt, provider, review, has_reviewer=reviewer is not None))
    execute(
        _ADD_REVIEW, attempt_id=attempt.id, status=review.status, comments=comments, reviewed_by=review.reviewed_by,
        payload=dict(review.payload or {}), video_url=review.video_url, outcome=outcome.value, received_at=now,
    )  # fmt: skip
    data = {"status": review.status.value, "outcome": outcome.value, "comments": len(comments)}
    journal.record(PROVIDER, "attempt.provider_review", attempts.subject_of(attempt), data, now)
    _apply(attempt, outcome, review, now)
    signals.announce(
        signals.review_received, now, attempt_id=attempt.id, exam_id=attempt.exam_id, user_id=attempt.user_id,
        source="provider", found=review.status.value,
    )  # fmt: skip


def _wait_for_others(known: ProviderAttempt) -> None:
    """Two deliveries of one review at the same moment: the second one sees what the first has kept."""
    execute(_HOLD, known_id=known.id)


def _is_same(last: Any, review: Review, comments: list[dict[str, object]]) -> bool:
    kept = (last.status, last.comments, last.reviewed_by, last.video_url)
    return kept == (review.status, comments, review.reviewed_by, review.video_url)


def newest_review(attempt: Attempt) -> ProviderReview | None:
    query = select(ProviderReview).filter_by(attempt_id=attempt.id).order_by(ProviderReview.id.desc()).limit(1)
    return db.session.scalars(query).one_or_none()


def reviews_of(attempt: Attempt) -> list[ProviderReview]:
    """Newest first."""
    query = select(ProviderReview).filter_by(attempt_id=attempt.id).order_by(ProviderReview.id.desc())
    return list(db.session.scalars(query))


def reviewer_of(attempt: Attempt, address: str) -> User | None:
    """The person whom a review names, if they may review this exam: a name from outside gives nobody a right."""
    if not address:
        return None
    teaches = select(CourseMember.user_id).where(
        CourseMember.course_id == attempt.exam.course_id, CourseMember.launched_part.in_(STAFF)
    )
    may_review = (User.role.in_({SiteRole.proctor, SiteRole.administrator})) | User.id.in_(teaches)
    query = select(User).where(User.email == address, ~User.is_locked, may_review)
    return db.session.scalars(query.limit(1)).first()


def _found(attempt: Attempt, provider: Provider, review: Review, *, has_reviewer: bool) -> Found:
    return Found(
        status=review.status,
        passing=provider.passes,
        attempt=attempt.status,
        was_submitted=attempt.stopped_at is not None and attempt.started_at is not None,
        is_removed=attempt.is_removed,
        is_sample=attempt.exam.kind in {Kind.practice, Kind.onboarding},
        supports_onboarding=provider.is_onboarding_supported,
        is_known_reviewer=has_reviewer,
        second_reviews=current_settings().proctoring_settings.REQUIRE_FAILURE_SECOND_REVIEWS,
    )


_EVENTS = {
    Outcome.accept: (Event.accept, Status.verified),
    Outcome.reject: (Event.reject, Status.rejected),
    Outcome.second_review: (Event.ask_second_review, Status.second_review_required),
    Outcome.error: (Event.fail, Status.error),
}


def _apply(attempt: Attempt, outcome: Outcome, review: Review, now: datetime) -> None:
    """A person's verdict here outweighs a later one of the provider's that would only ask for another look."""
    if outcome == Outcome.nothing:
        return
    event, target = _EVENTS[outcome]
    reason = f"provider_{review.status.value}"
    if attempt.status != target and attempts.may(attempt, event, PROVIDER, now, reason):
        attempts.fire(attempt, event, actor=PROVIDER, now=now, reason=reason)


def usable(name: str) -> Provider | None:
    """The provider of that name, if it can be used."""
    return providers().get(name)
