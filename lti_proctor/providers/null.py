"""No proctoring at all: nothing is to be set up, nothing is watched."""

from typing import ClassVar

from lti_proctor.providers.base import ExamFacts, Provider, Registered, Registration


class Null(Provider):
    verbose_name: ClassVar[str] = "No proctoring"
    passing_statuses: ClassVar[tuple[str, ...]] = ("passed", "violation")

    def register_attempt(self, exam: ExamFacts, registration: Registration) -> Registered:
        return Registered(registration.code, is_ready=True)
