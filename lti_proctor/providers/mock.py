"""A provider for demonstrations and tests: it acts by itself, and fails in every way that it is told to."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked

from lti_proctor.errors import Upstream
from lti_proctor.providers.base import (
    Act,
    AttemptFacts,
    CannotRegister,
    Comment,
    ExamFacts,
    Instructions,
    Later,
    Onboarding,
    OnboardingNeeded,
    Options,
    Provider,
    Registered,
    Registration,
    Review,
    ReviewStatus,
    SentNoAttemptId,
    Staff,
)

Failing = Literal["", "down", "refuses", "no_id", "breaks", "onboarding_missing", "onboarding_pending",
                  "onboarding_failed", "onboarding_expired"]  # fmt: skip


@checked(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class MockOptions(Options):
    """`ready_after` and `review_after`: seconds until it says so by itself, negative: never; `review`: what it finds;
    `fails`: how; `fails_at`: in which of its methods, empty in all.
    """

    ready_after: float = 1
    review_after: float = 3
    review: ReviewStatus = ReviewStatus.passed
    fails: Failing = ""
    fails_at: tuple[str, ...] = ()
    worker_address: str = ""


class Mock(Provider):
    Options: ClassVar[type[Options]] = MockOptions
    verbose_name: ClassVar[str] = "Practice provider"
    supports_onboarding: ClassVar[bool] = True

    def on_exam_saved(self, exam: ExamFacts) -> str | None:
        self._fail("on_exam_saved")
        return f"mock-{exam.id}"

    def register_attempt(self, exam: ExamFacts, registration: Registration) -> Registered:
        self._fail("register_attempt")
        return Registered(registration.code, later=self._later(Act.ready, self.options.ready_after))

    def start_attempt(self, attempt: AttemptFacts) -> tuple[Later, ...]:
        self._fail("start_attempt")
        return ()

    def stop_attempt(self, attempt: AttemptFacts) -> tuple[Later, ...]:
        self._fail("stop_attempt")
        return self._later(Act.review, self.options.review_after)

    def mark_erroneous(self, attempt: AttemptFacts) -> tuple[Later, ...]:
        self._fail("mark_erroneous")
        return ()

    def remove_attempt(self, attempt: AttemptFacts) -> bool:
        self._fail("remove_attempt")
        return True

    def act(self, attempt: AttemptFacts, act: Act) -> Review | None:
        self._fail("act")
        if act != Act.review:
            return None
        status = self.options.review
        found = () if status == ReviewStatus.passed else (Comment("Looked away", "Suspicious", 10, 20, 10),)
        return Review(status, found, payload={"status": status.value})

    def instructions(self, attempt: AttemptFacts, language: str) -> Instructions:
        self._fail("instructions")
        steps = ("There is nothing to install.", "Wait a moment: this practice provider gets ready by itself.")
        return Instructions(steps, self.options.software_download_url)

    def worker_address(self) -> str:
        return str(self.options.worker_address)

    def dashboard_address(self, course_id: str, staff: Staff, **_options: Any) -> str | None:
        self._fail("dashboard_address")
        return None

    def retire_user(self, user_id: str) -> bool | None:
        self._fail("retire_user")
        return True

    def configuration(self, language: str = "en") -> Mapping[str, Any]:
        self._fail("configuration")
        return {"name": self.shown_name, "rules": {"allow_notes": "Notes on paper are allowed"}}

    def _later(self, act: Act, seconds: float) -> tuple[Later, ...]:
        return (Later(act, seconds),) if seconds >= 0 else ()

    def _fail(self, method: str) -> None:
        if self.options.fails and (not self.options.fails_at or method in self.options.fails_at):
            raise FAILURES[self.options.fails]()


FAILURES: Mapping[str, Callable[[], Exception]] = {
    "down": lambda: Upstream("outside_unreachable", permanent=False),
    "refuses": lambda: CannotRegister("not today", 403),
    "no_id": lambda: SentNoAttemptId("no id", 200),
    "breaks": lambda: ZeroDivisionError("a plugin with a mistake"),
    **{state.value: partial(OnboardingNeeded, state) for state in Onboarding},
}
