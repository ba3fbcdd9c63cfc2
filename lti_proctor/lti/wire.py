"""Messages as they go over the wire, built on PyLTI1p3's data classes. Pure.

What its classes lack (windows of time, presentation, links without empty fields) is added here.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pylti1p3.grade import Grade

from lti_proctor.lti.families import DEFAULT, Family

#: Marks the columns of this tool.
TAG = "exam"
#: Fields of a line item that follow the exam.
FIELDS = ("label", "scoreMaximum", "startDateTime", "endDateTime")


def score(
    payload: Mapping[str, Any], *, user_id: str, comment: str, scorer: str | None = None, family: Family = DEFAULT
) -> bytes:
    """The body of a score message (AGS 2.0, section 3.4) from an outbox row's payload.

    `scorer` is how the platform calls the person who decided.
    """
    grade = (
        Grade()
        .set_user_id(user_id)
        .set_timestamp(family.moment(datetime.fromisoformat(payload["timestamp"])))
        .set_activity_progress(payload["activity"])
        .set_grading_progress(payload["progress"])
    )
    if payload["given"] is not None:
        grade.set_score_given(number(Decimal(payload["given"])))
        grade.set_score_maximum(number(Decimal(payload["maximum"])))
    if comment:
        grade.set_comment(family.comment(comment))
    body: dict[str, Any] = json.loads(grade.get_value())
    if scorer is not None:
        body["scoringUserId"] = scorer
    times = {"startedAt": payload.get("started_at"), "submittedAt": payload.get("submitted_at")}
    if known := {name: family.moment(datetime.fromisoformat(at)) for name, at in times.items() if at}:
        body["submission"] = known
    return json.dumps(body).encode()


def line_item(
    *,
    label: str,
    maximum: Decimal,
    resource_id: str,
    resource_link_id: str,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> bytes:
    """The body of a new line item (AGS 2.0, section 3.2)."""
    start = {"resourceId": resource_id, "tag": TAG, "resourceLinkId": resource_link_id}
    told: dict[str, Any] = {"label": label, "maximum": maximum, "opens_at": opens_at, "closes_at": closes_at}
    return json.dumps(changed_line_item(start, FIELDS, **told)).encode()


def changed_line_item(
    row: Mapping[str, Any],
    fields: Iterable[str],
    *,
    label: str,
    maximum: Decimal,
    opens_at: datetime | None,
    closes_at: datetime | None,
) -> dict[str, Any]:
    """A line item with these fields as the exam has them, and everything else as it was."""
    ours = {
        "label": label,
        "scoreMaximum": number(maximum),
        "startDateTime": opens_at and moment_of(opens_at),
        "endDateTime": closes_at and moment_of(closes_at),
    }
    changed = {**row, **{name: ours[name] for name in fields}}
    return {name: value for name, value in changed.items() if value is not None or name not in FIELDS}


def number(value: Decimal) -> int | float:
    """As JSON would write it: whole numbers without a point."""
    return int(value) if value == value.to_integral_value() else float(value)


def before_query(url: str, part: str) -> str:
    """Add `/scores` or `/results` to a line item's address: before the query, as some addresses carry one."""
    path, mark, query = url.partition("?")
    return f"{path.rstrip('/')}/{part}{mark}{query}"


def moment_of(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
