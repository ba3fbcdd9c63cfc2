"""Serves the files of an exam, shut in: as an origin that is nobody's, which can read nothing of ours."""

from flask import Blueprint, Response, request

from lti_proctor.content import service as content
from lti_proctor.errors import NotFound
from lti_proctor.web import headers
from lti_proctor.web.content.addresses import is_own_origin, package_for
from lti_proctor.web.stored import stored

bp = Blueprint("content", __name__, url_prefix="/content")
#: What files may do; without `allow-same-origin` they have no cookies, no storage and no way to our pages.
SANDBOX = "allow-scripts allow-forms allow-popups allow-modals allow-downloads"


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
    answer = stored(found.key, found.media_type)
    headers.use_policy(f"sandbox {sandbox()}")
    if not found.is_shown:
        answer.headers["Content-Disposition"] = "attachment"
    # Fonts, modules and data of the package are asked for by an origin without a name; the address is the key to them.
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
