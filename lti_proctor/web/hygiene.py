"""What no request may carry, wherever it is going: NUL characters, which no text has and some databases refuse, and a
body of which nobody can tell whether all of it came.
"""

from flask import Flask, Response, request

from lti_proctor.web.problems import refuse

FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def init_app(app: Flask) -> None:
    app.before_request(_refuse_endless)
    app.before_request(_refuse_nul)


def _refuse_endless() -> Response | None:
    is_in_pieces = "HTTP_TRANSFER_ENCODING" in request.environ and request.content_length is None
    return refuse("status_400", 411) if is_in_pieces and "wsgi.input_terminated" not in request.environ else None


def _refuse_nul() -> Response | None:
    if b"%00" in request.query_string or "\0" in request.path:
        return refuse("status_400", 400)
    if request.mimetype in FORMS and any("\0" in value for values in request.form.listvalues() for value in values):
        return refuse("status_400", 400)
    return None
