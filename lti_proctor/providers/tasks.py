"""Delivers from the outbox what outside providers are to be told. A provider that is down delays; it blocks nobody."""

from collections.abc import Callable

import structlog

from lti_proctor import clock, outbox
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.engines import KINDS
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
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
    OnboardingNeeded,
    Provider,
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
    attempt = db.session.get(Attempt, effect.payload["attempt"])
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
    """Announce an exam, or what changed of it; the provider's own id."""
    known = service.exam_id_at(exam, provider.name)
    if known.told_version != exam.version or not is_watched:
        facts = exam_facts(exam, exam.config, known.external_id, is_watched=is_watched)
        given = _call(provider.on_exam_saved, facts)
        known.external_id = str(given)[:255] if given else known.external_id
        known.told_version = exam.version if is_watched else 0
    return known.external_id


@outbox.handles(EXAM_SAVED)
def exam_saved(effect: Effect) -> None:
    exam = db.session.get(Exam, effect.payload["exam"])
    if exam is None:
        raise Upstream("gone", permanent=True)
    tell_exam(exam, _provider(effect.payload["provider"]), is_watched=effect.payload["is_watched"])


@outbox.handles(KINDS["register"])
def register(effect: Effect) -> None:
    """Announce an attempt; a learner who has gone elsewhere meanwhile is not announced."""
    attempt, now = _attempt(effect), clock.now()
    known = service.announced(attempt)
    if attempt.phase not in {Phase.before, Phase.blocked} or known.stage == Stage.registered:
        return
    provider = _provider(attempt.provider)
    exam_id = tell_exam(attempt.exam, provider)
    facts = exam_facts(attempt.exam, attempts.config_of(attempt), exam_id)
    try:
        given = provider.register_attempt(facts, registration_of(known))
    except OnboardingNeeded as needed:
        known.stage, known.problem = Stage.refused, needed.state.value
        service.block(known, needed.state, now=now)
        return
    except CannotRegister as refused:
        known.stage, known.problem_status = Stage.refused, refused.status
        known.problem = "no_id" if isinstance(refused, SentNoAttemptId) else "refused"
        db.session.commit()  # the learner's page tells it, whatever becomes of the row
        raise Upstream(f"provider_{known.problem}", permanent=True) from refused
    except Upstream:
        raise
    except Exception as error:
        log.exception("provider.broke", method="register_attempt")
        raise Upstream("provider_broke", permanent=False) from error
    known.stage, known.external_id, known.problem = Stage.registered, given.external_id[:255], None
    db.session.commit()  # the provider's id must not be lost by what follows
    service.put_later(attempt, given.later, now=now)
    if given.is_ready:
        service.note_ready(known, now=now)
    else:
        _keep_instructions(known, provider, exam_id)


def _keep_instructions(known: ProviderAttempt, provider: Provider, exam_id: str | None) -> None:
    """Kept, so that the learner's page waits for nobody. Without them the page shows its own words."""
    try:
        language = known.attempt.user.locale or "en"
        given = provider.instructions(attempt_facts(known, exam_id), language)
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
    exam_id = service.exam_id_at(attempt.exam, provider.name).external_id
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
    facts = attempt_facts(known, service.exam_id_at(attempt.exam, provider.name).external_id)
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
    facts: AttemptFacts = attempt_facts(known, service.exam_id_at(attempt.exam, provider.name).external_id)
    wanted = Act(effect.payload["act"])
    review = _call(provider.act, facts, wanted)
    if wanted == Act.ready:
        service.note_ready(known, now=now)
    elif review is not None:
        service.take_review(known, provider, review, now=now)  # type: ignore[arg-type]
