"""Rosters as platforms send them, and as broken ones do."""

import json

import pytest

from lti_proctor.errors import Refused
from lti_proctor.lti.claims import NRPS, parse_launch
from lti_proctor.lti.roster import members_in, merged
from lti_proctor.people.roles import Part
from lti_proctor.people.roster import Member, Standing
from tests.unit.lti.test_claims import BASE, LAUNCH

HERE = "https://lms.example/nrps/1?limit=2"
ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"


def member(**row):
    page = {"members": [{"user_id": "u1", "roles": ["Learner"], **row}]}
    return members_in(json.dumps(page).encode())


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, Member("u1", Part.learner)),
        ({"roles": [ROLE + "Learner"]}, Member("u1", Part.learner)),
        ({"roles": "Learner"}, Member("u1", Part.learner)),
        ({"roles": ["Learner", "Instructor"]}, Member("u1", Part.instructor)),
        ({"roles": [5, None, "Instructor"]}, Member("u1", Part.instructor)),
        (
            {"roles": [ROLE.replace("#", "/Instructor#") + "TeachingAssistant", ROLE + "Instructor"]},
            Member("u1", Part.assistant),
        ),
        ({"roles": []}, Member("u1", Part.visitor)),
        ({"roles": None}, Member("u1", Part.visitor)),
        ({"roles": {"a": 1}}, Member("u1", Part.visitor)),
        (
            {"roles": ["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"]},
            Member("u1", Part.visitor),
        ),
        ({"status": "Active"}, Member("u1", Part.learner)),
        ({"status": "Inactive"}, Member("u1", Part.learner, Standing.inactive)),
        ({"status": "inactive"}, Member("u1", Part.learner, Standing.inactive)),
        ({"status": "Deleted"}, Member("u1", Part.learner, Standing.deleted)),
        ({"status": "Unheard"}, Member("u1", Part.learner)),
        ({"status": 5}, Member("u1", Part.learner)),
        (
            {"name": "ليلى حداد", "given_name": "ليلى", "email": "l@x.example"},
            Member("u1", Part.learner, name="ليلى حداد", given_name="ليلى", email="l@x.example"),
        ),
        ({"name": None, "email": 5}, Member("u1", Part.learner)),
        ({"name": "a\0b\ud800"}, Member("u1", Part.learner, name="ab")),
        ({"name": "x" * 999}, Member("u1", Part.learner, name="x" * 255)),
    ],
)
def test_a_member_is_read(row, expected):
    assert member(**row) == [expected]


@pytest.mark.parametrize("subject", [None, "", 5, ["u1"], "x" * 256, "a\0b", "\ud800"])
def test_a_member_without_a_usable_id_is_passed_over(subject):
    assert member(user_id=subject) == []


def test_what_is_no_member_is_passed_over():
    assert members_in(b'{"members": [null, 5, "u1", [], {}, {"user_id": "u1"}]}') == [Member("u1", Part.visitor)]


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"<html>", b"null", b"[]", b"{}", b'{"members": null}', b'{"members": {}}', b"[" * 100_000],
)
def test_what_is_no_roster_is_said_to_be_none(body):
    assert members_in(body) is None


def test_somebody_listed_twice_is_one_person():
    first = Member("u1", Part.instructor, Standing.inactive, name="Old")
    second = Member("u1", Part.learner, name="New")
    assert merged([first, Member("u2", Part.learner), second]) == (
        Member("u1", Part.instructor, Standing.active, name="New"),
        Member("u2", Part.learner),
    )


@pytest.mark.parametrize(
    ("claim", "url"),
    [
        (None, None),
        ({}, None),
        ({"context_memberships_url": HERE, "service_versions": ["2.0"]}, HERE),
        ({"context_memberships_url": ""}, None),
        ({"context_memberships_url": None}, None),
        ({"context_memberships_url": 5}, None),
        ({"context_memberships_url": [HERE]}, None),
        ({"context_memberships_url": "ftp://lms.example/x"}, None),
        ({"context_memberships_url": "/members"}, None),
        ({"context_memberships_url": "https://lms.example/\0"}, None),
        ({"context_memberships_url": "https://lms.example/" + "x" * 4000}, None),
    ],
)
def test_a_launch_tells_where_the_roster_is(claim, url):
    assert parse_launch({**LAUNCH, NRPS: claim}, base_url=BASE).memberships_url == url


@pytest.mark.parametrize("claim", ["text", 5, [HERE], True])
def test_a_roster_claim_that_is_no_object_is_refused(claim):
    with pytest.raises(Refused) as refusal:
        parse_launch({**LAUNCH, NRPS: claim}, base_url=BASE)
    assert (refusal.value.code, refusal.value.details["claim"]) == ("token_claim", "namesroleservice")


def test_the_role_map_of_the_registration_counts_in_the_roster_too():
    body = json.dumps({"members": [{"user_id": "u1", "roles": ["Mentor"]}]}).encode()
    assert members_in(body, {"Mentor": "assistant"}) == [Member("u1", Part.assistant)]
