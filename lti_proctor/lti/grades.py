"""Assignment and Grade Services 2.0, the tool's side: finding the column and posting scores."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from lti_proctor import outside
from lti_proctor.errors import Upstream
from lti_proctor.exams.models import Exam
from lti_proctor.lti import service_tokens, wire
from lti_proctor.platforms.models import Registration, ResourceLink

SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
#: Statuses after which the same message may work later.
PASSING = frozenset({401, 408, 425, 429, 500, 502, 503, 504})


def post_score(registration: Registration, line_item_url: str, body: bytes, *, now: datetime) -> None:
    """Post one score.

    Raises `Upstream`: `score_stale` (409) when the platform has a newer one, `score_status_…` otherwise, permanent for
    what won't change by itself.
    """
    url = wire.before_query(line_item_url, "scores")
    answer = _call(registration, "POST", url, (SCOPE + "score",), SCORE_TYPE, now, body=body)
    if answer.status == 409:
        raise Upstream("score_stale", permanent=False)
    _expect(answer, "score")


def find_or_create_column(registration: Registration, link: ResourceLink, exam: Exam, *, now: datetime) -> str:
    """The address of the link's line item: found by the link, else made, when the platform allows it."""
    if link.line_items_url is None:
        raise Upstream("no_column", permanent=True)
    found = _columns(registration, link, now)
    if found:
        return found[0]
    if SCOPE + "lineitem" not in link.scopes:
        raise Upstream("no_column", permanent=True)
    body = wire.line_item(
        label=exam.title, maximum=exam.config.grade_maximum, resource_id=exam.identifier, resource_link_id=link.link_id
    )
    answer = _call(registration, "POST", link.line_items_url, (SCOPE + "lineitem",), ITEM_TYPE, now, body=body)
    _expect(answer, "column")
    return _address_in(_json(answer))


def _columns(registration: Registration, link: ResourceLink, now: datetime) -> list[str]:
    scope = "lineitem" if SCOPE + "lineitem" in link.scopes else "lineitem.readonly"
    if SCOPE + scope not in link.scopes:
        return []
    url = str(link.line_items_url)
    url += ("&" if "?" in url else "?") + urlencode({"resource_link_id": link.link_id})
    answer = _call(registration, "GET", url, (SCOPE + scope,), ITEMS_TYPE, now)
    _expect(answer, "column")
    rows = _json(answer)
    if not isinstance(rows, list):
        raise Upstream("column_unreadable", permanent=False)
    # A platform that does not know the filter sends every column: only those of this link count.
    ours = [row for row in rows if isinstance(row, dict) and row.get("resourceLinkId") == link.link_id]
    return [_address_in(row) for row in ours]


def later(timestamp: str, now: datetime) -> str:
    """A timestamp after the given one and not before now, a whole second apart."""
    moment = max(now, datetime.fromisoformat(timestamp) + timedelta(seconds=1))
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _call(
    registration: Registration,
    method: str,
    url: str,
    scopes: tuple[str, ...],
    media_type: str,
    now: datetime,
    *,
    body: bytes | None = None,
) -> outside.Answer:
    """One call with a token; a token that the platform does not take any more is fetched anew, once."""
    for _ in range(2):
        token = service_tokens.token_for(registration, scopes, now=now)
        headers = {"Authorization": f"Bearer {token}", "Accept": media_type if body is None else "*/*"}
        if body is not None:
            headers["Content-Type"] = media_type
        answer = outside.request(method, url, headers=headers, content=body)
        if answer.status != 401:
            return answer
        service_tokens.forget(registration.id)
    return answer


def _expect(answer: outside.Answer, what: str) -> None:
    if 200 <= answer.status < 300:
        return
    code = f"{what}_status_{answer.status}"
    raise Upstream(code, permanent=answer.status not in PASSING, retry_after=service_tokens.retry_after(answer))


def _json(answer: outside.Answer) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError as error:
        raise Upstream("column_unreadable", permanent=False) from error


def _address_in(row: Any) -> str:
    address = row.get("id") if isinstance(row, dict) else None
    if not isinstance(address, str) or not address.startswith(("http://", "https://")):
        raise Upstream("column_unreadable", permanent=False)
    return address
