"""What a line item must look like, wherever it comes from (AGS 2.0, section 3.2; Deep Linking 2.0)."""

from typing import Any
from urllib.parse import urlsplit

from lti_proctor.sandbox.links import NewColumn, find_link
from lti_proctor.sandbox.moments import check_moment
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.scores import read_number
from lti_proctor.sandbox.store import Store

TEXTS = ("resourceId", "tag")
REVIEW_PARTS = ("reviewableStatus", "label", "url", "custom")
MOMENTS = ("startDateTime", "endDateTime")


def read_fields(item: dict[str, Any], where: str = "") -> dict[str, Any]:
    """The optional parts; what nobody set is absent, not null."""
    fields: dict[str, Any] = {}
    for name in TEXTS:
        if item.get(name) is not None:
            if not isinstance(item[name], str):
                raise Refusal(f"{where}{name} must be a text.")
            fields[name] = item[name]
    for name in MOMENTS:
        if item.get(name) is not None:
            fields[name] = check_moment(item[name], f"{where}{name}")
    if item.get("gradesReleased") is not None:
        if not isinstance(item["gradesReleased"], bool):
            raise Refusal(f"{where}gradesReleased must be true or false.")
        fields["gradesReleased"] = item["gradesReleased"]
    if item.get("submissionReview") is not None:
        fields["submissionReview"] = _read_review(item["submissionReview"], f"{where}submissionReview")
    return fields


def _read_review(review: object, where: str) -> dict[str, Any]:
    """AGS 2.0, section 3.2.12: reviewableStatus is required, label, url and custom are not."""
    if not isinstance(review, dict):
        raise Refusal(f"{where} must be an object with a list reviewableStatus.")
    statuses = review.get("reviewableStatus")
    if not isinstance(statuses, list) or not all(isinstance(status, str) for status in statuses):
        raise Refusal(f"{where} must be an object with a list reviewableStatus of texts.")
    for name in ("label", "url"):
        if name in review and (not isinstance(review[name], str) or not review[name]):
            raise Refusal(f"{where}.{name} must be a text that is not empty.")
    if "url" in review and urlsplit(review["url"]).scheme not in ("http", "https"):
        raise Refusal(f"{where}.url must be a web address, not {review['url']!r}.")
    custom = review.get("custom", {})
    if not isinstance(custom, dict) or not all(isinstance(value, str) for value in custom.values()):
        raise Refusal(f"{where}.custom must be an object whose values are all texts.")
    return {name: review[name] for name in REVIEW_PARTS if name in review}


def read_column(store: Store, item: object, course_id: str) -> NewColumn:
    if not isinstance(item, dict):
        raise Refusal("A line item must be a JSON object.")
    if not isinstance(item.get("label"), str) or not item["label"].strip():
        raise Refusal("label is required and must be a text that is not empty.")
    maximum = read_number(item.get("scoreMaximum"), "scoreMaximum", over_zero=True)
    link_number = None
    if item.get("resourceLinkId") is not None:
        link = find_link(store, item["resourceLinkId"])
        if link is None or link.course_id != course_id:
            reason = f"There is no resource link {item['resourceLinkId']!r} in this course."
            raise Refusal(reason, status=404, error="not_found")
        link_number = link.number
    return NewColumn(item["label"].strip(), maximum, link_number, read_fields(item), course_id)
