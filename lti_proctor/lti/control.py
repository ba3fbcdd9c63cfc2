"""The Assessment Control Service of Proctoring Services 1.0: delivers from the outbox what people decided here."""

from sqlalchemy import select

from lti_proctor import clock, outbox
from lti_proctor.attempts.commands import CONTROL
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Upstream
from lti_proctor.extensions import db
from lti_proctor.lti.calls import call, expect
from lti_proctor.lti.proctoring import CONTROL_SCOPE, CONTROL_TYPE, control_body, read_control_answer
from lti_proctor.outbox import Effect
from lti_proctor.people.models import Identity
from lti_proctor.platforms.models import Registration


@outbox.handles(CONTROL)
def deliver_control(effect: Effect) -> None:
    """Post one command. The answer is kept with the row, for staff; it changes nothing here.

    The service has no key for "the same call again", so a repeated one is equal in everything: attempt, action and
    moment are its natural key. Raises `Upstream`: `gone`, `control_status_…`.
    """
    attempt = db.session.get(Attempt, effect.payload["attempt"])
    if attempt is None or attempt.link is None or attempt.assessment is None or not attempt.assessment.control_url:
        raise Upstream("gone", permanent=True)
    registration = attempt.link.deployment.registration
    subject = _subject(registration, attempt.user_id)
    body = control_body(
        effect.payload,
        issuer=registration.issuer,
        subject=subject,
        link_id=attempt.link.link_id,
        attempt_number=attempt.number,
    )
    url, now = attempt.assessment.control_url, clock.now()
    answer = call(registration, "POST", url, CONTROL_SCOPE, now, accept=CONTROL_TYPE, content=(CONTROL_TYPE, body))
    expect(answer, "control")
    effect.payload = {**effect.payload, "answer": read_control_answer(answer.body)}


def _subject(registration: Registration, user_id: int) -> str:
    query = select(Identity.subject).where(Identity.registration_id == registration.id, Identity.user_id == user_id)
    subject = db.session.scalar(query.order_by(Identity.id.desc()).limit(1))
    if subject is None:
        raise Upstream("gone", permanent=True)
    return subject
