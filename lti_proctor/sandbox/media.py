"""Media types of the services, in and out."""

import json
from collections.abc import Mapping

from flask import Response, request

from lti_proctor.sandbox.refusal import Refusal


def check_accept(media_type: str) -> None:
    accepts = request.accept_mimetypes
    if accepts and not accepts[media_type]:
        raise Refusal(f"This answers {media_type}, which Accept leaves out.", status=406, error="not_acceptable")


def read_json(media_type: str) -> object:
    if request.mimetype != media_type:
        got = request.mimetype or "none"
        raise Refusal(f"Content-Type must be {media_type}, not {got}.", status=415, error="unsupported_media_type")
    try:
        body: object = json.loads(request.get_data())
    except ValueError as problem:
        raise Refusal("The body is not JSON.") from problem
    return body


def answer_json(
    content: object, media_type: str, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    answer = Response(json.dumps(content, ensure_ascii=False), status=status, content_type=media_type)
    answer.headers.update(headers or {})
    return answer
