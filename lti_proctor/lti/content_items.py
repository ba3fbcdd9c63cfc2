"""Deep linking: exams as content items and the answer that carries them, built on PyLTI1p3's data classes. Pure.

What its classes lack is added here: windows of time, ways of showing, review from the gradebook, no empty fields.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pylti1p3.deep_link_resource import DeepLinkResource
from pylti1p3.lineitem import LineItem

from lti_proctor.lti import wire

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
#: A variable that tells, in a copied course, which links this one was copied from.
LINK_HISTORY = "$ResourceLink.id.history"
#: From when on a submission can be opened here from the gradebook (Submission Review 1.0, section 3.3).
REVIEWABLE = ["InProgress", "Submitted", "Completed"]
SHOWN: dict[str, dict[str, Any]] = {"iframe": {"width": 1000, "height": 800}, "window": {"targetName": "_blank"}}


@dataclass(frozen=True)
class Item:
    """One exam as a content item (Deep Linking 2.0, section 3.2): an `ltiResourceLink`.

    `targets` are the ways of showing it that the LMS takes; both said, the LMS chooses.
    """

    title: str
    url: str
    exam: str
    maximum: Decimal | None
    opens_at: datetime | None
    closes_at: datetime | None
    text: str = ""
    targets: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        link = DeepLinkResource().set_title(self.title).set_url(self.url)
        link.set_custom_params({"exam": self.exam, "link_history": LINK_HISTORY})
        if self.maximum is not None:
            column = (
                LineItem().set_score_maximum(wire.number(self.maximum)).set_label(self.title).set_resource_id(self.exam)
            )
            link.set_lineitem(column.set_tag(wire.TAG))
        item: dict[str, Any] = dict(link.to_dict())
        if self.maximum is not None:
            item["lineItem"]["submissionReview"] = {"reviewableStatus": REVIEWABLE, "url": self.url}
        if self.text:
            item["text"] = self.text
        item |= {target: SHOWN[target] for target in ("iframe", "window") if target in self.targets}
        window = {
            "startDateTime": self.opens_at and wire.moment_of(self.opens_at),
            "endDateTime": self.closes_at and wire.moment_of(self.closes_at),
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
