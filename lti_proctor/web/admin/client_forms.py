"""The form of a site that has its exams watched here."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, SelectField, StringField

from lti_proctor.providers.server.clients import ClientDetails, problems_of
from lti_proctor.providers.server.models import ProviderClient

PROBLEMS: Mapping[str, Any] = {
    "name": _("Give it a name of up to 255 characters."),
    "site_url": _("Write the plain address of the site. It begins with https:// or http:// and has no path."),
    "template": _("Choose one of the templates."),
    "callback_client_id": _("Write the client id in one line of up to 255 characters."),
    "callback_secret": _("Write the secret in one line of up to 1000 characters."),
}


class ClientForm(FlaskForm):
    """A secret that is left empty stays as it is."""

    name = StringField()
    site_url = StringField()
    template = SelectField(validate_choice=False, default="")
    callback_client_id = StringField()
    callback_secret = PasswordField()
    has_onboarding = BooleanField()
    sends_review_link = BooleanField()

    def show(self, client: ProviderClient) -> None:
        for field in ("name", "site_url", "template", "callback_client_id", "has_onboarding", "sends_review_link"):
            self[field].data = getattr(client, field)

    def details(self) -> ClientDetails:
        def plain(name: str) -> str:
            return str(self[name].data or "").strip()

        return ClientDetails(
            name=plain("name"),
            site_url=plain("site_url"),
            template=plain("template"),
            callback_client_id=plain("callback_client_id"),
            callback_secret=plain("callback_secret"),
            has_onboarding=bool(self.has_onboarding.data),
            sends_review_link=bool(self.sends_review_link.data),
        )

    def check(self) -> bool:
        """Whether it can be stored; every problem stands at its field."""
        for field in problems_of(self.details()):
            self[field].errors = [PROBLEMS[field]]
        return not self.errors
