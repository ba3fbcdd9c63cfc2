"""Whom a message is from, whom it is for, and when: wrong in each of the five messages."""

import pytest

from lti_proctor import clock
from tests.conftest import BASE_URL
from tests.lti.conftest import CLIENT, GONE, ISSUER
from tests.lti.hostile.conftest import KINDS

ISS, AUD, CLAIM, NONCE = "token_issuer", "token_audience", "token_claim", "token_nonce"
LATE, EARLY, UNKNOWN = "token_expired", "token_early", "message_unknown"
#: Claims that every message shares. A pair of "now" and a number stands for so many seconds from now.
SHARED = {
    "no issuer": ({"iss": GONE}, ISS),
    "another issuer": ({"iss": "https://evil.example"}, ISS),
    "the issuer with a slash": ({"iss": ISSUER + "/"}, ISS),
    "a list of issuers": ({"iss": [ISSUER]}, ISS),
    "ourselves as issuer": ({"iss": CLIENT, "aud": ISSUER}, ISS),
    "another audience": ({"aud": "evil"}, AUD),
    "our address as audience": ({"aud": BASE_URL}, AUD),
    "no audience in a list": ({"aud": []}, AUD),
    "an audience without a party": ({"aud": [CLIENT, "evil"]}, AUD),
    "another party": ({"aud": [CLIENT, "evil"], "azp": "evil"}, AUD),
    "no end": ({"exp": GONE}, CLAIM),
    "an end in text": ({"exp": "9999999999"}, CLAIM),
    "an endless end": ({"exp": float("inf")}, CLAIM),
    "an end that is no number": ({"exp": float("nan")}, CLAIM),
    "an end beyond all numbers": ({"exp": 10**400}, CLAIM),
    "an end before the leeway": ({"exp": ("now", -60)}, LATE),
    "a beginning after the leeway": ({"iat": ("now", 61)}, EARLY),
    "a beginning a day and more ago": ({"iat": ("now", -86_401)}, LATE),
    "not before a moment after the leeway": ({"nbf": ("now", 61)}, EARLY),
    "milliseconds": ({"iat": 1_764_000_000_000}, EARLY),
    "no nonce": ({"nonce": GONE}, NONCE),
    "another nonce": ({"nonce": "guess"}, NONCE),
    "a list of nonces": ({"nonce": ["guess"]}, NONCE),
    "no version": ({"version": GONE}, UNKNOWN),
    "LTI 1.1": ({"version": "LTI-1p0"}, UNKNOWN),
    "a version in numbers": ({"version": 1.3}, UNKNOWN),
    "no person": ({"sub": GONE}, "anonymous_launch"),
    "an empty person": ({"sub": ""}, "anonymous_launch"),
    "a person in numbers": ({"sub": 42}, CLAIM),
    "a person of half a letter": ({"sub": "\ud800"}, CLAIM),
    "a very long person": ({"sub": "x" * 256}, CLAIM),
    "no deployment": ({"deployment_id": GONE}, CLAIM),
    "another deployment": ({"deployment_id": "99"}, "deployment_unknown"),
    "a deployment in numbers": ({"deployment_id": 1}, CLAIM),
    "a deployment with NUL": ({"deployment_id": "1\0"}, CLAIM),
    "no target": ({"target_link_uri": GONE}, CLAIM),
    "a target elsewhere": ({"target_link_uri": "https://evil.example/"}, "target_elsewhere"),
    "a target that is a script": ({"target_link_uri": "javascript:alert(1)"}, "target_elsewhere"),
    "roles in a text": ({"roles": "Learner"}, CLAIM),
    "a role in numbers": ({"roles": [1]}, CLAIM),
    "a way back that is a script": ({"launch_presentation": {"locale": "ar", "return_url": "javascript:alert(1)"}}, CLAIM),
    "a way back with a password": ({"launch_presentation": {"locale": "ar", "return_url": "https://u:p@lms.example/"}}, CLAIM),
    "a way back with line breaks": ({"launch_presentation": {"locale": "ar", "return_url": "https://lms.example/\r\nX: y"}}, CLAIM),
    "custom parameters in a list": ({"custom": ["a"]}, CLAIM),
    "a gradebook in a text": ({"endpoint": "https://lms.example/items"}, CLAIM),
}  # fmt: skip
ARABIC = {"launch_presentation": {"locale": "ar-SA", "return_url": "https://lms.example/back?course=7"}}


