"""What belongs to one kind of message only: links, deep-linking settings, whose submission, the start and the end."""

import pytest

from lti_proctor.lti.claims import AGS_ENDPOINT, LTI
from lti_proctor.lti.proctoring import AP
from tests.lti.conftest import GONE, INSTRUCTOR, LEARNER
from tests.lti.hostile.conftest import KINDS

CLAIM = "token_claim"
NOT_AN_ADDRESS = [
    "", "x", "/here", "//evil.example/", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)",
    " javascript:alert(1)", "data:text/html,<script>", "vbscript:x", "file:///etc/passwd", "ftp://lms.example/",
    "https://", "https:///path", "https://[::1", "https://lms.example:x/", "https://lms.example:99999/",
    "https://user:pw@lms.example/", "https://user@lms.example/", "https://@lms.example/", "https://lms.example\\@evil.example/",
    "https://lms.example\\.evil.example/", "https://lms.example/\r\nX: y", "https://lms.example/\x7f", "https://lms.example/\0",
    "https://lms.example/\ud800", "https://lms.example;script-src *", "https://lms.example /", "https://" + "x" * 5000,
    5, True, ["https://lms.example/"], {"url": "https://lms.example/"},
]  # fmt: skip
LINKS = [
    GONE, None, "r1", 1, True, ["r1"], [], {}, {"title": "x"}, {"id": ""}, {"id": " "}, {"id": 1}, {"id": ["r1"]},
    {"id": None}, {"id": "x" * 256}, {"id": "r\0"}, {"id": "\ud800"}, {"id": "r1", "title": 5}, {"id": "r1", "title": "\0"},
]  # fmt: skip
CONTEXTS = [
    "c1",
    1,
    ["c1"],
    {"label": "x"},
    {"id": ""},
    {"id": 1},
    {"id": "x" * 256},
    {"id": "\0"},
    {"id": "c1", "label": []},
    {"id": "c1", "title": {}},
]
ENDPOINTS = [
    "x", ["x"], 1, {"scope": {}}, {"scope": 1}, {"lineitem": 1}, {"lineitems": "x"}, {"lineitem": "javascript:alert(1)"},
    {"lineitems": ["https://lms.example/"]}, {"lineitem": "https://u:p@lms.example/1"}, {"lineitem": "https://" + "x" * 5000},
]  # fmt: skip


def shown(value):
    return "gone" if value is GONE else ascii(value)[:50]


@pytest.mark.parametrize("kind", ["resource link", "start proctoring"])
def test_a_message_about_a_link_without_a_good_one_is_refused(sender, platform, kind):
    for link in LINKS:
        sender.is_launch_refused(CLAIM, {**KINDS[kind](platform), "resource_link": link})


PARTS = {"context": CONTEXTS, "endpoint": ENDPOINTS}
PARTS |= {name: ["x", 5, True, ["x"], [{}]] for name in ("launch_presentation", "tool_platform", "custom")}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_of_a_launch_that_is_none_is_refused(sender, name):
    for value in PARTS[name]:
        sender.is_launch_refused(CLAIM, {name: value})


# deep linking

SETTINGS = {
    "none": GONE, "null": None, "a text": "x", "a list": [{}], "empty": {},
    "types in a text": {"accept_types": "ltiResourceLink"},
    "types in an object": {"accept_types": {"ltiResourceLink": 1}},
    "a number among the types": {"accept_types": ["ltiResourceLink", 1]},
    "targets in a text": {"accept_presentation_document_targets": "iframe"},
    "a number among the targets": {"accept_presentation_document_targets": [1]},
    "data in an object": {"data": {"a": 1}},
    "data in a list": {"data": ["a"]},
    "data in numbers": {"data": 5},
    "data with NUL": {"data": "a\0b"},
    "data of half a letter": {"data": "\ud800"},
}  # fmt: skip


@pytest.mark.parametrize("told", SETTINGS.values(), ids=SETTINGS.keys())
def test_deep_linking_settings_that_are_none_are_refused(sender, platform, told):
    whole = platform.deep_linking()
    whole["dl_settings"] = {**whole["dl_settings"], **told} if isinstance(told, dict) and told else told
    sender.is_launch_refused(CLAIM, {**whole, "roles": [INSTRUCTOR]})


def test_content_is_returned_to_a_real_address_only(sender, platform):
    for address in (GONE, None, *NOT_AN_ADDRESS):
        asked = platform.deep_linking(deep_link_return_url=address)
        sender.is_launch_refused(CLAIM, {**asked, "roles": [INSTRUCTOR]})


