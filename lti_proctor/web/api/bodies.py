"""What programs may send: queries and bodies. What is not named is refused, so that a slip of the pen is seen."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from lti_proctor.api.data import AllowanceRow
from lti_proctor.api.shared import LARGEST_KEY, PAGE_MAX, PAGE_SIZE
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.onboarding import State
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.config import ExamConfig, Line, Words, no_control_characters
from lti_proctor.monitoring.models import Disposition
from lti_proctor.review.models import Cause, Reason, RemarkKind, Verdict

Id = Annotated[int, Field(ge=1, le=LARGEST_KEY)]
Reasoned = Annotated[str, Field(max_length=2000), AfterValidator(no_control_characters)]


class Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Paged(Sent):
    page: int = Field(1, ge=1, le=1_000_000)
    limit: int = Field(PAGE_SIZE, ge=1, le=PAGE_MAX)


class OfCourse(Paged):
    course: Id | None = None


class ExamQuery(OfCourse):
    """`archived`: those that were put away too."""

    kind: Kind | None = None
    archived: bool = False


class AttemptQuery(OfCourse):
    """`learner` is a part of a name, user name or e-mail; `status` may be given several times."""

    exam: Id | None = None
    status: list[Status] = Field(default_factory=list, max_length=30)
    kind: Kind | None = None
    learner: Line = ""
    newest_first: bool = False


class OnboardingQuery(Paged):
    state: list[State] = Field(default_factory=list, max_length=20)
    learner: Line = ""


class OutlineQuery(Sent):
    """`learner` is the number of a person."""

    learner: Id


class ViolationQuery(Paged):
    include_practice: bool = False


class ActiveQuery(Sent):
    course: Id | None = None


class DashboardQuery(Sent):
    """For one attempt, or the page where the provider's settings of the exam are made."""

    attempt: Id | None = None
    configuration: bool = False


class NewExam(Sent):
    """`config` names what differs from the template, or without one from an empty exam."""

    course_id: Id
    title: Annotated[Line, Field(min_length=1)]
    kind: Kind = Kind.proctored
    template: Line = ""
    config: ExamConfig = ExamConfig()


class ExamChange(Sent):
    """What is not named stays as it is, within `config` too."""

    title: Annotated[Line, Field(min_length=1)] | None = None
    kind: Kind | None = None
    is_active: bool | None = None
    config: ExamConfig = ExamConfig()


class PolicyChange(Sent):
    rules: Words
    rules_url: Line = ""


class Extra(Sent):
    """What is granted; what is left out stays as it was. `factor` multiplies the time limit."""

    additional_time: int | None = Field(None, ge=0, le=10_000)
    factor: Annotated[Decimal, Field(ge=1, le=10, decimal_places=2)] | None = None
    policy_exception: Reasoned | None = None


class Grant(Extra):
    """`learner` is a user name, an e-mail or a whole name."""

    learner: Annotated[Line, Field(min_length=1)]


class BulkGrant(Extra):
    """The same for many learners in many exams."""

    exam_ids: list[Id] = Field(min_length=1, max_length=500)
    learners: list[Annotated[Line, Field(min_length=1)]] = Field(min_length=1, max_length=2000)


class BulkResult(BaseModel):
    """How many were granted and how many not, and each row in the order of the exams and learners that were sent."""

    n_granted: int
    n_refused: int
    rows: list[AllowanceRow]


class Firing(Sent):
    """An event that staff may fire, with the reason that most need; `minutes` is for `extend`."""

    event: Line
    reason: Reasoned = ""
    minutes: int | None = Field(None, ge=1, le=10_000)


class Judgement(Sent):
    """What a flag is: confirmed, dismissed, or open again."""

    disposition: Disposition


class NewRemark(Sent):
    """What somebody saw, perhaps at a moment of the attempt. An incident needs a cause."""

    kind: RemarkKind
    text: Annotated[Words, Field(min_length=1, max_length=4000)]
    cause: Cause | None = None
    moment: AwareDatetime | None = None


class NewConclusion(Sent):
    """A verdict in the name of the token's owner. A negative one needs a reason."""

    verdict: Verdict
    reason: Reason | None = None
    comment: Annotated[str, Field(max_length=4000), AfterValidator(no_control_characters)] = ""


class NewWebhook(Sent):
    """`course_id` None: events of the whole site, as far as the token reaches."""

    url: Annotated[str, Field(max_length=2000)]
    events: list[Line] = Field(min_length=1, max_length=20)
    course_id: Id | None = None


class WebhookChange(Sent):
    is_active: bool


class WebhookData(BaseModel):
    id: int
    url: str
    events: list[str]
    course_id: int | None
    is_active: bool
    created_at: datetime


class MadeWebhook(WebhookData):
    """`secret` signs the messages; it is told here and never again."""

    secret: str


class Dashboard(BaseModel):
    """`address` is valid for a short time; None: the provider has no pages of its own."""

    address: str | None


class OutlineShown(BaseModel):
    """What an outline shows of one exam: `short_description` is in the reader's language (Accept-Language)."""

    exam_id: int
    title: str
    kind: Kind
    status: Status | None
    summary: str
    short_description: str
    suggested_icon: str
    in_completed_state: bool


def named(config: ExamConfig) -> dict[str, Any]:
    """What was sent of a configuration, and nothing that was filled in."""
    return {key: getattr(config, key) for key in config.model_fields_set}
