"""Verbs on the sites that have their exams watched here."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from lti_proctor import journal
from lti_proctor.addresses import web_address
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Invalid, NotFound
from lti_proctor.exams.service import find_template
from lti_proctor.extensions import db
from lti_proctor.journal import Actor
from lti_proctor.platforms.models import Deployment, Registration, ResourceLink
from lti_proctor.providers.server.models import ProviderClient
from lti_proctor.providers.server.sealing import seal, unseal

#: The one installation that stands for the whole site.
DEPLOYMENT = "provider"
NAME_MAX, ADDRESS_MAX = 255, 255


@dataclass(frozen=True)
class ClientDetails:
    """What somebody enters about a site. An empty `callback_secret` leaves the one that is kept."""

    name: str
    site_url: str
    template: str = ""
    callback_client_id: str = ""
    callback_secret: str = ""
    has_onboarding: bool = False
    sends_review_link: bool = False


@dataclass(frozen=True)
class Credentials:
    """What the site is to be given, once."""

    client_id: str
    secret: str


def problems_of(details: ClientDetails) -> list[str]:
    """The fields that can't be stored as they are."""
    found = []
    if not details.name.strip() or not details.name.isprintable() or len(details.name) > NAME_MAX:
        found.append("name")
    if not _is_site(details.site_url):
        found.append("site_url")
    if details.template and find_template(details.template) is None:
        found.append("template")
    if not details.callback_client_id.isprintable() or len(details.callback_client_id) > NAME_MAX:
        found.append("callback_client_id")
    if not details.callback_secret.isprintable() or len(details.callback_secret) > 1000:
        found.append("callback_secret")
    return found


def _is_site(url: str) -> bool:
    parts = web_address(url.rstrip("/"))
    return parts is not None and len(url) <= ADDRESS_MAX and parts.username is None and not (parts.query or parts.path)


def add_client(details: ClientDetails, *, actor: Actor, now: datetime) -> tuple[ProviderClient, Credentials]:
    """Let a site in, with fresh credentials. Raises `Invalid("client_field")`."""
    _check(details)
    given = Credentials(f"site-{secrets.token_hex(8)}", secrets.token_urlsafe(48))
    registration = Registration(
        name=details.name.strip(), issuer=details.site_url.rstrip("/"), client_id=given.client_id, auth_login_url="",
        auth_token_url="", key_set_url="", role_map={}, launches=False, is_active=True, created_at=now,
    )  # fmt: skip
    registration.deployments.append(Deployment(deployment_id=DEPLOYMENT))
    client = ProviderClient(registration=registration, secret=seal(given.secret), callback_secret="")
    _fill(client, details)
    db.session.add(client)
    db.session.flush()
    _note(client, actor, "provider_client.added", {"site": client.site_url, "client_id": given.client_id}, now)
    return client, given


def change_client(client: ProviderClient, details: ClientDetails, *, actor: Actor, now: datetime) -> None:
    """Raises `Invalid("client_field")`."""
    _check(details)
    before = _shown(client)
    client.registration.name, client.registration.issuer = details.name.strip(), details.site_url.rstrip("/")
    _fill(client, details)
    db.session.flush()
    after = _shown(client)
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if details.callback_secret:
        changed["callback_secret"] = ["–", "–"]
    if changed:
        _note(client, actor, "provider_client.changed", changed, now)


def renew_secret(client: ProviderClient, *, actor: Actor, now: datetime) -> Credentials:
    """Another secret; the one before, and every token got with it, is worth nothing from now on."""
    given = Credentials(client.client_id, secrets.token_urlsafe(48))
    client.secret = seal(given.secret)
    _note(client, actor, "provider_client.secret_renewed", {}, now)
    return given


def set_active(client: ProviderClient, is_active: bool, *, actor: Actor, now: datetime) -> None:
    """Let a site in or keep it out; nothing is lost."""
    if client.registration.is_active != is_active:
        client.registration.is_active = is_active
        _note(client, actor, f"provider_client.{'activated' if is_active else 'deactivated'}", {}, now)


def remove_client(client: ProviderClient, *, actor: Actor, now: datetime) -> None:
    """Forget a site with its courses and links; people, exams and attempts stay."""
    _note(client, actor, "provider_client.removed", {"site": client.site_url, "client_id": client.client_id}, now)
    db.session.delete(client)
    db.session.delete(client.registration)


def all_clients() -> list[ProviderClient]:
    query = select(ProviderClient).join(ProviderClient.registration).order_by(Registration.name, ProviderClient.id)
    return list(db.session.scalars(query))


def find_client(client_id: str) -> ProviderClient | None:
    """By the id that the site proves itself with."""
    query = select(ProviderClient).join(ProviderClient.registration).where(Registration.client_id == client_id)
    return db.session.scalars(query).one_or_none()


def get_client(client_id: str) -> ProviderClient:
    found = find_client(client_id)
    if found is None:
        raise NotFound("provider_client")
    return found


def client_of(attempt: Attempt) -> ProviderClient | None:
    """The site that an attempt belongs to; None when it was removed, and for attempts from elsewhere."""
    if attempt.link is None:
        return None
    mine = ProviderClient.registration_id == attempt.link.deployment.registration_id
    return db.session.scalars(select(ProviderClient).where(mine)).one_or_none()


def secret_of(client: ProviderClient) -> str:
    return unseal(client.secret)


def is_secret(client: ProviderClient, given: str) -> bool:
    """Whether somebody knows the site's secret; takes the same time for each answer."""
    return hmac.compare_digest(secret_of(client).encode(), given.encode("utf-8", "surrogatepass"))


def usage_of(client: ProviderClient) -> tuple[int, int]:
    """How many exams a site has announced, and how many attempts."""
    links = select(func.count()).select_from(ResourceLink).where(ResourceLink.deployment_id == client.deployment.id)
    tries = (
        select(func.count())
        .select_from(Attempt)
        .join(ResourceLink, ResourceLink.id == Attempt.resource_link_id)
        .where(ResourceLink.deployment_id == client.deployment.id)
    )
    return db.session.scalar(links) or 0, db.session.scalar(tries) or 0


def _fill(client: ProviderClient, details: ClientDetails) -> None:
    client.template, client.callback_client_id = details.template, details.callback_client_id
    client.has_onboarding, client.sends_review_link = details.has_onboarding, details.sends_review_link
    if details.callback_secret:
        client.callback_secret = seal(details.callback_secret)


def _shown(client: ProviderClient) -> dict[str, Any]:
    names = ("name", "site_url", "template", "callback_client_id", "has_onboarding", "sends_review_link")
    return {name: getattr(client, name) for name in names}


def _check(details: ClientDetails) -> None:
    if problems := problems_of(details):
        raise Invalid("client_field", field=problems[0])


def _note(client: ProviderClient, actor: Actor, action: str, data: dict[str, Any], now: datetime) -> None:
    journal.record(actor, action, f"platform:{client.registration_id}", data, now)
