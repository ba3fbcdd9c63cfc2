"""What of a report is read without an account: the format, and a report by its shared link."""

from flask import Blueprint, Response

from lti_proctor.errors import NotFound
from lti_proctor.report.data import VERSION
from lti_proctor.report.schema import schema_text

bp = Blueprint("report", __name__, url_prefix="/api/report")


@bp.get("/schema/<version>")
def schema(version: str) -> Response:
    """The JSON Schema of reports."""
    if version != VERSION:
        raise NotFound("page")
    answer = Response(schema_text(), content_type="application/schema+json")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    # Programs of other sites read it as well.
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
