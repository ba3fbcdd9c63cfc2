"""The contract of a proctoring provider. `docs/adding-a-provider.md` shows how to write one.

A plugin is a class, published under the entry-point group `lti_proctor.providers`. It gets plain data and gives plain
data back: it sees no database and no request. Every call comes from a job, except those whose docstring says otherwise,
and may come again when an answer was lost. What a method raises is noted and the call is tried again later; `Upstream`
with `permanent=True` says that trying again won't help. The names follow the references' plugin interface.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked

from lti_proctor.providers.calls import BadReview, Call, Reply

PASSING = ("passed",)


class ReviewStatus(StrEnum):
    """What a provider found."""

    passed = "passed"
    violation = "violation"
    suspicious = "suspicious"
    not_reviewed = "not_reviewed"


class Onboarding(StrEnum):
    """Why a provider does not register a learner for a proctored exam yet."""

    missing = "onboarding_missing"
    pending = "onboarding_pending"
    failed = "onboarding_failed"
    expired = "onboarding_expired"


class Act(StrEnum):
    """What a provider without servers of its own may ask to be called for later (`Provider.act`)."""

    ready = "ready"
    review = "review"


@dataclass(frozen=True)
class ExamFacts:
    """An exam as providers know it. `external_id` is the provider's own id, None before it gave one."""

    id: int
    course_id: str
    content_id: str
    name: str
    time_limit_minutes: int
    is_proctored: bool
    is_practice: bool
    is_active: bool
    external_id: str | None = None
    due_at: datetime | None = None
    hide_after_due: bool = False
    rule_summary: str = ""


@dataclass(frozen=True)
class AttemptFacts:
    """An attempt as providers know it: `code` is ours, `external_id` the provider's own id."""

    id: int
    code: str
    exam: ExamFacts
    status: str
    external_id: str = ""
    is_sample: bool = False


@dataclass(frozen=True)
class Registration:
    """What a provider is told of a learner's attempt. `user_id` is the same for a learner with all exams of a provider,
    and says nothing outside; `minutes` is the whole time allowed.
    """

    host: str
    minutes: int
    code: str
    is_sample: bool
    user_id: str
    full_name: str
    email: str
    review_policy: str = ""
    review_policy_exception: str = ""
    #: Where the provider's software brings the learner back to, for providers that start the exam themselves.
    start_address: str = ""


@dataclass(frozen=True)
class Later:
    """Call `Provider.act` with this after so many seconds."""

    act: Act
    seconds: float = 0


@dataclass(frozen=True)
class Registered:
    """The provider's id of the attempt; `is_ready`: there is nothing to set up."""

    external_id: str
    is_ready: bool = False
    later: tuple[Later, ...] = ()


@dataclass(frozen=True)
class Instructions:
    """What a learner does before the exam: steps in order, and where the provider's software is to be had."""

    steps: tuple[str, ...] = ()
    download_url: str = ""


@dataclass(frozen=True)
class Comment:
    """Something the provider noticed; seconds from the start of its recording."""

    comment: str
    status: str
    start: int = 0
    stop: int = 0
    duration: int = 0


@dataclass(frozen=True)
class Review:
    """A review. `reviewed_by` is the e-mail address of a person who looked; `payload` is kept as it came;
    `video_url` is for staff only.
    """

    status: ReviewStatus
    comments: tuple[Comment, ...] = ()
    reviewed_by: str = ""
    payload: Mapping[str, Any] | None = None
    video_url: str = ""


@dataclass(frozen=True)
class Staff:
    """A member of staff who looks at a provider's pages; `id` is made like that of learners."""

    id: str
    full_name: str
    email: str


class CannotRegister(Exception):
    """The provider refused the attempt for good; `status` is its HTTP status, if it gave one."""

    def __init__(self, detail: str = "", status: int | None = None) -> None:
        super().__init__(detail)
        self.detail, self.status = detail, status


class SentNoAttemptId(CannotRegister):
    """The provider agreed and did not tell its id."""


class OnboardingNeeded(Exception):
    """The learner's onboarding with the provider does not allow the attempt."""

    def __init__(self, state: Onboarding) -> None:
        super().__init__(state.value)
        self.state = state


