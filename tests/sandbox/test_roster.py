"""Names and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lti_proctor.sandbox.vocabulary import LTI, ROLE

if TYPE_CHECKING:
    from tests.sandbox.conftest import Practice

ROSTER = "/nrps/c-7041/memberships"
MEDIA_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


def read(practice: Practice, query: str = "") -> dict[str, Any]:
    answer = practice.machine.get(ROSTER + query, headers=practice.bearer() | {"Accept": MEDIA_TYPE})
    assert answer.status_code == 200
    assert answer.content_type == MEDIA_TYPE
    roster: dict[str, Any] = answer.get_json(force=True)
    return roster


def test_the_roster_has_the_members_and_nobody_else(practice: Practice) -> None:
    roster = read(practice)
    assert roster["context"]["id"] == "c-7041"
    members = {member["user_id"]: member for member in roster["members"]}
    assert len(members) == 9
    assert "u-1001" not in members
    assert members["u-3002"]["name"] == "ليلى حداد"
    assert members["u-3002"]["status"] == "Active"
    assert "given_name" not in members["u-3006"]
    assert ROLE + "membership#Learner" in members["u-3001"]["roles"]
    assert "message" not in members["u-3001"]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("Learner", 7),
        (ROLE + "membership#Learner", 7),
        ("Instructor", 2),
        (ROLE + "membership/Instructor#TeachingAssistant", 1),
        ("Mentor", 0),
    ],
)
def test_the_roster_is_filtered_by_role(practice: Practice, role: str, expected: int) -> None:
    assert len(read(practice, f"?role={role.replace('#', '%23')}")["members"]) == expected


def test_pages_hold_everybody_once(practice: Practice) -> None:
    headers = practice.bearer()
    address: str | None = ROSTER + "?limit=4&role=Learner"
    pages = []
    while address:
        answer = practice.machine.get(address, headers=headers)
        pages.append([member["user_id"] for member in answer.get_json(force=True)["members"]])
        address = answer.headers["Link"].split(">")[0].strip("<") if "Link" in answer.headers else None
    assert [len(page) for page in pages] == [4, 3]
    assert len({person for page in pages for person in page}) == 7


def test_a_link_adds_what_its_launch_would_say(practice: Practice) -> None:
    members = {member["user_id"]: member for member in read(practice, "?rlid=rl-1")["members"]}
    (message,) = members["u-3004"]["message"]
    assert message[LTI + "message_type"] == "LtiResourceLinkRequest"
    assert message[LTI + "custom"] == {"template": "default", "who": "u-3004"}


@pytest.mark.parametrize(
    ("path", "status"),
    [(ROSTER + "?rlid=rl-9", 404), ("/nrps/other/memberships", 404), (ROSTER + "?limit=none", 400)],
)
def test_a_wrong_question_is_refused(practice: Practice, path: str, status: int) -> None:
    assert practice.machine.get(path, headers=practice.bearer()).status_code == status


def test_somebody_who_left_is_inactive(practice: Practice) -> None:
    practice.machine.post("/control/settings", json={"inactive": ["u-3001"]})
    statuses = {member["user_id"]: member["status"] for member in read(practice)["members"]}
    assert statuses["u-3001"] == "Inactive"
    assert statuses["u-3002"] == "Active"


def test_names_can_be_kept_back(practice: Practice) -> None:
    practice.machine.post("/control/settings", json={"share_names": False, "share_emails": False})
    assert not {"name", "email", "given_name"} & set(read(practice)["members"][0])
