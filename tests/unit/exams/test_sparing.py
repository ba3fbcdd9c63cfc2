"""What a learner is spared: which codes there are, and what they do to an exam."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.errors import Invalid
from lti_proctor.exams import sparing
from lti_proctor.exams.addons import SEEN, Addon, Device, Metric
from lti_proctor.exams.config import ExamConfig
from lti_proctor.exams.protections import ALL_PROTECTIONS, Protection

FULL = ExamConfig(addons=frozenset(Addon), protections=ALL_PROTECTIONS, metrics=dict.fromkeys(Metric, Decimal(1)))
codes = st.sets(st.sampled_from(sparing.CODES))


def test_no_two_things_have_the_same_code():
    assert len(set(sparing.CODES)) == len(Protection) + len(sparing.DEMANDS) + len(Metric)


@given(codes)
def test_what_is_spared_is_off_and_nothing_else(spared):
    config = sparing.applied(FULL, spared)
    assert {p.value for p in FULL.protections - config.protections} == spared & {p.value for p in Protection}
    assert {m.value for m in FULL.metrics.keys() - config.metrics.keys()} == spared & {m.value for m in Metric}
    assert {a.value for a in FULL.addons - config.addons} == spared & {a.value for a in sparing.DEMANDS}
    assert config.devices_in_exam <= FULL.devices_in_exam
    assert set(config.captures) <= set(FULL.captures)


@given(codes, codes)
def test_the_order_of_sparing_does_not_matter(one, other):
    assert sparing.applied(sparing.applied(FULL, one), other) == sparing.applied(FULL, one | other)


@given(codes)
def test_told_is_only_what_the_exam_would_ask(spared):
    assert sparing.in_effect(ExamConfig(), spared) == ()
    assert set(sparing.in_effect(FULL, spared)) == spared


@pytest.mark.parametrize("need", sparing.Need)
def test_each_need_is_made_of_codes(need):
    assert sparing.NEEDS[need]
    assert sparing.read([], [need]) == sparing.in_order(sparing.NEEDS[need])


def test_without_a_camera_no_camera_is_asked_for():
    config = sparing.applied(FULL, sparing.NEEDS[sparing.Need.no_camera])
    assert Device.camera not in config.devices_in_exam
    assert Addon.screen in config.addons
    assert not config.metrics.keys() & SEEN


@pytest.mark.parametrize(
    ("given_codes", "needs"),
    [(["nothing"], []), (["track"], []), (["b2", "rules"], []), ([], ["kindness"]), ([""], [])],
)
def test_unknown_codes_are_refused(given_codes, needs):
    with pytest.raises(Invalid) as refused:
        sparing.read(given_codes, needs)
    assert refused.value.code == "accommodation"
