"""Names of the mails, for administrators."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lti_proctor.web.words import Text

MAILS: Mapping[str, Text] = {
    "submitted": _("Handed in"),
    "verified": _("Accepted"),
    "rejected": _("Not accepted"),
    "appealed": _("Another person looks at it"),
    "error": _("A technical problem"),
    "onboarding_expiring": _("An onboarding will soon be out of date"),
}
