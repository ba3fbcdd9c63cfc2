import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from lti_proctor.lti import wire
from lti_proctor.lti.families import family_of
from lti_proctor.lti.wire import before_query, number

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "posted_to"),
    [
        ("https://lms.example/items/1", "https://lms.example/items/1/scores"),
        ("https://lms.example/items/1/", "https://lms.example/items/1/scores"),
        ("https://lms.example/items/1/lineitem?type_id=1", "https://lms.example/items/1/lineitem/scores?type_id=1"),
        ("https://lms.example/items?a=1&b=2", "https://lms.example/items/scores?a=1&b=2"),
        ("https://lms.example/items/1?", "https://lms.example/items/1/scores?"),
        (
            "https://lms.example/items/1?u=https://x.example/?y",
            "https://lms.example/items/1/scores?u=https://x.example/?y",
        ),
    ],
)
def test_scores_go_to_an_address_before_the_query(url, posted_to):
    assert before_query(url, "scores") == posted_to


def payload(**changes):
    start = {
        "activity": "Completed",
        "progress": "FullyGraded",
        "given": "17.00",
        "maximum": "20",
        "timestamp": "2026-11-24T09:00:00.000+00:00",
    }
    return {**start, **changes}


def score(comment="", **changes):
    return json.loads(wire.score(payload(**changes), user_id="sub-1", comment=comment))


def test_a_score_says_whose_it_is_when_and_how_much():
    assert score() == {
        "userId": "sub-1",
        "timestamp": "2026-11-24T09:00:00.000+00:00",
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "scoreGiven": 17,
        "scoreMaximum": 20,
    }


def test_progress_without_a_grade_names_no_points():
    body = score(given=None, activity="InProgress", progress="NotReady")
    assert not {"scoreGiven", "scoreMaximum"} & set(body)


def test_zero_points_are_points():
    assert score(given="0")["scoreGiven"] == 0


@pytest.mark.parametrize("comment", ["Handed in.", "Aceptado, ¡bien! ✓", "x" * 3000])
def test_a_comment_goes_along_as_it_is(comment):
    assert score(comment)["comment"] == comment


def test_no_comment_is_no_empty_comment():
    assert "comment" not in score()


@pytest.mark.parametrize(
    ("value", "written"), [("17.00", "17"), ("17.50", "17.5"), ("0.01", "0.01"), ("100000", "100000"), ("0", "0")]
)
def test_numbers_are_written_as_json_would(value, written):
    assert json.dumps(number(Decimal(value))) == written


def test_a_score_names_its_reviewer_and_its_times_where_they_are_known():
    assert not {"scoringUserId", "submission"} & set(score(started_at=None, submitted_at=None))
    body = wire.score(
        payload(started_at="2026-11-24T08:00:00.000+00:00", submitted_at=None), user_id="u", comment="", scorer="s-9"
    )
    found = json.loads(body)
    assert (found["scoringUserId"], found["submission"]) == ("s-9", {"startedAt": "2026-11-24T08:00:00.000+00:00"})


def test_a_family_decides_how_moments_and_comments_are_written():
    given = payload(started_at="2026-11-24T08:00:00.400+00:00")
    sent = wire.score(given, user_id="u", comment="<b>", family=family_of("moodle"))
    found = json.loads(sent)
    assert (found["timestamp"], found["comment"]) == ("2026-11-24T09:00:00+00:00", "<b>")
    assert found["submission"] == {"startedAt": "2026-11-24T08:00:00+00:00"}
    sent = wire.score(given, user_id="u", comment="<b>", family=family_of("BlackboardLearn"))
    assert json.loads(sent)["comment"] == "&lt;b&gt;"


def test_a_new_column_names_its_exam_and_its_link():
    body = json.loads(wire.line_item(label="Final ñ", maximum=Decimal("20"), resource_id="e-1", resource_link_id="l-1"))
    expected = {"label": "Final ñ", "scoreMaximum": 20, "resourceId": "e-1", "tag": "exam", "resourceLinkId": "l-1"}
    assert {key: body.get(key) for key in expected} == expected
