"""Verbs on platforms: register, deploy, remove; and finding what a launch names."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lti_proctor import journal
from lti_proctor.addresses import web_address
from lti_proctor.errors import Invalid, NotFound
from lti_proctor.extensions import db
from lti_proctor.journal import Actor
from lti_proctor.platforms.models import Deployment, Registration


@dataclass(frozen=True)
class PlatformDetails:
    """What an LMS administrator copies from the LMS."""

    name: str
    issuer: str
    client_id: str
    auth_login_url: str
    auth_token_url: str
    key_set_url: str
    auth_audience: str | None = None
    deployment_ids: tuple[str, ...] = ()


def add_platform(details: PlatformDetails, *, actor: Actor, now: datetime, is_active: bool = True) -> Registration:
    """Register a platform, or bring the registration of the same issuer and client id up to date.

    Raises `Invalid` when an address is not http(s) or something is empty.
    """
    _check(details)
    found = find_registration(details.issuer, details.client_id)
    registration = found or Registration(issuer=details.issuer, client_id=details.client_id, created_at=now)
    registration.name = details.name
    registration.auth_login_url = details.auth_login_url
    registration.auth_token_url = details.auth_token_url
    if registration.key_set_url != details.key_set_url:
        registration.key_set_url, registration.key_set = details.key_set_url, None
    registration.auth_audience = details.auth_audience
    registration.is_active = is_active or bool(found and found.is_active)
    db.session.add(registration)
    known = {d.deployment_id for d in registration.deployments}
    for deployment_id in dict.fromkeys(details.deployment_ids):
        if deployment_id not in known:
            registration.deployments.append(Deployment(deployment_id=deployment_id))
    db.session.flush()
    action = "platform.changed" if found else "platform.added"
    data = {"issuer": details.issuer, "client_id": details.client_id, "deployments": list(details.deployment_ids)}
    journal.record(actor, action, f"platform:{registration.id}", data, now)
    return registration


def remove_platform(registration: Registration, *, actor: Actor, now: datetime) -> None:
    """Take a platform away with its deployments, courses and links; people and their attempts stay."""
    data = {"issuer": registration.issuer, "client_id": registration.client_id}
    journal.record(actor, "platform.removed", f"platform:{registration.id}", data, now)
    db.session.delete(registration)


def all_platforms() -> list[Registration]:
    query = select(Registration).options(selectinload(Registration.deployments)).order_by(Registration.name)
    return list(db.session.scalars(query))


def find_registration(issuer: str, client_id: str) -> Registration | None:
    query = select(Registration).where(Registration.issuer == issuer, Registration.client_id == client_id)
    return db.session.scalars(query).one_or_none()


def get_registration(issuer: str, client_id: str) -> Registration:
    found = find_registration(issuer, client_id)
    if found is None:
        raise NotFound("platform")
    return found


def key_set_of(registration_id: int) -> tuple[dict[str, Any] | None, datetime | None]:
    row = db.session.execute(
        select(Registration.key_set, Registration.key_set_at).where(Registration.id == registration_id)
    ).one()
    return row.key_set, row.key_set_at


def _check(details: PlatformDetails) -> None:
    for field in ("name", "issuer", "client_id"):
        value = getattr(details, field)
        if not value.strip() or len(value) > 255 or "\0" in value:
            raise Invalid("platform_field", field=field)
    for field in ("auth_login_url", "auth_token_url", "key_set_url"):
        if web_address(getattr(details, field)) is None:
            raise Invalid("platform_address", field=field)