@pytest.mark.parametrize("roles", [[LEARNER], [], GONE, ["urn:x"], [LEARNER.replace("Learner", "Observer")]], ids=shown)
def test_only_teachers_add_content(sender, platform, roles):
    presentation = {"launch_presentation": {"locale": "ar", "return_url": "https://lms.example/back"}}
    changes = {**platform.deep_linking(), "roles": roles, **presentation}
    answer = sender.is_launch_refused("not_allowed", changes, status=403, language="ar")
    assert "https://lms.example/back?lti_errormsg=" in answer.text


# submission review

REVIEWS = {
    "nobody": {LTI + "for_user": GONE},
    "null": {LTI + "for_user": None},
    "a text": {LTI + "for_user": "42"},
    "a list": {LTI + "for_user": ["42"]},
    "no id": {LTI + "for_user": {"name": "x"}},
    "an empty id": {LTI + "for_user": {"user_id": ""}},
    "an id in numbers": {LTI + "for_user": {"user_id": 42}},
    "an id with NUL": {LTI + "for_user": {"user_id": "4\0"}},
    "an id of half a letter": {LTI + "for_user": {"user_id": "\ud800"}},
    "a very long id": {LTI + "for_user": {"user_id": "x" * 256}},
    "no link and no column": {"resource_link": GONE, "endpoint": GONE},
    "an empty link and no column": {"resource_link": {}, "endpoint": GONE},
    "no link and an empty gradebook": {"resource_link": GONE, "endpoint": {}},
    "no link and a column that is a script": {"resource_link": GONE, "endpoint": {"lineitem": "javascript:alert(1)"}},
    "a link in a text": {"resource_link": "r1"},
}  # fmt: skip


@pytest.mark.parametrize("changes", REVIEWS.values(), ids=REVIEWS.keys())
def test_a_review_that_does_not_say_of_whom_and_what_is_refused(sender, platform, changes):
    sender.is_launch_refused(CLAIM, {**KINDS["submission review"](platform), **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"resource_link": {"id": "nobody"}, "endpoint": GONE}, {"resource_link": GONE}, {"resource_link": {"id": "%"}},
        {"resource_link": GONE, AGS_ENDPOINT: {"lineitem": "https://lms.example/items/9"}},
    ],
    ids=shown,
)  # fmt: skip
def test_a_review_of_what_was_never_here_is_refused(sender, platform, changes):
    language = {"launch_presentation": {"locale": "ar"}}
    whole = {**KINDS["submission review"](platform), **language, **changes}
    sender.is_launch_refused("review_unknown", whole, language="ar")


def test_a_learner_may_not_review_somebody_else(sender, platform):
    whole = KINDS["submission review"](platform) | {LTI + "for_user": {"user_id": "somebody"}, "roles": [LEARNER]}
    sender.is_launch_refused("not_allowed", whole, status=403)


# proctoring

SERVICE = {"assessment_control_url": "https://lms.example/acs", "actions": ["pause"]}
STARTS = {
    "attempt_number": [None, 0, -1, 10**9, 10**40, "1", 1.0, 1.5, True, [1], {"n": 1}, float("nan"), float("inf")],
    "session_data": [None, "", 5, True, ["x"], {"a": 1}, "x" * 33_000, "a\0b", "\ud800"],
    "start_assessment_url": [None, *NOT_AN_ADDRESS],
    "acs": ["x", 5, ["pause"], *({**SERVICE, "actions": a} for a in ("pause", [1], {"pause": 1}, 5, ["\0"]))],
    "proctoring_settings": ["x", 5, ["x"]],
}
STARTS["acs"] += [{**SERVICE, "assessment_control_url": url} for url in NOT_AN_ADDRESS]


@pytest.mark.parametrize("name", STARTS)
def test_a_start_that_is_not_whole_is_refused(sender, platform, name):
    language = {"launch_presentation": {"locale": "ar"}}
    for value in STARTS[name]:
        sender.is_launch_refused(CLAIM, {**platform.proctoring(**{name: value}), **language}, language="ar")


ENDS = [None, 0, -1, 10**9, "1", 1.0, True, [1], {}]


def test_an_end_without_a_number_is_refused(sender, platform):
    for number in ENDS:
        sender.is_launch_refused(CLAIM, platform.end(**{AP + "attempt_number": number}))


@pytest.mark.parametrize(
    "changes", [{}, {"resource_link": GONE}, {"resource_link": {"id": "nobody"}}, {"roles": []}], ids=shown
)
def test_an_end_of_what_was_never_begun_is_refused(sender, platform, changes):
    whole = {**platform.end(), "launch_presentation": {"locale": "ar"}, **changes}
    sender.is_launch_refused("assessment_unknown", whole, language="ar")
