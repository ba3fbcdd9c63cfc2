"""Delivers from the outbox what outside providers are to be told. A provider that is down delays; it blocks nobody."""

from collections.abc import Callable
from typing import cast

import structlog

from lti_proctor import clock, outbox
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.engines import KINDS
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.whole import find_attempt
from lti_proctor.errors import Refused, Upstream
from lti_proctor.exams.models import Exam
from lti_proctor.exams.service import EXAM_SAVED
from lti_proctor.extensions import db
from lti_proctor.outbox import Effect
from lti_proctor.providers import service
from lti_proctor.providers.base import (
    Act,
    AttemptFacts,
    CannotRegister,
    ExamFacts,
    OnboardingNeeded,
    Provider,
    Registered,
    Registration,
    SentNoAttemptId,
)
from lti_proctor.providers.facts import attempt_facts, exam_facts, registration_of
from lti_proctor.providers.models import ProviderAttempt, Stage
from lti_proctor.providers.registry import provider_of

log = structlog.get_logger()


def _provider(name: str) -> Provider:
    """Raises `Upstream`: somebody has to set the provider up before anything can be delivered."""
    try:
        return provider_of(name)
    except Refused as refused:
        raise Upstream(refused.code, permanent=False) from refused


def _attempt(effect: Effect) -> Attempt:
    attempt = find_attempt(effect.payload["attempt"])
    if attempt is None:
        raise Upstream("gone", permanent=True)
    return attempt


def _call(method: Callable[..., object], *given: object) -> object:
    """A plugin may break in any way; it is noted and tried again."""
    try:
        return method(*given)
    except (Upstream, CannotRegister, OnboardingNeeded):
        raise
    except Exception as error:
        log.exception("provider.broke", method=method.__name__)
        raise Upstream("provider_broke", permanent=False, error=type(error).__name__) from error


def tell_exam(exam: Exam, provider: Provider, *, is_watched: bool = True) -> str | None:
    """Announce an exam, or what changed of it; the provider's own id.

    Commits before the provider is called: on SQLite nobody else could write while it takes its time.
    """
    known = service.exam_at(exam, provider.name)
    external_id = known.external_id if known else None
    version, told = exam.version, known.told_version if known else 0
    if told == version and is_watched:
        return external_id
    facts = exam_facts(exam, exam.config, external_id, is_watched=is_watched)
    db.session.commit()
    given = _call(provider.on_exam_saved, facts)
    external_id = str(given)[:255] if given else external_id
    service.note_exam(exam, provider.name, external_id, version if is_watched else 0)
    db.session.commit()
    return external_id


@outbox.handles(EXAM_SAVED)
def exam_saved(effect: Effect) -> None:
    exam = db.session.get(Exam, effect.payload["exam"])
    if exam is None:
        raise Upstream("gone", permanent=True)
    tell_exam(exam, _provider(effect.payload["provider"]), is_watched=effect.payload["is_watched"])


@outbox.handles(KINDS["register"])
def register(effect: Effect) -> None:
    """Announce an attempt; a learner who has gone elsewhere meanwhile is not announced.

    Commits before the provider is called, as `tell_exam` does. A row that comes again finds what was kept.
    """
    attempt, now = _attempt(effect), clock.now()
    known = service.announced(attempt)
    if attempt.phase not in {Phase.before, Phase.blocked}:
        return
    provider = _provider(attempt.provider)
    exam_id = tell_exam(attempt.exam, provider)
    if known.stage != Stage.registered:
        facts = exam_facts(attempt.exam, attempts.config_of(attempt), exam_id)
        registration = registration_of(known)
        db.session.commit()
        given = _registered(known, provider, facts, registration)
        if given is None:
            return
        known.stage, known.external_id, known.problem = Stage.registered, given.external_id[:255], None
        service.put_later(attempt, given.later, now=now)
        if given.is_ready:
            service.note_ready(known, now=now)
        db.session.commit()  # the provider's id must not be lost by what follows
    if attempt.phase == Phase.before and not known.instructions:
        _keep_instructions(known, provider, exam_id)


def _registered(
    known: ProviderAttempt, provider: Provider, facts: ExamFacts, registration: Registration
) -> Registered | None:
    """What the provider gave; None when it wants an onboarding first. Raises `Upstream`; a refusal for good is kept,
    for the learner's page tells it.
    """
    try:
        given = _call(provider.register_attempt, facts, registration)
    except OnboardingNeeded as needed:
        known.stage, known.problem = Stage.refused, needed.state.value
        service.block(known, needed.state, now=clock.now())
        return None
    except CannotRegister as refused:
        known.stage, known.problem_status = Stage.refused, refused.status
        known.problem = "no_id" if isinstance(refused, SentNoAttemptId) else "refused"
        db.session.commit()
        raise Upstream(f"provider_{known.problem}", permanent=True) from refused
    except Upstream as trouble:
        if trouble.permanent:
            known.stage, known.problem = Stage.refused, trouble.code
            db.session.commit()
        raise
    return cast(Registered, given)


def _keep_instructions(known: ProviderAttempt, provider: Provider, exam_id: str | None) -> None:
    """Kept, so that the learner's page waits for nobody. Without them the page shows its own words."""
    language, facts = known.attempt.user.locale or "en", attempt_facts(known, exam_id)
    try:
        given = provider.instructions(facts, language)
    except Exception:
        log.warning("provider.no_instructions", provider=provider.name)
        return
    known.instructions = [step[:4000] for step in given.steps[:50]]
    known.download_url = given.download_url[:2000]


def _deliver(effect: Effect, method: str) -> None:
    attempt = _attempt(effect)
    known = service.known_attempt(attempt)
    if known is None or known.stage != Stage.registered:
        return
    provider = _provider(attempt.provider)
    exam_id = service.exam_id_at(attempt.exam, provider.name)
    later = _call(getattr(provider, method), attempt_facts(known, exam_id))
    service.put_later(attempt, later if isinstance(later, tuple) else (), now=clock.now())


@outbox.handles(KINDS["start"])
def start(effect: Effect) -> None:
    _deliver(effect, "start_attempt")


@outbox.handles(KINDS["stop"])
def stop(effect: Effect) -> None:
    _deliver(effect, "stop_attempt")


@outbox.handles(KINDS["error"])
def error(effect: Effect) -> None:
    _deliver(effect, "mark_erroneous")


@outbox.handles(KINDS["remove"])
def remove(effect: Effect) -> None:
    """Have the provider take away what it keeps; only its own word that it is gone counts."""
    attempt = _attempt(effect)
    known = service.known_attempt(attempt)
    if known is None or known.stage != Stage.registered:
        return
    provider = _provider(attempt.provider)
    facts = attempt_facts(known, service.exam_id_at(attempt.exam, provider.name))
    if _call(provider.remove_attempt, facts) is not True:
        raise Upstream("provider_keeps", permanent=False)
    known.stage = Stage.gone


@outbox.handles(service.ACT)
def act(effect: Effect) -> None:
    """What a provider without servers of its own wanted to do later."""
    attempt, now = _attempt(effect), clock.now()
    known = service.known_attempt(attempt)
    if known is None or known.stage != Stage.registered:
        return
    provider = _provider(attempt.provider)
    facts: AttemptFacts = attempt_facts(known, service.exam_id_at(attempt.exam, provider.name))
    wanted = Act(effect.payload["act"])
    review = _call(provider.act, facts, wanted)
    if wanted == Act.ready:
        service.note_ready(known, now=now)
    elif review is not None:
        service.take_review(known, provider, review, now=now)  # type: ignore[arg-type]
