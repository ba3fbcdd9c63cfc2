"""Words of the review queue."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lti_proctor.review.models import Cause, RemarkKind
from lti_proctor.review.worth import Turn
from lti_proctor.web.words import Text

TURNS: Mapping[Turn, Text] = {
    Turn.appeal: _("The learner appeals"),
    Turn.second: _("Second look"),
    Turn.identity: _("A step before the exam needs a person"),
    Turn.flagged: _("Something was flagged"),
    Turn.sample: _("Sample without flags"),
    Turn.quiet: _("Nothing was flagged"),
}
REMARKS: Mapping[RemarkKind, Text] = {RemarkKind.note: _("Note"), RemarkKind.incident: _("Incident")}
CAUSES: Mapping[Cause, Text] = {
    Cause.learner: _("What the learner did"),
    Cause.surroundings: _("The surroundings"),
    Cause.staff: _("What staff did"),
    Cause.technical: _("A technical cause"),
}
