"""The exam editor as a form: from fields to a typed configuration and back, with every problem in words."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from pydantic import ValidationError
from wtforms import BooleanField, Field, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation

from lti_proctor.backends import backends
from lti_proctor.exams.addons import Addon, Kind, Metric
from lti_proctor.exams.allowances import Extra
from lti_proctor.exams.config import (
    PRESETS,
    RULES_MAX,
    Delivery,
    EvidenceShown,
    ExamConfig,
    GradeSource,
    Invites,
    OnReject,
    PlaceProblem,
    Preset,
    SecondReview,
    place_problem,
    preset_of,
)
from lti_proctor.exams.overrides import OVERRIDES
from lti_proctor.exams.protections import Protection
from lti_proctor.exams.service import lacks_escalation_email
from lti_proctor.web import words
from lti_proctor.web.language import choose_timezone
from lti_proctor.web.sessions import settings

OWN = "own"
LOCAL = "%Y-%m-%dT%H:%M"
#: Rough: the mail server knows better.
EMAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,190}")
PLACES = {
    PlaceProblem.here: _("The exam can’t lie on the address of this tool itself."),
    PlaceProblem.missing: _("Write the address of the quiz that learners open."),
    PlaceProblem.code_in_window: _(
        "Take {code} out of the address: a quiz in a window of its own gets it from the learner."
    ),
    PlaceProblem.code_missing: _("Write the access code that is to take the place of {code}."),
}


@dataclass(frozen=True)
class Filled:
    """What a valid form says."""

    title: str
    kind: Kind
    config: ExamConfig


def _fail(message: Any) -> None:
    raise StopValidation(message)


def _title(_form: FlaskForm, field: Field) -> None:
    value = (field.data or "").strip()
    if not value:
        _fail(_("Give the exam a title, so that learners recognise it."))
    if len(value) > 200:
        _fail(_("Shorten the title to 200 characters."))
    if any(ord(c) < 32 for c in value):
        _fail(_("Remove the control characters from the title."))


def _whole_number(low: int, high: int) -> Any:
    def check(_form: FlaskForm, field: Field) -> None:
        text = (field.data or "").strip() or "0"
        if not text.isascii() or not text.isdigit() or not low <= int(text[:12]) <= high:
            _fail(_("Write a whole number from %(low)s to %(high)s.", low=low, high=high))

    return check


def _moment(_form: FlaskForm, field: Field) -> None:
    if field.data:
        try:
            parse_moment(field.data)
        except (ValueError, OverflowError):
            _fail(_("Write day and time, for instance 2026-11-24T10:00."))


def _points(_form: FlaskForm, field: Field) -> None:
    try:
        value = Decimal((field.data or "").strip().replace(",", "."))
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 < value <= 100_000:
        _fail(_("Write the highest number of points, more than 0."))


def _address(_form: FlaskForm, field: Field) -> None:
    value = (field.data or "").strip()
    if value and not EMAIL.fullmatch(value):
        _fail(_("Write an e-mail address, for instance exams@example.edu."))


class ExamForm(FlaskForm):
    """Every field is text here; `read` turns it into the configuration."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.provider.choices = provider_choices("")

    title = StringField(validators=[_title])
    kind = SelectField(
        choices=[SelectChoice(kind.value, words.KINDS[kind][0]) for kind in Kind], default=Kind.proctored.value
    )
    preset = RadioField(
        choices=[*(SelectChoice(p.value) for p in Preset), SelectChoice(OWN)], default=Preset.recorded.value
    )
    provider = SelectField(choices=[], default="", validate_choice=False)
    review_rules = TextAreaField()
    escalation_email = StringField(validators=[_address])
    needs_onboarding = BooleanField()
    delivery = RadioField(choices=[SelectChoice(d.value) for d in Delivery], default=Delivery.framed.value)
    url = StringField()
    code = StringField()
    lifetime = StringField(validators=[_whole_number(0, 43_200)])
    attempt = StringField(validators=[_whole_number(0, 100)])
    open_at = StringField(validators=[_moment])
    close_at = StringField(validators=[_moment])
    rules = TextAreaField()
    addons = SelectMultipleField(choices=[SelectChoice(a.value, words.ADDONS[a]) for a in Addon])
    protections = SelectMultipleField(choices=[SelectChoice(p.value, words.PROTECTIONS[p]) for p in Protection])
    metrics = SelectMultipleField(choices=[SelectChoice(m.value, words.METRICS[m]) for m in Metric])
    threshold = StringField(validators=[_whole_number(0, 100)])
    grade_source = SelectField(choices=[SelectChoice(s.value, words.GRADE_SOURCES[s]) for s in GradeSource])
    grade_maximum = StringField(validators=[_points], default="100")
    second_review = SelectField(
        choices=[SelectChoice(o.value, words.SECOND_REVIEW[o]) for o in SecondReview], default=SecondReview.never
    )
    evidence_shown = SelectField(
        choices=[SelectChoice(o.value, words.EVIDENCE_SHOWN[o]) for o in EvidenceShown],
        default=EvidenceShown.with_verdict,
    )
    appeal_days = StringField(validators=[_whole_number(0, 365)])
    on_reject = SelectField(choices=[SelectChoice(o.value, words.ON_REJECT[o]) for o in OnReject])
    control_automatic = BooleanField()
    overview_by_person = BooleanField()
    overridable = SelectMultipleField(choices=[SelectChoice(name, words.OVERRIDES[name]) for name in OVERRIDES])
    may_decline = SelectField(choices=[SelectChoice("no", _("No")), SelectChoice("yes", _("Yes"))], default="no")
    members = StringField()
    invited = StringField()
    quorum = StringField(validators=[_whole_number(0, 50)])
    concurrent = StringField(validators=[_whole_number(0, 1000)])
    plan_after = StringField(validators=[_moment])
    plan_before = StringField(validators=[_moment])
    browser_exam_keys = TextAreaField()
    config_keys = TextAreaField()

    def fill(self, title: str, kind: Kind, config: ExamConfig) -> None:
        """Show an existing configuration."""
        preset = preset_of(config)
        self.title.data, self.kind.data = title, kind.value
        self.provider.data, self.review_rules.data = config.provider, config.review_rules
        self.provider.choices = provider_choices(config.provider)
        self.escalation_email.data = config.escalation_email
        self.needs_onboarding.data = config.needs_onboarding
        self.preset.data = preset.value if preset else OWN
        self.delivery.data, self.code.data = config.delivery.value, config.code
        self.url.data, self.rules.data = config.url, config.rules
        self.lifetime.data = str(config.lifetime) if config.lifetime else ""
        self.attempt.data = str(config.attempt)
        self.open_at.data, self.close_at.data = show_moment(config.open_at), show_moment(config.close_at)
        self.addons.data = [a.value for a in config.addons]
        self.protections.data = [p.value for p in config.protections]
        self.metrics.data = [m.value for m in config.metrics]
        self.threshold.data = str(config.threshold)
        self.second_review.data, self.evidence_shown.data = config.second_review.value, config.evidence_shown.value
        self.appeal_days.data = str(config.appeal_days)
        self.grade_source.data, self.on_reject.data = config.grade_source.value, config.on_reject.value
        self.grade_maximum.data = format(config.grade_maximum.normalize(), "f")
        self.may_decline.data = "yes" if config.may_decline else "no"
        self.control_automatic.data = config.control_automatic
        self.overview_by_person.data = config.overview_by_person
        self.overridable.data = sorted(config.overridable)
        self.members.data = ", ".join(config.members)
        self._fill_invites(config.invites)
        self.browser_exam_keys.data = "\n".join(config.browser_exam_keys)
        self.config_keys.data = "\n".join(config.config_keys)

    def _fill_invites(self, invites: Invites) -> None:
        self.invited.data = ", ".join(invites.logins)
        self.quorum.data, self.concurrent.data = str(invites.quorum), str(invites.concurrent)
        self.plan_after.data, self.plan_before.data = show_moment(invites.plan_after), show_moment(invites.plan_before)

    def read(self, before: ExamConfig) -> Filled | None:
        """The configuration that the fields make of `before`, or None with the problems at their fields."""
        try:
            config = ExamConfig.model_validate({**before.model_dump(), **self._values(before)})
        except ValidationError as error:
            for problem in error.errors():
                self._blame(problem)
            return None
        self.provider.choices = provider_choices(before.provider)
        if config.provider not in {choice.value for choice in self.provider.choices}:
            self.provider.errors = [_("Choose one of the providers of this site.")]
            return None
        if lacks_escalation_email(config, Kind(self.kind.data)):
            name = backends().get(config.provider).verbose_name
            self.escalation_email.errors = [_("%(provider)s needs an address for urgent questions.", provider=name)]
            return None
        if place := place_problem(config, settings().base_url):
            self.url.errors = [PLACES[place]]
            return None
        return Filled(str(self.title.data).strip(), Kind(self.kind.data), config)

    def _values(self, before: ExamConfig) -> dict[str, Any]:
        weights = {Metric(m): before.metrics.get(Metric(m), Decimal(1)) for m in self.metrics.data or []}
        return {
            "delivery": self.delivery.data,
            "provider": self.provider.data or "",
            "needs_onboarding": bool(self.needs_onboarding.data),
            "review_rules": (self.review_rules.data or "").replace("\r\n", "\n").strip(),
            "escalation_email": (self.escalation_email.data or "").strip(),
            "url": (self.url.data or "").strip(),
            "code": (self.code.data or "").strip(),
            "lifetime": int((self.lifetime.data or "").strip() or 0),
            "attempt": int((self.attempt.data or "").strip() or 0),
            "open_at": parse_moment(self.open_at.data),
            "close_at": parse_moment(self.close_at.data),
            "rules": (self.rules.data or "").replace("\r\n", "\n").strip(),
            "addons": self._addons(),
            "protections": frozenset(self.protections.data or []),
            "metrics": weights,
            "threshold": int((self.threshold.data or "").strip() or before.threshold),
            "grade_source": self.grade_source.data,
            "grade_maximum": Decimal((self.grade_maximum.data or "").strip().replace(",", ".")),
            "second_review": self.second_review.data,
            "evidence_shown": self.evidence_shown.data,
            "appeal_days": int((self.appeal_days.data or "").strip() or before.appeal_days),
            "on_reject": self.on_reject.data,
            "may_decline": self.may_decline.data == "yes",
            "control_automatic": bool(self.control_automatic.data),
            "overview_by_person": bool(self.overview_by_person.data),
            "overridable": frozenset(self.overridable.data or []),
            "members": parse_names(self.members.data),
            "invites": {
                "logins": parse_names(self.invited.data),
                "quorum": int((self.quorum.data or "").strip() or 0),
                "concurrent": int((self.concurrent.data or "").strip() or 0),
                "plan_after": parse_moment(self.plan_after.data),
                "plan_before": parse_moment(self.plan_before.data),
            },
            "browser_exam_keys": parse_keys(self.browser_exam_keys.data),
            "config_keys": parse_keys(self.config_keys.data),
        }

    def _addons(self) -> frozenset[Addon]:
        if self.preset.data != OWN:
            return PRESETS[Preset(self.preset.data)]
        return frozenset(Addon(a) for a in self.addons.data or [])

    def _blame(self, problem: Any) -> None:
        name = str(problem["loc"][0]) if problem["loc"] else "close_at"
        if name == "invites":
            name = "invited" if "logins" in problem["loc"] else "plan_before"
        field = self._fields.get(name, self.title)
        field.errors = [*field.errors, _reason(str(problem["msg"]), str(problem["type"]))]


