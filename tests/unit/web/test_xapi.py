from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.errors import Invalid
from lti_proctor.web.xapi import _kept, _statements, share_of

VERB = "http://adlnet.gov/expapi/verbs/completed"


def statement(score=None, verb=VERB, **result):
    if score is not None:
        result["score"] = score
    return {"verb": {"id": verb}, "result": result}


@pytest.mark.parametrize(
    ("score", "share"),
    [
        ({"scaled": 0.85}, "0.850000"),
        ({"scaled": 1}, "1.000000"),
        ({"scaled": 0}, "0.000000"),
        ({"scaled": -0.5}, "0.000000"),
        ({"scaled": -1}, "0.000000"),
        ({"scaled": 1 / 3}, "0.333333"),
        ({"scaled": 0.5, "raw": 99, "max": 100}, "0.500000"),
        ({"raw": 17, "max": 20}, "0.850000"),
        ({"raw": 17, "min": 0, "max": 20}, "0.850000"),
        ({"raw": 15, "min": 10, "max": 20}, "0.500000"),
        ({"raw": 0, "min": -10, "max": 10}, "0.500000"),
        ({"raw": 0, "max": 20}, "0.000000"),
        ({"raw": -5, "max": 20}, "0.000000"),
    ],
    ids=str,
)
def test_a_score_is_read_as_a_share_of_the_whole(score, share):
    assert str(share_of(statement(score))) == share


@pytest.mark.parametrize(
    "score",
    [
        {"scaled": 1.01},
        {"scaled": -1.01},
        {"scaled": "0.5"},
        {"scaled": True},
        {"scaled": None},
        {"scaled": [0.5]},
        {"scaled": float("nan")},
        {"scaled": float("inf")},
        {"scaled": 10**400},
        {},
        {"raw": 5},
        {"max": 20},
        {"raw": 5, "max": 0},
        {"raw": 5, "min": 5, "max": 5},
        {"raw": 21, "max": 20},
        {"raw": -25, "max": 20},
        {"raw": "17", "max": 20},
        {"raw": 17, "max": "20"},
        {"raw": 17, "min": "0", "max": 20},
        {"raw": True, "max": 20},
        {"raw": float("inf"), "max": float("inf")},
    ],
    ids=lambda score: str(score)[:50],
)
def test_an_impossible_score_is_refused(score):
    with pytest.raises(Invalid) as invalid:
        share_of(statement(score))
    assert invalid.value.code == "xapi_statement"


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"verb": {"id": VERB}},
        {"verb": {"id": VERB}, "result": None},
        {"verb": {"id": VERB}, "result": {}},
        {"verb": {"id": VERB}, "result": {"success": "yes"}},
        {"verb": {"id": VERB}, "result": {"score": [0.5]}},
        {"verb": VERB, "result": {"score": {"scaled": 1}}},
        {"verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"}, "result": {"score": {"scaled": 1}}},
        {"verb": {"id": None}, "result": {"score": {"scaled": 1}}},
        {"verb": {}, "result": {"score": {"scaled": 1}}},
        {"result": {"score": {"scaled": 1}}},
        pytest.param(
            {"verb": {"id": ["x"]}, "result": {"score": {"scaled": 1}}},
        ),
    ],
    ids=str,
)
def test_a_statement_about_something_else_reports_nothing(value):
    assert share_of(value) is None


@pytest.mark.parametrize("verb", ["completed", "passed", "failed", "scored", "mastered"])
def test_every_verb_of_a_result_counts(verb):
    assert share_of(statement({"scaled": 0.5}, verb=f"http://adlnet.gov/expapi/verbs/{verb}")) == Decimal("0.5")


@pytest.mark.parametrize(("success", "share"), [(True, 1), (False, 0)])
def test_without_a_score_success_is_all_or_nothing(success, share):
    assert share_of(statement(success=success)) == share


numbers = st.integers(-(10**6), 10**6) | st.floats(allow_nan=True, allow_infinity=True)
scores = st.dictionaries(st.sampled_from(["scaled", "raw", "min", "max"]), numbers | st.none() | st.text(max_size=3))


@given(scores)
def test_a_share_lies_between_nothing_and_all_or_is_refused(score):
    try:
        share = share_of(statement(score))
    except Invalid:
        return
    assert 0 <= share <= 1
    assert share.as_tuple().exponent >= -6


@pytest.mark.parametrize("body", [None, 5, "x", [], [5], [{}, None], [{}] * 101])
def test_what_is_no_list_of_statements_is_refused(body):
    with pytest.raises(Invalid):
        _statements(body)


@pytest.mark.parametrize(("body", "n"), [({}, 1), ([{}], 1), ([{}] * 100, 100)])
def test_one_statement_or_several_are_taken(body, n):
    assert len(_statements(body)) == n


def test_what_is_kept_of_a_statement_holds_no_free_text():
    told = statement(
        {"scaled": 0.5, "raw": "x", "note": "my name"}, success="yes", duration="PT1H" * 50, response="essay"
    )
    kept = _kept(told)
    assert kept == {"verb": VERB, "score": {"scaled": 0.5}, "success": None, "duration": ("PT1H" * 50)[:40]}
