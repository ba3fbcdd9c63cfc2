"""What the LMS is told to do to an assessment when something happens to the attempt: a table. Pure.

Proctoring Services 1.0, section 6. Severity is a number from 0 (nothing) to 1 (grave).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

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


#: A person's deed is always told. What comes by itself, and the learner who comes back after it, only where the exam
#: wants it (`control_automatic`).
RULES: Mapping[Event, Command] = {
    Event.pause: Command(Action.pause, 0.5, "paused"),
    Event.resume: Command(Action.resume, 0.0, "resumed"),
    Event.terminate: Command(Action.terminate, 1.0, "terminated"),
    Event.time_out: Command(Action.terminate, 0.0, "time_over"),
    Event.accept: Command(Action.flag, 0.0, "accepted"),
    Event.reject: Command(Action.flag, 1.0, "rejected"),
}
BY_PEOPLE = frozenset({Role.proctor, Role.staff, Role.reviewer})
BY_ITSELF = frozenset({Role.timer, Role.learner})


def command_for(event: Event, role: Role, *, is_automatic: bool, message: str = "") -> Command | None:
    """The call that an event leads to. What the learner or the LMS itself did is no news to the LMS."""
    rule = RULES.get(event)
    if rule is None or not (role in BY_PEOPLE or (role in BY_ITSELF and is_automatic)):
        return None
    return replace(rule, message=message)
