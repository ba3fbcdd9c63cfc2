"""The way back to the LMS: its return address with a message in the reader's language (LTI core 1.3, 5.4.6)."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask_babel import force_locale
from flask_babel import gettext as _

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.web.sessions import settings

MESSAGES = ("lti_msg", "lti_errormsg", "lti_log", "lti_errorlog")


def return_address(url: str, **said: str) -> str:
    """The address with `lti_msg` and its like added to its query; what the LMS put there itself stays as it is."""
    parts = urlsplit(url)
    known = {name for name, _value in parse_qsl(parts.query, keep_blank_values=True)}
    added = urlencode({name: text for name, text in said.items() if text and name in MESSAGES and name not in known})
    query = "&".join(part for part in (parts.query, added) if part)
    return urlunsplit(parts._replace(query=query))


def with_message(url: str, attempt: Attempt, *, locale: str | None = None) -> str:
    """The way back from an attempt that is done; before and during it nothing is said."""
    with force_locale(locale or settings().default_locale):
        said = {
            Status.submitted: {"lti_msg": _("Your exam is handed in.")},
            Status.verified: {"lti_msg": _("Your exam was accepted.")},
            Status.declined: {"lti_msg": _("You take the exam without proctoring.")},
            Status.error: {
                "lti_errormsg": _("Something went wrong during the exam. Your teacher can let you take it again."),
                "lti_errorlog": f"attempt {attempt.id}",
            },
        }
        return return_address(url, **said.get(attempt.status, {}))
