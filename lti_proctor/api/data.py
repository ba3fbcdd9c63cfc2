"""What the interface for programs gives back: plain, frozen data. The REST interface sends the same shapes.

Moments are aware, in UTC; lengths say their unit in the name; `score` is the credibility, 0–100, `result` the share
reached in the exam, 0–1.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, PlainSerializer, RootModel

from lti_proctor.attempts.lifecycle import Phase, Status
from lti_proctor.attempts.onboarding import State
from lti_proctor.attempts.outline import Summary
from lti_proctor.exams.addons import Kind, Metric
from lti_proctor.journal import Role
from lti_proctor.monitoring.models import Disposition
from lti_proctor.review.models import Cause, RemarkKind

T = TypeVar("T")
Number = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]


class Data(BaseModel):
    model_config = ConfigDict(frozen=True)


class Page(Data, Generic[T]):
    """One page of a list in a stable order; pages count from 1."""

    items: list[T]
    page: int
    pages: int
    total: int


class Learner(Data):
    """A person, as the course system or an administrator told it."""

    id: int
    username: str
    name: str
    email: str


class CourseData(Data):
    """A course as its launches told it; `context_id` is the course system's own id, unique in its deployment."""

    id: int
    context_id: str
    label: str
    title: str
    platform: str


class ExamData(Data):
    """An exam. `config` is the configuration without access codes and keys; `time_limit_minutes` None: no limit."""

    id: int
    identifier: str
    course_id: int | None
    title: str
    kind: Kind
    is_active: bool
    version: int
    provider: str
    time_limit_minutes: int | None
    open_at: datetime | None
    close_at: datetime | None
    is_past_due: bool
    created_at: datetime
    config: dict[str, Any]


class Policy(Data):
    """What learners may do in an exam, for them and for those who review; `is_default`: the site's own words."""

    rules: str
    rules_url: str
    is_default: bool


class ProviderSupport(Data):
    """Whom to ask about a provider, empty where nothing is set."""

    name: str
    verbose_name: str
    tech_support_email: str
    tech_support_phone: str
    learner_notification_from_email: str
    integration_specific_email: str
    help_center_article_url: str
    software_download_url: str
    ping_seconds: int


class ExamSettings(Data):
    """What a front end of learners needs of the proctoring of an exam. `provider` None: it can't be used."""

    site_name: str
    contact_email: str
    escalation_email: str
    link_urls: dict[str, str]
    provider: ProviderSupport | None
    policy: Policy


class AllowanceData(Data):
    """What one learner has in one exam beside everybody: minutes, a factor on the limit, words for reviewers."""

    id: int
    exam_id: int
    learner: Learner
    additional_time: int
    factor: Number
    policy_exception: str
    allowed_minutes: int | None


class AllowanceRow(Data):
    """What became of one learner in one exam when many got the same. `problem` is a code; None: granted."""

    exam_id: int
    learner: str
    user_id: int | None
    allowance_id: int | None
    problem: str | None


class AttemptData(Data):
    """One learner's one go at one exam. `session_status` is what search and CSV call status; `seconds_left` None: no
    limit, or not running.
    """

    id: int
    identifier: str
    exam_id: int
    exam_title: str
    course_id: int | None
    kind: Kind
    learner: Learner
    number: int
    status: Status
    session_status: str
    phase: Phase
    provider: str
    created_at: datetime
    started_at: datetime | None
    deadline_at: datetime | None
    stopped_at: datetime | None
    seconds_left: int | None
    allowed_minutes: int | None
    ended_by: Role | None
    error: str | None
    is_resumable: bool
    is_removed: bool
    result: Number | None
    score: Number | None


class AttemptDetail(AttemptData):
    """An attempt with what its outside provider knows it by, and the events that staff may fire now."""

    provider_code: str | None
    external_id: str | None
    instructions: list[str]
    download_url: str
    events: list[str]


class ActiveExam(Data):
    """An exam that a learner has begun, with the attempt and the allowance."""

    exam: ExamData
    attempt: AttemptData
    allowance: AllowanceData | None


class Remark(Data):
    """Something a provider noticed; seconds from the start of its recording."""

    comment: str
    status: str
    start: int = 0
    stop: int = 0
    duration: int = 0


class ReviewData(Data):
    """A review of a provider, or a conclusion of a person or the computer. `found` is the provider's status, or
    `positive` or `negative`; `outcome` says what became of the attempt by a provider's review.
    """

    attempt_id: int
    source: str
    found: str
    reason: str | None
    comment: str
    remarks: list[Remark]
    reviewer_id: int | None
    outcome: str | None
    at: datetime


class FlagData(Data):
    """A flag, and what a person made of it; `seconds` is the time violated, `answer` what the learner says to it."""

    id: int
    attempt_id: int
    metric: Metric
    starts_at: datetime
    ends_at: datetime
    seconds: float
    disposition: Disposition
    decided_at: datetime | None
    answer: str | None


class WrittenData(Data):
    """A note of those who review, or an incident with its cause; `moment` is the moment of the attempt, if any."""

    id: int
    attempt_id: int
    kind: RemarkKind
    cause: Cause | None
    text: str
    moment: datetime | None
    author_id: int | None
    written_at: datetime


class OnboardingData(Data):
    """Where a learner's onboarding in a course stands. `expires_at` None: it is not accepted, or not here."""

    learner: Learner
    state: State
    exam_id: int | None
    attempt_id: int | None
    link: str | None
    modified_at: datetime | None
    expires_at: datetime | None
    open_at: datetime | None
    is_past_due: bool


class OutlineItem(Data):
    """What a course outline shows of one exam to one learner. `icon` is a name of this tool's own signs."""

    exam_id: int
    title: str
    kind: Kind
    status: Status | None
    summary: Summary
    icon: str
    is_done: bool


class Violation(Data):
    """One attempt in the report of a course: what was found, and the remarks counted and listed by their status."""

    attempt: AttemptData
    provider_status: str | None
    verdict: str | None
    reason: str | None
    counts: dict[str, int]
    remarks: dict[str, list[str]]


class ProviderData(Data):
    """A configured provider. `problem` says as a code why it can't be used, `about` what that is about."""

    name: str
    verbose_name: str
    is_default: bool
    is_usable: bool
    problem: str
    about: str
    watches_here: bool
    supports_onboarding: bool
    has_dashboard: bool
    passing_statuses: list[str]
    shows_review_rules: bool
    requires_escalation_email: bool


class ReportDocument(RootModel[dict[str, Any]]):
    """The report of an attempt. Its own JSON Schema stands at /api/report/schema/1.0; docs/report-format.md explains
    each field.
    """

    model_config = ConfigDict(frozen=True)
