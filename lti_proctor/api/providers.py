"""Providers: which there are, their pages for staff, and having them forget a person."""

import structlog

from lti_proctor.api.data import ProviderData
from lti_proctor.api.shared import get
from lti_proctor.attempts.models import Attempt
from lti_proctor.backends import Backend, backends
from lti_proctor.errors import Refused, Upstream
from lti_proctor.exams.models import Exam
from lti_proctor.people.models import User
from lti_proctor.providers import service
from lti_proctor.providers.base import Staff
from lti_proctor.providers.facts import full_name, obscured_id
from lti_proctor.providers.registry import provider_of, providers

log = structlog.get_logger()


def list_providers() -> list[ProviderData]:
    """All that the settings name, those that can't be used too."""
    return [_data(backend) for backend in backends().by_name.values()]


def get_provider(name: str) -> ProviderData:
    """Raises `Refused("provider_missing")`."""
    backend = backends().by_name.get(name)
    if backend is None:
        raise Refused("provider_missing", provider=name)
    return _data(backend)


def dashboard_address(
    exam_id: int, *, by: int, attempt_id: int | None = None, is_configuration: bool = False
) -> str | None:
    """Where a member of staff looks at the provider's own pages of an exam, or of one attempt, valid for a short time;
    None: the provider has none.

    Raises `NotFound`: `exam`, `user`, `attempt`; `Refused`: `provider_missing`, `provider_broken`;
    `Upstream("provider_broke")`.
    """
    exam, user = get(Exam, exam_id, "exam"), get(User, by, "user")
    provider = provider_of(exam.config.provider)
    if not provider.is_dashboard_there:
        return None
    known = service.known_attempt(get(Attempt, attempt_id, "attempt")) if attempt_id is not None else None
    staff = Staff(obscured_id(user.id, provider.name), full_name(user), user.email)
    try:
        return provider.dashboard_address(
            exam.course.context_id if exam.course else "", staff,
            exam_id=service.exam_id_at(exam, provider.name) or "",
            attempt_id=(known.external_id if known else None) or "", is_configuration=is_configuration,
        )  # fmt: skip
    except Exception as error:  # a plugin may break in any way
        log.exception("provider.broke", method="dashboard_address")
        raise Upstream("provider_broke", permanent=False) from error


def retire_user(user_id: int) -> dict[str, bool | None]:
    """Have each provider forget a person, now: whether it did, None where it keeps nothing. It waits for all of them.

    Raises `NotFound("user")`.
    """
    get(User, user_id, "user")
    return {name: _retire(name, user_id) for name in providers()}


def _retire(name: str, user_id: int) -> bool | None:
    try:
        return providers()[name].retire_user(obscured_id(user_id, name))
    except Exception:
        log.exception("provider.broke", method="retire_user")
        return False


def _data(backend: Backend) -> ProviderData:
    provider = providers().get(backend.name)
    return ProviderData(
        name=backend.name,
        verbose_name=backend.verbose_name,
        is_default=backend.name == backends().default,
        is_usable=not backend.problem,
        problem=backend.problem,
        about=backend.about,
        watches_here=backend.watches_here,
        supports_onboarding=backend.supports_onboarding,
        has_dashboard=provider is not None and provider.is_dashboard_there,
        passing_statuses=sorted(provider.passes) if provider else [],
        shows_review_rules=backend.show_review_rules,
        requires_escalation_email=backend.requires_escalation_email,
    )
