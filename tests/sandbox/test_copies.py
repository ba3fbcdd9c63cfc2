"""A copied course: a context of its own, whose activities remember where they came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lti_proctor.sandbox.vocabulary import AGS_CLAIM, DL, LTI, NRPS_CLAIM

if TYPE_CHECKING:
    from tests.sandbox.conftest import Practice

HISTORY = {"link": "$ResourceLink.id.history", "context": "$Context.id.history"}
COLUMN_TYPE = "application/vnd.ims.lis.v2.lineitem+json"


@pytest.fixture
def copied(practice: Practice) -> Practice:
    """Midterm, rl-1, and Second, rl-2, in the first course; their copies, rl-3 and rl-4, in c-7042."""
    item = {"title": "Second", "custom": HISTORY, "proctoring": True, "minutes": 7}
    practice.machine.post("/control/links", json=item)
    practice.be("u-2001")
    practice.press("/course/copy")
    return practice


def custom(practice: Practice, link_id: str) -> dict[str, Any]:
    found: dict[str, Any] = practice.launch("u-3001", link_id)[LTI + "custom"]
    return found


def test_a_copy_has_activities_and_columns_of_its_own(copied: Practice) -> None:
    state = copied.state()
    assert [course["id"] for course in state["courses"]] == ["c-7041", "c-7042"]
    assert state["courses"][1]["label"] == "STAT 101 copy 1"
    assert [(link["id"], link["title"], link["course"]) for link in state["links"]] == [
        ("rl-1", "Midterm", "c-7041"),
        ("rl-2", "Second", "c-7041"),
        ("rl-3", "Midterm", "c-7042"),
        ("rl-4", "Second", "c-7042"),
    ]
    assert state["links"][2]["custom"] == state["links"][0]["custom"]
    assert state["links"][3]["proctoring"] == {"minutes": 7, "data": ""}
    first, second = state["line_items"]
    assert (second["resourceLinkId"], second["course"], second["label"]) == ("rl-3", "c-7042", first["label"])


def test_a_launch_of_the_copy_names_its_own_context_and_services(copied: Practice) -> None:
    claims = copied.launch("u-3001", "rl-3")
    assert claims[LTI + "context"]["id"] == "c-7042"
    assert claims[AGS_CLAIM]["lineitems"] == "http://127.0.0.1:8100/ags/c-7042/lineitems?type_id=1"
    assert claims[AGS_CLAIM]["lineitem"] == "http://127.0.0.1:8100/ags/c-7042/lineitems/2/lineitem?type_id=1"
    assert claims[NRPS_CLAIM]["context_memberships_url"] == "http://127.0.0.1:8100/nrps/c-7042/memberships"


def test_the_history_names_the_ancestors_the_newest_first(copied: Practice) -> None:
    assert custom(copied, "rl-2") == {"link": "", "context": ""}
    assert custom(copied, "rl-4") == {"link": "rl-2", "context": "c-7041"}
    copied.be("u-2001")
    copied.press("/course/copy")
    assert copied.state()["courses"][2]["label"] == "STAT 101 copy 2"
    assert custom(copied, "rl-6") == {"link": "rl-4,rl-2", "context": "c-7042,c-7041"}


def test_each_course_has_services_of_its_own(copied: Practice) -> None:
    headers = copied.bearer()
    found = copied.machine.get("/ags/c-7042/lineitems?type_id=1", headers=headers).get_json(force=True)
    assert [item["resourceLinkId"] for item in found] == ["rl-3"]
    assert copied.machine.get("/ags/c-7042/lineitems/1/lineitem?type_id=1", headers=headers).status_code == 404
    assert copied.machine.get("/nrps/c-7042/memberships?rlid=rl-1", headers=headers).status_code == 404
    roster = copied.machine.get("/nrps/c-7042/memberships?rlid=rl-3", headers=headers).get_json(force=True)
    assert (roster["context"]["id"], len(roster["members"])) == ("c-7042", 9)
    body = {"label": "Extra", "scoreMaximum": 1}
    address = "/ags/c-7042/lineitems?type_id=1"
    bound = body | {"resourceLinkId": "rl-1"}
    assert copied.machine.post(address, json=bound, headers=headers, content_type=COLUMN_TYPE).status_code == 404
    made = copied.machine.post(address, json=body, headers=headers, content_type=COLUMN_TYPE)
    assert "/ags/c-7042/" in made.headers["Location"]


def test_the_pages_show_the_course_that_one_looks_at(copied: Practice) -> None:
    copied.be("u-2001")
    page = copied.browser.get("/course").text
    assert 'href="/course/c-7042" aria-current="true">STAT 101 copy 1<' in page
    assert 'href="/course/links/rl-4"' in page
    assert 'href="/course/links/rl-2"' not in page
    assert copied.browser.get("/course/c-7041").location == "/course"
    assert 'href="/course/links/rl-2"' in copied.browser.get("/course").text
    assert copied.browser.get("/gradebook").text.count("/gradebook/1/u-3001") == 1
    assert copied.browser.get("/course/c-9999").status_code == 404


def test_another_person_stays_in_the_course(copied: Practice) -> None:
    copied.be("u-3001")
    page = copied.browser.get("/course").text
    assert 'href="/course/links/rl-4"' in page
    assert "Copy this course" not in page
    assert copied.press("/course/copy").status_code == 403


def test_content_comes_back_to_the_course_that_asked(copied: Practice) -> None:
    claims = copied.launch("u-2001", path="/lti/start-deep-linking")
    assert claims[LTI + "context"]["id"] == "c-7042"
    settings = claims[DL + "deep_linking_settings"]
    copied.browser.get("/course/c-7041")
    item = {"type": "ltiResourceLink", "title": "Third", "lineItem": {"scoreMaximum": 5}}
    assert copied.send_content(copied.content(settings, [item])).status_code == 200
    state = copied.state()
    assert state["links"][-1]["course"] == state["line_items"][-1]["course"] == "c-7042"


def test_the_control_api_adds_to_any_course(copied: Practice) -> None:
    assert copied.machine.post("/control/links", json={"title": "x", "course": "c-7042"}).json["course"] == "c-7042"
    assert copied.machine.post("/control/links", json={"title": "x", "course": "c-1"}).status_code == 404


def test_a_folder_from_before_keeps_what_is_in_it(practice: Practice) -> None:
    with practice.platform.store.writing() as connection:
        for column in ("proctoring", "course_id", "ancestors"):
            connection.execute(f"ALTER TABLE links DROP COLUMN {column}")
        connection.execute("ALTER TABLE line_items DROP COLUMN course_id")
    practice.restart()
    (link,) = practice.state()["links"]
    assert (link["title"], link["course"], link["proctoring"]) == ("Midterm", "c-7041", None)
    assert practice.launch()[AGS_CLAIM]["lineitem"].endswith("/c-7041/lineitems/1/lineitem?type_id=1")
