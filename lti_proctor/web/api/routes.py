"""One way to add an address: with its scope, its shapes and its place in the OpenAPI document.

The shapes are pydantic models, as everywhere in this program; spectree reads them from the annotations `query`, `json`
and `return` of a view (decision 0021).
"""

import copy
from collections.abc import Callable
from functools import wraps
from typing import Any, cast, get_type_hints
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, make_response, request
from pydantic import BaseModel, TypeAdapter, ValidationError
from spectree import Response as Answers
from spectree import SecurityScheme, SpecTree
from spectree.config import ModeEnum
from spectree.models import SecureType, SecuritySchemeData
from spectree.plugins.base import Context
from spectree.plugins.flask_plugin import FlaskPlugin
from spectree.utils import get_multidict_items
from werkzeug.exceptions import UnsupportedMediaType

from lti_proctor.api.data import Page
from lti_proctor.errors import Invalid
from lti_proctor.extensions import db
from lti_proctor.people.scopes import Scope
from lti_proctor.web.api import access
from lti_proctor.web.sessions import settings

View = Callable[..., Any]
JSON = "application/json"


class Problem(BaseModel):
    """What went wrong (RFC 9457). `code` names it, `instance` is the reference that the site's log knows."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    fields: dict[str, str] | None = None
    scope: str | None = None
    context: dict[str, str] | None = None


class Plugin(FlaskPlugin):
    """Reads requests strictly; what views give back is typed already and is not checked again."""

    def request_validation(self, request: Any, query: Any, json: Any, form: Any, headers: Any, cookies: Any) -> None:
        values = get_multidict_items(request.args, query) if query else {}
        if query is None and request.args:
            raise Invalid("fields", fields=dict.fromkeys(sorted(request.args)[:20], "extra_forbidden"))
        request.context = Context(query and _read(query, values), json and _read_body(json), None, None, None)

    def validate_response(self, resp: Any, *_unused: Any) -> tuple[Response, None]:
        return resp, None


def _read(model: type[BaseModel], values: dict[str, Any]) -> BaseModel:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise Invalid("fields", fields=_fields(error)) from None


def _read_body(model: type[BaseModel]) -> BaseModel:
    if request.mimetype != JSON:
        raise UnsupportedMediaType
    try:
        return model.model_validate_json(request.get_data(cache=False))
    except ValidationError as error:
        if any(e["type"] == "json_invalid" for e in error.errors(include_url=False, include_input=False)):
            raise Invalid("json_broken") from None
        raise Invalid("fields", fields=_fields(error)) from None


def _fields(error: ValidationError) -> dict[str, str]:
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return {".".join(map(str, e["loc"]))[:200] or "body": e["msg"] for e in found[:50]}


def _name(model: type[BaseModel]) -> str:
    """`Page[ExamData]` is the component ExamPage."""
    name = model.__name__
    if name.startswith("Page["):
        return name[5:-1].removesuffix("Data") + "Page"
    if name.endswith("List"):
        return name.removesuffix("List").removesuffix("Data") + "List"
    return name.removesuffix("Data")


def _nested(_parent: str, child: str) -> str:
    return child.removesuffix("Data")


TOKEN = SecuritySchemeData(type=SecureType.HTTP, scheme="bearer", description="Made by an administrator.")
pages = SpecTree(
    backend=Plugin,
    mode=ModeEnum.strict,
    annotations=True,
    title="LTI Proctor",
    version="1",
    description="Exams, attempts, allowances, reviews and onboarding for programs.",
    openapi_version="3.1.0",
    naming_strategy=_name,
    nested_naming_strategy=_nested,
    validation_error_model=Problem,
    security_schemes=[SecurityScheme(name="token", data=TOKEN)],
)  # fmt: skip


def route(bp: Blueprint, what: str, view: View, scope: Scope, *, tag: str, status: int = 200) -> None:
    """Add `what` ("GET /exams"): the token is checked for the scope, then the request is read, then the view is called.

    Everything that a request changed is committed here, once. A view gives back data, None, or data and a status.
    """
    method, _, rule = what.partition(" ")
    hint = get_type_hints(view)["return"]
    success = 204 if hint is type(None) else status
    answers = Answers(**{f"HTTP_{success}": None if success == 204 else hint})

    @wraps(view)
    def answering(**values: Any) -> Response:
        return _answer(view(**values), success)

    checked = pages.validate(resp=answers, tags=[tag], security={"token": [scope.value]}, operation_id=view.__name__)(
        answering
    )

    @wraps(checked)
    def guarded(**values: Any) -> Response:
        access.require(scope)
        result: Response = checked(**values)
        db.session.commit()
        return result

    guarded.scope = scope  # type: ignore[attr-defined]
    bp.add_url_rule(rule, view.__name__, guarded, methods=[method])


def _answer(result: Any, status: int) -> Response:
    if status == 204:
        return make_response("", 204)
    answer = Response(_ANY.dump_json(result), status, mimetype=JSON)
    if isinstance(result, Page):
        answer.headers["Link"] = links(result)
    return answer


_ANY: TypeAdapter[Any] = TypeAdapter(Any)


def links(page: Page[Any]) -> str:
    """The header Link (RFC 8288): first, prev, next, last."""
    numbers = {"first": 1, "last": page.pages}
    if page.page > 1:
        numbers["prev"] = min(page.page - 1, page.pages)
    if page.page < page.pages:
        numbers["next"] = page.page + 1
    values = [(key, value) for key, value in request.args.items(multi=True) if key != "page"]
    base = f"{settings().base_url}{request.path}"
    return ", ".join(
        f'<{base}?{urlencode([*values, ("page", str(number))])}>; rel="{rel}"' for rel, number in numbers.items()
    )


def document() -> dict[str, Any]:
    """The OpenAPI document: what spectree collects, with the scope of each address and the problems it may answer."""
    known = current_app.extensions.get("openapi")
    if known is None:
        known = current_app.extensions["openapi"] = _document()
    return cast(dict[str, Any], known)


def _document() -> dict[str, Any]:
    found: dict[str, Any] = copy.deepcopy(pages.spec)
    found["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    found["servers"] = [{"url": settings().base_url}]
    del found["security"]
    for name, schema in found["components"]["schemas"].items():
        schema["title"] = name
        if "description" in schema:
            schema["description"] = schema["description"].replace("None", "null").replace("\n", " ")
    for operations in found["paths"].values():
        for operation in operations.values():
            answers = operation["responses"]
            for parameter in operation["parameters"]:
                parameter["schema"].pop("format", None)  # numbers here are larger than 32 bits
            for status, meaning in PROBLEMS.items():
                if status not in NEED_BODY or "requestBody" in operation:
                    answers[status] = {"description": meaning, "content": {PROBLEM_JSON: {"schema": _PROBLEM}}}
            operation["responses"] = dict(sorted(answers.items()))
    return found


PROBLEM_JSON = "application/problem+json"
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
NEED_BODY = {"413", "415"}
PROBLEMS = {
    "400": "The request can't be read",
    "401": "No token, or one that is not known",
    "403": "The token lacks the scope, or a person's right is missing",
    "404": "There is no such thing, or the token does not reach it",
    "409": "The rules say no in the present state",
    "413": "The body is too large",
    "415": "The body is not JSON",
    "422": "A value can't be used",
    "429": "Too many requests in this minute",
    "503": "Another system did not answer",
}
