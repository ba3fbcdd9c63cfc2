"""Words for what passes between this tool and outside providers."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lti_proctor.providers.base import ReviewStatus
from lti_proctor.providers.models import Stage
from lti_proctor.web.words import Text

STAGES: Mapping[Stage, Text] = {
    Stage.asked: _("Being announced"),
    Stage.registered: _("Announced"),
    Stage.refused: _("Refused by the provider"),
    Stage.gone: _("Removed at the provider"),
}
REVIEWS: Mapping[ReviewStatus, Text] = {
    ReviewStatus.passed: _("Nothing found"),
    ReviewStatus.violation: _("The rules were broken"),
    ReviewStatus.suspicious: _("Looks suspicious"),
    ReviewStatus.not_reviewed: _("Could not be reviewed"),
}
MESSAGES: Mapping[str, Text] = {
    "provider.register": _("The attempt is announced"),
    "provider.start": _("The exam has begun"),
    "provider.stop": _("The exam has ended"),
    "provider.error": _("The attempt broke off"),
    "provider.remove": _("The attempt is to be removed"),
    "provider.act": _("What the provider wanted to be called for"),
}
#: By the beginning of a code; the first that fits counts, and the last one fits all others.
PROBLEMS: Mapping[str, Text] = {
    "provider_missing": _("The provider is not set up here any more. The administrator of this site can add it again."),
    "provider_broken": _("The provider's settings are wrong. “lti-proctor doctor” says what."),
    "provider_broke": _("The provider's plugin made a mistake; the log of the site has it. It is tried again by itself."),
    "provider_keeps": _("The provider did not say that the attempt is gone. It is tried again by itself."),
    "provider_no_id": _("The provider agreed, but did not say how it calls the attempt. The learner can try again."),
    "provider_refused": _("The provider refused the attempt. The learner can try again."),
    "outside_forbidden": _("The address lies inside a private network, which this site does not allow. The administrator of this site can (setting outside_allow)."),
    "outside_": _("The provider does not answer. It is tried again by itself."),
    "gone": _("The attempt is not there any more. Nothing can be sent."),
    "": _("The provider could not take the message. It is tried again by itself where that may help."),
}  # fmt: skip
#: Why a provider can't be used, for administrators.
BROKEN: Mapping[str, Text] = {
    "provider_not_installed": _("No plugin of this name is installed."),
    "provider_import": _("The plugin can't be loaded."),
    "provider_class": _("The plugin is not a provider."),
    "provider_option": _("Options that the plugin does not know, or with values that it can't use."),
}


def message_problem(code: str) -> Text:
    return next(words for beginning, words in PROBLEMS.items() if code.startswith(beginning))
