"""The resources of the record store. The content may live on any origin, a sandboxed one too, so every origin may call.

What it holds is a token for one attempt, sent in a header of its own; no cookie counts here.
"""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, jsonify, make_response, request
from werkzeug.exceptions import MethodNotAllowed, RequestEntityTooLarge

from lti_proctor import clock
from lti_proctor.attempts.models import Attempt
from lti_proctor.content import documents, records, statements
from lti_proctor.content.documents import Place
from lti_proctor.content.models import Document, DocumentKind
from lti_proctor.errors import DomainError, Invalid, NotFound
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.web import headers
from lti_proctor.web.problems import refuse_error
from lti_proctor.web.sessions import settings
from lti_proctor.web.xapi.asking import Asked, asked
from lti_proctor.web.xapi.tokens import attempt_for

bp = Blueprint("xapi", __name__, url_prefix="/xapi")
VERSION = "1.0.3"
LARGEST = 1_000_000
STATUS: Mapping[str, int] = {
    "xapi_condition": 412, "xapi_conflict": 409, "xapi_document": 404, "xapi_ended": 403, "xapi_merge": 400,
    "xapi_parameter": 400, "xapi_statement": 400, "xapi_token": 401, "xapi_too_large": 413, "xapi_version": 400,
}  # fmt: skip
METHODS = ["GET", "PUT", "POST", "DELETE"]
_ALLOWED = "Authorization, Content-Type, X-Experience-API-Version, If-Match, If-None-Match"
_EXPOSED = "ETag, Last-Modified, X-Experience-API-Version, X-Experience-API-Consistent-Through"
#: A document came from the content: nobody's browser may take it for a page of ours.
INERT = "default-src 'none'; sandbox; frame-ancestors 'none'"

Handler = Callable[[Attempt, Asked], Response]


