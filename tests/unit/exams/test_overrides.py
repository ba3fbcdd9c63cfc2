"""Which parameters a launch may set, and with which values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.exams.config import ExamConfig
from lti_proctor.exams.overrides import OVERRIDES, applied, read, wanted

OPEN = ExamConfig(lifetime=60, overridable=frozenset(OVERRIDES))


@pytest.mark.parametrize(
    ("asked", "values"),
    [
        ({"lifetime": "90"}, {"lifetime": 90}),
        ({"lifetime": " 90 "}, {"lifetime": 90}),
        ({"url": "https://quiz.example/a"}, {"url": "https://quiz.example/a"}),
        ({"code": "Q7", "locale": "es"}, {"code": "Q7", "locale": "es"}),
    ],
)
def test_what_the_exam_allows_is_set(asked, values):
    found = read(OPEN, asked)
    assert (dict(found.values), found.ignored) == (values, ())
    config = applied(OPEN, found.values)
    assert all(getattr(config, name) == value for name, value in values.items())


@pytest.mark.parametrize(
    "asked",
    [
        {"lifetime": "-1"},
        {"lifetime": "1e99"},
        {"lifetime": "an hour"},
        {"lifetime": "99999999"},
        {"url": "javascript:alert(1)"},
        {"url": "https://user:secret@quiz.example/"},
        {"url": "x" * 3000},
        {"code": "a\x07b"},
        {"locale": "x" * 300},
    ],
    ids=repr,
)
def test_a_value_that_the_editor_would_refuse_is_passed_over(asked):
    found = read(OPEN, asked)
    assert (dict(found.values), found.ignored) == ({}, tuple(asked))


def test_what_the_exam_does_not_allow_is_passed_over():
    closed = ExamConfig(lifetime=60, overridable=frozenset({"code"}))
    found = read(closed, {"lifetime": "90", "code": "Q"})
    assert (dict(found.values), found.ignored) == ({"code": "Q"}, ("lifetime",))
    assert applied(closed, {"lifetime": 90}).lifetime == 60


@given(st.dictionaries(st.sampled_from([*OVERRIDES, "exam", "addons", "grade_maximum"]), st.text(max_size=40)))
def test_whatever_a_launch_says_leaves_a_configuration_that_holds(custom):
    found = read(OPEN, wanted(custom))
    config = applied(OPEN, found.values)
    assert ExamConfig.model_validate(config.model_dump()) == config
    assert (config.addons, config.grade_maximum) == (OPEN.addons, OPEN.grade_maximum)
