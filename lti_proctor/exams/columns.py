"""What the gradebook has to hear when an exam changes: the column of each of its links follows it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from lti_proctor import outbox
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.config import ExamConfig, GradeSource
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.platforms.models import ResourceLink

COLUMN = "lti.column"
MANAGE = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"


class Action(StrEnum):
    change = "change"
    remove = "remove"


@dataclass(frozen=True)
class Column:
    """An exam as its column shows it; the names are those of a line item (AGS 2.0, section 3.2)."""

    label: str
    scoreMaximum: Decimal  # noqa: N815
    startDateTime: datetime | None  # noqa: N815
    endDateTime: datetime | None  # noqa: N815
    is_graded: bool


def column_of(title: str, kind: Kind, config: ExamConfig) -> Column:
    is_graded = config.grade_source != GradeSource.nothing and kind != Kind.practice
    return Column(title, config.grade_maximum, config.open_at, config.close_at, is_graded)


def action_for(before: Column, after: Column) -> tuple[Action, tuple[str, ...]] | None:
    """What to do with a column, and which of its fields have changed; None when there is nothing to do."""
    if before.is_graded and not after.is_graded:
        return Action.remove, ()
    names = ("label", "scoreMaximum", "startDateTime", "endDateTime")
    changed = tuple(name for name in names if getattr(before, name) != getattr(after, name))
    return (Action.change, changed) if after.is_graded and changed else None


def tell_gradebook(exam: Exam, before: Column, *, now: datetime) -> None:
    """Queue what the columns of an exam's links need after a change; only a column made by this tool is removed."""
    action = action_for(before, column_of(exam.title, exam.kind, exam.config))
    if action is None:
        return
    for link in db.session.scalars(select(ResourceLink).where(ResourceLink.exam_id == exam.id)):
        url = link.made_line_item_url if action[0] == Action.remove else link.line_item_url
        if url is not None and MANAGE in link.scopes:
            payload: dict[str, Any] = {"link": link.id, "action": action[0].value, "fields": list(action[1])}
            outbox.put(COLUMN, lane=f"column:{link.id}", subject=f"exam:{exam.id}", payload=payload, now=now)
