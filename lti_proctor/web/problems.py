"""Domain errors as pages: what happened, what to do next, and a reference id that the log knows too."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, cast

import structlog
from flask import Flask, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from lti_proctor import clock
from lti_proctor.errors import DomainError, Forbidden, Invalid, NotFound, Refused, Upstream
from lti_proctor.extensions import db
from lti_proctor.web.access import SignInNeeded
from lti_proctor.web.problem_form import Words
from lti_proctor.web.problem_words import PROBLEMS
from lti_proctor.web.returns import return_address

log = structlog.get_logger()
#: Letters and digits that nobody confuses when reading them out.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
STATUS: Mapping[type[DomainError], int] = {Refused: 409, NotFound: 404, Forbidden: 403, Invalid: 422, Upstream: 503}
#: Below this address programs ask, not people.
API = "/api/v1/"
STAFF_PATHS = ("/exams", "/courses", "/supervision", "/admin", "/styleguide")


@dataclass(frozen=True)
class Problem:
    """What the page shows. `facts` is for the administrator of the LMS and carries no names or tokens."""

    words: Words
    reference: str
    at: datetime
    facts: Mapping[str, str]
    return_url: str | None = None


def new_reference() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def refuse(
    code: str, status: int, *, facts: Mapping[str, Any] | None = None, return_url: str | None = None
) -> Response:
    """An answer that says no: page or JSON, with a reference id that stands in the log beside the code.

    `return_url` is the way back to the LMS, which gets the problem in words and the reference (LTI core 1.3, 5.4.6).
    """
    reference = new_reference()
    known = {key: str(value) for key, value in (facts or {}).items()}
    log.warning("refused", code=code, status=status, reference=reference, path=_logged_path(), **_loggable(known))
    words = PROBLEMS.get(code) or PROBLEMS.get(f"status_{status}") or PROBLEMS["status_500"]
    if request.path.startswith(API):
        return _for_programs(code, status, words, reference, facts or {})
    if _wants_json():
        return make_response(jsonify(error=code, detail=str(words.what), reference=reference), status)
    back = return_address(return_url, lti_errormsg=str(words.what), lti_errorlog=reference) if return_url else None
    problem = Problem(words, reference, clock.now(), known, back)
    return make_response(render_template("shared/problem.html", problem=problem), status)


def _for_programs(code: str, status: int, words: Words, reference: str, facts: Mapping[str, Any]) -> Response:
    """The form of RFC 9457. `instance` is the reference, `context` what the code is about."""
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": f"{words.what}. {words.means}",
        "instance": reference,
        "code": code,
        **{name: facts[name] for name in ("fields", "scope") if name in facts},
    }
    context = {key: value for key, value in facts.items() if key not in problem}
    if context:
        problem["context"] = {key: str(value) for key, value in context.items()}
    answer = make_response(jsonify(problem), status)
    answer.mimetype = "application/problem+json"
    return answer


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, refuse_error)
    app.register_error_handler(SignInNeeded, _sign_in)
    app.register_error_handler(CSRFError, lambda _error: refuse("form_expired", 400))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(IntegrityError, _collision)
    app.register_error_handler(SQLAlchemyError, _database)
    app.register_error_handler(Exception, _bug)


def refuse_error(error: DomainError) -> Response:
    """The answer to a domain error that nothing else has answered."""
    db.session.rollback()
    return refuse(error.code, status_of(error), facts=error.details)


def status_of(error: DomainError) -> int:
    return next(status for kind, status in STATUS.items() if isinstance(error, kind))


def _sign_in(_error: SignInNeeded) -> BaseResponse:
    if request.path.startswith(STAFF_PATHS) and request.method == "GET" and not _wants_json():
        return redirect(url_for("entry.login", next=request.full_path.rstrip("?")))
    return refuse("sign_in_needed", 401)


def _http(error: HTTPException) -> BaseResponse:
    if error.response is not None:
        return cast(BaseResponse, error.response)
    status = error.code or 500
    answer = refuse(f"status_{status}", status)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value
    return answer


def _collision(error: IntegrityError) -> Response:
    """Two who changed the same thing at the same moment: one of them has to look again."""
    log.warning("database.collision", path=_logged_path(), exc_info=error)
    db.session.rollback()
    return refuse("changed_meanwhile", 409)


def _database(error: SQLAlchemyError) -> Response:
    log.error("database.broke", exc_info=error, path=_logged_path())
    db.session.rollback()
    return refuse("database", 503)


def _bug(error: Exception) -> Response:
    log.error("bug", exc_info=error, path=_logged_path())
    db.session.rollback()
    return refuse("status_500", 500)


def _logged_path() -> str:
    """The path, without what it holds as a proof."""
    token: str | None = (request.view_args or {}).get("token")
    return request.path.replace(token, "–") if token else request.path


def _wants_json() -> bool:
    if g.get("always_html"):
        return False
    accepted = request.accept_mimetypes
    return request.is_json or (
        accepted.best_match(["text/html", "application/json"]) == "application/json"
        and accepted["application/json"] > accepted["text/html"]
    )


def _loggable(facts: Mapping[str, str]) -> dict[str, str]:
    return {f"fact_{key}": value[:200] for key, value in facts.items()}
