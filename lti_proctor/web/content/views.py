"""Serves the files of an exam, shut in: as an origin that is nobody's, which can read nothing of ours."""

from flask import Blueprint, Response, request
from werkzeug.wsgi import wrap_file

from lti_proctor.content import service as content
from lti_proctor.errors import NotFound
from lti_proctor.storage import store
from lti_proctor.web import headers
from lti_proctor.web.content.addresses import is_own_origin, package_for

bp = Blueprint("content", __name__, url_prefix="/content")
#: What files may do; without `allow-same-origin` they have no cookies, no storage and no way to our pages.
SANDBOX = "allow-scripts allow-forms allow-popups allow-modals allow-downloads"
PIECE = 64 * 1024


def sandbox() -> str:
    """On an origin of their own files may keep things in the browser: there is nothing of ours to reach."""
    return f"{SANDBOX} allow-same-origin" if is_own_origin() else SANDBOX


@bp.before_app_request
def _nothing_else_there() -> None:
    if is_own_origin() and request.blueprint != bp.name:
        raise NotFound("page")


@bp.get("/<token>/<path:filename>")
def file(token: str, filename: str) -> Response:
    """One file of the exam, whole or a part of it."""
    found = content.get_file(package_for(token), filename)
    opened = store().open(found.key)
    headers.use_policy(f"sandbox {sandbox()}")
    answer = Response(wrap_file(request.environ, opened, PIECE), direct_passthrough=True)
    answer.headers["Content-Type"] = found.media_type
    if not found.is_shown:
        answer.headers["Content-Disposition"] = "attachment"
    # Fonts, modules and data of the package are asked for by an origin without a name; the address is the key to them.
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.content_length = found.n_bytes
    return answer.make_conditional(request, accept_ranges=True, complete_length=found.n_bytes)  # type: ignore[return-value]
