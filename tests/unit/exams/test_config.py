"""The configuration of an exam takes what makes sense and nothing else."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lti_proctor.exams.addons import CAPTURES, Addon, Capture, Kind, Metric, captures, devices
from lti_proctor.exams.config import (
    PRESET_METRICS,
    PRESETS,
    ExamConfig,
    Preset,
    intrusiveness,
    kind_has_review,
    preset_of,
    with_preset,
)

NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
addon_sets = st.frozensets(st.sampled_from(Addon))


@pytest.mark.parametrize(
    "values",
    [
        {"url": "javascript:alert(1)"},
        {"url": "data:text/html,x"},
        {"url": "//example.edu/x"},
        {"url": "example.edu"},
        {"url": "https://"},
        {"url": "https://[::1"},
        {"url": "https://user:pw@example.edu/"},
        {"url": "https://@example.edu/"},
        {"url": "https://example.edu/\0"},
        {"url": "https://example.edu/" + "x" * 2000},
        {"rules_url": "ftp://example.edu/rules"},
        {"lifetime": -1},
        {"lifetime": 43_201},
        {"lifetime": "long"},
        {"lifetime": 1.5},
        {"lifetime": None},
        {"timeout": -1},
        {"attempt": -1},
        {"attempt": 101},
        {"open_at": "2026-11-24T09:00"},
        {"open_at": datetime(2026, 11, 24)},
        {"close_at": "tomorrow"},
        {"open_at": NINE, "close_at": NINE},
        {"open_at": NINE, "close_at": NINE - timedelta(seconds=1)},
        {"rules": "x" * 20_001},
        {"rules": "bell \a"},
        {"rules": "\0"},
        {"rules": ["a"]},
        {"addons": ["nonsense"]},
        {"addons": "face"},
        {"metrics": {"b9": 1}},
        {"metrics": {"b1": "much"}},
        {"metrics": ["b1"]},
        {"threshold": 101},
        {"threshold": -1},
        {"members": ["x" * 256]},
        {"members": ["a\0"]},
        {"members": "anna"},
        {"invites": {"quorum": 51}},
        {"invites": {"unknown": 1}},
        {"invites": []},
        {"grade_source": "luck"},
        {"on_reject": "burn"},
        {"grade_maximum": 0},
        {"grade_maximum": -5},
        {"grade_maximum": 100_001},
        {"grade_maximum": "NaN"},
        {"grade_maximum": "Infinity"},
        {"expires": 0},
        {"expires": 3651},
        {"locale": "x" * 256},
        {"tags": ["\x1b[31m"]},
        {"escalation_email": "a\0@b.example"},
        {"may_decline": "perhaps"},
        {"unknown": 1},
    ],
    ids=lambda values: json.dumps(values, default=str)[:60],
)
def test_a_hostile_or_senseless_value_is_refused(values):
    with pytest.raises(ValidationError):
        ExamConfig.model_validate(values)


NEGATIVE = pytest.param("-1")


@pytest.mark.parametrize("value", ["NaN", "Infinity", NEGATIVE])
def test_the_weight_of_a_metric_is_a_number_from_nothing_up(value):
    with pytest.raises(ValidationError):
        ExamConfig.model_validate({"metrics": {"b1": value}})


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"url": ""},
        {"url": "http://localhost:8100/quiz"},
        {"url": "https://exämple.edu/a?b=c#d"},
        {"rules": "One\nTwo\tthree\r\nñ 漢字 🙂"},
        {"lifetime": 43_200, "attempt": 100, "threshold": 0},
        {"open_at": NINE, "close_at": NINE + timedelta(seconds=1)},
        {"metrics": {"b1": "1.5", "s2": 0}},
        {"grade_maximum": "0.5"},
        {"expires": 3650},
        {"members": ["anna", "stats"]},
    ],
    ids=str,
)
def test_a_sensible_value_is_taken_and_comes_back_from_the_database_as_it_was(values):
    config = ExamConfig.model_validate(values)
    stored = json.loads(json.dumps(config.model_dump(mode="json")))
    assert ExamConfig.model_validate(stored) == config
    assert ExamConfig.model_validate(stored).model_dump(mode="json") == stored


@given(addon_sets, st.dictionaries(st.sampled_from(Metric), st.decimals(0, 10, places=2)))
def test_the_same_choice_is_stored_the_same_way_whatever_its_order(addons, metrics):
    one = ExamConfig(addons=addons, metrics=metrics)
    other = ExamConfig(addons=frozenset(sorted(addons, reverse=True)), metrics=dict(reversed(list(metrics.items()))))
    assert json.dumps(one.model_dump(mode="json")) == json.dumps(other.model_dump(mode="json"))


def test_a_configuration_does_not_change():
    with pytest.raises(ValidationError):
        ExamConfig().lifetime = 5


@pytest.mark.parametrize("preset", Preset)
def test_a_preset_is_recognised_by_its_add_ons(preset):
    config = with_preset(ExamConfig(rules="Mine", lifetime=60), preset)
    assert preset_of(config) == preset
    assert (config.rules, config.lifetime) == ("Mine", 60)
    assert set(config.metrics) == PRESET_METRICS[preset]
    assert preset_of(config.model_copy(update={"addons": config.addons ^ {Addon.calculator}})) is None


def test_presets_reach_further_one_by_one():
    levels = [intrusiveness(PRESETS[preset]) for preset in (Preset.honour, Preset.recorded, Preset.supervised)]
    assert levels == [1, 2, 3]
    assert PRESETS[Preset.honour] < PRESETS[Preset.recorded] < PRESETS[Preset.supervised]


@pytest.mark.parametrize(
    ("addons", "level"),
    [
        ((), 1),
        ((Addon.rules, Addon.ready, Addon.xapi), 1),
        ((Addon.face,), 2),
        ((Addon.preview,), 2),
        ((Addon.screen,), 3),
        ((Addon.passport,), 3),
        ((Addon.scan,), 3),
        ((Addon.extrapages,), 3),
        ((Addon.profile, Addon.name_, Addon.verify), 1),
        ((Addon.record, Addon.track), 2),
        ((Addon.track, Addon.chat), 1),
        ((Addon.qrcode,), 3),
        ((Addon.overview,), 3),
        ((Addon.upload,), 1),
    ],
)
def test_how_far_an_exam_reaches_counts_only_what_this_version_does(addons, level):
    assert intrusiveness(frozenset(addons)) == level


@given(addon_sets, addon_sets)
def test_one_more_add_on_never_makes_an_exam_less_intrusive(some, more):
    assert 1 <= intrusiveness(some) <= intrusiveness(some | more) <= 3


@given(addon_sets)
def test_only_what_is_on_takes_anything_and_always_in_the_same_order(addons):
    taken = captures(addons)
    assert list(taken) == [capture for capture in Capture if capture in taken]
    assert all(CAPTURES[capture].all_of <= addons for capture in taken)


@pytest.mark.parametrize(
    ("addons", "metrics", "wanted"),
    [
        ((), (), ()),
        ((Addon.preview,), (), ("camera",)),
        ((Addon.record,), (), ("camera", "microphone")),
        ((Addon.record, Addon.screen), (), ("camera", "microphone", "screen")),
        ((), (Metric.c2, Metric.m1, Metric.s1), ()),
        ((Addon.track,), (Metric.b2, Metric.n1), ()),
        ((Addon.track,), (Metric.c2,), ("camera",)),
        ((Addon.track,), (Metric.m1,), ("microphone",)),
        ((Addon.track,), (Metric.s1,), ("screen",)),
    ],
)
def test_which_devices_an_exam_needs(addons, metrics, wanted):
    assert devices(frozenset(addons), metrics) == set(wanted)


@pytest.mark.parametrize(
    ("addons", "metrics", "taken"),
    [
        ((Addon.record,), (), ("camera_recording",)),
        ((Addon.screen,), (), ()),
        ((Addon.record, Addon.screen), (), ("camera_recording", "screen_recording")),
        ((Addon.track,), (Metric.b2,), ("notices",)),
        ((Addon.track,), (Metric.c3,), ("notices", "analysis")),
        ((), (Metric.c3,), ()),
        ((Addon.name_,), (), ()),
        ((Addon.name_, Addon.scan), (), ("document_scan", "document_name")),
    ],
)
def test_what_an_exam_takes_depends_on_add_ons_together_and_on_metrics(addons, metrics, taken):
    assert captures(frozenset(addons), metrics) == taken


@pytest.mark.parametrize(
    ("kind", "reviewed"),
    [(Kind.proctored, True), (Kind.onboarding, True), (Kind.timed, False), (Kind.practice, False)],
)
def test_what_nobody_watches_has_no_review(kind, reviewed):
    assert kind_has_review(kind) is reviewed


def test_decimals_keep_their_digits():
    assert ExamConfig(grade_maximum="12.50").grade_maximum == Decimal("12.50")


@pytest.mark.parametrize(
    ("addons", "wanted"),
    [((Addon.overview,), {"camera"}), ((Addon.qrcode,), set()), ((Addon.overview, Addon.qrcode), set())],
)
def test_a_room_is_shown_by_the_phone_where_there_is_one(addons, wanted):
    assert ExamConfig(addons=frozenset(addons)).devices == wanted
