"""What sites and their learners are told in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from lti_proctor.exams.addons import Metric
from lti_proctor.review.models import Reason

Text = Any

#: In the order in which the learner does it; sites show each as a step.
INSTRUCTIONS: tuple[Text, ...] = (
    _("Open the proctoring with the button of this page. It opens in a tab of its own; there is nothing to install."),
    _("Go through the steps there. They say what is recorded, and nothing is recorded before you agree."),
    _("When they are done, come back here and start the exam. Leave the other tab open until you have handed in."),
)
METRICS: Mapping[Metric, Text] = {
    Metric.b1: _("The browser is not supported"),
    Metric.b2: _("The exam is not in front"),
    Metric.b3: _("Full screen was left"),
    Metric.c1: _("The camera is off"),
    Metric.c2: _("No face is seen, or it is turned away"),
    Metric.c3: _("Several faces are seen"),
    Metric.c4: _("The face is not recognised"),
    Metric.c5: _("A similar profile was found"),
    Metric.c6: _("The face differs from the profile"),
    Metric.m1: _("The microphone is off or very quiet"),
    Metric.m2: _("Voices or noise in the room"),
    Metric.n1: _("The connection is lost"),
    Metric.n2: _("The phone's camera is not connected"),
    Metric.n3: _("Recordings are not saved"),
    Metric.s1: _("The screen is not shared"),
    Metric.s2: _("A second display is used"),
}
REASONS: Mapping[Reason, Text] = {
    Reason.other_person: _("Another person took the exam"),
    Reason.help_from_others: _("Help from others"),
    Reason.forbidden_material: _("Material that was not allowed"),
    Reason.left_exam: _("The exam was left"),
    Reason.identity_unclear: _("Identity could not be confirmed"),
    Reason.recording_missing: _("Evidence is missing"),
    Reason.low_credibility: _("More was noticed than this exam allows"),
    Reason.other: _("Another reason, see the comment"),
}
