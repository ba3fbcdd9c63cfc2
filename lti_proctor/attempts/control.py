"""What the LMS is told to do to an assessment when something happens to the attempt: a table. Pure.

Proctoring Services 1.0, section 6. Severity is a number from 0 (nothing) to 1 (grave).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lti_proctor.attempts.lifecycle import Event
from lti_proctor.journal.roles import Role


class Action(StrEnum):
    pause = "pause"
    resume = "resume"
    terminate = "terminate"
    update = "update"
    flag = "flag"


@dataclass(frozen=True)
class Command:
    """One call: `code` is ours, `message` is for people, `minutes` the whole minutes that `update` adds."""

    action: Action
    severity: float
    code: str
    message: str = ""
    minutes: int = 0

    def as_payload(self) -> dict[str, Any]:
        return {
            "action": self.action.value,
            "severity": self.severity,
            "code": self.code,
            "message": self.message,
            "minutes": self.minutes,
        }


@dataclass(frozen=True)
class Rule:
    """What an event asks the LMS to do."""

    action: Action
    code: str
    severity: float


#: A person's deed is always told. What comes by itself, and the learner who comes back after it, only where the exam
#: wants it (`control_automatic`).
RULES: Mapping[Event, Rule] = {
    Event.pause: Rule(Action.pause, "paused", 0.5),
    Event.resume: Rule(Action.resume, "resumed", 0.0),
    Event.terminate: Rule(Action.terminate, "terminated", 1.0),
    Event.time_out: Rule(Action.terminate, "time_over", 0.0),
    Event.accept: Rule(Action.flag, "accepted", 0.0),
    Event.reject: Rule(Action.flag, "rejected", 1.0),
}
BY_PEOPLE = frozenset({Role.proctor, Role.staff, Role.reviewer})
BY_ITSELF = frozenset({Role.timer, Role.learner})


def command_for(event: Event, role: Role, *, is_automatic: bool, message: str = "") -> Command | None:
    """The call that an event leads to. What the learner or the LMS itself did is no news to the LMS."""
    rule = RULES.get(event)
    if rule is None or not (role in BY_PEOPLE or (role in BY_ITSELF and is_automatic)):
        return None
    return Command(rule.action, rule.severity, rule.code, message)
