"""The form of the words for what goes wrong."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

Text = Any
"""A lazy string: it becomes text in the reader's language when a page is made."""


@dataclass(frozen=True)
class Words:
    """A problem in the reader's words: what is, what it means, what to do."""

    what: Text
    means: Text
    steps: tuple[Text, ...] = ()
    remedy: Text | None = None


BACK = _("Go back to the course and open the exam once more.")
