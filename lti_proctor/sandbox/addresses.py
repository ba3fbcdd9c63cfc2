"""Service addresses. They carry a query string, as Moodle's do: a tool must put paths before it."""

from urllib.parse import urlencode

from flask import request

from lti_proctor.sandbox.links import Column
from lti_proctor.sandbox.refusal import Refusal

TYPE_ID = "1"


def lineitems_url(base: str, course_id: str, **query: str) -> str:
    return f"{base}/ags/{course_id}/lineitems?{urlencode({'type_id': TYPE_ID, **query})}"


def _lineitem(base: str, column: Column) -> str:
    return f"{base}/ags/{column.course_id}/lineitems/{column.number}/lineitem"


def lineitem_url(base: str, column: Column) -> str:
    return f"{_lineitem(base, column)}?type_id={TYPE_ID}"


def results_url(base: str, column: Column, **query: str) -> str:
    return f"{_lineitem(base, column)}/results?{urlencode({'type_id': TYPE_ID, **query})}"


def result_url(base: str, column: Column, person_id: str) -> str:
    return f"{_lineitem(base, column)}/results/{person_id}?type_id={TYPE_ID}"


def memberships_url(base: str, course_id: str, **query: str) -> str:
    address = f"{base}/nrps/{course_id}/memberships"
    return f"{address}?{urlencode(query)}" if query else address


def check_type_id() -> None:
    if request.args.get("type_id") != TYPE_ID:
        raise Refusal(
            f"type_id={TYPE_ID} is missing or changed: keep the query string of the address that the platform gave,"
            " and put /scores or /results before it."
        )
