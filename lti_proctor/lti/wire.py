"""Messages as they go over the wire, built on PyLTI1p3's data classes. Pure.

What its classes lack (windows of time, presentation, links without empty fields) is added here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pylti1p3.deep_link_resource import DeepLinkResource
from pylti1p3.grade import Grade
from pylti1p3.lineitem import LineItem

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"


@dataclass(frozen=True)
class Item:
    """One exam as a content item (Deep Linking 2.0, section 3.2): an `ltiResourceLink`."""

    title: str
    url: str
    exam: str
    maximum: Decimal | None
    opens_at: datetime | None
    closes_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        link = DeepLinkResource().set_title(self.title).set_url(self.url).set_custom_params({"exam": self.exam})
        if self.maximum is not None:
            column = LineItem().set_score_maximum(number(self.maximum)).set_label(self.title).set_resource_id(self.exam)
            link.set_lineitem(column.set_tag("exam"))
        item = dict(link.to_dict())
        window = {
            "startDateTime": self.opens_at and _moment(self.opens_at),
            "endDateTime": self.closes_at and _moment(self.closes_at),
        }
        known = {key: value for key, value in window.items() if value}
        if known:
            item["available"] = known
            item["submission"] = dict(known)
        return item


def deep_linking_response(
    items: list[Item], *, client_id: str, issuer: str, deployment_id: str, data: str | None, nonce: str, now: datetime,
    error: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The claims of a deep-linking response; `data` goes back as it came, or not at all."""
    moment = int(now.timestamp())
    claims: dict[str, Any] = {
        "iss": client_id,
        "aud": issuer,
        "iat": moment,
        "exp": moment + 300,
        "nonce": nonce,
        LTI + "message_type": "LtiDeepLinkingResponse",
        LTI + "version": "1.3.0",
        LTI + "deployment_id": deployment_id,
        DL + "content_items": [item.as_json() for item in items],
    }
    if data is not None:
        claims[DL + "data"] = data
    if error is not None:
        claims[DL + "errormsg"] = error
    return claims


def score(payload: Mapping[str, Any], *, user_id: str, comment: str) -> bytes:
    """The body of a score message (AGS 2.0, section 3.4) from an outbox row's payload."""
    grade = (
        Grade()
        .set_user_id(user_id)
        .set_timestamp(payload["timestamp"])
        .set_activity_progress(payload["activity"])
        .set_grading_progress(payload["progress"])
    )
    if payload["given"] is not None:
        grade.set_score_given(number(Decimal(payload["given"])))
        grade.set_score_maximum(number(Decimal(payload["maximum"])))
    if comment:
        grade.set_comment(comment)
    return bytes(grade.get_value().encode())


def line_item(*, label: str, maximum: Decimal, resource_id: str, resource_link_id: str) -> bytes:
    item = LineItem().set_label(label).set_score_maximum(number(maximum)).set_resource_id(resource_id).set_tag("exam")
    found = json.loads(item.get_value())
    found["resourceLinkId"] = resource_link_id
    return json.dumps(found).encode()


def number(value: Decimal) -> int | float:
    """As JSON would write it: whole numbers without a point."""
    return int(value) if value == value.to_integral_value() else float(value)


def before_query(url: str, part: str) -> str:
    """Add `/scores` or `/results` to a line item's address: before the query, as some addresses carry one."""
    path, mark, query = url.partition("?")
    return f"{path.rstrip('/')}/{part}{mark}{query}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
