"""Words for the look around the room: what to show in each turn."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from lti_proctor.evidence.models import Turn

Text = Any
"""A lazy string: it becomes text in the reader's language when a page is made."""

#: The name of the picture, and what to do for it.
TURNS: Mapping[Turn, tuple[Text, Text]] = {
    Turn.desk: (_("The desk"), _("Show your desk with everything that lies on it.")),
    Turn.left: (_("To the left"), _("Turn the camera to the left, so that the room on that side is seen.")),
    Turn.behind: (_("Behind you"), _("Turn the camera to what is behind you.")),
    Turn.right: (_("To the right"), _("Turn the camera to the right, so that the room on that side is seen.")),
}


def turn_values() -> list[dict[str, str]]:
    """For the scripts of the pages, in order."""
    return [{"key": turn.value, "name": str(name), "todo": str(todo)} for turn, (name, todo) in TURNS.items()]
