"""Calls of the Assessment Control Service on their way to the LMS: whether it takes them, and their outbox rows."""

from dataclasses import asdict
from datetime import datetime

from lti_proctor import outbox
from lti_proctor.attempts.control import Action, Command
from lti_proctor.attempts.models import Attempt

CONTROL = "lti.control"


def may_control(attempt: Attempt, action: Action) -> bool:
    """Whether the LMS granted this action for this attempt (Proctoring Services 1.0, section 4.2)."""
    assessment = attempt.assessment
    return assessment is not None and assessment.control_url is not None and action in assessment.control_actions


def put(attempt: Attempt, command: Command, *, now: datetime) -> bool:
    """Queue a call; False when the LMS did not grant the action, so that nothing is sent."""
    if not may_control(attempt, command.action):
        return False
    payload = {"attempt": attempt.id, "at": now.isoformat(), **asdict(command)}
    outbox.put(CONTROL, lane=f"control:{attempt.id}", subject=f"attempt:{attempt.id}", payload=payload, now=now)
    return True
