"""Scores, what they do to grades, and results."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import TestResponse

from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.scores import ACTIVITY, GRADING, Grade, next_grade, read_score
from lti_proctor.sandbox.settings import Settings

if TYPE_CHECKING:
    from tests.sandbox.conftest import Practice

    Send = Callable[..., TestResponse]

SCORES = "/ags/c-7041/lineitems/1/lineitem/scores?type_id=1"
RESULTS = "/ags/c-7041/lineitems/1/lineitem/results?type_id=1"
MEDIA_TYPE = "application/vnd.ims.lis.v1.score+json"


def test_a_score_becomes_a_grade_on_the_columns_scale(practice: Practice, send_score: Send) -> None:
    answer = send_score(scoreGiven=77, scoreMaximum=100, comment="Accepted.")
    assert (answer.status_code, answer.data) == (200, b"")
    results = practice.machine.get(RESULTS, headers=practice.bearer())
    assert results.content_type == "application/vnd.ims.lis.v2.resultcontainer+json"
    (result,) = results.get_json(force=True)
    assert (result["userId"], result["resultScore"], result["resultMaximum"]) == ("u-3001", 38.5, 50)
    assert result["comment"] == "Accepted."
    assert result["scoreOf"].endswith("/lineitems/1/lineitem?type_id=1")


WRONG: list[tuple[dict[str, Any], int, str]] = [
    ({"userId": None}, 400, "userId is required"),
    ({"userId": 7}, 400, "userId is required"),
    ({"userId": "nobody"}, 422, "nobody who can be graded"),
    ({"userId": "u-2001"}, 422, "nobody who can be graded"),
    ({"userId": "u-1001"}, 422, "nobody who can be graded"),
    ({"timestamp": None}, 400, "timestamp must be"),
    ({"timestamp": "2026-11-24T10:00:00"}, 400, "zone"),
    ({"timestamp": "2026-11-24"}, 400, "zone"),
    ({"timestamp": "2026-13-24T10:00:00Z"}, 400, "no date that exists"),
    ({"timestamp": 1795165196}, 400, "timestamp must be"),
    ({"activityProgress": None}, 400, "activityProgress is required"),
    ({"activityProgress": "Done"}, 400, "activityProgress must be one of"),
    ({"activityProgress": "completed"}, 400, "activityProgress must be one of"),
    ({"gradingProgress": None}, 400, "gradingProgress is required"),
    ({"gradingProgress": "Graded"}, 400, "gradingProgress must be one of"),
    ({"scoreMaximum": None}, 400, "needs scoreMaximum"),
    ({"scoreGiven": -1}, 400, "0 or more"),
    ({"scoreGiven": "40"}, 400, "must be a number"),
    ({"scoreGiven": True}, 400, "must be a number"),
    ({"scoreMaximum": 0}, 400, "more than 0"),
    ({"scoreMaximum": -5}, 400, "more than 0"),
    ({"comment": 5}, 400, "comment must be a text"),
    ({"scoringUserId": 5}, 400, "scoringUserId"),
    ({"submission": "now"}, 400, "submission must be"),
    ({"submission": {"startedAt": "now"}}, 400, "submission.startedAt"),
]


@pytest.mark.parametrize(("changes", "status", "reason"), WRONG)
def test_a_wrong_score_is_refused_and_recorded(
    practice: Practice, send_score: Send, changes: dict[str, Any], status: int, reason: str
) -> None:
    answer = send_score(**changes)
    assert answer.status_code == status
    assert reason in answer.json["error_description"]
    state = practice.state()
    assert state["grades"] == []
    assert [(call["status"], call["reason"]) for call in state["scores"]] == [
        (status, answer.json["error_description"])
    ]


@pytest.mark.parametrize("body", [[], "text", None, 5])
def test_a_body_that_is_no_object_is_refused(body: object) -> None:
    with pytest.raises(Refusal, match="JSON object"):
        read_score(body)


@pytest.mark.parametrize("activity", ACTIVITY)
@pytest.mark.parametrize("grading", GRADING)
def test_every_pair_of_progress_is_taken(send_score: Send, activity: str, grading: str) -> None:
    assert send_score(activityProgress=activity, gradingProgress=grading).status_code == 200


@pytest.mark.parametrize(
    ("second", "status"),
    [
        ("2026-11-24T10:00:00.001Z", 200),
        ("2026-11-24T10:00:00Z", 409),
        ("2026-11-24T11:00:00+01:00", 409),
        ("2026-11-24T11:30:00+01:00", 200),
        ("2026-11-24T09:59:59.999999Z", 409),
    ],
)
def test_a_timestamp_must_be_newer_than_the_last(send_score: Send, second: str, status: int) -> None:
    assert send_score(timestamp="2026-11-24T10:00:00.000Z").status_code == 200
    assert send_score(timestamp=second).status_code == status


def test_a_timestamp_counts_per_person(send_score: Send) -> None:
    assert send_score(userId="u-3001").status_code == 200
    assert send_score(userId="u-3004").status_code == 200


def test_of_two_at_once_with_one_timestamp_one_is_kept(send_score: Send) -> None:
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(
            answer.status_code for answer in pool.map(lambda given: send_score(scoreGiven=given), range(8))
        )
    assert statuses == [200] + [409] * 7


@pytest.mark.parametrize(("media_type", "status"), [(MEDIA_TYPE + "; charset=utf-8", 200), ("application/json", 415)])
def test_the_media_type_is_the_services_own(practice: Practice, media_type: str, status: int) -> None:
    answer = practice.machine.post(SCORES, json=practice.score(), headers=practice.bearer(), content_type=media_type)
    assert answer.status_code == status


def test_scores_after_the_query_string_are_refused_with_the_reason(practice: Practice) -> None:
    answer = practice.machine.post(
        "/ags/c-7041/lineitems/1/lineitem/scores",
        json=practice.score(),
        headers=practice.bearer(),
        content_type=MEDIA_TYPE,
    )
    assert "keep the query string" in answer.json["error_description"]


BEFORE = Grade(1, "u-3001", "2026-11-24T09:00:00Z", 10, 50, None, "Completed", "FullyGraded")


@pytest.mark.parametrize(
    ("settings", "changes", "kept"),
    [
        (Settings(), {}, 40),
        (Settings(), {"gradingProgress": "PendingManual"}, None),
        (Settings(), {"scoreGiven": None}, None),
        (Settings(keep_only_fully_graded=False), {"gradingProgress": "PendingManual"}, 40),
        (Settings(clear_without_score=False), {"scoreGiven": None}, 10),
        (Settings(clear_without_score=False), {"scoreGiven": None, "gradingProgress": "PendingManual"}, 10),
    ],
)
def test_what_a_score_does_to_the_grade(
    practice: Practice, settings: Settings, changes: dict[str, Any], kept: float | None
) -> None:
    grade = next_grade(read_score(practice.score(**changes)), BEFORE, 1, settings)
    assert grade.score == kept


def test_results_can_be_asked_for_one_person_and_by_pages(practice: Practice, send_score: Send) -> None:
    for person in ("u-3001", "u-3002", "u-3003"):
        send_score(userId=person)
    headers = practice.bearer()
    only = practice.machine.get(RESULTS + "&user_id=u-3002", headers=headers).get_json(force=True)
    assert [result["userId"] for result in only] == ["u-3002"]
    assert practice.machine.get(RESULTS + "&user_id=nobody", headers=headers).get_json(force=True) == []
    page = practice.machine.get(RESULTS + "&limit=2", headers=headers)
    following = practice.machine.get(page.headers["Link"].split(">")[0].strip("<"), headers=headers)
    assert [result["userId"] for result in following.get_json(force=True)] == ["u-3003"]


def test_a_grade_without_a_score_is_a_result_without_one(practice: Practice, send_score: Send) -> None:
    send_score(gradingProgress="PendingManual", scoreGiven=None, comment="Waiting for review")
    (result,) = practice.machine.get(RESULTS, headers=practice.bearer()).get_json(force=True)
    assert "resultScore" not in result
    assert result["comment"] == "Waiting for review"


def test_a_person_who_left_can_not_be_graded(practice: Practice, send_score: Send) -> None:
    practice.machine.post("/control/settings", json={"inactive": ["u-3001"]})
    assert send_score().status_code == 422
