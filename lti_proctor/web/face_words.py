"""Words for what was seen on photos of faces, and for steps at which a learner is held."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from lti_proctor.documents.service import NAME_DIFFERS
from lti_proctor.exams.addons import Metric
from lti_proctor.faces.looks import Finding, Match, Seen

Text = Any
"""A lazy string: it becomes text in the reader's language when a page is made."""
WAITING = "waiting"


@dataclass(frozen=True)
class Said:
    """A notice: its tone and sign, what is, and what to do."""

    tone: str
    icon: str
    what: Text
    todo: Text


#: For learners, under the photo that they have just kept.
LOOKS: Mapping[str, Said] = {
    WAITING: Said("on", "hourglass", _("We look whether your face can be seen"), _("This takes a few seconds.")),
    Seen.one: Said("good", "check", _("One face can be seen well"), _("You can continue with this photo.")),
    Seen.none: Said(
        "wait",
        "info",
        _("We find no face in this photo"),
        _("Turn to the light, look straight into the camera and fill the oval, then take another photo."),
    ),
    Seen.several: Said(
        "wait",
        "info",
        _("There is more than one face in this photo"),
        _("Only you should be seen. Also cover pictures of people behind you, then take another photo."),
    ),
    Seen.small: Said(
        "wait",
        "info",
        _("The face is too small in this photo"),
        _("Come closer until your face fills the oval, then take another photo."),
    ),
    Seen.unknown: Said(
        "plain",
        "dash",
        _("The photo could not be analysed"),
        _("That does not matter: continue, a person will look at it."),
    ),
}
#: For staff, beside the step.
FINDINGS: Mapping[Finding, Text] = {
    Finding.same: _("The face matches the profile"),
    Finding.doubtful: _("The face may match the profile or not"),
    Finding.different: _("The face seems to differ from the profile"),
    Finding.none: _("No face was found in the photo"),
    Finding.several: _("Several faces are in the photo"),
    Finding.small: _("The face is too small to be compared"),
    Finding.unknown: _("The photo could not be analysed"),
    Finding.no_profile: _("There is no profile photo to compare with"),
    Finding.waiting: _("The photo is being looked at"),
    Finding.asked: _("The learner asked for a person to check"),
}
#: The same with what is found on documents.
FINDING_NAMES: Mapping[str, Text] = {
    **{finding.value: said for finding, said in FINDINGS.items()},
    NAME_DIFFERS: _("The name on the document seems to differ"),
}
#: What a picture from the exam was compared with.
COMPARED: Mapping[Metric, Text] = {
    Metric.c4: _("With the photo from the start"),
    Metric.c5: _("With other profiles"),
    Metric.c6: _("With the profile"),
}
MATCHES: Mapping[Match, Text] = {
    Match.same: _("matches"),
    Match.doubtful: _("doubtful"),
    Match.different: _("seems different"),
    Match.unknown: _("could not be compared"),
}
#: For a search the other way round.
SEARCHES: Mapping[Match, Text] = {
    **MATCHES,
    Match.same: _("none is similar"),
    Match.different: _("one is similar"),
}


def match_words(metric: Metric, match: Match) -> Text:
    return (SEARCHES if metric == Metric.c5 else MATCHES)[match]


#: For learners who are held at a step: what is, what it means. What is not listed has the words of last resort.
HELD: Mapping[str, tuple[Text, Text]] = {
    NAME_DIFFERS: (
        _("The name on the document differs from the name that you gave"),
        _("Take another picture, correct your name in the step before, or wait for a person."),
    ),
    Finding.waiting: (
        _("We look at your photo"),
        _("This takes a few seconds. Stay on this page: it goes on by itself."),
    ),
    Finding.asked: (
        _("A person will check"),
        _("Stay on this page: it goes on by itself as soon as a person has looked."),
    ),
    Finding.none: (_("We find no face in your photo"), LOOKS[Seen.none].todo),
    Finding.several: (_("There is more than one face in your photo"), LOOKS[Seen.several].todo),
    Finding.small: (_("The face is too small in your photo"), LOOKS[Seen.small].todo),
    Finding.doubtful: (
        _("We are not sure that this photo matches your profile"),
        _("Light, glasses or a new haircut can be the cause. Take another photo in good light, or wait for a person."),
    ),
    Finding.different: (
        _("This photo does not match the one in your profile"),
        _(
            "Light, glasses or an old profile photo can be the cause. Take another photo in good light, or wait for a person."
        ),
    ),
}
HELD_OTHERWISE = (
    _("A person has to look at this step"),
    _("What you sent could not be matched with what we know. Try it once more, or wait for a person."),
)


def held_words(finding: str) -> tuple[Text, Text]:
    return HELD.get(finding, HELD_OTHERWISE)
