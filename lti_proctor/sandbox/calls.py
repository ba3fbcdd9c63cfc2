"""A record of every call to the services, also of those that were refused or never answered."""

import json
from typing import Any

from flask import Response, g, request

from lti_proctor.sandbox.context import sandbox
from lti_proctor.sandbox.faults import Fault, Service, closes_connection
from lti_proctor.sandbox.store import Store

LONGEST_BODY = 20_000


def record_call(service: Service, answer: Response) -> None:
    """Keeps no token and no assertion: of the token endpoint only the outcome."""
    platform = sandbox()
    body = None
    if service is not Service.TOKEN:
        body = request.get_data(as_text=True)[:LONGEST_BODY] or None
    parsed = _parsed(body)
    person = _person_of(parsed)
    fault: Fault | None = g.get("fault")
    number = (request.view_args or {}).get("number")
    platform.store.add(
        "INSERT INTO calls (at, service, method, path, line_item, person_id, body, status, fault, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(platform.clock().isoformat(), service, request.method, request.full_path.rstrip("?")),
        *(number, person if isinstance(person, str) else None, body),
        *(None if closes_connection() else answer.status_code, fault.mode if fault else None, g.get("reason")),
    )


def _person_of(body: Any) -> Any:
    """Scores name the person as userId, assessment control as user.sub."""
    if not isinstance(body, dict):
        return None
    user = body.get("user")
    return user.get("sub") if isinstance(user, dict) else body.get("userId")


def _parsed(body: str | None) -> Any:
    try:
        return json.loads(body or "null")
    except ValueError:
        return body


def all_calls(store: Store, service: Service | None = None) -> list[dict[str, Any]]:
    """In the order in which they came; a body that is JSON comes as such."""
    rows = store.rows("SELECT * FROM calls WHERE ? IS NULL OR service = ? ORDER BY number", service, service)
    calls = [dict(row) for row in rows]
    return [{**call, "body": _parsed(call["body"])} for call in calls]
