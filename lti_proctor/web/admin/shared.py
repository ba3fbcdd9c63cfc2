"""What the administrators' views share: loading with the right checked, rendering, and the tool's own values."""

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from lti_proctor.errors import NotFound
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.people.roles import Permission
from lti_proctor.platforms.families import FAMILIES, Family
from lti_proctor.platforms.models import Registration
from lti_proctor.web.access import actor, require
from lti_proctor.web.sessions import settings

#: Larger ones are no keys of any of the databases.
LARGEST_KEY = 2**63 - 1


def administrator() -> Actor:
    """Who is signed in; raises `Forbidden` unless that is an administrator of the site."""
    require(Permission.site_manage)
    return actor(Role.staff)


def load_platform(platform_id: int) -> Registration:
    administrator()
    found = db.session.get(Registration, platform_id) if platform_id <= LARGEST_KEY else None
    if found is None or not found.launches:
        raise NotFound("page")
    return found


def page(template: str, **values: Any) -> str:
    return render_template(template, section="admin", **values)


def tool_values(family: Family | None = None) -> list[tuple[str, str, str]]:
    """What the LMS has to know of this tool: a key for the page, the label, the value."""
    base = settings().base_url
    launch = f"{base}/lti/launch"
    found = [
        ("launch", _("Tool URL, target link, redirect URI, deep linking URL"), launch),
        ("login", _("Initiate login URL"), f"{base}/lti/login"),
        ("keys", _("Public key set (JWKS)"), f"{base}/lti/jwks.json"),
        ("domain", _("Domain"), base.partition("://")[2]),
        ("custom", _("Custom parameter, where it can be set"), "link_history=$ResourceLink.id.history"),
    ]
    document = family.document.path if family and family.document else "config.json"
    return [*found, ("document", _("Configuration as a document"), f"{base}/lti/{document}")]


def make_of(registration: Registration) -> str:
    """The make of an LMS by the code that its launches carry."""
    return next((f.name for f in FAMILIES.values() if registration.family in f.codes), registration.family)


def back_to(registration: Registration, anchor: str | None = None) -> str:
    return url_for("admin.platform", platform_id=registration.id, _anchor=anchor)
