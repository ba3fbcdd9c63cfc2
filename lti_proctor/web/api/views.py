"""The REST interface: every address below /api/v1 asks for a token, but the document that describes them."""

from flask import Blueprint, Response, g, jsonify, request

from lti_proctor.errors import DomainError
from lti_proctor.extensions import db
from lti_proctor.web import limits
from lti_proctor.web.api import (
    allowance_views,
    attempt_views,
    course_views,
    exam_views,
    judging_views,
    webhook_views,
)
from lti_proctor.web.api.access import TokenProblem
from lti_proctor.web.api.routes import document
from lti_proctor.web.problems import refuse, status_of

bp = Blueprint("api", __name__, url_prefix="/api/v1")
LARGEST = 1_000_000
#: What can't be read at all, or names something that there is not, is told apart from values that do not fit.
STATUS = {"json_broken": 400, "unknown_event": 400}

for module in (exam_views, allowance_views, attempt_views, judging_views, course_views, webhook_views):
    module.add_to(bp)


@bp.before_request
def _limit() -> None:
    request.max_content_length = LARGEST


@bp.get("/openapi.json")
def openapi() -> Response:
    """What there is (OpenAPI 3.1). Public, as the program's own text is."""
    return jsonify(document())


@bp.errorhandler(DomainError)
def _refused(error: DomainError) -> Response:
    db.session.rollback()
    return refuse(error.code, STATUS.get(error.code) or status_of(error), facts=error.details)


@bp.errorhandler(TokenProblem)
def _unknown(error: TokenProblem) -> Response:
    """RFC 6750, section 3."""
    answer = refuse(error.code, 401)
    told = ', error="invalid_token"' if error.code == "bearer_unknown" else ""
    answer.headers["WWW-Authenticate"] = f'Bearer realm="{request.blueprint}"{told}'
    return answer


@bp.after_request
def _tell_quota(response: Response) -> Response:
    """What is left of the minute, as the IETF's draft on RateLimit header fields writes it."""
    left = g.get("api_left")
    if left is not None:
        remaining, seconds = left
        response.headers["RateLimit-Policy"] = f'"token";q={limits.quota().most};w=60'
        response.headers["RateLimit"] = f'"token";r={remaining};t={seconds}'
    response.headers["Vary"] = "Authorization, Accept-Language"
    return response
