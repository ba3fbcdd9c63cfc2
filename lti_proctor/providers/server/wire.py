"""What a site sends, read: the names of the documents and those on the wire are both taken. Pure.

Facts of the protocol: endpoints of a provider, edX proctoring 6. What is not known is passed over; what is there and
can't be used is told with its name.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lti_proctor.errors import Invalid

TEXT_MAX = 255
RULES_MAX = 10_000
#: As long as an exam may have a limit here.
MINUTES_MAX = 60 * 24 * 30
Body = Mapping[str, Any]


class Change(StrEnum):
    """What a site tells of an attempt that it runs."""

    started = "started"
    submitted = "submitted"
    error = "error"


@dataclass(frozen=True)
class ToldExam:
    """An exam as its site tells it. `external_id` is the site's own; `minutes` 0: no limit."""

    external_id: str
    course_id: str
    content_id: str
    name: str
    minutes: int
    is_proctored: bool
    is_practice: bool
    is_active: bool
    rules: str


@dataclass(frozen=True)
class ToldAttempt:
    """Who wants to take an exam, and how. `minutes` None: as long as the exam says."""

    user_id: str
    full_name: str
    email: str
    minutes: int | None
    exception: str


def read_object(raw: bytes) -> Body:
    """The JSON object of a body; an empty body is an empty object. Raises `Invalid("provider_body")`."""
    try:
        found = json.loads(raw or b"{}", parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Invalid("provider_body") from None
    if not isinstance(found, dict):
        raise Invalid("provider_body")
    return found


def read_exam(body: Body) -> ToldExam:
    """Raises `Invalid("provider_field")` with the field's name."""
    content_id = _text(body, "content_id", most=2000)
    return ToldExam(
        external_id=_text(body, "id") or content_id[:TEXT_MAX] or _missing("id"),
        course_id=_text(body, "course_id") or _missing("course_id"),
        content_id=content_id,
        name=_text(body, "exam_name", "name", is_cut=True) or _missing("exam_name"),
        minutes=_minutes(body) or 0,
        is_proctored=_truth(body, True, "is_proctored"),
        is_practice=_truth(body, False, "is_practice_exam", "is_practice"),
        is_active=_truth(body, True, "is_active"),
        rules=_text(body, "rule_summary", most=RULES_MAX, is_cut=True),
    )


def read_attempt(body: Body) -> ToldAttempt:
    """Raises `Invalid("provider_field")` with the field's name."""
    return ToldAttempt(
        user_id=_text(body, "user_id") or _missing("user_id"),
        full_name=_text(body, "full_name", "user_name", is_cut=True),
        email=_text(body, "email", "user_email", is_cut=True),
        minutes=_minutes(body),
        exception=_text(body, "review_policy_exception", most=RULES_MAX, is_cut=True),
    )


def read_change(body: Body) -> Change:
    """Raises `Invalid("provider_field")` for a status that no site tells."""
    try:
        return Change(_text(body, "status"))
    except ValueError:
        raise Invalid("provider_field", field="status") from None


def _no_number(_name: str) -> float:
    raise ValueError


def _missing(field: str) -> str:
    raise Invalid("provider_field", field=field)


def _given(body: Body, names: tuple[str, ...]) -> Any:
    return next((body[name] for name in names if body.get(name) is not None), None)


def _text(body: Body, *names: str, most: int = TEXT_MAX, is_cut: bool = False) -> str:
    """A text or a whole number as one; what people wrote is cut where it is too long, an id is not."""
    value = _given(body, names)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return _missing(names[0])
    text = str(value).strip()
    if len(text) > most and not is_cut:
        return _missing(names[0])
    is_line = most == TEXT_MAX
    if is_line and is_cut:
        return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())[:most]
    if is_line and not text.isprintable():
        return _missing(names[0])
    return "".join(c for c in text if ord(c) >= 32 or c in "\n\r\t")[:most]


def _minutes(body: Body) -> int | None:
    value = body.get("time_limit_mins")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Invalid("provider_field", field="time_limit_mins")
    return min(value, MINUTES_MAX)


def _truth(body: Body, default: bool, *names: str) -> bool:
    value = _given(body, names)
    if value is None:
        return default
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise Invalid("provider_field", field=names[0])
