"""The page that describes the REST interface, and lets whoever holds a token try it."""

from flask import Blueprint, render_template

from lti_proctor.people.scopes import Scope
from lti_proctor.web.api import reference
from lti_proctor.web.api.routes import document
from lti_proctor.web.limits import quota

bp = Blueprint("api_docs", __name__)


@bp.get("/api/docs")
def docs() -> str:
    """Everything stands on one page; what is tried is sent by the reader's browser, with the reader's token."""
    known = document()
    return render_template(
        "api/docs.html",
        groups=reference.groups(known),
        shapes=reference.shapes(known),
        scopes=list(Scope),
        most=quota().most,
    )