@checked(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Options:
    """Options of every provider, under the names of the references. A provider's own class adds its own; one that is
    not known is a problem that the start and `lti-proctor doctor` tell.
    """

    #: The entry point that serves this provider; empty: the one of the same name.
    plugin: str = ""
    verbose_name: str = ""
    ping_interval: int = 60
    tech_support_email: str = ""
    tech_support_phone: str = ""
    learner_notification_from_email: str = ""
    integration_specific_email: str = ""
    help_center_article_url: str = ""
    software_download_url: str = ""
    #: Review statuses that let an attempt pass; empty: the provider's own.
    passing_statuses: tuple[str, ...] = ()
    has_dashboard: bool | None = None
    supports_onboarding: bool | None = None
    requires_escalation_email: bool = False
    show_review_rules: bool = True
    #: Taken so that settings can be moved over as they are; who may take an exam is decided by the course system.
    allow_honor_mode: bool = False
    #: What the provider signs in with when it calls back, of our choice; empty: it can't. The secret may stand here as
    #: `sha256:` and the hexadecimal digits of its hash.
    callback_client_id: str = ""
    callback_client_secret: str = field(default="", repr=False)
    #: Go on when the software on the learner's computer does not answer during the exam.
    ping_failure_passthrough: bool = False
    #: `contact`: where mails about this provider's exams send questions.
    LINK_URLS: Mapping[str, str] | None = None


class Provider:
    """The base of all providers: what a provider does not need, it leaves as it is here."""

    #: The class of its options.
    Options: ClassVar[type[Options]] = Options
    verbose_name: ClassVar[str] = ""
    #: Whether this tool's own engine does the watching; for outside providers False.
    watches_here: ClassVar[bool] = False
    supports_onboarding: ClassVar[bool] = False
    has_dashboard: ClassVar[bool] = False
    passing_statuses: ClassVar[tuple[str, ...]] = PASSING
    #: Names of cookies that its answers to calls may set (`Reply.cookies`).
    cookies: ClassVar[tuple[str, ...]] = ()

    def __init__(self, name: str, options: Any) -> None:
        self.name = name
        self.options = options

    @property
    def shown_name(self) -> str:
        return str(self.options.verbose_name or self.verbose_name or self.name)

    @property
    def ping_seconds(self) -> int:
        return int(self.options.ping_interval)

    @property
    def passes(self) -> frozenset[str]:
        return frozenset(self.options.passing_statuses or self.passing_statuses)

    @property
    def is_onboarding_supported(self) -> bool:
        given = self.options.supports_onboarding
        return self.supports_onboarding if given is None else bool(given)

    @property
    def is_dashboard_there(self) -> bool:
        given = self.options.has_dashboard
        return self.has_dashboard if given is None else bool(given)

    def on_exam_saved(self, exam: ExamFacts) -> str | None:
        """The provider's id of a new or changed exam; None: it keeps none."""
        return None

    def register_attempt(self, exam: ExamFacts, registration: Registration) -> Registered:
        """Announce an attempt. Raises `CannotRegister`, `SentNoAttemptId`, `OnboardingNeeded`."""
        raise NotImplementedError

    def start_attempt(self, attempt: AttemptFacts) -> tuple[Later, ...]:
        """The exam begins."""
        return ()

    def stop_attempt(self, attempt: AttemptFacts) -> tuple[Later, ...]:
        """The exam was handed in or its time ended."""
        return ()

    def mark_erroneous(self, attempt: AttemptFacts) -> tuple[Later, ...]:
        """The attempt broke off."""
        return ()

    def remove_attempt(self, attempt: AttemptFacts) -> bool:
        """Take away all that is kept of an attempt; True: it is gone, or never was there."""
        return True

    def act(self, attempt: AttemptFacts, act: Act) -> Review | None:
        """What was asked for by `Later`; a review, if one is to be given."""
        return None

    def instructions(self, attempt: AttemptFacts, language: str) -> Instructions:
        """What the learner is shown while setting up. Asked in the background, shown from what was kept."""
        return Instructions(download_url=self.options.software_download_url)

    def read_review(self, attempt: AttemptFacts, payload: Mapping[str, Any]) -> Review:
        """A review as the provider sent it. Called within its request. Raises `BadReview`."""
        return standard_review(payload)

    def attempt_code(self, call: Call) -> str | None:
        """Our code of the attempt that a call to an address of the provider's own is about; None: no such address.
        Raises `Stranger`, `BadReview`.
        """
        return None

    def answer(self, attempt: AttemptFacts, call: Call) -> Reply:
        """What such a call does. Called within its request, for attempts of this provider. Raises `BadReview`."""
        raise NotImplementedError

    def blocks_content(self, attempt: AttemptFacts, cookies: Mapping[str, str]) -> bool:
        """Whether the exam must not be shown in this browser. Called while the page is made."""
        return False

    def worker_address(self) -> str:
        """The script whose worker gets the messages of the exam page (docs/provider-messages.md); empty: none."""
        return ""

    def dashboard_address(
        self, course_id: str, staff: Staff, *, exam_id: str = "", attempt_id: str = "", is_configuration: bool = False,
        video_url: str = "",
    ) -> str | None:  # fmt: skip
        """Where staff look at the provider's own pages, valid for a short time. Called while the page is made."""
        return None

    def retire_user(self, user_id: str) -> bool | None:
        """Forget a learner; None: nothing is kept."""
        return None

    def onboarding_profile(self, course_id: str, **filters: Any) -> Mapping[str, Any] | None:
        """The state of one learner's onboarding, or a page of a course's (keys as in the references)."""
        return None

    def configuration(self, language: str = "en") -> Mapping[str, Any]:
        """What the provider lets be set (`rules`), its name, address of its software and instructions."""
        return {}


def standard_review(payload: Mapping[str, Any]) -> Review:
    """The review of the REST protocol: `status`, `comments`, `reviewed_by`, `videoReviewLink`. Raises `BadReview`."""
    try:
        status = ReviewStatus(str(payload["status"]))
    except (KeyError, ValueError):
        raise BadReview("review_status") from None
    listed = payload.get("comments") or []
    if not isinstance(listed, list) or len(listed) > 10_000:
        raise BadReview("review_comments")
    return Review(
        status=status,
        comments=tuple(_comment(one) for one in listed),
        reviewed_by=str(payload.get("reviewed_by") or "")[:255],
        payload=payload,
        video_url=str(payload.get("videoReviewLink") or "")[:2000],
    )


def _comment(given: Any) -> Comment:
    if not isinstance(given, Mapping) or "comment" not in given or "status" not in given:
        raise BadReview("review_comments")
    seconds = {}
    for key in ("start", "stop", "duration"):
        try:
            seconds[key] = max(0, min(int(float(given.get(key) or 0)), 10_000_000))
        except (TypeError, ValueError, OverflowError):
            raise BadReview("review_comments") from None
    return Comment(str(given["comment"])[:2000], str(given["status"])[:100], **seconds)
