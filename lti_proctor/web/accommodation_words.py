"""Words for what a learner is spared: what they may do, for the learner, for staff and for proctors alike."""

from collections.abc import Collection, Mapping

from flask_babel import lazy_gettext as _

from lti_proctor.attempts.accommodating import spared_in_effect
from lti_proctor.attempts.models import Attempt
from lti_proctor.exams.sparing import Need
from lti_proctor.web.words import Text

SPARED: Mapping[str, Text] = {
    "menu": _("The context menu works"),
    "selection": _("Text may be selected and copied"),
    "print": _("The exam may be printed"),
    "hotkeys": _("All keys work"),
    "cover": _("The exam stays visible while another window is in front"),
    "devtools": _("The exam is not covered because of developer tools"),
    "lock": _("The exam is never covered because of what is noticed"),
    "preview": _("The own camera picture is not shown"),
    "record": _("Nothing is recorded"),
    "screen": _("The screen need not be shared"),
    "seb": _("Safe Exam Browser is not needed"),
    "b1": _("Any browser will do"),
    "b2": _("Other windows may be in front of the exam"),
    "b3": _("Full screen is not needed"),
    "c1": _("The camera may be off"),
    "c2": _("Looking away and leaving the picture is not counted"),
    "c3": _("Other people may be in the picture"),
    "c4": _("The face is not compared with the photo"),
    "c5": _("The face is not looked for among others"),
    "c6": _("The face is not compared with the profile"),
    "m1": _("The microphone may be off"),
    "m2": _("Voices and noise are not counted"),
    "n1": _("Lost connections are not counted"),
    "n2": _("The phone’s camera may be off"),
    "n3": _("Recordings that are not saved are not counted"),
    "s1": _("A screen that is not shared is not counted"),
    "s2": _("A second display may be used"),
}
NEEDS: Mapping[Need, Text] = {
    Need.screen_reader: _("Screen reader, or text read aloud: nothing stands in the way of keys and selecting"),
    Need.other_program: _("Another program is used beside the exam"),
    Need.no_full_screen: _("No full screen"),
    Need.look_away: _("May look away"),
    Need.leave: _("May leave for a moment"),
    Need.speak: _("May speak, or there is noise"),
    Need.helper: _("Another person is in the room"),
    Need.second_display: _("A second display"),
    Need.no_camera: _("No camera and no recording during the exam"),
}


def spared_words(codes: Collection[str]) -> list[Text]:
    return [SPARED[code] for code in codes if code in SPARED]


def spared_of(attempt: Attempt) -> list[Text]:
    """What this exam would ask and this learner is spared."""
    return spared_words(spared_in_effect(attempt))
