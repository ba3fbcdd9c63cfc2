"""What is concluded by itself, as a table and as laws."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.review.deciding import Decision, Known, Left, decide

FINE = Known(
    is_proctored=True, score=Decimal(80), threshold=50, is_whole=True, has_waited=False, needs_look=False,
    may_reject=False,
)  # fmt: skip
ACCEPT, REJECT, WAIT, PERSON = Decision.accept, Decision.reject, Decision.wait, Decision.person


@pytest.mark.parametrize(
    ("change", "decision", "left"),
    [
        ({}, ACCEPT, None),
        ({"score": Decimal(50)}, ACCEPT, None),
        ({"score": Decimal("49.99")}, PERSON, Left.below),
        ({"score": Decimal("49.99"), "may_reject": True}, REJECT, None),
        ({"score": Decimal(0), "threshold": 0}, ACCEPT, None),
        ({"score": None}, PERSON, Left.no_score),
        ({"score": None, "may_reject": True}, PERSON, Left.no_score),
        ({"is_whole": False}, WAIT, None),
        ({"is_whole": False, "has_waited": True}, PERSON, Left.evidence),
        ({"is_whole": False, "has_waited": True, "score": Decimal(1), "may_reject": True}, PERSON, Left.evidence),
        ({"needs_look": True}, PERSON, Left.step),
        ({"needs_look": True, "is_whole": False}, PERSON, Left.step),
        ({"is_proctored": False}, PERSON, Left.kind),
    ],
)
def test_what_is_decided(change, decision, left):
    assert decide(replace(FINE, **change)) == (decision, left)


knowns = st.builds(
    Known, is_proctored=st.booleans(), score=st.none() | st.decimals(0, 100, places=2), threshold=st.integers(0, 100),
    is_whole=st.booleans(), has_waited=st.booleans(), needs_look=st.booleans(), may_reject=st.booleans(),
)  # fmt: skip


@given(knowns)
def test_nobody_is_rejected_where_the_site_does_not_allow_it(known):
    assert decide(replace(known, may_reject=False))[0] != REJECT


@given(knowns)
def test_whoever_is_accepted_stays_accepted_with_a_better_score(known):
    if decide(known)[0] == ACCEPT:
        assert decide(replace(known, score=Decimal(100)))[0] == ACCEPT


@given(knowns)
def test_nothing_waits_for_ever(known):
    assert decide(replace(known, has_waited=True))[0] != WAIT
