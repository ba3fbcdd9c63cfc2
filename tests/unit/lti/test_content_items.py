"""Exams as content items, and the answer to a deep-linking request."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from lti_proctor.lti.content_items import DL, LTI, Item, deep_linking_response

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


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
    assert found["custom"] == {"exam": "e-1", "link_history": "$ResourceLink.id.history"}
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


@pytest.mark.parametrize(
    ("targets", "shown"),
    [
        ((), set()),
        (("iframe",), {"iframe"}),
        (("window", "frame"), {"window"}),
        (("iframe", "window"), {"iframe", "window"}),
    ],
)
def test_only_ways_of_showing_that_the_platform_takes_are_told(targets, shown):
    assert {"iframe", "window"} & set(item(targets=targets)) == shown


def test_a_column_leads_to_the_review_of_its_submissions():
    review = item()["lineItem"]["submissionReview"]
    assert review["url"] == "https://tool.example/lti/launch"
    assert "Completed" in review["reviewableStatus"]


def test_a_line_about_the_exam_goes_along_when_there_is_one():
    assert item(text="Timed, 30 minutes")["text"] == "Timed, 30 minutes"
    assert "text" not in item()
