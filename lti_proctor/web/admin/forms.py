"""The administrators' forms. Every field is text; what is wrong stands in words at its field."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from lti_proctor.extensions import db
from lti_proctor.people.scopes import Scope
from lti_proctor.platforms.families import FAMILIES, OTHER, SUGGESTED, Family, host_of, suggested
from lti_proctor.platforms.models import Course, Registration
from lti_proctor.platforms.service import PlatformDetails, problems_of
from lti_proctor.web.admin import words

LONGEST_HOURS = 8760


class PlatformForm(FlaskForm):
    """What an administrator copies from the LMS, and what the kind of LMS and its host name tell already."""

    family = SelectField(
        choices=[SelectChoice(f.key, f.name or _("Another course system")) for f in FAMILIES.values()], default=OTHER
    )
    host = StringField()
    name = StringField()
    issuer = StringField()
    client_id = StringField()
    auth_login_url = StringField()
    auth_token_url = StringField()
    key_set_url = StringField()
    auth_audience = StringField()
    deployment_ids = TextAreaField()

    @property
    def chosen(self) -> Family:
        return FAMILIES.get(self.family.data or OTHER, FAMILIES[OTHER])

    def show(self, registration: Registration) -> None:
        for field in ("name", "issuer", "client_id", "auth_login_url", "auth_token_url", "key_set_url"):
            self[field].data = getattr(registration, field)
        self.auth_audience.data = registration.auth_audience or ""

    @property
    def is_bare(self) -> bool:
        """Whether somebody wrote a host name, or chose a kind, and nothing of what follows from it."""
        named = self.host.data or self.chosen.key != OTHER
        return bool(named) and not any(self[field].data for field in SUGGESTED)

    def suggest(self) -> bool:
        """Fill in what follows from the kind of LMS and its host; says whether it could."""
        host = host_of(self.host.data or "")
        if host is None and self.chosen.needs_host:
            self.blame("host", "host")
            return False
        for field, value in suggested(self.chosen, host=host, client_id=_plain(self.client_id.data)).items():
            self[field].data = value
        self.name.data = self.name.data or host or self.chosen.name
        return True

    def details(self) -> PlatformDetails:
        values = {field: _plain(self[field].data) for field in ("name", "client_id", *SUGGESTED)}
        audience = values.pop("auth_audience")
        deployments = tuple(filter(None, map(str.strip, values.pop("deployment_ids").splitlines())))
        return PlatformDetails(**values, auth_audience=audience or None, deployment_ids=deployments)

    def check(self) -> bool:
        """Whether it can be stored; every problem stands at its field."""
        for field in problems_of(self.details()):
            self.blame(field, field)
        return not self.errors

    def blame(self, field: str, code: str) -> None:
        self[field].errors = [words.PROBLEMS[code]]


class InviteForm(FlaskForm):
    """For whom an invitation is, how long it is valid, and what then."""

    note = StringField()
    hours = StringField(default="72")
    approves = BooleanField()

    def check(self) -> int | None:
        """The hours, or None with the problems at their fields."""
        text = _plain(self.hours.data)
        hours = int(text[:6]) if text.isascii() and text.isdigit() else 0
        if not 1 <= hours <= LONGEST_HOURS:
            self.hours.errors = [words.PROBLEMS["hours"]]
        if len(self.label) > 255 or not self.label.isprintable():
            self.note.errors = [words.PROBLEMS["note"]]
        return None if self.errors else hours

    @property
    def label(self) -> str:
        return _plain(self.note.data)


class TokenForm(FlaskForm):
    """What a program may do, for how long, and whether in one course only. Empty: without an end, in all courses."""

    name = StringField()
    scopes = SelectMultipleField(choices=[SelectChoice(scope.value) for scope in Scope], validate_choice=False)
    days = StringField(default="365")
    course = StringField()
    n_days: int | None = None
    chosen_course: Course | None = None

    def check(self) -> bool:
        """Whether the numbers can be read; every problem stands at its field."""
        days, course = _plain(self.days.data), _plain(self.course.data)
        self.n_days = _number(days) if days else None
        if days and self.n_days is None:
            self.blame("days", "token_days")
        number = _number(course)
        self.chosen_course = db.session.get(Course, number) if number else None
        if course and self.chosen_course is None:
            self.blame("course", "token_course")
        return not self.errors

    def blame(self, field: str, code: str) -> None:
        self[field].errors = [words.PROBLEMS[code]]


class DeploymentForm(FlaskForm):
    """One more installation of the tool in an LMS."""

    deployment_id = StringField()


class RolesForm(FlaskForm):
    """The table of roles: as many pairs of a role and a part as were sent, in their order."""

    new_role = StringField()
    new_part = StringField()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _plain(value: Any) -> str:
    return str(value or "").strip()
