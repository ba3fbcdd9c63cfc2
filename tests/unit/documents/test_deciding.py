"""How the step of a document ends: every combination is decided here."""

from itertools import product

import pytest

from lti_proctor.attempts.steps import Outcome
from lti_proctor.documents.deciding import outcome_of
from lti_proctor.documents.names import Result

ALL = [*Result, None]


@pytest.mark.parametrize(("asked", "verifies"), list(product([False, True], repeat=2)))
def test_a_difference_is_a_difference_whatever_the_learner_asks_for(asked, verifies):
    outcome = outcome_of(Result.differs, has_document=True, asked=asked, verifies=verifies)
    assert outcome == Outcome.differs


@pytest.mark.parametrize(
    ("result", "asked", "verifies"), [c for c in product(ALL, [False, True], [False, True]) if c[0] != Result.differs]
)
def test_nothing_else_that_was_read_holds_anybody(result, asked, verifies):
    outcome = outcome_of(result, has_document=True, asked=asked, verifies=verifies)
    left_to_people = asked or result in {Result.unclear, Result.not_read}
    assert outcome == (Outcome.person if left_to_people else Outcome.done)


@pytest.mark.parametrize(("verifies", "outcome"), [(False, Outcome.person), (True, Outcome.differs)])
def test_without_a_document_a_person_has_to_look(verifies, outcome):
    assert outcome_of(None, has_document=False, asked=True, verifies=verifies) == outcome
