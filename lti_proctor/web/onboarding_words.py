"""Words for where the onboarding of a learner stands, for staff."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lti_proctor.attempts.onboarding import State
from lti_proctor.web.words import Badge

#: In the order of the filters.
ONBOARDING: Mapping[State, Badge] = {
    State.not_started: Badge("dash", _("Not started"), "plain outline"),
    State.setup_started: Badge("settings", _("Setting up"), "on"),
    State.onboarding_started: Badge("play", _("In progress"), "on"),
    State.submitted: Badge("hourglass", _("Waiting for review"), "wait"),
    State.verified: Badge("check-circle", _("Accepted"), "good"),
    State.other_course_approved: Badge("check-circle", _("Accepted in another course"), "good"),
    State.rejected: Badge("x-circle", _("Not accepted"), "bad"),
    State.expired: Badge("clock", _("Out of date"), "wait outline"),
    State.error: Badge("alert", _("Technical problem"), "bad outline"),
}
