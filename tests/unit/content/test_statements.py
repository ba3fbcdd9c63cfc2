from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.content.statements import read_json, read_statement, read_statements, share_of, shown
from lti_proctor.errors import Invalid

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


AGENT = {"account": {"homePage": "https://tool.example", "name": "a"}}
WHOLE = {"actor": AGENT, "verb": {"id": VERB}, "object": {"id": "https://tool.example/exams/1"}}
IDENTIFIER = "6f1ae5b0-0000-4000-8000-000000000001"


@pytest.mark.parametrize("body", [None, 5, "x", [5], [WHOLE, None], [WHOLE] * 101])
def test_what_is_no_list_of_statements_is_refused(body):
    with pytest.raises(Invalid):
        read_statements(body)


@pytest.mark.parametrize(("body", "n"), [(WHOLE, 1), ([WHOLE], 1), ([WHOLE] * 100, 100), ([], 0)])
def test_one_statement_or_several_are_taken(body, n):
    assert len(read_statements(body)) == n


def test_two_statements_of_one_id_in_one_list_are_refused():
    with pytest.raises(Invalid):
        read_statements([{**WHOLE, "id": IDENTIFIER}] * 2)


GOOD = {
    "with an id": {"id": IDENTIFIER.upper()},
    "an agent by mail": {"actor": {"objectType": "Agent", "mbox": "mailto:a@x.example"}},
    "a group without a name": {"actor": {"objectType": "Group", "member": [AGENT]}},
    "about an agent": {"object": {"objectType": "Agent", "openid": "https://x.example/a"}},
    "about a statement": {"object": {"objectType": "StatementRef", "id": IDENTIFIER}},
    "about something inside": {"object": {"objectType": "SubStatement", "verb": {"id": VERB}}},
    "with a time": {"timestamp": "2026-11-24T09:00:00.123Z"},
    "with a zone": {"timestamp": "2026-11-24T09:00:00+01:00"},
    "with a registration": {"context": {"registration": IDENTIFIER}},
    "with a version": {"version": "1.0.3"},
    "with extensions": {"result": {"extensions": {"https://x.example/e": {"n": 1}}}},
}
BAD = {
    "an unknown field": {"colour": "red"},
    "an id that is none": {"id": "1"},
    "no actor": {"actor": {}},
    "an actor of two kinds": {"actor": {**AGENT, "mbox": "mailto:a@x.example"}},
    "an actor that is a list": {"actor": [AGENT]},
    "an account without a name": {"actor": {"account": {"homePage": "https://x.example"}}},
    "a mailbox that is none": {"actor": {"mbox": "a@x.example"}},
    "a group without members": {"actor": {"objectType": "Group", "member": []}},
    "a verb without an id": {"verb": {"display": {"en": "did"}}},
    "a verb that is a word": {"verb": {"id": "did it"}},
    "a verb that is too long": {"verb": {"id": "https://x.example/" + "a" * 500}},
    "an object without an id": {"object": {}},
    "an object of an unknown type": {"object": {"objectType": "Thing", "id": "https://x.example"}},
    "an object whose type is a list": {"object": {"objectType": []}},
    "a result that is a number": {"result": 5},
    "a context that is text": {"context": "x"},
    "a registration that is none": {"context": {"registration": "x"}},
    "a time that is none": {"timestamp": "yesterday"},
    "another version": {"version": "2.0.0"},
}


@pytest.mark.parametrize("more", GOOD.values(), ids=GOOD.keys())
def test_a_statement_that_is_in_order_is_taken(more):
    assert read_statement({**WHOLE, **more}).body == {**WHOLE, **more}


@pytest.mark.parametrize("more", BAD.values(), ids=BAD.keys())
def test_a_statement_that_is_not_in_order_is_refused(more):
    with pytest.raises(Invalid) as invalid:
        read_statement({**WHOLE, **more})
    assert invalid.value.code == "xapi_statement"


BAD_JSON = [
    "",
    "{",
    "[" * 3000,
    "[NaN]",
    "[1e999]",
    r'["\u0000"]',
    r'["\ud800"]',
    r'{"\u0000": 1}',
    '{"a": null}',
    "[null]",
]


@pytest.mark.parametrize("text", BAD_JSON, ids=lambda text: text[:12])
def test_what_no_database_would_take_is_refused(text):
    with pytest.raises(Invalid):
        read_json(text.encode())


@pytest.mark.parametrize("text", ['{"a": [1, 2.5, true, "ü"]}', '{"extensions": {"https://x.example/e": [null]}}'])
def test_other_json_is_read(text):
    assert read_json(text.encode())


def test_what_is_kept_of_a_statement_holds_no_free_text():
    told = statement(
        {"scaled": 0.5, "raw": "x", "note": "my name"}, success="yes", duration="PT1H" * 50, response="essay"
    )
    kept = shown(told)
    assert kept == {"verb": VERB, "score": {"scaled": 0.5}, "success": None, "duration": ("PT1H" * 50)[:40]}
