"""Exams, attempts and people in the words of the providers' contract."""

import hashlib
import hmac
import math

from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.effects import extra_time
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.timing import allowed_seconds
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.allowances import policy_exception_of
from lti_proctor.exams.config import ExamConfig
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import current_settings
from lti_proctor.people.models import User
from lti_proctor.providers.base import AttemptFacts, ExamFacts, Registration
from lti_proctor.providers.models import ProviderAttempt

#: Providers want a limit; what has none runs at most so long.
WITHOUT_LIMIT = 24 * 60
_SAMPLES = frozenset({Kind.practice, Kind.onboarding})


def exam_facts(exam: Exam, config: ExamConfig, external_id: str | None, *, is_watched: bool = True) -> ExamFacts:
    """`is_watched` False: the exam does not go by this provider any more."""
    return ExamFacts(
        id=exam.id,
        course_id=exam.course.context_id if exam.course else "",
        content_id=exam.identifier,
        name=exam.title,
        time_limit_minutes=config.lifetime or WITHOUT_LIMIT,
        is_proctored=is_watched and exam.kind != Kind.timed,
        is_practice=exam.kind in _SAMPLES,
        is_active=exam.is_active and is_watched,
        external_id=external_id,
        due_at=config.close_at,
        rule_summary=review_policy(config),
    )


def attempt_facts(known: ProviderAttempt, exam_id: str | None) -> AttemptFacts:
    attempt = known.attempt
    return AttemptFacts(
        id=attempt.id,
        code=known.code,
        exam=exam_facts(attempt.exam, attempts.config_of(attempt), exam_id),
        status=attempt.status.value,
        external_id=known.external_id or "",
        is_sample=attempt.exam.kind in _SAMPLES,
    )


def registration_of(known: ProviderAttempt) -> Registration:
    attempt, settings = known.attempt, current_settings()
    config = attempts.config_of(attempt)
    return Registration(
        host=settings.base_url,
        minutes=minutes_of(attempt, config),
        code=known.code,
        is_sample=attempt.exam.kind in _SAMPLES,
        user_id=obscured_id(attempt.user_id, known.provider),
        full_name=full_name(attempt.user),
        email=attempt.user.email,
        review_policy=review_policy(config),
        review_policy_exception=exception_of(attempt),
        start_address=f"{settings.base_url}/attempts/{attempt.id}",
    )


def review_policy(config: ExamConfig) -> str:
    return config.review_rules or config.rules or current_settings().proctoring_settings.DEFAULT_REVIEW_POLICY


def exception_of(attempt: Attempt) -> str:
    """What is allowed to this learner beside the rules."""
    return policy_exception_of(attempt.exam_id, attempt.user_id)


def full_name(user: User) -> str:
    return f"{user.given_name} {user.family_name}".strip() or user.name


def minutes_of(attempt: Attempt, config: ExamConfig) -> int:
    """Whole minutes that the learner has, begun ones counted."""
    seconds = allowed_seconds(config.lifetime, extra_time(attempt))
    return math.ceil(seconds / 60) if seconds is not None else WITHOUT_LIMIT


def obscured_id(user_id: int, provider: str) -> str:
    """What a provider knows a person by: always the same there, and nothing elsewhere (40 hexadecimal digits)."""
    settings = current_settings()
    key = settings.proctoring_user_obfuscation_key or f"providers:{settings.secret_key}"
    return hmac.new(key.encode(), f"{user_id}{provider}".encode(), hashlib.sha1).hexdigest()
