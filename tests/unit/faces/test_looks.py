"""What follows from a look: the whole table, and the law that nobody is held by what could not be analysed."""

import json
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.attempts.steps import Outcome
from lti_proctor.faces import search
from lti_proctor.faces.child import read_answer
from lti_proctor.faces.looks import (
    OUTCOMES,
    STATES,
    UNKNOWN,
    Finding,
    Limits,
    Look,
    Match,
    Seen,
    compare,
    distance,
    match_of,
    outcome_of,
    pack,
)
from lti_proctor.monitoring.spans import State
from tests.faces import face_at, vector_at

LIMITS = Limits(0.5, 0.6)


def some_vector(seed):
    """Vectors of a few directions, so that near and far ones both come up."""
    return pack([Random(seed % 7).uniform(-1, 1) * (1 + seed / 50)] + [Random(seed % 7).uniform(-1, 1)] * 127)


vectors = st.integers(0, 100).map(some_vector)


@pytest.mark.parametrize(
    ("apart", "match"),
    [
        (0.0, Match.same),
        (0.5, Match.same),
        (0.501, Match.doubtful),
        (0.6, Match.doubtful),
        (0.601, Match.different),
        (2.0, Match.different),
    ],
)
def test_between_same_and_different_a_person_decides(apart, match):
    assert match_of(apart, LIMITS) == match


@given(vectors, vectors)
def test_a_distance_is_the_same_from_both_sides_and_nothing_from_itself(one, other):
    assert distance(one, one) == 0
    assert distance(one, other) == distance(other, one) >= 0


@pytest.mark.parametrize(
    "other",
    [None, UNKNOWN, Look(Seen.none), Look(Seen.several), Look(Seen.small), face_at(0, engine="another-2")],
    ids=["none", "unknown", "no face", "several", "small", "another engine"],
)
def test_what_can_t_be_compared_is_unknown_on_either_side(other):
    assert compare(face_at(0), other, LIMITS) == (Match.unknown, None)
    if other is not None:
        assert compare(other, face_at(0), LIMITS) == (Match.unknown, None)


def test_two_faces_are_compared_by_their_distance():
    match, apart = compare(face_at(0), face_at(0.55), LIMITS)
    assert (match, round(apart, 3)) == (Match.doubtful, 0.55)


def test_only_a_different_face_counts_as_a_violation():
    assert [match for match in Match if STATES[match] == State.violated] == [Match.different]
    assert STATES[Match.doubtful] == STATES[Match.unknown] == State.unknown


def test_every_finding_has_an_outcome():
    assert set(OUTCOMES) == set(Finding)


@pytest.mark.parametrize(("finding", "verify"), list(product(Finding, [False, True])))
def test_nobody_is_held_without_verify_or_by_what_was_not_analysed(finding, verify):
    outcome = outcome_of(finding, verify=verify)
    if finding in {Finding.unknown, Finding.no_profile, Finding.same}:
        assert outcome != Outcome.differs
    if verify and finding in {Finding.different, Finding.doubtful, Finding.none, Finding.several, Finding.asked}:
        assert outcome == Outcome.differs
    assert outcome != Outcome.let_through


def answer(**changes):
    return json.dumps({"seen": "one", "vector": vector_at(0).hex(), "engine": "e", **changes}).encode()


def test_an_answer_of_the_engine_is_read():
    assert read_answer(answer()) == Look(Seen.one, vector_at(0), "e")
    assert read_answer(answer(seen="several", vector="")) == Look(Seen.several, None, "e")


@pytest.mark.parametrize(
    "frame",
    [b"", b"[]", b"{", answer(seen="many"), answer(vector="00"), answer(vector="zz"), answer(seen="none")],
    ids=["empty", "list", "broken", "unknown word", "short", "no hex", "a vector of no face"],
)
def test_an_answer_that_is_none_is_refused(frame):
    with pytest.raises((ValueError, TypeError, KeyError)):
        read_answer(frame)


@given(st.lists(vectors, min_size=1, max_size=12), vectors, st.floats(0, 20))
def test_the_search_finds_what_comparing_one_by_one_finds(stored, one, within):
    found = search.nearest(one, range(len(stored)), stored, within=within)
    apart = {key: distance(one, vector) for key, vector in enumerate(stored)}
    # Single precision: what lies right at the limit may fall to either side.
    assert {key for key, far in apart.items() if far <= within - 0.01} <= {key for key, _ in found}
    assert all(apart[key] <= within + 0.01 for key, _ in found)
    assert [far for _, far in found] == sorted(far for _, far in found)


def test_nothing_is_found_among_nobody():
    assert search.nearest(vector_at(0), [], [], within=1) == []
