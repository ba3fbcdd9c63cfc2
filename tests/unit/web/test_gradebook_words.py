"""Every reason why a message waits has its words."""

import pytest

from lti_proctor.attempts.grading import Agreement
from lti_proctor.exams.columns import Action
from lti_proctor.lti.service_tokens import SERVICES
from lti_proctor.web.gradebook_words import AGREEMENTS, COLUMN_ACTIONS, PROBLEMS, delivery_problem


@pytest.mark.parametrize(
    ("code", "beginning"),
    [
        ("score_status_400", "score_status_400"),
        ("score_status_403", "score_status_403"),
        ("score_status_404", "score_status_404"),
        ("score_status_405", "score_status_405"),
        ("score_status_302", "score_status_3"),
        ("score_status_415", "score_status_4"),
        ("score_status_429", "score_status_429"),
        ("score_status_503", ""),
        ("score_ungradable", "score_ungradable"),
        ("score_stale", "score_stale"),
        ("score_overtaken", "score_overtaken"),
        ("column_status_405", "column_status_405"),
        ("column_status_429", "column_status_429"),
        ("column_status_400", "column_status_4"),
        ("column_status_500", ""),
        ("column_unreadable", "column_unreadable"),
        ("column_in_making", "column_in_making"),
        ("no_column", "no_column"),
        ("results_status_403", "results_status_403"),
        ("results_status_500", ""),
        ("token_status_400", "token_status_4"),
        ("token_status_503", "token_"),
        ("token_unreadable", "token_"),
        ("outside_forbidden", "outside_forbidden"),
        ("outside_timeout", "outside_"),
        ("outside_too_large", "outside_too_large"),
        ("gone", "gone"),
        ("internal", "internal"),
        ("never_heard_of", ""),
        *((code, code) for code in sorted(set(SERVICES.values()))),
    ],
)
def test_a_code_has_its_words(app, code, beginning):
    assert delivery_problem(code) is PROBLEMS[beginning]
    assert str(delivery_problem(code)).endswith((".", ")."))


def test_no_words_stand_behind_others_that_always_come_first():
    beginnings = list(PROBLEMS)
    hidden = [b for i, b in enumerate(beginnings) if any(b.startswith(earlier) for earlier in beginnings[:i])]
    assert hidden == []


def test_every_comparison_and_action_has_its_words():
    assert set(AGREEMENTS) == set(Agreement)
    assert set(COLUMN_ACTIONS) == {action.value for action in Action}
