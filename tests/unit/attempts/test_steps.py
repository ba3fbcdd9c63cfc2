from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.attempts.steps import (
    BY_KEY,
    STEPS,
    Outcome,
    Passed,
    StepKey,
    consent_stamp,
    is_passed,
    next_step,
    steps_of,
)
from lti_proctor.exams.addons import Addon
from lti_proctor.exams.config import ExamConfig

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOURS = 4
ALL = ExamConfig(addons=frozenset({Addon.rules, Addon.check, Addon.face, Addon.passport}))
addon_sets = st.frozensets(st.sampled_from(Addon))


def config(*addons, **more):
    return ExamConfig(addons=frozenset(addons), **more)


def passed(exam, *keys, at=NOW, outcome=Outcome.done):
    return {key: Passed(outcome, BY_KEY[key].stamp(exam), at) for key in keys}


@pytest.mark.parametrize(
    ("addons", "keys"),
    [
        ((), []),
        ((Addon.ready, Addon.header, Addon.xapi), []),
        ((Addon.rules,), ["rules"]),
        ((Addon.check,), ["check"]),
        ((Addon.face,), ["rules", "face"]),
        ((Addon.passport,), ["rules", "passport"]),
        ((Addon.passport, Addon.check, Addon.face, Addon.rules), ["rules", "check", "face", "passport"]),
        ((Addon.profile,), ["profile"]),
        ((Addon.scan,), ["rules", "scan"]),
        ((Addon.extrapages,), ["rules", "extrapages"]),
        ((Addon.name_, Addon.verify), []),
        (
            (Addon.extrapages, Addon.scan, Addon.passport, Addon.face, Addon.profile, Addon.check, Addon.rules),
            ["rules", "check", "profile", "face", "passport", "scan", "extrapages"],
        ),
        ((Addon.qrcode,), ["rules", "qrcode"]),
        ((Addon.overview,), ["rules", "overview"]),
        ((Addon.overview, Addon.qrcode, Addon.extrapages), ["rules", "extrapages", "qrcode", "overview"]),
        ((Addon.schedule, Addon.check, Addon.face, Addon.proctor), ["rules", "schedule", "check", "face", "proctor"]),
        ((Addon.screen,), []),
        ((Addon.record,), ["rules"]),
        ((Addon.chat,), ["rules"]),
        ((Addon.track,), ["rules"]),
    ],
)
def test_an_exam_has_its_steps_in_a_fixed_order_and_asks_before_it_takes_anything(addons, keys):
    assert [step.key for step in steps_of(config(*addons))] == keys


@given(addon_sets)
def test_whatever_is_taken_of_a_learner_is_asked_for_first(addons):
    exam = ExamConfig(addons=addons)
    keys = [step.key for step in steps_of(exam)]
    assert not exam.captures or keys[0] == StepKey.rules
    assert keys == [step.key for step in STEPS if step.key in keys]


@given(addon_sets, st.permutations(list(StepKey)))
def test_setting_up_can_be_left_and_taken_up_again_in_any_order_and_always_ends(addons, order):
    exam = ExamConfig(addons=addons)
    done = {}
    for key in order:
        upcoming = next_step(exam, done, NOW, HOURS)
        assert upcoming is None or upcoming.key not in done
        done.update(passed(exam, key))
    assert next_step(exam, done, NOW, HOURS) is None


def test_a_learner_goes_on_where_he_left_off():
    assert next_step(ALL, {}, NOW, HOURS).key == StepKey.rules
    assert next_step(ALL, passed(ALL, StepKey.rules), NOW, HOURS).key == StepKey.check
    assert next_step(ALL, passed(ALL, StepKey.rules, StepKey.face), NOW, HOURS).key == StepKey.check
    assert next_step(ALL, passed(ALL, *StepKey), NOW, HOURS) is None


def test_a_step_left_to_a_person_does_not_stop_the_learner():
    assert next_step(ALL, passed(ALL, *StepKey, outcome=Outcome.person), NOW, HOURS) is None


@pytest.mark.parametrize(
    ("change", "asks_again"),
    [
        ({}, False),
        ({"rules": "No phones."}, True),
        ({"rules_url": "https://example.edu/rules"}, True),
        ({"expires": 30}, True),
        ({"addons": ALL.addons | {Addon.screen}}, False),
        ({"addons": ALL.addons - {Addon.passport}}, True),
        ({"lifetime": 90}, False),
        ({"threshold": 10}, False),
        ({"members": ("anna",)}, False),
    ],
)
def test_the_consent_is_asked_again_when_what_was_agreed_to_changed(change, asks_again):
    changed = ALL.model_copy(update=change)
    assert (consent_stamp(changed) != consent_stamp(ALL)) is asks_again
    assert is_passed(BY_KEY[StepKey.rules], changed, passed(ALL, StepKey.rules), NOW, HOURS) is not asks_again


def test_a_check_without_the_screen_is_not_enough_when_the_screen_is_wanted():
    without, with_it = config(Addon.check), config(Addon.check, Addon.screen)
    assert is_passed(BY_KEY[StepKey.check], without, passed(without, StepKey.check), NOW, HOURS)
    assert not is_passed(BY_KEY[StepKey.check], with_it, passed(without, StepKey.check), NOW, HOURS)


@pytest.mark.parametrize(("hours", "is_good"), [(0, True), (3.9, True), (4, True), (4.01, False), (100, False)])
def test_an_equipment_check_fades(hours, is_good):
    earlier = passed(ALL, StepKey.check, at=NOW - timedelta(hours=hours))
    assert is_passed(BY_KEY[StepKey.check], ALL, earlier, NOW, HOURS) is is_good


@pytest.mark.parametrize("key", [StepKey.rules, StepKey.face, StepKey.passport])
def test_other_steps_do_not_fade(key):
    long_ago = passed(ALL, key, at=NOW - timedelta(days=300))
    assert is_passed(BY_KEY[key], ALL, long_ago, NOW, HOURS)


def test_every_step_has_an_entry():
    assert set(BY_KEY) == set(StepKey)
