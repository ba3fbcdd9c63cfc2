"""Submission review: from a cell of the gradebook into the tool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lti_proctor.sandbox.vocabulary import AGS_CLAIM, LTI

if TYPE_CHECKING:
    from tests.sandbox.conftest import Practice

REVIEW = {
    "reviewableStatus": ["Submitted", "Completed"],
    "label": "Recording",
    "url": "http://localhost:8000/lti/launch?review",
    "custom": {"view": "recording", "who": "$User.username"},
}
LIST = "/ags/c-7041/lineitems?type_id=1"
MEDIA_TYPE = "application/vnd.ims.lis.v2.lineitem+json"


def review(practice: Practice, person: str = "u-2001", column: int = 1, about: str = "u-3001") -> dict[str, Any]:
    return practice.launch(person, path=f"/lti/start-review/{column}/{about}")


def add_reviewed_link(practice: Practice) -> None:
    column = {"scoreMaximum": 10, "submissionReview": REVIEW}
    item = {"title": "Second", "custom": {"template": "t", "view": "exam"}, "lineItem": column}
    assert practice.machine.post("/control/links", json=item).status_code == 201


def test_a_review_names_the_learner_and_the_column(practice: Practice) -> None:
    claims = review(practice)
    assert claims[LTI + "message_type"] == "LtiSubmissionReviewRequest"
    assert claims["sub"] == "u-2001"
    assert claims[LTI + "for_user"] == {
        "user_id": "u-3001",
        "name": "Inés Márquez",
        "given_name": "Inés",
        "family_name": "Márquez",
        "email": "ines.marquez@students.northfield.example",
    }
    assert claims[LTI + "resource_link"]["id"] == "rl-1"
    assert claims[LTI + "target_link_uri"] == "http://localhost:8000/lti/launch"
    assert claims[LTI + "custom"] == {"template": "default", "who": "u-2001"}
    assert claims[AGS_CLAIM]["lineitem"].endswith("/lineitems/1/lineitem?type_id=1")


def test_names_of_the_learner_can_be_kept_back(practice: Practice) -> None:
    practice.machine.post("/control/settings", json={"share_names": False, "share_emails": False})
    assert review(practice)[LTI + "for_user"] == {"user_id": "u-3001"}


def test_the_column_may_have_an_address_and_parameters_of_its_own(practice: Practice) -> None:
    add_reviewed_link(practice)
    assert practice.state()["line_items"][1]["submissionReview"] == REVIEW
    claims = review(practice, column=2)
    assert claims[LTI + "target_link_uri"] == REVIEW["url"]
    assert claims[LTI + "custom"] == {"template": "t", "view": "recording", "who": "hanna.lindqvist"}


def test_the_line_item_service_keeps_a_review_too(practice: Practice) -> None:
    body = {"label": "Extra", "scoreMaximum": 5, "resourceLinkId": "rl-1", "submissionReview": REVIEW | {"odd": 1}}
    headers = practice.bearer()
    item = practice.machine.post(LIST, json=body, headers=headers, content_type=MEDIA_TYPE).get_json(force=True)
    assert item["submissionReview"] == REVIEW
    claims = review(practice, column=2)
    assert claims[LTI + "resource_link"]["id"] == "rl-1"
    assert claims[AGS_CLAIM]["lineitem"] == item["id"]


def test_a_column_of_no_activity_has_no_resource_link(practice: Practice) -> None:
    body = {"label": "Extra", "scoreMaximum": 5}
    practice.machine.post(LIST, json=body, headers=practice.bearer(), content_type=MEDIA_TYPE)
    claims = review(practice, column=2)
    assert LTI + "resource_link" not in claims
    assert claims[LTI + "target_link_uri"] == "http://localhost:8000/lti/launch"


def test_a_learner_reviews_only_the_own_work(practice: Practice) -> None:
    assert review(practice, "u-3001")[LTI + "for_user"]["user_id"] == "u-3001"
    assert practice.browser.get("/lti/start-review/1/u-3004").status_code == 403
    assert practice.browser.get("/gradebook/1/u-3004/review").status_code == 403


@pytest.mark.parametrize(
    "path", ["/lti/start-review/9/u-3001", "/lti/start-review/1/u-2002", "/gradebook/9/u-3001/review"]
)
def test_nothing_is_reviewed_that_does_not_exist(practice: Practice, path: str) -> None:
    practice.be("u-2001")
    assert practice.browser.get(path).status_code == 404


@pytest.mark.parametrize("person", ["u-2001", "u-2002", "u-3001"])
def test_a_cell_leads_to_the_review(practice: Practice, person: str) -> None:
    practice.be(person)
    page = practice.browser.get("/gradebook/1/u-3001").text
    assert 'href="/gradebook/1/u-3001/review">Review in LTI Proctor<' in page
    assert 'target="_blank" href="/lti/start-review/1/u-3001?target=window"' in page
    framed = practice.browser.get("/gradebook/1/u-3001/review").text
    assert 'src="/lti/start-review/1/u-3001?target=frame"' in framed
    assert "storage.js" in framed


def test_a_cell_says_what_the_tool_offers(practice: Practice) -> None:
    add_reviewed_link(practice)
    practice.be("u-2001")
    page = practice.browser.get("/gradebook/2/u-3001").text
    assert "Recording" in page
    assert "Submitted, Completed" in page


WRONG: list[object] = [
    5,
    {},
    {"reviewableStatus": "Completed"},
    {"reviewableStatus": [1]},
    {"reviewableStatus": [], "label": 1},
    {"reviewableStatus": [], "url": ""},
    {"reviewableStatus": [], "url": "javascript:alert(1)"},
    {"reviewableStatus": [], "custom": {"a": 1}},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_review_is_refused(practice: Practice, wrong: object) -> None:
    body = {"label": "Extra", "scoreMaximum": 5, "submissionReview": wrong}
    answer = practice.machine.post(LIST, json=body, headers=practice.bearer(), content_type=MEDIA_TYPE)
    assert answer.status_code == 400
    assert "submissionReview" in answer.json["error_description"]
