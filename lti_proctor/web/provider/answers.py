"""Answers of the protocol: JSON with a reason for whatever can't be done, whoever asks."""

from collections.abc import Mapping
from typing import Any

import structlog
from flask import Response, jsonify, make_response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from lti_proctor import clock
from lti_proctor.errors import DomainError, Forbidden, Invalid, NotFound, Refused, Upstream
from lti_proctor.extensions import db
from lti_proctor.providers.server import tokens, wire
from lti_proctor.providers.server.models import ProviderClient
from lti_proctor.web.limits import failures, rate

log = structlog.get_logger()
#: Announcements are small; a review policy is the longest part of one.
LARGEST = 200_000
SCOPE = "provider"
STATUS: Mapping[type[DomainError], int] = {Refused: 409, NotFound: 404, Forbidden: 403, Invalid: 400, Upstream: 503}
CODES = {"provider_token": 401, "provider_client": 401}
#: For those who develop or run a site, so in English only.
DETAILS = {
    "provider_token": "There is no access token, or it is not valid (any more).",
    "provider_client": "The client id or the secret is wrong.",
    "provider_grant": "Only grant_type=client_credentials is served.",
    "provider_body": "The body is no JSON object.",
    "provider_field": "A field is missing or can't be used.",
    "exam": "There is no such exam of this site.",
    "attempt": "There is no such attempt at this exam.",
    "site_exam_inactive": "The exam is not active, or not proctored any more.",
    "was_set_up": "The learner has not gone through the set-up.",
    "wrong_status": "The attempt is not in a status in which that can happen.",
    "attempt_running": "Another attempt of this learner at this exam runs.",
    "changed_meanwhile": "The attempt changed at this moment. Ask again.",
    "not_allowed": "This person is locked here.",
}


def client() -> ProviderClient:
    """The site that asks, within its limit. Raises `Forbidden("provider_token")`, 429."""
    failures().check(SCOPE)
    try:
        found = tokens.client_by(request.headers.get("Authorization", ""), now=clock.now())
    except Forbidden:
        failures().count(SCOPE)
        raise
    rate("provider_calls").count(found.id)
    return found


def body() -> wire.Body:
    """What was sent, if it is not too large. Raises 413 before anything is read, `Invalid("provider_body")`."""
    check_size()
    request.max_content_length = LARGEST
    return wire.read_object(request.get_data(cache=False))


def check_size() -> None:
    """Raises 413 by what the request says of itself, whether or not somebody has read it already."""
    if (request.content_length or 0) > LARGEST:
        raise RequestEntityTooLarge


def refused(error: DomainError, **more: Any) -> Response:
    db.session.rollback()
    status = CODES.get(error.code) or next(code for kind, code in STATUS.items() if isinstance(error, kind))
    log.info("provider.refused", code=error.code, status=status)
    detail = DETAILS.get(error.code, error.code)
    told = {key: value for key, value in error.details.items() if key in {"field", "event"}}
    answer = make_response(jsonify(error=error.code, detail=detail, **told, **more), status)
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'JWT realm="provider"'
    return answer


def failed(error: HTTPException) -> Response:
    status = error.code or 500
    answer = make_response(jsonify(error=f"status_{status}", detail=error.name), status)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value
    return answer
