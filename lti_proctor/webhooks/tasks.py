"""Delivers messages from the outbox; what the other side does not take is tried again."""

from lti_proctor import clock, outbox, outside
from lti_proctor.errors import Upstream
from lti_proctor.extensions import db
from lti_proctor.journal import SYSTEM
from lti_proctor.outbox import Effect
from lti_proctor.webhooks import service
from lti_proctor.webhooks.models import Webhook

GONE = 410
#: Only the status of an answer counts.
LONGEST_UNREAD = 65_536


@outbox.handles(service.DELIVER)
def deliver(effect: Effect) -> None:
    """Post one message. An address that says it is gone is switched off, as the specification asks."""
    hook, now = db.session.get(Webhook, effect.payload["webhook"]), clock.now()
    if hook is None or not hook.is_active:
        raise Upstream("webhook_off", permanent=True)
    body = service.message(effect.payload)
    headers = service.signed(hook, f"msg_{effect.id}", body, now=now)
    answer = outside.request("POST", hook.url, headers=headers, content=body, max_bytes=LONGEST_UNREAD, cut=True)
    if answer.status == GONE:
        service.switch(hook, is_active=False, actor=SYSTEM, now=now)
        db.session.commit()  # kept, whatever becomes of the row
        raise Upstream("webhook_gone", permanent=True)
    if not 200 <= answer.status < 300:
        raise Upstream(f"webhook_status_{answer.status}", permanent=False, retry_after=answer.retry_after)