def timed(changes):
    moment = clock.now().timestamp()
    return {k: moment + v[1] if isinstance(v, tuple) else v for k, v in changes.items()}


@pytest.mark.parametrize(("changes", "code"), SHARED.values(), ids=SHARED.keys())
def test_a_message_with_a_wrong_claim_is_refused_in_its_own_language(sender, platform, changes, code):
    for kind in KINDS.values():
        sender.is_launch_refused(code, {**ARABIC, **kind(platform), **timed(changes)}, language="ar")


@pytest.mark.parametrize("kind", KINDS)
def test_the_way_back_carries_the_problem_and_the_reference(sender, platform, kind):
    answer = sender.is_launch_refused(LATE, {**ARABIC, **KINDS[kind](platform), "exp": 1}, language="ar")
    assert 'href="https://lms.example/back?course=7&amp;lti_errormsg=' in answer.text
    assert "lti_errorlog=" in answer.text


LOCALES = [
    ({"locale": "es"}, {}, "es"),
    ({"locale": "ar"}, {}, "ar"),
    ({"locale": "AR_eg"}, {}, "ar"),
    ({"locale": "xx"}, {}, "es"),
    ({"locale": ""}, {}, "es"),
    ({"locale": 5}, {}, "es"),
    ({"locale": ["ar"]}, {}, "es"),
    ({"locale": "../../ar"}, {}, "es"),
    ({"locale": "ar\0"}, {}, "es"),
    ({}, {"locale": "ar"}, "ar"),
    ({"locale": "ar"}, {"locale": "en"}, "ar"),
    ({}, {"locale": {"ar": 1}}, "es"),
    ("ar", {}, "es"),
    (["ar"], {}, "es"),
    (None, {"locale": "ar"}, "ar"),
]


@pytest.mark.parametrize(("presentation", "more", "language"), LOCALES, ids=repr)
def test_the_language_of_a_refusal_is_that_of_the_message_else_of_the_browser(sender, presentation, more, language):
    changes = {"launch_presentation": presentation, **more, "deployment_id": "99"}
    codes = {"deployment_unknown", "token_claim"}
    sender.is_launch_refused(codes, changes, language=language)


def test_a_message_that_is_badly_signed_is_not_believed_in_its_language(sender, platform, other_key):
    claims = sender.claims(**ARABIC)
    answer = sender.is_refused(platform.sign(claims, key=other_key), "token_signature", language="es")
    assert "lms.example/back" not in answer.text


BORDERS = {
    "an end within the leeway": {"exp": ("now", -59)},
    "an end within the leeway by a bit": {"exp": ("now", -59.999)},
    "a beginning at the leeway": {"iat": ("now", 60)},
    "not before the leeway": {"nbf": ("now", 60)},
    "a beginning a day ago": {"iat": ("now", -86_400)},
    "no not-before": {},
}


@pytest.mark.parametrize("changes", BORDERS.values(), ids=BORDERS.keys())
def test_at_the_borders_of_the_leeway_a_message_comes_in(sender, platform, changes):
    token = platform.sign(sender.claims(**timed(changes)))
    assert sender.post(token).status_code == 303


@pytest.mark.parametrize(
    "kind",
    [
        "LtiStartAssessment", "LtiDeepLinkingResponse", "ltiresourcelinkrequest", "LtiResourceLinkRequest ", "", "x" * 5000,
        GONE, None, 1, True, [], ["LtiResourceLinkRequest"], {"LtiResourceLinkRequest": 1}, "MessageType.resource_link",
    ],
    ids=lambda kind: "gone" if kind is GONE else repr(kind)[:40],
)  # fmt: skip
def test_a_message_of_no_known_kind_is_refused(sender, kind):
    sender.is_launch_refused(UNKNOWN, {"message_type": kind})
