"""The request for content and everything that may come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lti_proctor.sandbox.vocabulary import DL, LTI

if TYPE_CHECKING:
    from tests.sandbox.conftest import Practice

ITEM: dict[str, Any] = {
    "type": "ltiResourceLink",
    "title": "Final exam",
    "url": "http://localhost:8000/lti/launch?exam=7",
    "custom": {"exam": "7"},
    "lineItem": {"scoreMaximum": 80, "label": "Final", "tag": "exam", "resourceId": "7"},
    "available": {"startDateTime": "2026-11-24T10:00:00+01:00", "endDateTime": "2026-11-24T12:00:00+01:00"},
}


def test_the_request_has_no_resource_link_and_says_what_is_wanted(practice: Practice) -> None:
    claims = practice.launch("u-2001", path="/lti/start-deep-linking")
    assert claims[LTI + "message_type"] == "LtiDeepLinkingRequest"
    assert LTI + "resource_link" not in claims
    settings = claims[DL + "deep_linking_settings"]
    assert settings["accept_types"] == ["ltiResourceLink"]
    assert settings["deep_link_return_url"] == "http://127.0.0.1:8100/lti/deep-linking"
    assert settings["accept_multiple"] is settings["accept_lineitem"] is True


def test_a_learner_can_not_ask_for_content(practice: Practice) -> None:
    practice.be("u-3001")
    assert practice.browser.get("/lti/start-deep-linking").status_code == 403


def test_an_item_becomes_an_activity_with_its_column(practice: Practice) -> None:
    settings = practice.ask_for_content()
    answer = practice.send_content(practice.content(settings, [ITEM], **{DL + "msg": "<b>Done</b>"}))
    assert answer.status_code == 200
    assert "Final exam" in answer.text
    assert "&lt;b&gt;Done&lt;/b&gt;" in answer.text
    state = practice.state()
    link, column = state["links"][-1], state["line_items"][-1]
    assert (link["title"], link["url"], link["custom"]) == (ITEM["title"], ITEM["url"], ITEM["custom"])
    assert link["available"] == ITEM["available"]
    assert (column["label"], column["scoreMaximum"], column["tag"]) == ("Final", 80, "exam")
    assert column["resourceLinkId"] == link["id"]
    claims = practice.launch(link_id=link["id"])
    assert claims[LTI + "target_link_uri"] == ITEM["url"]
    assert claims[LTI + "custom"] == {"exam": "7"}


def test_several_items_come_in_their_order(practice: Practice) -> None:
    settings = practice.ask_for_content()
    practice.send_content(practice.content(settings, [ITEM | {"title": "A"}, ITEM | {"title": "B"}]))
    assert [link["title"] for link in practice.state()["links"]] == ["Midterm", "A", "B"]


def test_an_item_may_be_nearly_empty(practice: Practice) -> None:
    settings = practice.ask_for_content()
    assert practice.send_content(practice.content(settings, [{"type": "ltiResourceLink"}])).status_code == 200
    link = practice.state()["links"][-1]
    assert (link["title"], link["url"]) == ("Untitled activity", "http://localhost:8000/lti/launch")


def test_no_items_is_a_cancelled_choice(practice: Practice) -> None:
    settings = practice.ask_for_content()
    answer = practice.send_content(practice.content(settings, []))
    assert answer.status_code == 200
    assert "Nothing was added" in answer.text
    assert len(practice.state()["links"]) == 1


def test_one_answer_is_taken_once(practice: Practice) -> None:
    claims = practice.content(practice.ask_for_content(), [ITEM])
    assert practice.send_content(claims).status_code == 200
    assert "came already" in practice.send_content(claims).text
    assert len(practice.state()["links"]) == 2


WRONG_ITEMS: list[tuple[object, str]] = [
    ({}, "must be a list"),
    (["text"], "must be an object"),
    ([ITEM | {"type": "html"}], "was not asked for"),
    ([ITEM | {"type": None}], "was not asked for"),
    ([ITEM | {"title": 7}], "title must be a text"),
    ([ITEM | {"url": "https://attacker.example/lti"}], "is not an address of the tool"),
    ([ITEM | {"url": "http://localhost:80001/"}], "is not an address of the tool"),
    ([ITEM | {"url": "javascript:alert(1)"}], "is not an address of the tool"),
    ([ITEM | {"custom": {"a": 1}}], "all texts"),
    ([ITEM | {"custom": ["a"]}], "all texts"),
    ([ITEM | {"lineItem": {"label": "x"}}], "scoreMaximum must be a number"),
    ([ITEM | {"lineItem": {"scoreMaximum": 0}}], "more than 0"),
    ([ITEM | {"lineItem": {"scoreMaximum": True}}], "must be a number"),
    ([ITEM | {"lineItem": 5}], "lineItem must be an object"),
    ([ITEM | {"lineItem": {"scoreMaximum": 1, "tag": 5}}], "tag must be a text"),
    ([ITEM | {"available": {"startDateTime": "2026-11-24 10:00"}}], "ISO 8601"),
    ([ITEM | {"available": {"startDateTime": "2026-11-24T10:00:00"}}], "ISO 8601"),
    ([ITEM | {"submission": {"endDateTime": "2026-02-30T10:00:00Z"}}], "no date that exists"),
    ([ITEM | {"submission": "tomorrow"}], "must be an object"),
    ([ITEM, ITEM | {"custom": 1}], "Item 2"),
]


@pytest.mark.parametrize(("items", "reason"), WRONG_ITEMS)
def test_wrong_items_are_refused_and_nothing_is_added(practice: Practice, items: object, reason: str) -> None:
    answer = practice.send_content(practice.content(practice.ask_for_content(), items))
    assert answer.status_code == 400
    assert reason in answer.text
    assert len(practice.state()["links"]) == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "other"}, "iss must be"),
        ({"aud": "https://other.example"}, "aud must be"),
        ({"exp": 0}, "has expired"),
        ({"iat": 4_000_000_000, "exp": 4_000_000_060}, "issued in the future"),
        ({"exp": 4_000_000_000}, "more than an hour"),
        ({"exp": None}, "needs exp"),
        ({"nonce": ""}, "no nonce"),
        ({LTI + "message_type": "LtiDeepLinkingRequest"}, "message_type must be"),
        ({LTI + "version": "1.3"}, "version must be"),
        ({LTI + "deployment_id": "2"}, "deployment_id must be"),
        ({DL + "data": None}, "lacks data"),
        ({DL + "data": "made-up"}, "not one that this platform issued"),
        ({DL + "errormsg": 5}, "errormsg must be a text"),
    ],
)
def test_a_wrong_answer_is_refused(practice: Practice, changes: dict[str, Any], reason: str) -> None:
    answer = practice.send_content(practice.content(practice.ask_for_content(), [ITEM], **changes))
    assert answer.status_code == 400
    assert reason in answer.text


def test_what_a_stranger_signed_is_refused(practice: Practice) -> None:
    claims = practice.content(practice.ask_for_content(), [ITEM])
    stranger = {**practice.tool_keys[0], "kid": "unknown"}
    assert "no RSA key with the kid" in practice.send_content(claims, key=stranger).text
    token = practice.sign(claims)
    head, body, signature = token.split(".")
    spoilt = f"{head}.{body}.{'A' * len(signature)}"
    assert "does not fit" in practice.browser.post("/lti/deep-linking", data={"JWT": spoilt}).text
    assert "not a JWT" in practice.browser.post("/lti/deep-linking", data={"JWT": "x"}).text
    assert "with the name JWT" in practice.browser.post("/lti/deep-linking", data={}).text


def test_an_answer_belongs_to_the_person_who_asked(practice: Practice) -> None:
    claims = practice.content(practice.ask_for_content(), [ITEM])
    practice.be("u-2002")
    assert practice.send_content(claims).status_code == 403


def test_one_item_only_where_only_one_was_asked_for(practice: Practice) -> None:
    practice.machine.post("/control/settings", json={"accept_multiple": False})
    settings = practice.ask_for_content()
    assert settings["accept_multiple"] is False
    assert "Only one item" in practice.send_content(practice.content(settings, [ITEM, ITEM])).text
    assert practice.send_content(practice.content(settings, [ITEM])).status_code == 200


def test_no_column_where_none_was_asked_for(practice: Practice) -> None:
    practice.machine.post("/control/settings", json={"accept_lineitem": False})
    settings = practice.ask_for_content()
    assert "accept_lineitem is false" in practice.send_content(practice.content(settings, [ITEM])).text
    bare = {name: value for name, value in ITEM.items() if name != "lineItem"}
    assert practice.send_content(practice.content(settings, [bare])).status_code == 200


def test_an_answer_without_our_cookie_comes_again_from_our_own_page(practice: Practice) -> None:
    token = practice.sign(practice.content(practice.ask_for_content(), [ITEM]))
    page = practice.app.test_client().post("/lti/deep-linking", data={"JWT": token}).text
    assert 'action="/lti/deep-linking"' in page
    again = practice.browser.post("/lti/deep-linking", data={"JWT": token, "reposted": "1"})
    assert "Final exam" in again.text


def test_a_new_key_of_the_tool_is_fetched_when_it_is_first_seen(practice: Practice) -> None:
    settings = practice.ask_for_content()
    practice.send_content(practice.content(settings, [ITEM]))
    practice.send_content(practice.content(settings, [ITEM]))
    assert practice.fetches == 1
    rotated = {**practice.tool_keys[0], "kid": "next"}
    practice.tool_keys.append(rotated)
    assert practice.send_content(practice.content(settings, [ITEM]), key=rotated).status_code == 200
    assert practice.fetches == 2
