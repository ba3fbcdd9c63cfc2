"""Messages that are not taken: a page with the reason, in the language and with the way back that the message tells."""

from collections.abc import Mapping

from flask import Response
from flask_babel import force_locale

from lti_proctor.errors import DomainError
from lti_proctor.locales import known
from lti_proctor.lti.launch import MessageRefused
from lti_proctor.web.problems import refuse

#: Everything else is the message's own fault.
STATUS: Mapping[str, int] = {"not_allowed": 403, "page": 404, "changed_meanwhile": 409}


def refused_page(error: DomainError) -> Response:
    status = STATUS.get(error.code, 400)
    if not isinstance(error, MessageRefused):
        return refuse(error.code, status, facts=error.details)
    locale = known(error.locale)
    if locale is None:
        return refuse(error.code, status, facts=error.details, return_url=error.return_url)
    with force_locale(locale):
        return refuse(error.code, status, facts=error.details, return_url=error.return_url)