def provider_choices(chosen: str) -> list[SelectChoice]:
    """The providers of this site; one that an exam has and the site lacks stays to be seen."""
    known = backends()
    default = known.by_name[known.default]
    first = SelectChoice("", _("As this site has it: %(provider)s", provider=default.verbose_name))
    listed = [SelectChoice(one.name, one.verbose_name) for one in known.by_name.values() if not one.problem]
    gone = [SelectChoice(chosen, chosen)] if chosen and chosen not in {one.value for one in listed} else []
    return [first, *listed, *gone]


def _reason(message: str, kind: str) -> Any:
    if "web_address" in message:
        return _("Write a whole address that begins with https:// or http://.")
    if "seb_key" in message:
        return _("A key has 64 characters: digits and the letters a to f. Write one in each line.")
    if kind == "too_long":
        return _("There is room for 50 keys.")
    if "control_characters" in message:
        return _("Remove the control characters.")
    if "closes_before_it_opens" in message:
        return _("Choose a closing time after the opening time.")
    if "plan_ends_before_it_begins" in message:
        return _("Choose a later time than the first one.")
    if kind == "string_too_long":
        return _("This is too long: up to %(n)s characters for rules, 2000 for an address.", n=RULES_MAX)
    return _("This value can't be used.")


def parse_names(text: str | None) -> tuple[str, ...]:
    """User names or groups with commas between them."""
    return tuple(name for name in (part.strip() for part in (text or "").split(",")) if name)


