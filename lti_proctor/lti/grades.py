"""Assignment and Grade Services 2.0, the tool's side: posting scores and reading results."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from lti_proctor.attempts.grading import Points
from lti_proctor.errors import Upstream
from lti_proctor.lti import wire
from lti_proctor.lti.calls import AGS, call, expect, json_of
from lti_proctor.lti.families import family_of
from lti_proctor.lti.paging import walk
from lti_proctor.platforms.models import Registration

SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
#: Larger numbers are no points.
MOST_POINTS = 1_000_000_000


@dataclass(frozen=True)
class Results:
    """What a column holds by the LMS's own id of the learner; `note` says why it is not all, None when it is."""

    by_subject: Mapping[str, Points]
    note: str | None = None


def post_score(registration: Registration, line_item_url: str, body: bytes, *, now: datetime) -> None:
    """Post one score.

    Raises `Upstream`: `score_stale` (409) when the platform has a newer one, `score_ungradable` when it does not grade
    this person, `score_status_…` otherwise, permanent for what won't change by itself.
    """
    url = wire.before_query(line_item_url, "scores")
    accept = f"{SCORE_TYPE}, */*;q=0.1"
    answer = call(
        registration, "POST", url, AGS + "score", now, accept=accept, content=(SCORE_TYPE, body), is_read=False
    )
    if answer.status == 409:
        raise Upstream("score_stale", permanent=False)
    if answer.status in family_of(registration.family).ungradable:
        raise Upstream("score_ungradable", permanent=True)
    expect(answer, "score")


def read_results(
    registration: Registration, line_item_url: str, *, subject: str | None = None, now: datetime
) -> Results:
    """What the platform has in a column, of one learner or of all.

    Raises `Upstream`: `results_status_…`, `results_unreadable`. Pages are followed as in a roster.
    """
    url = wire.before_query(line_item_url, "results")
    if subject is not None:
        url += f"{'&' if '?' in url else '?'}{urlencode({'user_id': subject})}"

    def ask(address: str) -> tuple[Mapping[str, str], dict[str, Points]]:
        answer = call(registration, "GET", address, AGS + "result.readonly", now, accept=RESULTS_TYPE)
        expect(answer, "results")
        found = [] if answer.status == 204 else json_of(answer.body)
        if not isinstance(found, list):
            raise Upstream("results_unreadable", permanent=False)
        return answer.headers, results_in(found)

    pages, note = walk(url, ask)
    return Results({key: points for page in pages for key, points in page.items()}, note and f"results_{note}")


def results_in(rows: list[Any]) -> dict[str, Points]:
    """The rows of one page; those without a usable user or with points that are no number are passed over."""
    found: dict[str, Points] = {}
    for row in rows:
        subject = row.get("userId") if isinstance(row, dict) else None
        if not isinstance(subject, str) or not subject:
            continue
        given, maximum = _points(row.get("resultScore")), _points(row.get("resultMaximum", 1))
        if maximum is not None and maximum > 0 and (given is not None or row.get("resultScore") is None):
            found[subject] = Points(given, maximum)
    return found


def _points(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Decimal(str(value)) if abs(value) < MOST_POINTS and math.isfinite(value) else None


def later(timestamp: str, now: datetime) -> str:
    """A timestamp after the given one and not before now, a whole second apart."""
    moment = max(now, datetime.fromisoformat(timestamp) + timedelta(seconds=1))
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
