"""What no database keeps and no recursion survives, in places that nobody needs: the message comes in without it, or is
refused; it breaks nothing.
"""

import json

import pytest

from lti_proctor.extensions import db
from lti_proctor.lti.claims import NRPS
from lti_proctor.platforms.models import ResourceLink
from tests.lti.conftest import INSTRUCTOR, LEARNER
from tests.lti.hostile.tokens import good, signed

SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
ODD = [
    "a\0b",
    "\ud800",
    "\udfff\ud800",
    "a\u2028b",
    "\x1b[31m",
    "\u202e",
    "x" * 5000,
    "{{ 7 * 7 }}",
    "<script>alert(1)</script>",
    "$x",
    "",
]
WHERE = {
    "a scope": lambda odd: {"endpoint": {"scope": [SCOPE, odd]}},
    "a scope in a text": lambda odd: {"endpoint": {"scope": f"{SCOPE} {odd}"}},
    "a name": lambda odd: {"name": odd, "given_name": odd, "family_name": odd, "email": odd},
    "a role": lambda odd: {"roles": [LEARNER, odd]},
    "a custom value": lambda odd: {"custom": {"exam": odd, "template": odd, "link_history": odd}},
    "a custom name": lambda odd: {"custom": {odd: "x"}},
    "a title": lambda odd: {"resource_link": {"id": "r1", "title": odd}},
    "a course": lambda odd: {"context": {"id": "c1", "title": odd, "label": odd}},
    "a family": lambda odd: {"tool_platform": {"product_family_code": odd}},
    "a language": lambda odd: {"locale": odd, "launch_presentation": {"locale": odd}},
    "a roster": lambda odd: {NRPS: {"context_memberships_url": odd}},
    "a claim that nobody knows": lambda odd: {odd: odd},
    "a document target": lambda odd: {"launch_presentation": {"document_target": odd}},
}


@pytest.mark.parametrize("where", WHERE)
def test_odd_letters_in_a_launch_break_nothing(sender, platform, where):
    for odd in ODD:
        sender.begin()
        answer = sender.post(platform.sign(sender.claims(**WHERE[where](odd))))
        assert answer.status_code == 303 or (answer.status_code == 400 and 'id="reference"' in answer.text), ascii(odd)


LISTS = ["accept_presentation_document_targets", "accept_types"]


@pytest.mark.parametrize("name", [*LISTS, "accept_media_types", "title", "text", "data"])
def test_odd_letters_in_a_request_for_content_break_nothing(sender, platform, client, name):
    for odd in ODD:
        sender.begin()
        value = ["ltiResourceLink", odd] if name in LISTS else odd
        claims = sender.claims(**{**platform.deep_linking(**{name: value}), "roles": [INSTRUCTOR]})
        answer = sender.post(platform.sign(claims))
        assert answer.status_code in {303, 400}, ascii(odd)
        if answer.status_code == 303:
            assert client.get(answer.headers["Location"]).status_code == 200, ascii(odd)


@pytest.mark.parametrize("name", ["resource_link", "custom", "settings"])
def test_odd_values_that_would_go_back_with_the_start_break_nothing(sender, platform, name):
    for number, odd in enumerate([*ODD, float("nan"), float("inf"), 10**4000, 1e308, None, {}, [[]]]):
        sender.begin()
        settings = {"proctoring_settings": {"data": odd}} if name == "settings" else {}
        changes = platform.proctoring(attempt_number=number + 1, **settings)
        if name != "settings":
            changes[name] = {"id": "r1", "x": odd, "y": {"z": odd}}
        assert sender.post(platform.sign(sender.claims(**changes))).status_code in {303, 400}, ascii(odd)[:50]


@pytest.mark.parametrize("name", ["resource_link", "custom", "context", "launch_presentation"])
def test_no_depth_of_a_claim_breaks_anything(sender, platform, platform_key, name):
    """Between what can be read and what can be written again lies a depth that only one of the two survives."""
    for number, depth in enumerate((20, 200, *range(820, 1000, 20))):
        sender.begin()
        claims = json.dumps(sender.claims(**platform.proctoring(attempt_number=number + 1)))
        deep = '{"id": "r1", "x": ' + '{"a":' * depth + "1" + "}" * depth + "}"
        token = signed(
            platform_key, good(), f'{claims[:-1]}, "https://purl.imsglobal.org/spec/lti/claim/{name}": {deep}}}'
        )
        assert sender.post(token).status_code in {303, 400}, depth
        db.session.rollback()


def test_a_scope_that_cannot_be_kept_is_passed_over(sender, platform):
    claims = sender.claims(endpoint={"scope": [SCOPE, "a\0b", "\ud800", 5, None]})
    assert sender.post(platform.sign(claims)).status_code == 303
    assert db.session.query(ResourceLink).one().scopes == [SCOPE]
