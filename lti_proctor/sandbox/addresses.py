"""Service addresses. They carry a query string, as Moodle's do: a tool must put paths before it."""

from urllib.parse import urlencode

from flask import request

from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.world import COURSE

TYPE_ID = "1"


def lineitems_url(base: str, **query: str) -> str:
    return f"{base}/ags/{COURSE.id}/lineitems?{urlencode({'type_id': TYPE_ID, **query})}"


def lineitem_url(base: str, number: int) -> str:
    return f"{base}/ags/{COURSE.id}/lineitems/{number}/lineitem?type_id={TYPE_ID}"


def results_url(base: str, number: int, **query: str) -> str:
    return f"{base}/ags/{COURSE.id}/lineitems/{number}/lineitem/results?{urlencode({'type_id': TYPE_ID, **query})}"


def result_url(base: str, number: int, person_id: str) -> str:
    return f"{base}/ags/{COURSE.id}/lineitems/{number}/lineitem/results/{person_id}?type_id={TYPE_ID}"


def memberships_url(base: str, **query: str) -> str:
    address = f"{base}/nrps/{COURSE.id}/memberships"
    return f"{address}?{urlencode(query)}" if query else address


def check_course(course_id: str) -> None:
    if course_id != COURSE.id:
        raise Refusal("This course does not exist.", status=404, error="not_found")


def check_type_id() -> None:
    if request.args.get("type_id") != TYPE_ID:
        raise Refusal(
            f"type_id={TYPE_ID} is missing or changed: keep the query string of the address that the platform gave,"
            " and put /scores or /results before it."
        )
