"""Where a tool registers itself (LTI Dynamic Registration 1.0; OpenID Connect Dynamic Client Registration 1.0)."""

from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from lti_proctor.sandbox.connections import check_bearer, finish, has_bearer, last_open, take
from lti_proctor.sandbox.context import sandbox
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.registration_document import read_document
from lti_proctor.sandbox.registrations import Registration, add_registration, all_registrations, update_registration
from lti_proctor.sandbox.vocabulary import TOOL_CONFIGURATION

bp = Blueprint("registration", __name__)


@bp.post("/register")
def register() -> ResponseReturnValue:
    platform = sandbox()
    store, now = platform.store, platform.clock()
    needs_token = platform.settings.registration_token or has_bearer()
    connection = check_bearer(store, now) if needs_token else last_open(store, now)
    if request.mimetype != "application/json":
        raise Refusal(f"Content-Type must be application/json, not {request.mimetype or 'none'}.", status=415)
    document = read_document(request.get_json(silent=True), platform.config.message_types)
    take(store, connection)
    if connection.updates and connection.client_id:
        client_id = connection.client_id
        update_registration(store, client_id, document)
    else:
        client_id = add_registration(store, document)
    finish(store, connection, client_id)
    found = next(one for one in all_registrations(store, platform.config) if one.client_id == client_id)
    answer = jsonify(_answer(document, found))
    answer.status_code = 201
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _answer(document: dict[str, Any], registration: Registration) -> dict[str, Any]:
    tool = document[TOOL_CONFIGURATION] | {"deployment_id": registration.deployment_id}
    return {**document, "client_id": registration.client_id, TOOL_CONFIGURATION: tool}
