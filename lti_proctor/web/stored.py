"""Answers with bytes from the storage, whole or the part that the browser asks for (RFC 9110, section 14)."""

from io import SEEK_END

from flask import Response, request
from werkzeug.wsgi import wrap_file

from lti_proctor.storage import store

PIECE = 64 * 1024


def stored(key: str, media_type: str) -> Response:
    """Raises `NotFound("file")`, `Upstream` when the store is away."""
    opened = store().open(key)
    n_bytes = opened.seek(0, SEEK_END)
    opened.seek(0)
    answer = Response(wrap_file(request.environ, opened, PIECE), content_type=media_type, direct_passthrough=True)
    answer.call_on_close(opened.close)
    answer.content_length = n_bytes
    return answer.make_conditional(request, accept_ranges=True, complete_length=n_bytes)  # type: ignore[return-value]
