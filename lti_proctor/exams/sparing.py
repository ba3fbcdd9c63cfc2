"""What one learner is spared of an exam: single protections, metrics and demands, switched off. Pure.

An accommodation is stored as codes. Each code is the value of a `Protection`, an `Addon` or a `Metric`; no two of them
are the same word. Only what acts is kept, never the reason: from a reason others could tell what a learner lives with.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from lti_proctor.errors import Invalid
from lti_proctor.exams.addons import Addon, Metric
from lti_proctor.exams.config import ExamConfig
from lti_proctor.exams.protections import Protection

#: Demands of an exam that one learner can be spared.
DEMANDS = (Addon.lock, Addon.preview, Addon.record, Addon.screen, Addon.seb)
#: Every code, in the order in which pages show them.
CODES: tuple[str, ...] = (*(p.value for p in Protection), *(a.value for a in DEMANDS), *(m.value for m in Metric))


class Need(StrEnum):
    """What people often need, as a short way to several codes. It is not stored."""

    screen_reader = "screen_reader"
    other_program = "other_program"
    no_full_screen = "no_full_screen"
    look_away = "look_away"
    leave = "leave"
    speak = "speak"
    helper = "helper"
    second_display = "second_display"
    no_camera = "no_camera"


_TEXT = ("menu", "selection", "hotkeys", "cover", "devtools")
_CAMERA = ("c1", "c2", "c3", "c4", "c5", "c6")
NEEDS: Mapping[Need, frozenset[str]] = {
    Need.screen_reader: frozenset(_TEXT),
    Need.other_program: frozenset({"cover", "lock", "b2"}),
    Need.no_full_screen: frozenset({"b3"}),
    Need.look_away: frozenset({"c2"}),
    Need.leave: frozenset({"lock", "b2", "c2"}),
    Need.speak: frozenset({"m2"}),
    Need.helper: frozenset({"c3", "m2"}),
    Need.second_display: frozenset({"s2"}),
    Need.no_camera: frozenset({"preview", "record", *_CAMERA}),
}


def read(codes: Iterable[str], needs: Iterable[str] = ()) -> tuple[str, ...]:
    """The codes that a form names, each once and in order. Raises `Invalid("accommodation")` for an unknown one."""
    chosen = set(codes)
    for need in needs:
        if need not in set(Need):
            raise Invalid("accommodation")
        chosen |= NEEDS[Need(need)]
    if not chosen <= set(CODES):
        raise Invalid("accommodation")
    return in_order(chosen)


def in_order(codes: Collection[str]) -> tuple[str, ...]:
    return tuple(code for code in CODES if code in codes)


def applied(config: ExamConfig, spared: Collection[str]) -> ExamConfig:
    """The configuration without what the learner is spared. Codes of something that is not on change nothing."""
    return config.model_copy(
        update={
            "addons": frozenset(addon for addon in config.addons if addon.value not in spared),
            "protections": frozenset(one for one in config.protections if one.value not in spared),
            "metrics": {metric: weight for metric, weight in config.metrics.items() if metric.value not in spared},
        }
    )


def in_effect(config: ExamConfig, spared: Collection[str]) -> tuple[str, ...]:
    """Of the codes those that change something in this exam, for people to read."""
    on = config.addons
    acting = {addon.value for addon in on}
    if Addon.content in on:
        acting |= {one.value for one in config.protections}
    if Addon.track in on:
        acting |= {metric.value for metric in config.metrics}
    return in_order(acting & set(spared))
