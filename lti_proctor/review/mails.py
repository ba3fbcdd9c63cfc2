"""Mails about what became of an attempt, delivered from the outbox."""

from lti_proctor import mail, outbox
from lti_proctor.attempts.effects import STATUS_MAIL
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Upstream
from lti_proctor.extensions import current_settings, db
from lti_proctor.outbox import Effect


@outbox.handles(STATUS_MAIL)
def send_status_mail(effect: Effect) -> None:
    """Tell the learner, in their language, that the exam was handed in, accepted, not accepted or broke off."""
    attempt = db.session.get(Attempt, effect.payload["attempt"])
    if attempt is None or not attempt.user.email:
        raise Upstream("gone", permanent=True)
    settings = current_settings()
    message = mail.compose(
        effect.payload["status"],
        to=attempt.user.email,
        locale=attempt.user.locale or attempt.exam.config.locale or settings.default_locale,
        learner=attempt.user.name,
        title=attempt.exam.title,
    )
    mail.send(message)
