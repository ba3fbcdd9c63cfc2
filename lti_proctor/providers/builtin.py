"""This tool's own engine: it needs no calls, for all that it does is done here."""

from typing import ClassVar

from lti_proctor.providers.base import ExamFacts, Provider, Registered, Registration


class Builtin(Provider):
    verbose_name: ClassVar[str] = "LTI Proctor"
    watches_here: ClassVar[bool] = True
    supports_onboarding: ClassVar[bool] = True

    def register_attempt(self, exam: ExamFacts, registration: Registration) -> Registered:
        return Registered(registration.code, is_ready=True)
