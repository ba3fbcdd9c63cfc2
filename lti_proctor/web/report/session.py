"""The narrow session of somebody who reads one report by its link: a cookie with the key, sent below that report's
address only. It is no sign-in.
"""

from flask import request, url_for
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.errors import NotFound
from lti_proctor.extensions import current_settings
from lti_proctor.report import links
from lti_proctor.report.models import ReportLink
from lti_proctor.web.limits import failures

#: Whoever reads for longer opens the link again.
SECONDS = 3600


def open_by_key(identifier: str, key: str) -> Response:
    """From the address with the key to the one without. Raises as `load_link`."""
    _find(identifier, key)
    settings = current_settings()
    path = url_for("report.shared", identifier=identifier)
    answer = Response(status=303, headers={"Location": path})
    answer.set_cookie(_name(), key, max_age=SECONDS, path=path, httponly=True, secure=settings.is_https, samesite="Lax")
    return answer


def load_link(identifier: str) -> ReportLink:
    """The link by which this browser reads. Raises `NotFound("report_link")`, and 429 for whoever guesses."""
    return _find(identifier, request.cookies.get(_name(), ""))


def _find(identifier: str, key: str) -> ReportLink:
    try:
        return links.get_link(identifier, key, now=clock.now())
    except NotFound:
        failures().check("report")
        failures().count("report")
        raise


def _name() -> str:
    return "__Secure-lti-proctor-report" if current_settings().is_https else "lti-proctor-report"
