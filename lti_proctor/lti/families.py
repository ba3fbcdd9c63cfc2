"""How makes of LMS differ in their gradebooks: one row each, by `product_family_code`. Pure.

Sources: Moodle 4.5, observed (a message without a score wipes the grade, timestamps count in whole seconds, 400 for
somebody who is not enrolled, comments are plain text); Canvas, the Score page of its API documentation (sub-second
timestamps, `scoreGiven` counts only with FullyGraded and PendingManual, a message without one does not grade) and its
note that calls need a User-Agent; Brightspace, the LTI Advantage developer FAQ (422 for a role that can't be graded);
Blackboard, "Interacting with Grades" (a message without a score deletes the grade). Whatever is not listed is treated
with the greatest care.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from html import escape


class Pending(StrEnum):
    """When a message without a score ("in progress", "waits for a review") may be sent."""

    always = "always"
    #: It would wipe a grade that was sent before.
    unless_graded = "unless_graded"


class Precision(StrEnum):
    """How moments are written; the values are those of `datetime.isoformat`."""

    seconds = "seconds"
    milliseconds = "milliseconds"


@dataclass(frozen=True)
class Family:
    """What a make of LMS wants of a score."""

    pending: Pending = Pending.unless_graded
    precision: Precision = Precision.milliseconds
    #: Whether comments are shown as text; else they are taken for HTML.
    comment_is_plain: bool = True
    #: Statuses that say: this person can't be graded in this course.
    ungradable: frozenset[int] = frozenset({422})
    headers: Mapping[str, str] = field(default_factory=dict)

    def moment(self, at: datetime) -> str:
        return at.astimezone(UTC).isoformat(timespec=self.precision.value)

    def comment(self, words: str) -> str:
        return words if self.comment_is_plain else escape(words, quote=False)


DEFAULT = Family()
FAMILIES: Mapping[str, Family] = {
    "moodle": Family(precision=Precision.seconds, ungradable=frozenset({400, 422})),
    "canvas": Family(
        pending=Pending.always, headers={"User-Agent": "LTI-Proctor (exam proctoring over LTI 1.3; grades and roster)"}
    ),
    "desire2learn": Family(),
    "blackboardlearn": Family(comment_is_plain=False),
}
_OTHER = re.compile(r"[^a-z0-9]")


def family_of(code: str) -> Family:
    """The row of a `product_family_code`, in whatever case and with whatever blanks; the default one for others."""
    return FAMILIES.get(_OTHER.sub("", code.lower()), DEFAULT)