@bp.after_request
def _open_to_all_origins(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Headers"] = _ALLOWED
    response.headers["Access-Control-Allow-Methods"] = ", ".join(METHODS)
    response.headers["Access-Control-Expose-Headers"] = _EXPOSED
    response.headers["Access-Control-Max-Age"] = "600"
    response.headers["X-Experience-API-Version"] = VERSION
    return response


@bp.errorhandler(DomainError)
def _refused(error: DomainError) -> Response:
    """Content reads JSON; what is no error of the specification stays what it is elsewhere."""
    if error.code not in STATUS:
        return refuse_error(error)
    db.session.rollback()
    return make_response(jsonify(error=error.code, **error.details), STATUS[error.code])


@bp.get("/about")
def about() -> Response:
    return jsonify(version=[VERSION])


@bp.route("/statements", methods=METHODS)
def statement() -> Response:
    return _answer({"GET": _find_statements, "PUT": _put_statement, "POST": _post_statements})


@bp.route("/activities/state", methods=METHODS)
def state() -> Response:
    return _documents(DocumentKind.state, "stateId")


@bp.route("/activities/profile", methods=METHODS)
def activity_profile() -> Response:
    return _documents(DocumentKind.activity_profile, "profileId")


@bp.route("/agents/profile", methods=METHODS)
def agent_profile() -> Response:
    return _documents(DocumentKind.agent_profile, "profileId")


def _answer(handlers: Mapping[str, Handler]) -> Response:
    """Read, check the token, act, answer; one commit."""
    request.max_content_length = LARGEST
    try:
        question = asked()
    except RequestEntityTooLarge:
        raise Invalid("xapi_too_large") from None
    if len(question.body) > LARGEST:
        raise Invalid("xapi_too_large")
    question.check_version()
    attempt = attempt_for(question.headers.get("Authorization", ""))
    handler = handlers.get(question.method)
    if handler is None:
        raise MethodNotAllowed(valid_methods=sorted(handlers))
    answer = handler(attempt, question)
    db.session.commit()
    return answer


def _find_statements(attempt: Attempt, question: Asked) -> Response:
    one = question.parameters.get("statementId")
    if one is not None:
        question.only("statementId", "format", "attachments")
        answer = jsonify(records.as_sent(records.get_statement(attempt, one), settings().base_url))
    elif "voidedStatementId" in question.parameters:
        raise NotFound("xapi_document")
    else:
        answer = jsonify(statements=_list(attempt, question), more="")
    answer.headers["X-Experience-API-Consistent-Through"] = clock.now().isoformat()
    return answer


def _list(attempt: Attempt, question: Asked) -> list[dict[str, object]]:
    """All statements here are of one learner and one registration: these two need not be looked at."""
    question.only(
        "agent", "registration", "verb", "activity", "since", "until", "limit", "ascending", "format", "attachments",
        "related_activities", "related_agents",
    )  # fmt: skip
    limit = question.parameters.get("limit", "0")
    if not limit.isascii() or not limit.isdigit():
        raise Invalid("xapi_parameter", name="limit")
    wanted = records.Wanted(
        verb=question.parameters.get("verb"),
        activity=question.parameters.get("activity"),
        since=question.moment("since"),
        until=question.moment("until"),
        limit=min(int(limit[:6]) or 100, 500),
        is_ascending=question.parameters.get("ascending") == "true",
    )
    return [records.as_sent(found, settings().base_url) for found in records.statements_of(attempt, wanted)]


def _put_statement(attempt: Attempt, question: Asked) -> Response:
    question.only("statementId")
    identifier = question.text("statementId")
    body = statements.read_json(question.body)
    if not isinstance(body, dict) or body.get("id", identifier) != identifier:
        raise Invalid("xapi_statement")
    _keep(attempt, {**body, "id": identifier})
    return make_response("", 204)


def _post_statements(attempt: Attempt, question: Asked) -> Response:
    question.only()
    return jsonify(_keep(attempt, statements.read_json(question.body)))


def _keep(attempt: Attempt, body: object) -> list[str]:
    received = statements.read_statements(body)
    actor = Actor(Role.learner, attempt.user_id)
    return records.keep(attempt, received, actor=actor, now=clock.now())


def _documents(kind: DocumentKind, name: str) -> Response:
    def place(question: Asked, *, is_named: bool) -> Place:
        allowed = {
            DocumentKind.state: ("activityId", "agent", "registration", "since", name),
            DocumentKind.activity_profile: ("activityId", "since", name),
            DocumentKind.agent_profile: ("agent", "since", name),
        }[kind]
        question.only(*allowed)
        if "agent" in allowed:
            question.check_agent()
        activity = question.iri("activityId") if "activityId" in allowed else ""
        registration = question.registration() if kind == DocumentKind.state else None
        return Place(kind, activity, registration, question.text(name) if is_named else "")

    def get(attempt: Attempt, question: Asked) -> Response:
        if name not in question.parameters:
            listed = place(question, is_named=False)
            return jsonify(documents.names(attempt, listed, question.moment("since")))
        return _sent(documents.get(attempt, place(question, is_named=True)))

    def put(attempt: Attempt, question: Asked) -> Response:
        # States collide rarely; profiles are written over with a condition only (Communication 3.1).
        careful = kind != DocumentKind.state
        documents.put(
            attempt, place(question, is_named=True), question.body, question.media_type, question.condition,
            is_careful=careful, now=clock.now(),
        )  # fmt: skip
        return make_response("", 204)

    def post(attempt: Attempt, question: Asked) -> Response:
        where = place(question, is_named=True)
        documents.merge(attempt, where, question.body, question.media_type, question.condition, now=clock.now())
        return make_response("", 204)

    def delete(attempt: Attempt, question: Asked) -> Response:
        if name not in question.parameters and kind == DocumentKind.state:
            documents.remove_all(attempt, place(question, is_named=False))
        else:
            documents.remove(attempt, place(question, is_named=True), question.condition)
        return make_response("", 204)

    return _answer({"GET": get, "PUT": put, "POST": post, "DELETE": delete})


def _sent(document: Document) -> Response:
    headers.use_policy(INERT)
    answer = make_response(document.content)
    answer.headers["Content-Type"] = document.media_type
    answer.headers["Content-Disposition"] = "attachment"
    answer.headers["ETag"] = f'"{document.etag}"'
    answer.last_modified = document.updated_at
    return answer
