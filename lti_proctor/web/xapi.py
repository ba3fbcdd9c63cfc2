"""The part of an xAPI 1.0.3 statement store that an exam's content needs to hand over its grade.

The content holds a token for one attempt (sent as its Authorization header) and nothing else of ours; it may live on
any origin, so every origin may call.
"""

import uuid
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request
from itsdangerous import BadSignature, URLSafeSerializer

from lti_proctor import clock
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Forbidden, Invalid
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.web.sessions import settings

bp = Blueprint("xapi", __name__, url_prefix="/xapi")
VERSION = "1.0.3"
VERBS = frozenset(
    f"http://adlnet.gov/expapi/verbs/{verb}" for verb in ("completed", "passed", "failed", "scored", "mastered")
)
MAX_STATEMENTS = 100


def token_for(attempt: Attempt) -> str:
    """What the content sends as its whole Authorization header."""
    return f"Bearer {_serializer().dumps(attempt.id)}"


@bp.after_request
def _open_to_all_origins(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, X-Experience-API-Version"
    response.headers["Access-Control-Allow-Methods"] = "POST, PUT, OPTIONS"
    response.headers["X-Experience-API-Version"] = VERSION
    return response


@bp.get("/about")
def about() -> Response:
    return jsonify(version=[VERSION])


@bp.route("/statements", methods=["POST", "PUT"])
def statements() -> Response:
    """Keep the result that a statement carries; others are taken and passed over."""
    attempt = _attempt()
    body = request.get_json(silent=True, force=True)
    received = _statements(body)
    for statement in received:
        share = share_of(statement)
        if share is not None:
            actor = Actor(Role.learner, attempt.user_id)
            attempts.record_result(attempt, share, _kept(statement), actor=actor, now=clock.now())
    db.session.commit()
    ids = [str(s.get("id") or request.args.get("statementId") or uuid.uuid4()) for s in received]
    return make_response("", 204) if request.method == "PUT" else jsonify(ids)


def _statements(body: object) -> list[dict[str, Any]]:
    received: list[Any] = body if isinstance(body, list) else [body]
    if not received or len(received) > MAX_STATEMENTS or not all(isinstance(s, dict) for s in received):
        raise Invalid("xapi_statement")
    return received


def share_of(statement: dict[str, Any]) -> Decimal | None:
    """The share that a statement reports, 0–1; None when it reports none. Raises `Invalid` for an impossible one."""
    verb, result = statement.get("verb"), statement.get("result")
    if not isinstance(verb, dict) or not isinstance(result, dict):
        return None
    if not isinstance(verb.get("id"), str) or verb["id"] not in VERBS:
        return None
    score = result.get("score")
    if not isinstance(score, dict):
        success = result.get("success")
        return None if not isinstance(success, bool) else Decimal(int(success))
    try:
        if "scaled" in score:
            share = _decimal(score["scaled"])
        else:
            low, high = _decimal(score.get("min", 0)), _decimal(score["max"])
            share = (_decimal(score["raw"]) - low) / (high - low)
    except (KeyError, InvalidOperation, ZeroDivisionError, ValueError) as error:
        raise Invalid("xapi_statement") from error
    if not -1 <= share <= 1:
        raise Invalid("xapi_statement")
    return max(share, Decimal(0)).quantize(Decimal("0.000001"))


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("not a number")  # noqa: TRY004 - one kind of error for every value that is wrong
    found = Decimal(str(value))
    if not found.is_finite():
        raise ValueError("not a finite number")
    return found


def _cut(value: object, limit: int) -> str:
    return "".join(c for c in str(value) if c.isprintable())[:limit]


def _kept(statement: dict[str, Any]) -> dict[str, Any]:
    """What reviewers see of it: verb and result, without free text of any length."""
    result = statement["result"]
    score = result.get("score") if isinstance(result.get("score"), dict) else {}
    numbers = {k: v for k, v in score.items() if k in {"scaled", "raw", "min", "max"} and isinstance(v, int | float)}
    return {
        "verb": _cut(statement["verb"]["id"], 100),
        "score": numbers,
        "success": result.get("success") if isinstance(result.get("success"), bool) else None,
        "duration": _cut(result.get("duration", ""), 40),
    }


def _attempt() -> Attempt:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        attempt_id = int(_serializer().loads(token)) if kind == "Bearer" else 0
    except (BadSignature, TypeError, ValueError):
        attempt_id = 0
    if not attempt_id:
        raise Forbidden("not_allowed")
    return attempts.get_attempt(attempt_id)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="xapi")
