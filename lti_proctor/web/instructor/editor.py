"""What the exam editor shows beside its fields: the presets and how far the choice reaches into a learner's life."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from lti_proctor.backends import backends
from lti_proctor.exams.addons import SET_UP, Addon, Device
from lti_proctor.exams.config import PRESET_METRICS, PRESETS, ExamConfig, Preset, intrusiveness
from lti_proctor.web import words
from lti_proctor.web.instructor.forms import OWN, ExamForm


def editor_values(form: ExamForm, config: ExamConfig) -> dict[str, Any]:
    addons = _chosen(form, config)
    return {
        "form": form,
        "presets": [(preset, *words.PRESETS[preset]) for preset in Preset],
        "deliveries": [(delivery.value, *shown) for delivery, shown in words.DELIVERIES.items()],
        "own": OWN,
        "engines": engines_of(form),
        "level": intrusiveness(addons),
        "summary": summary(addons),
        "editor_data": _for_script(),
        "problems": [(name, errors) for name, errors in form.errors.items() if name != "csrf_token"],
        "form_expired": "csrf_token" in form.errors,
    }


@dataclass(frozen=True)
class Engines:
    """Whether there is anything to choose between, and whether the chosen provider wants rules for reviewers."""

    is_shown: bool
    shows_rules: bool


def engines_of(form: ExamForm) -> Engines:
    known = backends()
    chosen = known.by_name.get(known.chosen(form.provider.data or ""))
    return Engines(len(known.by_name) > 1 or bool(form.provider.data), chosen is None or chosen.show_review_rules)


def _chosen(form: ExamForm, config: ExamConfig) -> frozenset[Addon]:
    if form.preset.data in set(Preset):
        return PRESETS[Preset(form.preset.data)]
    names = {a.value for a in Addon}
    return frozenset(Addon(a) for a in form.addons.data or [] if a in names) or config.addons


def summary(addons: frozenset[Addon]) -> dict[str, str]:
    """The consequences of add-ons in plain words."""
    needs = (
        _("A camera, a microphone and a current browser. Nothing to install.")
        if Device.camera in ExamConfig(addons=addons).devices
        else (_("A current browser. Nothing to install."))
    )
    if Addon.qrcode in addons:
        needs += " " + _("A phone with a camera, or a person who looks instead.")
    n_steps = sum(step in addons for step in SET_UP)
    return {"words": level_words(intrusiveness(addons)), "needs": needs, "steps": str(n_steps)}


def level_words(level: int) -> str:
    words = {
        1: _("Learners agree to the rules. No pictures and no sound are taken."),
        2: _("Learners are seen by their camera and take a photo of their face."),
        3: _("Learners are seen by their camera and show a document, their room or their whole screen."),
    }
    return str(words[level])


def _for_script() -> dict[str, Any]:
    """For the page's script: presets, and the sentence of each level and set of add-ons."""
    return {
        "own": OWN,
        "noRules": [
            name
            for name in ("", *backends().by_name)
            if (one := backends().by_name.get(backends().chosen(name))) and not one.show_review_rules
        ],
        "presets": {p.value: sorted(a.value for a in addons) for p, addons in PRESETS.items()},
        "metrics": {p.value: sorted(m.value for m in metrics) for p, metrics in PRESET_METRICS.items()},
        "camera": sorted(a.value for a in Addon if Device.camera in ExamConfig(addons=frozenset({a})).devices),
        "steps": [a.value for a in SET_UP],
        "high": [
            a.value for a in (Addon.screen, Addon.passport, Addon.scan, Addon.extrapages, Addon.qrcode, Addon.overview)
        ],
        "middle": [a.value for a in (Addon.face, Addon.preview, Addon.record)],
        "words": {str(level): level_words(level) for level in (1, 2, 3)},
        "levels": {"1": _("Low: 1 of 3"), "2": _("Middle: 2 of 3"), "3": _("High: 3 of 3")},
        "needs": {
            "camera": _("A camera, a microphone and a current browser. Nothing to install."),
            "none": _("A current browser. Nothing to install."),
            "phone": _("A phone with a camera, or a person who looks instead."),
        },
    }
