"""Messages that a platform may send, and the many that it should not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.errors import Refused
from lti_proctor.lti.claims import AGS_ENDPOINT, DL_SETTINGS, LTI, MessageType, is_ours, parse_launch

BASE = "http://localhost:8000"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"


class Gone:
    """Stands for a claim that is not there."""

    def __repr__(self):
        return "gone"


GONE = Gone()

LAUNCH = {
    "iss": "https://lms.example",
    "sub": "sub-1",
    "name": "Inés Márquez",
    "given_name": "Inés",
    "family_name": "Márquez",
    "email": "ines@northfield.example",
    LTI + "version": "1.3.0",
    LTI + "message_type": "LtiResourceLinkRequest",
    LTI + "target_link_uri": f"{BASE}/lti/launch",
    LTI + "deployment_id": "1",
    LTI + "roles": [MEMBERSHIP + "Learner"],
    LTI + "resource_link": {"id": "link-1", "title": "Midterm"},
    LTI + "context": {"id": "c-1", "label": "STAT 101", "title": "Statistics"},
    LTI + "launch_presentation": {
        "locale": "es-MX", "return_url": "https://lms.example/back", "document_target": "iframe",
    },
    LTI + "tool_platform": {"product_family_code": "ALms"},
    LTI + "custom": {"exam": "e-1", "template": "quiz", "unfilled": "$User.id", "empty": "", "number": 5},
    AGS_ENDPOINT: {
        "lineitem": "https://lms.example/items/1", "lineitems": "https://lms.example/items", "scope": ["s1"],
    },
}  # fmt: skip
DEEP = {
    **LAUNCH,
    LTI + "message_type": "LtiDeepLinkingRequest",
    LTI + "resource_link": GONE,
    DL_SETTINGS: {
        "deep_link_return_url": "https://lms.example/dl",
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe", "window"],
        "data": "opaque",
    },
}


def built(start, changes):
    return {key: value for key, value in {**start, **changes}.items() if value is not GONE}


def parse(start=LAUNCH, **changes):
    return parse_launch(built(start, changes.pop("more", {}) | changes), base_url=BASE)


def refusal(function, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        function(*args, **kwargs)
    return refused.value.code


# messages


def test_a_launch_becomes_plain_values():
    launch = parse()
    assert launch.message_type == MessageType.resource_link
    assert (launch.subject, launch.deployment_id, launch.context_id, launch.link_id) == ("sub-1", "1", "c-1", "link-1")
    assert (launch.context_label, launch.context_title, launch.link_title) == ("STAT 101", "Statistics", "Midterm")
    assert (launch.names.name, launch.names.email) == ("Inés Márquez", "ines@northfield.example")
    assert (launch.locale, launch.return_url, launch.document_target) == ("es-MX", "https://lms.example/back", "iframe")
    assert launch.roles == (MEMBERSHIP + "Learner",)
    assert launch.family == "alms"
    assert launch.gradebook.line_item == "https://lms.example/items/1"
    assert launch.gradebook.scopes == ("s1",)
    assert launch.deep_linking is None


def test_a_custom_parameter_that_the_platform_did_not_fill_counts_as_missing():
    assert parse().custom == {"exam": "e-1", "template": "quiz"}


def test_the_least_that_a_platform_must_send_is_enough():
    needed = ("iss", "sub", *(LTI + name for name in ["version", "message_type", "target_link_uri", "deployment_id"]))
    least = {key: LAUNCH[key] for key in needed} | {LTI + "resource_link": {"id": "link-1"}}
    launch = parse_launch(least, base_url=BASE)
    assert (launch.roles, launch.context_id, launch.custom, launch.gradebook) == ((), "", {}, None)
    assert (launch.names.name, launch.locale, launch.return_url, launch.family) == ("", None, None, "")


@pytest.mark.parametrize(
    "more",
    [
        {"name": None},
        {"name": ["Inés"]},
        {"name": 5, "email": {}},
        {"email": "x" * 5000},
        {"name": "In\0és\x1b[31m"},
        {"name": "\ud800"},
        {LTI + "context": GONE},
        {LTI + "context": None},
        {LTI + "context": {}},
        {LTI + "roles": GONE},
        {LTI + "roles": []},
        {LTI + "custom": GONE},
        {LTI + "custom": None},
        {LTI + "custom": {"exam": ["list"], "x": None}},
        {LTI + "launch_presentation": GONE},
        {LTI + "launch_presentation": {"return_url": ""}},
        {LTI + "launch_presentation": {"width": 320, "height": "240"}},
        {LTI + "tool_platform": {"guid": "x"}},
        {LTI + "resource_link": {"id": "link-1", "title": None}},
        {AGS_ENDPOINT: GONE},
        {AGS_ENDPOINT: {}},
        {AGS_ENDPOINT: {"scope": "one two"}},
        {AGS_ENDPOINT: {"scope": ["one", 5, None]}},
        {AGS_ENDPOINT: {"lineitem": "", "lineitems": None}},
        {"https://unknown.example/claim": {"anything": [1]}},
        {LTI + "lis": {"person_sourcedid": None}},
    ],
    ids=lambda more: repr(more)[:60],
)
def test_what_a_launch_may_leave_out_or_write_oddly_is_no_reason_to_refuse(more):
    assert parse(more=more).subject == "sub-1"


def test_scopes_in_one_string_are_told_apart():
    assert parse(more={AGS_ENDPOINT: {"scope": "one two"}}).gradebook.scopes == ("one", "two")


def test_a_name_is_cut_and_cleaned():
    names = parse(name=" In\0és\n ", email="x" * 5000).names
    assert (names.name, len(names.email)) == ("Inés", 255)


BAD = "token_claim"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({LTI + "version": GONE}, "message_unknown"),
        ({LTI + "version": "1.3"}, "message_unknown"),
        ({LTI + "version": 1.3}, "message_unknown"),
        ({LTI + "version": ["1.3.0"]}, "message_unknown"),
        ({LTI + "version": "LTI-1p0"}, "message_unknown"),
        ({LTI + "message_type": GONE}, "message_unknown"),
        ({LTI + "message_type": "LtiDataPrivacyLaunchRequest"}, "message_unknown"),
        ({LTI + "message_type": "ltiresourcelinkrequest"}, "message_unknown"),
        ({LTI + "message_type": ["LtiResourceLinkRequest"]}, "message_unknown"),
        ({LTI + "message_type": None}, "message_unknown"),
        ({LTI + "target_link_uri": GONE}, BAD),
        ({LTI + "target_link_uri": ""}, BAD),
        ({LTI + "target_link_uri": ["http://localhost:8000/lti/launch"]}, BAD),
        ({LTI + "target_link_uri": f"{BASE}/" + "x" * 2000}, BAD),
        ({LTI + "target_link_uri": "https://evil.example/lti/launch"}, "target_elsewhere"),
        ({LTI + "target_link_uri": "http://localhost:8000.evil.example/lti"}, "target_elsewhere"),
        ({LTI + "target_link_uri": "http://localhost:8000@evil.example/lti"}, "target_elsewhere"),
        ({LTI + "target_link_uri": "https://localhost:8000/lti/launch"}, "target_elsewhere"),
        ({LTI + "target_link_uri": "http://localhost/lti/launch"}, "target_elsewhere"),
        ({LTI + "target_link_uri": "javascript:alert(1)"}, "target_elsewhere"),
        pytest.param(
            {LTI + "target_link_uri": "http://[::1"},
            "target_elsewhere",
        ),
        ({"sub": GONE}, "anonymous_launch"),
        ({"sub": None}, "anonymous_launch"),
        ({"sub": ""}, "anonymous_launch"),
        ({"sub": 5}, BAD),
        ({"sub": ["sub-1"]}, BAD),
        ({"sub": {"id": "sub-1"}}, BAD),
        ({"sub": "x" * 256}, BAD),
        ({"sub": "a\0b"}, BAD),
        pytest.param({"sub": "\ud800"}, BAD),
        ({"iss": 5}, BAD),
        ({LTI + "deployment_id": GONE}, BAD),
        ({LTI + "deployment_id": ""}, BAD),
        ({LTI + "deployment_id": "  "}, BAD),
        ({LTI + "deployment_id": 1}, BAD),
        ({LTI + "deployment_id": ["1"]}, BAD),
        ({LTI + "deployment_id": "x" * 256}, BAD),
        ({LTI + "deployment_id": "1\0"}, BAD),
        ({LTI + "roles": MEMBERSHIP + "Instructor"}, BAD),
        ({LTI + "roles": {"0": MEMBERSHIP + "Instructor"}}, BAD),
        ({LTI + "roles": [5]}, BAD),
        ({LTI + "roles": [None]}, BAD),
        ({LTI + "roles": [[MEMBERSHIP + "Instructor"]]}, BAD),
        ({LTI + "resource_link": GONE}, BAD),
        ({LTI + "resource_link": None}, BAD),
        ({LTI + "resource_link": "link-1"}, BAD),
        ({LTI + "resource_link": []}, BAD),
        ({LTI + "resource_link": {}}, BAD),
        ({LTI + "resource_link": {"title": "Midterm"}}, BAD),
        ({LTI + "resource_link": {"id": ""}}, BAD),
        ({LTI + "resource_link": {"id": 7}}, BAD),
        ({LTI + "resource_link": {"id": "x" * 256}}, BAD),
        ({LTI + "resource_link": {"id": "link-1", "title": ["Midterm"]}}, BAD),
        ({LTI + "context": "c-1"}, BAD),
        ({LTI + "context": ["c-1"]}, BAD),
        ({LTI + "context": {"label": "STAT 101"}}, BAD),
        ({LTI + "context": {"id": None}}, BAD),
        ({LTI + "context": {"id": 7}}, BAD),
        ({LTI + "context": {"id": "x" * 256}}, BAD),
        ({LTI + "context": {"id": "c-1", "label": 101}}, BAD),
        ({LTI + "custom": "exam=e-1"}, BAD),
        ({LTI + "custom": [["exam", "e-1"]]}, BAD),
        ({LTI + "launch_presentation": "iframe"}, BAD),
        ({LTI + "launch_presentation": {"locale": 5}}, BAD),
        ({LTI + "launch_presentation": {"return_url": "javascript:alert(1)"}}, BAD),
        ({LTI + "launch_presentation": {"return_url": "/back"}}, BAD),
        ({LTI + "launch_presentation": {"return_url": ["https://lms.example/back"]}}, BAD),
        ({LTI + "launch_presentation": {"return_url": "https://lms.example/" + "x" * 4000}}, BAD),
        pytest.param({LTI + "launch_presentation": {"return_url": "http://[::1"}}, BAD),
        ({LTI + "tool_platform": "ALms"}, BAD),
        ({LTI + "tool_platform": {"product_family_code": 5}}, BAD),
        ({AGS_ENDPOINT: "https://lms.example/items"}, BAD),
        ({AGS_ENDPOINT: {"scope": 5}}, BAD),
        ({AGS_ENDPOINT: {"scope": {"a": "b"}}}, BAD),
        ({AGS_ENDPOINT: {"lineitem": 5}}, BAD),
        ({AGS_ENDPOINT: {"lineitem": "file:///etc/passwd"}}, BAD),
        ({AGS_ENDPOINT: {"lineitems": ["https://lms.example/items"]}}, BAD),
    ],
    ids=lambda value: repr(value)[:70] if not isinstance(value, str) else value,
)
def test_a_malformed_message_is_refused_with_its_reason(more, code):
    assert refusal(parse, more=more) == code


def test_a_refusal_names_the_claim_and_nothing_of_its_value():
    with pytest.raises(Refused) as refused:
        parse(more={LTI + "resource_link": "Inés Márquez"})
    assert refused.value.details == {"claim": "resource_link"}


# deep linking


def deep(**settings):
    return parse(DEEP, more={DL_SETTINGS: built(DEEP[DL_SETTINGS], settings)})


def test_a_request_for_content_needs_no_link():
    launch = parse(DEEP)
    assert (launch.message_type, launch.link_id) == (MessageType.deep_linking, "")
    wish = launch.deep_linking
    assert (wish.return_url, wish.data, wish.targets) == ("https://lms.example/dl", "opaque", ("iframe", "window"))
    assert (wish.accept_multiple, wish.accept_line_item) == (False, True)


@pytest.mark.parametrize(
    ("settings", "multiple", "column"),
    [
        ({"accept_multiple": True, "accept_lineitem": True}, True, True),
        ({"accept_multiple": False, "accept_lineitem": False}, False, False),
        ({"accept_multiple": "true", "accept_lineitem": None}, False, True),
        ({"accept_multiple": 1}, False, True),
    ],
)
def test_what_the_platform_accepts_is_taken_at_its_word(settings, multiple, column):
    wish = deep(**settings).deep_linking
    assert (wish.accept_multiple, wish.accept_line_item) == (multiple, column)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"deep_link_return_url": GONE}, BAD),
        ({"deep_link_return_url": ""}, BAD),
        ({"deep_link_return_url": "javascript:alert(1)"}, BAD),
        ({"deep_link_return_url": ["https://lms.example/dl"]}, BAD),
        ({"accept_types": "ltiResourceLink"}, BAD),
        ({"accept_types": [1]}, BAD),
        ({"accept_presentation_document_targets": "iframe"}, BAD),
        ({"data": {"a": 1}}, BAD),
        ({"data": 5}, BAD),
        ({"data": ["opaque"]}, BAD),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_a_malformed_request_for_content_is_refused(settings, code):
    assert refusal(deep, **settings) == code


@pytest.mark.parametrize("types", [GONE, [], ["link", "html"]])
def test_a_request_that_takes_no_links_to_a_tool_is_known_as_such(types):
    assert deep(accept_types=types).deep_linking.accepts_links is False


@pytest.mark.parametrize("value", [GONE, None, "x", [], 5])
def test_a_request_for_content_without_settings_is_refused(value):
    assert refusal(parse, DEEP, more={DL_SETTINGS: value}) == BAD


def test_data_may_be_absent_and_may_be_empty():
    assert deep(data=GONE).deep_linking.data is None
    assert deep(data="").deep_linking.data == ""


# addresses


@pytest.mark.parametrize(
    ("url", "base", "ours"),
    [
        ("https://tool.example/lti/launch", "https://tool.example", True),
        ("https://TOOL.example/", "https://tool.example", True),
        ("https://tool.example", "https://tool.example", True),
        ("https://tool.example/proctor/lti", "https://tool.example/proctor", True),
        ("https://tool.example/other", "https://tool.example/proctor", False),
        ("http://tool.example/", "https://tool.example", False),
        ("https://tool.example:444/", "https://tool.example", False),
        ("https://tool.example@evil.example/", "https://tool.example", False),
        ("https://evil.example/https://tool.example/", "https://tool.example", False),
        ("//tool.example/", "https://tool.example", False),
        ("", "https://tool.example", False),
        pytest.param(
            "https://tool.example/proctored-by-evil",
            "https://tool.example/proctor",
            False,
        ),
    ],
)
def test_an_address_of_this_tool_is_told_from_others(url, base, ours):
    assert is_ours(url, base) is ours


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "scope", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(
    st.dictionaries(st.sampled_from([*LAUNCH, DL_SETTINGS]), json_values, max_size=4), st.sampled_from([LAUNCH, DEEP])
)
def test_whatever_a_platform_sends_is_taken_or_refused_and_never_crashes(changes, start):
    try:
        launch = parse(start, more=changes)
    except Refused:
        return
    assert all(isinstance(role, str) for role in launch.roles)
    assert isinstance(launch.subject, str)