def parse_keys(text: str | None) -> tuple[str, ...]:
    """Keys that were pasted with spaces, commas or line ends between them, each once."""
    return tuple(dict.fromkeys((text or "").replace(",", " ").lower().split()))


def parse_moment(text: str | None) -> datetime | None:
    """A moment of a `datetime-local` field, in the reader's time zone; raises `ValueError`."""
    if not text:
        return None
    return datetime.strptime(text.strip()[:16], LOCAL).replace(tzinfo=ZoneInfo(choose_timezone())).astimezone(UTC)


def show_moment(at: datetime | None) -> str:
    return at.astimezone(ZoneInfo(choose_timezone())).strftime(LOCAL) if at else ""


class ConclusionForm(FlaskForm):
    """A reviewer's verdict."""

    verdict = RadioField(choices=[SelectChoice(v) for v in ("positive", "negative")])
    reason = StringField()
    comment = TextAreaField()


class ReasonForm(FlaskForm):
    """A reason in words for what staff do to an attempt, and minutes where it needs them."""

    reason = StringField()
    minutes = StringField()


class FlagForm(FlaskForm):
    """What a person saw, for the LMS."""

    severity = StringField()
    message = TextAreaField()


class AllowanceForm(FlaskForm):
    """What one learner gets beside everybody, or each of a list, one a line."""

    learner = StringField()
    minutes = StringField(validators=[_whole_number(0, 10_000)])
    percent = StringField(validators=[_whole_number(0, 900)])
    exception = TextAreaField()

    def extra(self) -> Extra:
        """What stays empty is left as it was."""
        minutes, percent = ((field.data or "").strip() for field in (self.minutes, self.percent))
        return Extra(
            int(minutes) if minutes else None,
            1 + Decimal(int(percent)) / 100 if percent else None,
            (self.exception.data or "").replace("\r\n", "\n").strip() or None,
        )
