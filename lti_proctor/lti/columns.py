"""Assignment and Grade Services 2.0, the tool's side: the line item of a link, found, made, changed, removed."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urljoin

from lti_proctor import outside
from lti_proctor.addresses import origin_of
from lti_proctor.errors import Upstream
from lti_proctor.exams.models import Exam
from lti_proctor.lti import wire
from lti_proctor.lti.calls import AGS, call, expect, json_of
from lti_proctor.lti.paging import walk
from lti_proctor.platforms.models import Registration, ResourceLink

ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
MANAGE, READ = AGS + "lineitem", AGS + "lineitem.readonly"
Row = Mapping[str, Any]


def find_column(registration: Registration, link: ResourceLink, exam: Exam, *, now: datetime) -> str | None:
    """The address of the link's line item: by the link, else by the tag and the exam; None where there is none.

    Asked without `limit`, as some platforms break their pages then. A list that could not be read to its end and has
    nothing of ours raises, so that nobody makes a second column.
    """
    scope = READ if READ in link.scopes else MANAGE
    if link.line_items_url is None or scope not in link.scopes:
        return None
    notes = []
    for query in ({"resource_link_id": link.link_id}, {"tag": wire.TAG, "resource_id": exam.identifier}):
        rows, note = _rows(registration, _with(link.line_items_url, query), scope, now)
        found = pick(rows, link_id=link.link_id, resource_id=exam.identifier)
        if found is not None:
            return _address(found.get("id"), link)
        notes.append(note)
    for note in filter(None, notes):
        raise Upstream(f"column_{note}", permanent=True)
    return None


def pick(rows: Sequence[Row], *, link_id: str, resource_id: str) -> Row | None:
    """The row that is the link's among all that came: platforms that do not know a filter send every column.

    A column of another link is never taken, even when it is the same exam's.
    """

    def is_bound(row: Row) -> bool:
        return str(row.get("resourceLinkId") or "") == link_id

    def is_marked(row: Row) -> bool:
        return row.get("resourceId") == resource_id and (row.get("tag") or wire.TAG) == wire.TAG

    bound = [row for row in rows if is_bound(row)]
    free = [row for row in rows if not row.get("resourceLinkId") and is_marked(row)]
    return next((row for row in bound if is_marked(row)), None) or next(iter((*bound, *free)), None)


def make_column(registration: Registration, link: ResourceLink, exam: Exam, *, now: datetime) -> str:
    """Make the link's line item; some platforms do not say its address in the answer, then it is looked up."""
    if link.line_items_url is None or MANAGE not in link.scopes:
        raise Upstream("no_column", permanent=True)
    body = wire.line_item(resource_id=exam.identifier, resource_link_id=link.link_id, **_told(exam))
    content = (ITEM_TYPE, body)
    answer = call(registration, "POST", link.line_items_url, MANAGE, now, accept=ITEM_TYPE, content=content)
    expect(answer, "column")
    made = json_of(answer.body)
    address = made.get("id") if isinstance(made, dict) else None
    if isinstance(address, str) and address:
        return _address(address, link)
    if place := answer.headers.get("location"):
        return _address(urljoin(link.line_items_url, place), link)
    found = find_column(registration, link, exam, now=now)
    if found is None:
        raise Upstream("column_unreadable", permanent=True)
    return found


def change_column(registration: Registration, url: str, exam: Exam, fields: Sequence[str], *, now: datetime) -> None:
    """Bring these fields of a line item up to date and send everything else back as it is."""
    answer = call(registration, "GET", url, MANAGE, now, accept=ITEM_TYPE)
    expect(answer, "column")
    row = json_of(answer.body)
    if not isinstance(row, dict) or "label" not in row:
        raise Upstream("column_unreadable", permanent=False)
    changed = wire.changed_line_item(row, fields, **_told(exam))
    if changed != row:
        content = (ITEM_TYPE, json.dumps(changed).encode())
        expect(_manage(registration, "PUT", url, now, content), "column")


def remove_column(registration: Registration, url: str, *, now: datetime) -> None:
    """Remove a line item; one that is gone already is removed."""
    answer = _manage(registration, "DELETE", url, now)
    if answer.status not in {404, 410}:
        expect(answer, "column")


def _manage(
    registration: Registration, method: str, url: str, now: datetime, content: tuple[str, bytes] | None = None
) -> outside.Answer:
    return call(registration, method, url, MANAGE, now, accept=ITEM_TYPE, content=content, is_read=False)


def _rows(registration: Registration, url: str, scope: str, now: datetime) -> tuple[list[Row], str | None]:
    def ask(address: str) -> tuple[Mapping[str, str], list[Row]]:
        answer = call(registration, "GET", address, scope, now, accept=ITEMS_TYPE)
        expect(answer, "column")
        found = [] if answer.status == 204 else json_of(answer.body)
        if not isinstance(found, list):
            raise Upstream("column_unreadable", permanent=False)
        return answer.headers, [row for row in found if isinstance(row, dict)]

    pages, note = walk(url, ask)
    return [row for page in pages for row in page], note


def _with(url: str, query: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"


def _address(address: object, link: ResourceLink) -> str:
    """An address that may be used: scores go there with a token, so it must lie where the list of columns does."""
    origin = origin_of(address)
    if origin is None:
        raise Upstream("column_unreadable", permanent=False)
    if origin != origin_of(link.line_items_url):
        raise Upstream("column_elsewhere", permanent=True)
    return str(address)


def _told(exam: Exam) -> dict[str, Any]:
    config = exam.config
    return {
        "label": exam.title,
        "maximum": config.grade_maximum,
        "opens_at": config.open_at,
        "closes_at": config.close_at,
    }
