"""Words of the review's own things on the report page."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext

from lti_proctor.monitoring.models import Disposition
from lti_proctor.review.models import Cause, RemarkKind

Text = Any
"""A lazy string: it becomes text in the reader's language when a page is made."""
SAID: Mapping[RemarkKind, Text] = {RemarkKind.note: _("Note"), RemarkKind.incident: _("Incident")}
#: For whom each kind is.
MEANT: Mapping[RemarkKind, Text] = {
    RemarkKind.note: _("For those who review"),
    RemarkKind.incident: _("Evidence: the learner sees it too"),
}
CAUSES: Mapping[Cause, Text] = {
    Cause.learner: _("The learner"),
    Cause.surroundings: _("The surroundings"),
    Cause.staff: _("Staff"),
    Cause.technical: _("Technology"),
}
#: Icon, word and tone.
DISPOSITIONS: Mapping[Disposition, tuple[str, Text, str]] = {
    Disposition.open: ("flag", pgettext("what was made of a flag", "Open"), "wait outline"),
    Disposition.confirmed: ("check", pgettext("what was made of a flag", "Confirmed"), "plain"),
    Disposition.dismissed: ("x", pgettext("what was made of a flag", "Dismissed"), "plain outline"),
}
#: Keys and what they do, in the order of the dialog.
KEYS: tuple[tuple[str, Text], ...] = (
    ("Space", _("Play or pause")),
    ("J", _("10 seconds back")),
    ("K", _("Pause")),
    ("L", _("10 seconds on")),
    ("← →", _("5 seconds back or on; in the timeline a minute")),
    ("Home End", _("To the start or the end")),
    ("Enter", _("In the timeline or a list: go to 5 seconds before it")),
    ("N P", _("Next or previous flag")),
    ("C", _("Confirm the flag")),
    ("D", _("Dismiss the flag")),
    ("M", _("Write a note")),
    ("?", _("Show these keys")),
)
#: Of those, the keys that do nothing for whoever only reads.
JUDGING = frozenset({"C", "D", "M"})


def keys(*, may_judge: bool) -> list[tuple[str, Text]]:
    """Those that do something for this reader."""
    return [(key, said) for key, said in KEYS if may_judge or key not in JUDGING]
