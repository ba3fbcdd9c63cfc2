"""What an id_token says about itself: from whom, for whom, until when, for which login."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.errors import Refused
from lti_proctor.lti.claims import check_security

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MOMENT = int(NOW.timestamp())


class Gone:
    """Stands for a claim that is not there."""

    def __repr__(self):
        return "gone"


GONE = Gone()

SECURITY = {
    "iss": "https://lms.example",
    "aud": "client-1",
    "exp": MOMENT + 300,
    "iat": MOMENT,
    "nonce": "n-1",
}


def built(changes):
    return {key: value for key, value in {**SECURITY, **changes}.items() if value is not GONE}


def secure(**changes):
    claims = built(changes)
    check_security(claims, issuer="https://lms.example", client_id="client-1", nonce="n-1", now=NOW, leeway=60)


def refusal(function, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        function(*args, **kwargs)
    return refused.value.code


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"aud": ["client-1"]},
        {"aud": ["client-1"], "azp": "client-1"},
        {"aud": ["other", "client-1"], "azp": "client-1"},
        {"azp": "client-1"},
        {"exp": MOMENT - 59},
        {"exp": MOMENT + 0.5},
        {"iat": MOMENT + 60},
        {"iat": MOMENT - 3600},
        {"nbf": MOMENT + 60},
        {"nbf": MOMENT - 5},
    ],
    ids=str,
)
def test_a_token_for_this_tool_in_its_time_may_come_in(changes):
    secure(**changes)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": GONE}, "token_issuer"),
        ({"iss": "https://other.example"}, "token_issuer"),
        ({"iss": "https://lms.example/"}, "token_issuer"),
        ({"iss": "HTTPS://LMS.EXAMPLE"}, "token_issuer"),
        ({"iss": ["https://lms.example"]}, "token_issuer"),
        ({"iss": None}, "token_issuer"),
        ({"aud": GONE}, "token_audience"),
        ({"aud": None}, "token_audience"),
        ({"aud": ""}, "token_audience"),
        ({"aud": "client"}, "token_audience"),
        ({"aud": "client-1 client-2"}, "token_audience"),
        ({"aud": []}, "token_audience"),
        ({"aud": ["client-2"]}, "token_audience"),
        ({"aud": ["client-1", "client-2"]}, "token_audience"),
        ({"aud": ["client-1", "client-2"], "azp": "client-2"}, "token_audience"),
        ({"aud": ["client-1", 5], "azp": "client-1"}, "token_audience"),
        ({"aud": [["client-1"]]}, "token_audience"),
        ({"aud": {"client-1": True}}, "token_audience"),
        ({"aud": 5}, "token_audience"),
        ({"azp": "client-2"}, "token_audience"),
        ({"azp": ["client-1"]}, "token_audience"),
        ({"azp": ""}, "token_audience"),
        ({"azp": 0}, "token_audience"),
        ({"exp": GONE}, "token_claim"),
        ({"exp": None}, "token_claim"),
        ({"exp": str(MOMENT + 300)}, "token_claim"),
        ({"exp": True}, "token_claim"),
        ({"exp": [MOMENT + 300]}, "token_claim"),
        ({"exp": MOMENT - 60}, "token_expired"),
        ({"exp": 0}, "token_expired"),
        ({"exp": -1}, "token_expired"),
        ({"iat": GONE}, "token_claim"),
        ({"iat": "now"}, "token_claim"),
        ({"iat": False}, "token_claim"),
        ({"iat": MOMENT + 61}, "token_early"),
        ({"iat": MOMENT - 86_401}, "token_expired"),
        ({"nbf": MOMENT + 61}, "token_early"),
        ({"nbf": "soon"}, "token_claim"),
        ({"nbf": None}, "token_claim"),
        ({"nonce": GONE}, "token_nonce"),
        ({"nonce": ""}, "token_nonce"),
        ({"nonce": "n-2"}, "token_nonce"),
        ({"nonce": ["n-1"]}, "token_nonce"),
        ({"nonce": "N-1"}, "token_nonce"),
        pytest.param({"exp": float("nan")}, "token_claim"),
        pytest.param({"iat": float("nan")}, "token_claim"),
        pytest.param({"exp": float("inf")}, "token_claim"),
        pytest.param({"exp": 10**400}, "token_claim"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_a_token_that_is_not_for_us_now_is_refused_with_its_reason(changes, code):
    assert refusal(secure, **changes) == code


def test_a_login_without_a_nonce_lets_nothing_in():
    claims = {**SECURITY, "nonce": ""}
    options = {"issuer": "https://lms.example", "client_id": "client-1", "now": NOW, "leeway": 0}
    assert refusal(check_security, claims, nonce="", **options) == "token_nonce"


@given(st.dictionaries(st.sampled_from([*SECURITY, "azp", "nbf"]), json_values, max_size=4))
def test_whatever_a_token_says_about_itself_is_taken_or_refused_and_never_crashes(changes):
    try:
        secure(**changes)
    except Refused:
        return
    assert built(changes)["iss"] == "https://lms.example"
