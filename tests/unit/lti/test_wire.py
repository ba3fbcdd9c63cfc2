import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from lti_proctor.lti import wire
from lti_proctor.lti.wire import DL, LTI, Item, before_query, deep_linking_response, number

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


def test_a_new_column_names_its_exam_and_its_link():
    body = json.loads(wire.line_item(label="Final ñ", maximum=Decimal("20"), resource_id="e-1", resource_link_id="l-1"))
    expected = {"label": "Final ñ", "scoreMaximum": 20, "resourceId": "e-1", "tag": "exam", "resourceLinkId": "l-1"}
    assert {key: body.get(key) for key in expected} == expected


def item(**changes):
    values = {"title": "Final", "url": "https://tool.example/lti/launch", "exam": "e-1", "maximum": Decimal(20)}
    return Item(**{"opens_at": None, "closes_at": None, **values, **changes}).as_json()


def test_an_exam_is_a_link_with_its_column():
    found = item()
    assert (found["type"], found["title"], found["url"]) == (
        "ltiResourceLink",
        "Final",
        "https://tool.example/lti/launch",
    )
    assert found["custom"] == {"exam": "e-1"}
    column = found["lineItem"]
    assert (column["scoreMaximum"], column["label"], column["resourceId"], column["tag"]) == (
        20,
        "Final",
        "e-1",
        "exam",
    )


def test_an_exam_without_grade_brings_no_column():
    assert "lineItem" not in item(maximum=None)


def test_an_exam_without_times_brings_no_empty_fields():
    found = item()
    assert not {"available", "submission"} & set(found)
    assert None not in found.values()


def test_the_window_of_an_exam_is_told_in_utc():
    opens = datetime(2026, 11, 24, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    found = item(opens_at=opens, closes_at=opens + timedelta(hours=2))
    assert found["available"] == {"startDateTime": "2026-11-24T09:00:00Z", "endDateTime": "2026-11-24T11:00:00Z"}
    assert found["submission"] == found["available"]


def test_half_a_window_is_told_as_half():
    assert item(closes_at=NOW)["available"] == {"endDateTime": "2026-11-24T09:00:00Z"}


def response(items=(), data="opaque", **more):
    return deep_linking_response(
        list(items),
        client_id="client-1",
        issuer="https://lms.example",
        deployment_id="1",
        data=data,
        nonce="n",
        now=NOW,
        **more,
    )


def test_an_answer_goes_from_the_tool_to_the_platform_and_lasts_at_most_ten_minutes():
    claims = response()
    assert (claims["iss"], claims["aud"], claims["nonce"]) == ("client-1", "https://lms.example", "n")
    assert claims[LTI + "message_type"] == "LtiDeepLinkingResponse"
    assert (claims[LTI + "version"], claims[LTI + "deployment_id"]) == ("1.3.0", "1")
    assert claims["iat"] == int(NOW.timestamp())
    assert 0 < claims["exp"] - claims["iat"] <= 600


@pytest.mark.parametrize("data", ["opaque", "", "ñ" * 5000])
def test_data_goes_back_as_it_came(data):
    assert response(data=data)[DL + "data"] == data


def test_data_that_did_not_come_does_not_go_back():
    assert DL + "data" not in response(data=None)


def test_nothing_chosen_is_an_empty_list_and_an_error_is_told():
    assert response()[DL + "content_items"] == []
    assert DL + "errormsg" not in response()
    assert response(error="No.")[DL + "errormsg"] == "No."
