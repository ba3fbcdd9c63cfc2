"""In which part somebody acts. Pure."""

from enum import StrEnum


class Role(StrEnum):
    """The life cycle's table says what each part may fire."""

    learner = "learner"
    proctor = "proctor"
    reviewer = "reviewer"
    staff = "staff"
    provider = "provider"
    platform = "platform"
    timer = "timer"
