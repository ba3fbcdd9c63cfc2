"""The set-up steps before an exam: one table in a fixed order. Pure."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lti_proctor.exams.addons import Addon
from lti_proctor.exams.config import ExamConfig

#: Raised whenever the words of the consent change in meaning; a new number asks everybody again.
CONSENT_VERSION = "1"

#: Whoever starts later than this after a proctor was seen is shown once more whether there is one.
PRESENT_MINUTES = 15


class StepKey(StrEnum):
    rules = "rules"
    schedule = "schedule"
    check = "check"
    profile = "profile"
    face = "face"
    passport = "passport"
    scan = "scan"
    extrapages = "extrapages"
    qrcode = "qrcode"
    overview = "overview"
    proctor = "proctor"
    provider = "provider"


class Outcome(StrEnum):
    """How a step ended: passed, left to a person ("Continue, a person will check"), or kept although what was compared
    differs. With the add-on `verify` the last one holds the learner until a person lets them through.
    """

    done = "done"
    person = "person"
    differs = "differs"
    let_through = "let_through"


@dataclass(frozen=True)
class Step:
    """One stage: when it is part of an exam, and the stamp of what it depends on."""

    key: StepKey
    applies: Callable[[ExamConfig], bool]
    stamp: Callable[[ExamConfig], str]
    #: Whether a passed step is only good for some hours, or for so many minutes.
    fades: bool = False
    minutes: int | None = None


@dataclass(frozen=True)
class Passed:
    """A step that a learner went through."""

    outcome: Outcome
    stamp: str
    at: datetime


def consent_stamp(config: ExamConfig) -> str:
    """A short hash of all that the learner agrees to; another one means: ask again."""
    agreed = [CONSENT_VERSION, list(config.captures), config.rules, config.rules_url, config.expires]
    if Addon.auto in config.addons:
        agreed.append("auto")
    return hashlib.sha256(json.dumps(agreed).encode()).hexdigest()[:16]


def _check_stamp(config: ExamConfig) -> str:
    return hashlib.sha256(" ".join(config.checks).encode()).hexdigest()[:16]


STEPS: tuple[Step, ...] = (
    Step(StepKey.rules, lambda c: Addon.rules in c.addons or bool(c.captures), consent_stamp),
    # After the consent, so that nobody waits for days for an exam that they would not take; before all others, as a
    # check of the equipment is only good for some hours, and photos are to show the learner of that day.
    Step(StepKey.schedule, lambda c: Addon.schedule in c.addons, lambda c: ""),
    Step(StepKey.check, lambda c: Addon.check in c.addons, _check_stamp, fades=True),
    Step(StepKey.profile, lambda c: Addon.profile in c.addons, lambda c: ""),
    Step(StepKey.face, lambda c: Addon.face in c.addons, lambda c: ""),
    Step(StepKey.passport, lambda c: Addon.passport in c.addons, lambda c: ""),
    Step(StepKey.scan, lambda c: Addon.scan in c.addons, lambda c: ""),
    Step(StepKey.extrapages, lambda c: Addon.extrapages in c.addons, lambda c: ""),
    Step(StepKey.qrcode, lambda c: Addon.qrcode in c.addons, lambda c: ""),
    Step(StepKey.overview, lambda c: Addon.overview in c.addons, lambda c: ""),
    Step(StepKey.provider, lambda c: c.is_outside, lambda c: ""),
    Step(StepKey.proctor, lambda c: Addon.proctor in c.addons, lambda c: "", minutes=PRESENT_MINUTES),
)
BY_KEY = {step.key: step for step in STEPS}


def steps_of(config: ExamConfig) -> list[Step]:
    """The steps of this exam, in order."""
    return [step for step in STEPS if step.applies(config)]


def is_held(step: Step, config: ExamConfig, passed: Mapping[StepKey, Passed]) -> bool:
    """Whether the learner is through with the step but for what was compared: another try or a person lets them on."""
    record = passed.get(step.key)
    return (
        record is not None
        and record.stamp == step.stamp(config)
        and record.outcome == Outcome.differs
        and Addon.verify in config.addons
    )


def is_passed(step: Step, config: ExamConfig, passed: Mapping[StepKey, Passed], now: datetime, hours: int) -> bool:
    record = passed.get(step.key)
    if record is None or record.stamp != step.stamp(config):
        return False
    if is_held(step, config, passed):
        return False
    age = now - record.at
    is_stale = step.minutes is not None and age > timedelta(minutes=step.minutes)
    return not is_stale and not (step.fades and age > timedelta(hours=hours))


def next_step(config: ExamConfig, passed: Mapping[StepKey, Passed], now: datetime, hours: int) -> Step | None:
    """The first step that is still to do; None when the learner is ready."""
    return next((s for s in steps_of(config) if not is_passed(s, config, passed, now, hours)), None)
