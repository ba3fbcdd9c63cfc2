"""Columns through the line item service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import Practice

LIST = "/ags/c-7041/lineitems?type_id=1"
ONE = "/ags/c-7041/lineitems/1/lineitem?type_id=1"
MEDIA_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
LIST_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"


def make(practice: Practice, body: object, path: str = LIST, method: str = "post", media_type: str = MEDIA_TYPE) -> Any:
    return practice.machine.open(path, method=method, json=body, headers=practice.bearer(), content_type=media_type)


def test_columns_are_listed_in_their_own_media_type(practice: Practice) -> None:
    answer = practice.machine.get(LIST, headers=practice.bearer() | {"Accept": LIST_TYPE})
    assert answer.content_type == LIST_TYPE
    assert answer.get_json(force=True) == [
        {
            "id": "http://127.0.0.1:8100" + ONE,
            "label": "Midterm",
            "scoreMaximum": 50,
            "resourceLinkId": "rl-1",
        }
    ]


def test_a_column_is_made_read_changed_and_removed(practice: Practice) -> None:
    body = {"label": "Proctoring", "scoreMaximum": 12.5, "tag": "proctoring", "endDateTime": "2026-12-01T00:00:00Z"}
    made = make(practice, body)
    assert made.status_code == 201
    assert made.content_type == MEDIA_TYPE
    item = made.get_json(force=True)
    assert item == {"id": made.headers["Location"], **body}
    path = item["id"].removeprefix("http://127.0.0.1:8100")
    changed = make(practice, {"label": "Other", "scoreMaximum": 3}, path, "put")
    assert changed.get_json(force=True) == {"id": item["id"], "label": "Other", "scoreMaximum": 3}
    headers = practice.bearer()
    assert practice.machine.delete(path, headers=headers).status_code == 204
    assert practice.machine.get(path, headers=headers).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ([], 400, "JSON object"),
        ({"scoreMaximum": 1}, 400, "label is required"),
        ({"label": " ", "scoreMaximum": 1}, 400, "label is required"),
        ({"label": "x"}, 400, "scoreMaximum"),
        ({"label": "x", "scoreMaximum": 0}, 400, "more than 0"),
        ({"label": "x", "scoreMaximum": -1}, 400, "more than 0"),
        ({"label": "x", "scoreMaximum": "10"}, 400, "must be a number"),
        ({"label": "x", "scoreMaximum": 1, "resourceLinkId": "rl-9"}, 404, "no resource link"),
        ({"label": "x", "scoreMaximum": 1, "tag": 1}, 400, "tag must be a text"),
        ({"label": "x", "scoreMaximum": 1, "startDateTime": "soon"}, 400, "ISO 8601"),
        ({"label": "x", "scoreMaximum": 1, "gradesReleased": "yes"}, 400, "true or false"),
        ({"label": "x", "scoreMaximum": 1, "submissionReview": {}}, 400, "reviewableStatus"),
    ],
)
@pytest.mark.parametrize("place", [(LIST, "post"), (ONE, "put")])
def test_a_wrong_column_is_refused(
    practice: Practice, body: object, status: int, reason: str, place: tuple[str, str]
) -> None:
    answer = make(practice, body, *place)
    assert answer.status_code == status
    assert reason in answer.json["error_description"]
    assert [item["label"] for item in practice.state()["line_items"]] == ["Midterm"]


def test_another_media_type_is_not_read(practice: Practice) -> None:
    assert make(practice, {"label": "x", "scoreMaximum": 1}, media_type="application/json").status_code == 415
    text = practice.machine.post(LIST, data="{", content_type=MEDIA_TYPE, headers=practice.bearer())
    assert (text.status_code, text.json["error_description"]) == (400, "The body is not JSON.")


def test_an_answer_that_nobody_wants_is_not_given(practice: Practice) -> None:
    answer = practice.machine.get(LIST, headers=practice.bearer() | {"Accept": "text/html"})
    assert answer.status_code == 406


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("", ["Midterm", "A", "B", "C"]),
        ("&resource_link_id=rl-1", ["Midterm", "B"]),
        ("&resource_id=r1", ["A"]),
        ("&tag=t", ["A", "B"]),
        ("&tag=t&resource_link_id=rl-1", ["B"]),
        ("&tag=nothing", []),
    ],
)
def test_columns_are_filtered(practice: Practice, query: str, labels: list[str]) -> None:
    make(practice, {"label": "A", "scoreMaximum": 1, "tag": "t", "resourceId": "r1"})
    make(practice, {"label": "B", "scoreMaximum": 1, "tag": "t", "resourceLinkId": "rl-1"})
    make(practice, {"label": "C", "scoreMaximum": 1})
    found = practice.machine.get(LIST + query, headers=practice.bearer()).get_json(force=True)
    assert [item["label"] for item in found] == labels


def test_pages_lead_to_the_next_and_keep_the_filter(practice: Practice) -> None:
    for label in "ABC":
        make(practice, {"label": label, "scoreMaximum": 1, "tag": "a b&c"})
    make(practice, {"label": "D", "scoreMaximum": 1})
    headers = practice.bearer()
    first = practice.machine.get(LIST + "&tag=a%20b%26c&limit=2", headers=headers)
    address, relation = first.headers["Link"].split("; ")
    assert relation == 'rel="next"'
    second = practice.machine.get(address.strip("<>"), headers=headers)
    labels = [item["label"] for page in (first, second) for item in page.get_json(force=True)]
    assert labels == ["A", "B", "C"]
    assert "Link" not in second.headers


def test_the_platform_may_page_by_itself(practice: Practice) -> None:
    practice.machine.post("/control/settings", json={"page_size": 1})
    make(practice, {"label": "A", "scoreMaximum": 1})
    answer = practice.machine.get(LIST + "&limit=10", headers=practice.bearer())
    assert len(answer.get_json(force=True)) == 1
    assert "Link" in answer.headers


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=-1", "from=-1", "limit=99999999999999999999"])
def test_a_limit_is_a_number(practice: Practice, query: str) -> None:
    assert practice.machine.get(f"{LIST}&{query}", headers=practice.bearer()).status_code == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ags/other/lineitems?type_id=1", 404),
        ("/ags/c-7041/lineitems", 400),
        ("/ags/c-7041/lineitems/1/lineitem", 400),
        ("/ags/c-7041/lineitems/1/lineitem?type_id=1/results", 400),
        ("/ags/c-7041/lineitems/77/lineitem?type_id=1", 404),
        ("/ags/c-7041/lineitems/1/lineitem/scores?type_id=1", 405),
        ("/ags/c-7041/elsewhere", 404),
    ],
)
def test_a_wrong_address_is_refused_as_json(practice: Practice, path: str, status: int) -> None:
    answer = practice.machine.get(path, headers=practice.bearer())
    assert answer.status_code == status
    assert answer.json["error_description"]
