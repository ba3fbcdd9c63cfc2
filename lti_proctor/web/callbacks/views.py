"""Tokens for providers, and their callbacks: ready, reviewed, and what a provider has of its own.

The credential of the caller decides whose attempts it may speak of; all others are unknown to it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from flask import Blueprint, Response, jsonify, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lti_proctor import clock
from lti_proctor.errors import DomainError, Forbidden, Invalid, NotFound, Upstream
from lti_proctor.extensions import db
from lti_proctor.providers import service
from lti_proctor.providers.base import Provider
from lti_proctor.providers.calls import PREFIX, BadReview, Call, Reply, Stranger, read_object
from lti_proctor.providers.facts import attempt_facts
from lti_proctor.providers.models import ProviderAttempt
from lti_proctor.providers.registry import providers
from lti_proctor.web import own_cookies
from lti_proctor.web.callbacks import tokens
from lti_proctor.web.limits import failures
from lti_proctor.web.problems import refuse_error
from lti_proctor.web.sessions import settings

log = structlog.get_logger()
bp = Blueprint("callbacks", __name__)
T = TypeVar("T")
ATTEMPT = f"{PREFIX}v1/proctored_exam/attempt/<external_id>"
#: The longest body, in bytes: a review has comments, and some carry a picture, which is not kept.
LARGEST, LARGEST_OWN = 1_000_000, 4_000_000
STATUS = {
    "attempt": 404, "callback_stranger": 403, "callback_token": 401, "callback_too_large": 413,
    "changed_meanwhile": 409, "exam_not_proctored": 412, "page": 404, "provider_broke": 503, "review_again": 400,
    "review_comments": 400,
    "review_other_attempt": 400, "review_status": 400, "review_unreadable": 400,
}  # fmt: skip


@bp.url_value_preprocessor
def _read_little(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything else looks into the body: too large a one is not read, and what is read is kept as it came."""
    largest = LARGEST_OWN if endpoint == "callbacks.own" else LARGEST
    request.max_content_length = largest
    if (request.content_length or 0) > largest:
        raise Invalid("callback_too_large")
    request.get_data(cache=True)


@bp.errorhandler(DomainError)
def _refused(error: DomainError) -> Response:
    """Programs read JSON; what is no matter of callbacks stays what it is elsewhere."""
    if error.code not in STATUS:
        return refuse_error(error)
    db.session.rollback()
    status = STATUS[error.code]
    log.warning("callback.refused", code=error.code, status=status)
    answer = make_response(jsonify(detail=error.code), status)
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'JWT realm="callbacks"'
    return answer


@bp.errorhandler(BadReview)
def _bad(error: BadReview) -> Response:
    return _refused(Invalid(error.code))


@bp.post("/oauth2/access_token")
def token() -> Response:
    """Client credentials in the form, or in the header, against a token (RFC 6749, 4.4)."""
    failures().check("callback_token")
    form, basic = request.form, tokens.basic_credential(request.headers.get("Authorization", ""))
    if form.get("grant_type") != "client_credentials":
        return make_response(jsonify(error="unsupported_grant_type"), 400)
    name, secret = basic or (form.get("client_id", ""), form.get("client_secret", ""))
    provider = tokens.client_of(name, secret)
    if provider is None:
        failures().count("callback_token")
        answer = make_response(jsonify(error="invalid_client"), 401)
        if basic:
            answer.headers["WWW-Authenticate"] = 'Basic realm="callbacks"'
        return answer
    given = tokens.token_for(provider)
    return jsonify(access_token=given, token_type="JWT", expires_in=tokens.SECONDS, scope="callbacks")  # noqa: S106


@bp.post(f"{ATTEMPT}/ready")
def ready(external_id: str) -> Response:
    """The learner's side is set up; the body says nothing that counts."""
    provider = _caller()
    service.note_ready(service.get_by_external_id(external_id, provider.name), now=clock.now())
    db.session.commit()
    return jsonify("OK")


@bp.post(f"{ATTEMPT}/reviewed")
def reviewed(external_id: str) -> Response:
    provider = _caller()
    known = service.get_by_external_id(external_id, provider.name)
    review = _ask(provider.read_review, attempt_facts(known, None), read_object(request.get_data()))
    service.take_review(known, provider, review, now=clock.now())
    db.session.commit()
    return jsonify("OK")


@bp.route(f"{PREFIX}<path:address>", methods=["GET", "POST"])
def own(address: str) -> BaseResponse:
    """An address that a provider has of its own. Who calls has proved to the plugin that they may."""
    failures().check("callback_own")
    headers = {name.lower(): value for name, value in request.headers.items()}
    call = Call(request.method, address, request.args.to_dict(), headers, request.get_data())
    known, provider = _found(call)
    reply = _ask(provider.answer, attempt_facts(known, None), call)
    _do(known, provider, reply)
    db.session.commit()
    return _answer(known, provider, reply)


def _caller() -> Provider:
    """The provider that calls. One address that guesses tokens is held back."""
    failures().check("callback_token")
    try:
        return tokens.provider_of(request.headers.get("Authorization", ""))
    except Forbidden as error:
        if error.code == "callback_token":
            failures().count("callback_token")
        raise


def _found(call: Call) -> tuple[ProviderAttempt, Provider]:
    """The attempt that a call is about. Several providers may be served by one plugin: its own attempt decides."""
    is_stranger = False
    for provider in providers().values():
        try:
            code = _ask(provider.attempt_code, call)
        except Stranger:
            is_stranger = True
            continue
        except Upstream:
            continue
        known = service.find_by_code(code) if code else None
        if known is not None and known.provider == provider.name:
            return known, provider
    if is_stranger:
        failures().count("callback_own")
        raise Forbidden("callback_stranger")
    raise NotFound("attempt")


def _ask(method: Callable[..., T], *given: object) -> T:
    """A plugin may break in any way; who called may try again later."""
    try:
        return method(*given)
    except (DomainError, BadReview, Stranger):
        raise
    except Exception as error:
        log.exception("provider.broke", method=method.__name__)
        raise Upstream("provider_broke", permanent=False) from error


def _do(known: ProviderAttempt, provider: Provider, reply: Reply) -> None:
    now = clock.now()
    if reply.is_ready:
        service.note_ready(known, now=now)
    if reply.is_over:
        service.note_end(known, now=now)
    if reply.review is not None:
        service.take_review(known, provider, reply.review, now=now)


def _answer(known: ProviderAttempt, provider: Provider, reply: Reply) -> BaseResponse:
    answer: BaseResponse = (
        redirect(url_for("learner.attempt", attempt_id=known.attempt_id), 303)
        if reply.to_attempt
        else make_response(jsonify(reply.detail), reply.status)
    )
    own_cookies.write_all(answer, provider, reply.cookies, seconds=settings().session_hours * 3600)
    return answer
