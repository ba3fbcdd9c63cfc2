"""Verbs on webhooks. Messages are signed as the Standard Webhooks specification says (standardwebhooks.com)."""

import base64
import json
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy import bindparam, or_, select
from standardwebhooks.webhooks import Webhook as Signer

from lti_proctor import journal, outbox, signals
from lti_proctor.addresses import web_address
from lti_proctor.errors import Invalid, NotFound, Upstream
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import current_settings, db, execute, table_of
from lti_proctor.journal import Actor
from lti_proctor.platforms.keys import cipher
from lti_proctor.platforms.models import Course
from lti_proctor.prepared import Prepared
from lti_proctor.webhooks.models import Webhook

DELIVER = "webhook.deliver"
EVENTS = tuple(signal.name for signal in signals.ALL)
URL_MAX = 2000
#: Each change writes a row for each webhook that listens, so there are not too many.
MOST = 100
_PURPOSE = "webhooks"
_HOOKS, _EXAMS = table_of(Webhook), table_of(Exam)
_COURSE = select(_EXAMS.c.course_id).where(_EXAMS.c.id == bindparam("exam_id")).scalar_subquery()
_LISTENING = Prepared(
    select(_HOOKS.c.id, _HOOKS.c.events)
    .where(_HOOKS.c.is_active, or_(_HOOKS.c.course_id.is_(None), _HOOKS.c.course_id == _COURSE))
    .order_by(_HOOKS.c.id)
)


def add_webhook(
    url: str, events: Iterable[str], *, course: Course | None, actor: Actor, now: datetime
) -> tuple[str, Webhook]:
    """A new webhook and its secret, told here and never again.

    Raises `Invalid`: `webhook_url` (https alone, but for hosts that the site's settings allow), `webhook_events`,
    `webhooks_many`.
    """
    wanted = set(events)
    if not wanted or not wanted <= set(EVENTS):
        raise Invalid("webhook_events", events=" ".join(EVENTS))
    if not _is_usable(url):
        raise Invalid("webhook_url")
    if len(webhooks()) >= MOST:
        raise Invalid("webhooks_many", limit=MOST)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    sealed = cipher(_PURPOSE).encrypt(secret.encode()).decode()
    row = Webhook(
        url=url, secret=sealed, events=sorted(wanted), course_id=course and course.id, is_active=True, created_at=now
    )
    db.session.add(row)
    db.session.flush()
    data = {"events": row.events, "course": row.course_id, "host": web_address(url).hostname}  # type: ignore[union-attr]
    journal.record(actor, "webhook.added", _subject(row.id), data, now)
    return secret, row


def _is_usable(url: str) -> bool:
    parts = web_address(url)
    if parts is None or len(url) > URL_MAX or parts.username is not None or parts.fragment or not url.isprintable():
        return False
    return parts.scheme == "https" or str(parts.hostname).lower() in current_settings().outside_allow


def webhooks(course: Course | None = None) -> list[Webhook]:
    """All of them, or those of one course."""
    query = select(Webhook).order_by(Webhook.id)
    return list(db.session.scalars(query.where(Webhook.course_id == course.id) if course else query))


def get_webhook(webhook_id: int) -> Webhook:
    """Raises `NotFound("webhook")`."""
    found = db.session.get(Webhook, webhook_id)
    if found is None:
        raise NotFound("webhook")
    return found


def remove_webhook(row: Webhook, *, actor: Actor, now: datetime) -> None:
    """What still waits for it is put aside."""
    journal.record(actor, "webhook.removed", _subject(row.id), {}, now)
    db.session.delete(row)


def switch(row: Webhook, is_active: bool, *, actor: Actor, now: datetime) -> None:
    """Switched off it misses what happens meanwhile."""
    if row.is_active != is_active:
        row.is_active = is_active
        journal.record(actor, f"webhook.{'on' if is_active else 'off'}", _subject(row.id), {}, now)


@signals.within
def queue(name: str, data: dict[str, Any], now: datetime) -> None:
    """Write a row for each webhook that listens to this, in the transaction of the change."""
    listening = [row for row in execute(_LISTENING, exam_id=data["exam_id"]).all() if name in row.events]
    if listening and "attempt_id" in data:
        # Whoever keeps the message can tell later whether the record of the attempt is still the one of this moment.
        data = {**data, "record": journal.head(f"attempt:{data['attempt_id']}").hex()}
    for row in listening:
        payload = {"webhook": row.id, "type": name, "at": now.isoformat(), "data": data}
        outbox.put(DELIVER, lane=_subject(row.id), subject=_subject(row.id), payload=payload, now=now)


def message(payload: dict[str, Any]) -> bytes:
    """The body of a message: what happened when, ids and codes, and where people can look. Names are not sent."""
    data, base = payload["data"], current_settings().base_url
    link = f"{base}/exams/{data['exam_id']}"
    if "attempt_id" in data:
        link += f"/attempts/{data['attempt_id']}"
    body = {"type": payload["type"], "timestamp": payload["at"], "data": {**data, "link": link}}
    return json.dumps(body, separators=(",", ":")).encode()


def signed(row: Webhook, message_id: str, body: bytes, *, now: datetime) -> dict[str, str]:
    """The headers of a message; the id is the same at each try, so that the receiver can tell a repetition.

    Raises `Upstream("webhook_secret")` when the site's own secret is another one by now.
    """
    try:
        secret = cipher(_PURPOSE).decrypt(row.secret.encode()).decode()
    except InvalidToken:
        raise Upstream("webhook_secret", permanent=True) from None
    return {
        "Content-Type": "application/json",
        "Webhook-Id": message_id,
        "Webhook-Timestamp": str(int(now.timestamp())),
        "Webhook-Signature": Signer(secret).sign(message_id, now, body.decode()),
    }


def _subject(webhook_id: int) -> str:
    return f"webhook:{webhook_id}"
