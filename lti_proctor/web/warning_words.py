"""Words for learners about violations: what is, and what they can do about it."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lti_proctor.exams.addons import Metric
from lti_proctor.web.words import Text

#: What a learner hears of a violation that goes on, and can do about it.
MENDABLE: Mapping[Metric, tuple[Text, Text]] = {
    Metric.b2: (_("The exam was not in front for a while."), _("Keep this window in front of you.")),
    Metric.b3: (_("This exam is taken in full screen."), _("Press “Go to full screen” in the message above.")),
    Metric.c1: (_("Your camera shows nothing."), _("Look whether it is covered or switched off.")),
    Metric.c2: (_("Your face is not in the picture."), _("Sit so that the camera sees you.")),
    Metric.c3: (
        _("More than one face is in the picture."),
        _("Ask others to leave, or turn the camera away from pictures."),
    ),
    Metric.m1: (_("Your microphone is silent."), _("Look for a mute key on the keyboard or the headset.")),
    Metric.m2: (_("It is loud around you."), _("Close the door or ask for quiet if you can.")),
    Metric.s1: (_("Your screen is not shared."), _("Press “Share screen” above and choose “Entire screen”.")),
    Metric.s2: (_("A second display is connected."), _("Unplug it or switch it off.")),
}
#: The message about full screen stands there by itself; what is not saved is nothing that a learner can mend.
WARNINGS: Mapping[Metric, tuple[Text, Text]] = {
    **{metric: said for metric, said in MENDABLE.items() if metric != Metric.b3},
    Metric.n3: (_("The recording is not saved yet."), _("Go on working. It is sent when the line is better.")),
}
