"""Exam parameters that a launch may set by its custom parameters, where the exam allows it. Pure.

The names are those of the administrator's guide, section 4.3. Times of the exam's window are left to the exam: the job
that closes exams goes by them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from lti_proctor.exams.config import ExamConfig

#: What can be set for one attempt, all of it plain text in a launch.
OVERRIDES = ("lifetime", "timeout", "url", "code", "locale", "timezone")


@dataclass(frozen=True)
class Overridden:
    """What a launch set, and which names it tried in vain: not allowed here, or not a value that the exam takes."""

    values: Mapping[str, Any]
    ignored: tuple[str, ...]


def wanted(custom: Mapping[str, str]) -> dict[str, str]:
    """The custom parameters that mean exam parameters; most launches have none."""
    return {name: custom[name] for name in OVERRIDES if name in custom}


def read(config: ExamConfig, asked: Mapping[str, str]) -> Overridden:
    """Check each value as the editor would check it."""
    values: dict[str, Any] = {}
    ignored = []
    for name, text in asked.items():
        try:
            changed = ExamConfig.model_validate({**config.model_dump(), name: text.strip()})
        except ValidationError:
            ignored.append(name)
            continue
        if name in config.overridable:
            values[name] = getattr(changed, name)
        else:
            ignored.append(name)
    return Overridden(values, tuple(ignored))


def applied(config: ExamConfig, values: Mapping[str, Any] | None) -> ExamConfig:
    """The configuration with what a launch set, as far as the exam still allows it."""
    allowed = {name: value for name, value in (values or {}).items() if name in config.overridable}
    return config.model_copy(update=allowed) if allowed else config
