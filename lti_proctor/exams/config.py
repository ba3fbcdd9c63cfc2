"""The typed configuration of an exam. Pure; stored as JSON, versioned with each change."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, field_serializer, model_validator

from lti_proctor.addresses import origin_of, web_address
from lti_proctor.exams.addons import Addon, Capture, Device, Kind, Metric, captures, devices
from lti_proctor.exams.protections import ALL_PROTECTIONS, Protection

RULES_MAX = 20_000
#: Where the access code goes in an address.
CODE_MARK = "{code}"


def no_control_characters(value: str) -> str:
    if any(ord(c) < 32 and c not in "\n\r\t" for c in value):
        raise ValueError("control_characters")
    return value


def _seb_key(value: str) -> str:
    """A key of Safe Exam Browser, as people paste it."""
    key = value.strip().lower()
    if len(key) != 64 or not set(key) <= set("0123456789abcdef"):
        raise ValueError("seb_key")
    return key


def _web_address(value: str) -> str:
    parts = web_address(value)
    if value and (parts is None or parts.username is not None):
        raise ValueError("web_address")
    return value


Weight = Annotated[Decimal, Field(ge=0, le=100)]
Line = Annotated[str, Field(max_length=255), AfterValidator(no_control_characters)]
Words = Annotated[str, Field(max_length=RULES_MAX), AfterValidator(no_control_characters)]
Address = Annotated[str, Field(max_length=2000), AfterValidator(no_control_characters), AfterValidator(_web_address)]

SebKeys = Annotated[tuple[Annotated[str, AfterValidator(_seb_key)], ...], Field(max_length=50)]


class GradeSource(StrEnum):
    """What goes to the gradebook once the attempt is accepted."""

    result = "result"
    credibility = "credibility"
    accepted = "accepted"
    nothing = "nothing"


class Delivery(StrEnum):
    """How the questions come to the learner. An exam that the LMS gives itself needs none of these."""

    #: Files that were uploaded here, in a frame of the exam window.
    hosted = "hosted"
    #: A page from elsewhere in a frame of the exam window; without an address learners are told where to go by others.
    framed = "framed"
    #: A page from elsewhere in a window of its own.
    window = "window"


class OnReject(StrEnum):
    """What the gradebook gets when the attempt is not accepted."""

    withhold = "withhold"
    zero = "zero"


class SecondReview(StrEnum):
    """Which conclusions need a second person."""

    never = "never"
    negative = "negative"
    always = "always"


class EvidenceShown(StrEnum):
    """When the learner sees what reviewers see of an attempt."""

    at_once = "at_once"
    with_verdict = "with_verdict"
    on_request = "on_request"


class Preset(StrEnum):
    honour = "honour"
    recorded = "recorded"
    supervised = "supervised"


PRESETS: dict[Preset, frozenset[Addon]] = {
    Preset.honour: frozenset({Addon.rules, Addon.ready, Addon.header, Addon.finish, Addon.xapi}),
    Preset.recorded: frozenset(
        {Addon.rules, Addon.check, Addon.face, Addon.ready, Addon.header, Addon.finish, Addon.xapi, Addon.preview,
         Addon.track, Addon.record}
    ),
    Preset.supervised: frozenset(
        {Addon.rules, Addon.check, Addon.face, Addon.passport, Addon.ready, Addon.header, Addon.finish, Addon.xapi,
         Addon.preview, Addon.screen, Addon.track, Addon.record, Addon.chat}
    ),
}  # fmt: skip
PRESET_METRICS: dict[Preset, frozenset[Metric]] = {
    Preset.honour: frozenset(),
    Preset.recorded: frozenset({Metric.b2, Metric.c2, Metric.c3, Metric.m2, Metric.n1}),
    Preset.supervised: frozenset({Metric.b2, Metric.b3, Metric.c2, Metric.c3, Metric.m2, Metric.n1, Metric.s1}),
}


#: Add-ons that work whoever watches.
WITHOUT_ENGINE = frozenset(
    {Addon.rules, Addon.ready, Addon.header, Addon.finish, Addon.calculator, Addon.xapi, Addon.chat}
)


class Invites(BaseModel):
    """Proctors to be assigned by rule (administrator's guide, section 4.7)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    logins: tuple[Line, ...] = ()
    #: How many proctors each learner gets; 0: one, where they are assigned by schedule.
    quorum: int = Field(0, ge=0, le=50)
    #: How many learners a proctor watches at once; 0: any number.
    concurrent: int = Field(0, ge=0, le=1000)
    #: Learners choose no time before or after these (`planAfter`, `planBefore` in the guide).
    plan_after: AwareDatetime | None = None
    plan_before: AwareDatetime | None = None

    @model_validator(mode="after")
    def _plan_begins_before_it_ends(self) -> Self:
        if self.plan_after and self.plan_before and self.plan_after >= self.plan_before:
            raise ValueError("plan_ends_before_it_begins")
        return self


class ExamConfig(BaseModel):
    """Parameters, add-ons, metrics, members and invites of an exam."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: The questions: files of ours by the identifier of their package, or an address, in which `{code}` stands for the
    #: access code.
    delivery: Delivery = Delivery.framed
    package: Line = ""
    url: Address = ""
    code: Line = ""
    #: The engine that watches (`PROCTORING_BACKENDS`); empty: the site's own choice.
    provider: Line = ""
    #: Set while an attempt is read whose engine is not ours: then only what needs no engine is left of the exam.
    is_outside: bool = Field(False, exclude=True)
    #: Whether learners need an accepted onboarding of the course first (with the same provider).
    needs_onboarding: bool = False
    #: What those who review go by, for providers; empty: the rules that learners agree to.
    review_rules: Words = ""
    #: Minutes from the start; 0: no limit.
    lifetime: int = Field(0, ge=0, le=60 * 24 * 30)
    #: Minutes that a disconnected learner is waited for; 0: without limit.
    timeout: int = Field(0, ge=0, le=60 * 24 * 30)
    open_at: AwareDatetime | None = None
    close_at: AwareDatetime | None = None
    #: How many times more the exam may be taken.
    attempt: int = Field(0, ge=0, le=100)
    rules: Words = ""
    rules_url: Address = ""
    addons: frozenset[Addon] = frozenset()
    #: Which parts of the add-on `content` are on.
    protections: frozenset[Protection] = ALL_PROTECTIONS
    metrics: dict[Metric, Weight] = Field(default_factory=dict)
    threshold: int = Field(50, ge=0, le=100)
    members: tuple[Line, ...] = ()
    invites: Invites = Invites()
    second_review: SecondReview = SecondReview.never
    evidence_shown: EvidenceShown = EvidenceShown.with_verdict
    #: For how many days after it a learner may ask another reviewer to look at a negative conclusion; 0: not at all.
    appeal_days: int = Field(14, ge=0, le=365)
    grade_source: GradeSource = GradeSource.result
    on_reject: OnReject = OnReject.withhold
    may_decline: bool = False
    #: Whether a learner may leave the look around the room to a person (add-on `overview`).
    overview_by_person: bool = True
    #: Where the exam lives in the LMS: whether it is also told what happens here by itself (a lost connection, the
    #: end of the time), not only what people do.
    control_automatic: bool = False
    #: Parameters that the LMS may set for single links by custom parameters (`exams/overrides.py`).
    overridable: frozenset[str] = frozenset()
    grade_maximum: Decimal = Field(Decimal(100), gt=0, le=100_000)
    #: Days that evidence is kept; None: the site's setting.
    expires: int | None = Field(None, ge=1, le=3650)
    #: Keys of Safe Exam Browser (add-on `seb`). Where Browser Exam Keys are named, one of them is needed;
    #: further Config Keys count as well as that of the file that is made here.
    browser_exam_keys: SebKeys = ()
    config_keys: SebKeys = ()
    locale: Line = ""
    timezone: Line = ""
    tags: tuple[Line, ...] = ()
    escalation_email: Line = ""

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.open_at and self.close_at and self.open_at >= self.close_at:
            raise ValueError("closes_before_it_opens")
        return self

    @field_serializer("addons", "metrics", "overridable", "protections", when_used="json")
    def _sorted(self, value: frozenset[Addon] | frozenset[str] | dict[Metric, Decimal]) -> list[str] | dict[str, str]:
        if isinstance(value, dict):
            return {str(k): str(value[k]) for k in sorted(value)}
        return sorted(str(a) for a in value)

    @property
    def has_content(self) -> bool:
        """Whether this tool knows where the questions are."""
        return bool(self.package if self.delivery == Delivery.hosted else self.url)

    @property
    def captures(self) -> tuple[Capture, ...]:
        return captures(self.addons, self.metrics)

    @property
    def devices_in_exam(self) -> frozenset[Device]:
        return devices(self.addons, self.metrics)

    @property
    def devices(self) -> frozenset[Device]:
        """What is used in the exam or in a step before it."""
        on = self.addons
        photos = on & {Addon.face, Addon.passport, Addon.extrapages}
        # With a phone the room is shown by the phone's camera.
        shows_room = Addon.overview in on and Addon.qrcode not in on
        return self.devices_in_exam | ({Device.camera} if photos or shows_room else set())

    @property
    def checks(self) -> tuple[str, ...]:
        """What the equipment check looks at, in order: what the exam will use."""
        on, needed = self.addons, self.devices
        conditions = {
            "browser": True,
            "network": True,
            "storage": bool(on & {Addon.track, Addon.record}),
            "webrtc": Addon.webrtc in on,
            "display": Addon.track in on and Metric.s2 in self.metrics,
            "camera": Device.camera in needed,
            "microphone": True,
            "screen": Device.screen in needed,
        }
        return tuple(check for check, is_wanted in conditions.items() if is_wanted)


class PlaceProblem(StrEnum):
    """What is wrong with where the questions are."""

    #: It would run with the rights of this tool's own pages.
    here = "exam_url_here"
    missing = "exam_url_missing"
    code_in_window = "exam_code_in_window"
    code_missing = "exam_code_missing"


def place_problem(config: ExamConfig, base_url: str) -> PlaceProblem | None:
    """Whether the way in which the questions come to the learner works; `base_url` is that of this tool."""
    if config.url and origin_of(config.url) == origin_of(base_url):
        return PlaceProblem.here
    if config.delivery == Delivery.window and not config.url:
        return PlaceProblem.missing
    if CODE_MARK not in config.url:
        return None
    if config.delivery == Delivery.window:
        return PlaceProblem.code_in_window
    return None if config.code else PlaceProblem.code_missing


def handed_over(config: ExamConfig) -> ExamConfig:
    """What is left to do here when an outside provider watches."""
    left = {"addons": config.addons & WITHOUT_ENGINE, "metrics": {}, "is_outside": True}
    return config.model_copy(update=left)


def with_preset(config: ExamConfig, preset: Preset) -> ExamConfig:
    metrics = {metric: Decimal(1) for metric in sorted(PRESET_METRICS[preset])}
    return config.model_copy(update={"addons": PRESETS[preset], "metrics": metrics})


def preset_of(config: ExamConfig) -> Preset | None:
    """The preset whose add-ons these are, if any."""
    return next((preset for preset, addons in PRESETS.items() if addons == config.addons), None)


def intrusiveness(addons: frozenset[Addon]) -> int:
    """How far the exam reaches into a life: 1 nothing is seen, 2 the person is, 3 the screen or a document too."""
    if addons & {Addon.screen, Addon.passport, Addon.overview, Addon.scan, Addon.extrapages, Addon.qrcode}:
        return 3
    return 2 if addons & {Addon.face, Addon.record, Addon.preview} else 1


def kind_has_review(kind: Kind) -> bool:
    """Timed exams are not watched, so there is nothing to review; practice is the learner's own."""
    return kind in {Kind.proctored, Kind.onboarding}
