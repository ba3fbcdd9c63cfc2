"""Mails about what became of an attempt, delivered from the outbox."""

from datetime import datetime

from babel.dates import format_date as babel_date

from lti_proctor import mail, outbox
from lti_proctor.attempts import onboarded
from lti_proctor.attempts.effects import STATUS_MAIL
from lti_proctor.attempts.engines import provider_name
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.onboarding import good_until
from lti_proctor.attempts.whole import find_attempt
from lti_proctor.backends import backends
from lti_proctor.errors import Upstream
from lti_proctor.extensions import current_settings, db
from lti_proctor.locales import known
from lti_proctor.outbox import Effect
from lti_proctor.review.appeals import appeal_ends

ONBOARDING_MAIL = "mail.onboarding"


def contact_of(attempt: Attempt) -> str:
    """Where questions about the exam go: its own address, its provider's, or the site's."""
    backend = backends().by_name.get(provider_name(attempt))
    of_provider = backend.contact if backend else ""
    return attempt.exam.config.escalation_email or of_provider or current_settings().contact_email


def remind_of_onboardings(now: datetime) -> int:
    """Tell learners whose onboarding will soon be out of date, each once; how many were told."""
    told = 0
    for attempt in onboarded.expiring(now) if mail.is_on() else []:
        subject = f"onboarding:{attempt.id}"
        if attempt.user.email and not outbox.of(subject):
            outbox.put(ONBOARDING_MAIL, lane=subject, subject=subject, payload={"attempt": attempt.id}, now=now)
            told += 1
    return told


@outbox.handles(ONBOARDING_MAIL)
def send_onboarding_mail(effect: Effect) -> None:
    """Raises `Upstream("gone")` when there is nobody to tell any more."""
    attempt = db.session.get(Attempt, effect.payload["attempt"])
    if attempt is None or not attempt.user.email:
        raise Upstream("gone", permanent=True)
    settings = current_settings()
    locale = attempt.user.locale or attempt.exam.config.locale or settings.default_locale
    message = mail.compose(
        "onboarding_expiring",
        to=attempt.user.email,
        locale=locale,
        learner=attempt.user.name,
        title=attempt.exam.title,
        day=babel_date(good_until(attempt).date(), locale=known(locale) or settings.default_locale),
        provider=provider_name(attempt),
        contact=contact_of(attempt),
    )
    mail.send(message)


@outbox.handles(STATUS_MAIL)
def send_status_mail(effect: Effect) -> None:
    """Tell the learner, in their language, that the exam was handed in, accepted, not accepted or broke off."""
    attempt = find_attempt(effect.payload["attempt"])
    if attempt is None or not attempt.user.email:
        raise Upstream("gone", permanent=True)
    settings = current_settings()
    locale = attempt.user.locale or attempt.exam.config.locale or settings.default_locale
    ends = appeal_ends(attempt)
    message = mail.compose(
        effect.payload["status"],
        to=attempt.user.email,
        locale=locale,
        learner=attempt.user.name,
        title=attempt.exam.title,
        day=babel_date(ends.date(), locale=known(locale) or settings.default_locale) if ends else "",
        provider=provider_name(attempt),
        contact=contact_of(attempt),
    )
    mail.send(message)
