"""Webhooks."""

from typing import Any

from flask import Blueprint

from lti_proctor import clock
from lti_proctor.api.shared import get, staff
from lti_proctor.errors import NotFound
from lti_proctor.people.scopes import Scope
from lti_proctor.platforms.models import Course
from lti_proctor.web.api import access, bodies
from lti_proctor.web.api.routes import route
from lti_proctor.webhooks import service
from lti_proctor.webhooks.models import Webhook


def add_to(bp: Blueprint) -> None:
    read, write, tag = Scope.webhooks_read, Scope.webhooks_write, "Webhooks"
    one = "/webhooks/<int:webhook_id>"
    route(bp, "GET /webhooks", list_webhooks, read, tag=tag)
    route(bp, "POST /webhooks", add_webhook, write, tag=tag, status=201)
    route(bp, f"PATCH {one}", switch_webhook, write, tag=tag)
    route(bp, f"DELETE {one}", remove_webhook, write, tag=tag)


def list_webhooks() -> list[bodies.WebhookData]:
    """Those that the token reaches."""
    return [bodies.WebhookData(**_values(row)) for row in service.webhooks(_own_course())]


def add_webhook(json: bodies.NewWebhook) -> bodies.MadeWebhook:
    """Have an address told of events. The answer holds the secret, once."""
    course = access.load_course(json.course_id) if json.course_id is not None else _own_course()
    secret, row = service.add_webhook(json.url, json.events, course=course, actor=staff(access.by()), now=clock.now())
    return bodies.MadeWebhook(**_values(row), secret=secret)


def switch_webhook(webhook_id: int, json: bodies.WebhookChange) -> bodies.WebhookData:
    """Switch a webhook off, or on again. What happens meanwhile it does not hear."""
    row = _load(webhook_id)
    service.switch(row, json.is_active, actor=staff(access.by()), now=clock.now())
    return bodies.WebhookData(**_values(row))


def remove_webhook(webhook_id: int) -> None:
    """Remove a webhook. What still waits for it is not sent."""
    service.remove_webhook(_load(webhook_id), actor=staff(access.by()), now=clock.now())


def _load(webhook_id: int) -> Webhook:
    row = get(Webhook, webhook_id, "webhook")
    own = access.token().course_id
    if own is not None and row.course_id != own:
        raise NotFound("webhook")
    return row


def _own_course() -> Course | None:
    own = access.token().course_id
    return get(Course, own, "course") if own is not None else None


def _values(row: Webhook) -> dict[str, Any]:
    return {name: getattr(row, name) for name in bodies.WebhookData.model_fields}
