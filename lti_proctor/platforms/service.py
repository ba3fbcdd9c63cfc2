"""Verbs on platforms: register, change, deploy, remove; and finding what a launch names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lti_proctor import journal
from lti_proctor.addresses import web_address
from lti_proctor.errors import Invalid, NotFound, Refused
from lti_proctor.extensions import db
from lti_proctor.journal import Actor
from lti_proctor.platforms.models import Deployment, Registration

NAMES = ("name", "issuer", "client_id")
ADDRESSES = ("auth_login_url", "auth_token_url", "key_set_url")
NAME_MAX, ADDRESS_MAX = 255, 2000


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


def problems_of(details: PlatformDetails) -> list[str]:
    """The fields that can't be used. Pure."""
    found = [field for field in NAMES if not _is_name(getattr(details, field))]
    found += [field for field in ADDRESSES if not _is_address(getattr(details, field))]
    if details.auth_audience is not None and not _is_name(details.auth_audience, ADDRESS_MAX):
        found.append("auth_audience")
    if not all(map(_is_name, details.deployment_ids)):
        found.append("deployment_ids")
    return found


def add_platform(details: PlatformDetails, *, actor: Actor, now: datetime, is_active: bool = True) -> Registration:
    """Register a platform, or bring the registration of the same issuer and client id up to date.

    Raises `Invalid` when an address is not http(s) or something is empty.
    """
    _check(details)
    found = find_registration(details.issuer, details.client_id)
    registration = found or Registration(issuer=details.issuer, client_id=details.client_id, created_at=now)
    _fill(registration, details)
    registration.is_active = is_active or bool(found and found.is_active)
    db.session.add(registration)
    known = {d.deployment_id for d in registration.deployments}
    for deployment_id in dict.fromkeys(details.deployment_ids):
        if deployment_id not in known:
            registration.deployments.append(Deployment(deployment_id=deployment_id))
    db.session.flush()
    data = {"issuer": details.issuer, "client_id": details.client_id, "deployments": list(details.deployment_ids)}
    _note(registration, actor, "platform.changed" if found else "platform.added", data, now)
    return registration


def change_platform(registration: Registration, details: PlatformDetails, *, actor: Actor, now: datetime) -> None:
    """Change everything but the deployments.

    Raises `Invalid` like `add_platform`, and `Refused` with platform_exists when another registration has this issuer
    and client id.
    """
    _check(details)
    other = find_registration(details.issuer, details.client_id)
    if other is not None and other is not registration:
        raise Refused("platform_exists")
    before = _shown(registration)
    registration.issuer, registration.client_id = details.issuer, details.client_id
    _fill(registration, details)
    db.session.flush()
    after = _shown(registration)
    changed = {field: [before[field], after[field]] for field in after if before[field] != after[field]}
    if changed:
        _note(registration, actor, "platform.changed", changed, now)


def approve_platform(registration: Registration, *, actor: Actor, now: datetime) -> None:
    """Let a platform that registered itself launch; nothing happens to one that already may."""
    if not registration.is_active:
        registration.is_active = True
        _note(registration, actor, "platform.approved", {}, now)


def deactivate_platform(registration: Registration, *, actor: Actor, now: datetime) -> None:
    """Refuse launches of a platform until it is approved again; nothing happens to one that waits already."""
    if registration.is_active:
        registration.is_active = False
        _note(registration, actor, "platform.deactivated", {}, now)


def change_role_map(registration: Registration, role_map: Mapping[str, str], *, actor: Actor, now: datetime) -> None:
    """What the roles of this platform count as, where that differs from the built-in table."""
    if role_map != registration.role_map:
        data = {"before": dict(registration.role_map), "after": dict(role_map)}
        registration.role_map = dict(role_map)
        _note(registration, actor, "platform.roles_changed", data, now)


def add_deployment(registration: Registration, deployment_id: str, *, actor: Actor, now: datetime) -> None:
    """Let one more installation of the tool in the platform launch. Raises `Invalid`: platform_field."""
    if not _is_name(deployment_id):
        raise Invalid("platform_field", field="deployment_ids")
    if deployment_id not in {d.deployment_id for d in registration.deployments}:
        registration.deployments.append(Deployment(deployment_id=deployment_id))
        _note(registration, actor, "platform.deployment_added", {"deployment": deployment_id}, now)


def remove_deployment(deployment: Deployment, *, n_attempts: int, actor: Actor, now: datetime) -> None:
    """Refuse launches of one installation and forget its courses and links.

    Raises `Refused` with deployment_used where attempts hang on it: they would lose their course.
    """
    if n_attempts:
        raise Refused("deployment_used", attempts=n_attempts)
    registration = deployment.registration
    _note(registration, actor, "platform.deployment_removed", {"deployment": deployment.deployment_id}, now)
    registration.deployments.remove(deployment)


def remove_platform(registration: Registration, *, actor: Actor, now: datetime) -> None:
    """Take a platform away with its deployments, courses and links; people and their attempts stay."""
    data = {"issuer": registration.issuer, "client_id": registration.client_id}
    _note(registration, actor, "platform.removed", data, now)
    db.session.delete(registration)


def all_platforms() -> list[Registration]:
    query = select(Registration).options(selectinload(Registration.deployments)).order_by(Registration.name)
    return list(db.session.scalars(query.where(Registration.launches)))


def find_registration(issuer: str, client_id: str) -> Registration | None:
    query = select(Registration).where(
        Registration.issuer == issuer, Registration.client_id == client_id, Registration.launches
    )
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


def _fill(registration: Registration, details: PlatformDetails) -> None:
    """Take over names and addresses; keys that were fetched elsewhere are forgotten."""
    registration.name = details.name
    registration.auth_login_url = details.auth_login_url
    registration.auth_token_url = details.auth_token_url
    if registration.key_set_url != details.key_set_url:
        registration.key_set_url, registration.key_set = details.key_set_url, None
    registration.auth_audience = details.auth_audience


def _shown(registration: Registration) -> dict[str, str | None]:
    return {field: getattr(registration, field) for field in (*NAMES, *ADDRESSES, "auth_audience")}


def _note(registration: Registration, actor: Actor, action: str, data: Mapping[str, Any], now: datetime) -> None:
    journal.record(actor, action, f"platform:{registration.id}", data, now)


def _check(details: PlatformDetails) -> None:
    if problems := problems_of(details):
        raise Invalid("platform_field", field=problems[0])


def _is_name(value: str, longest: int = NAME_MAX) -> bool:
    """Something that can be stored, shown and sent: visible, no control characters, not too long."""
    return bool(value.strip()) and value.isprintable() and len(value) <= longest


def _is_address(value: str) -> bool:
    return _is_name(value, ADDRESS_MAX) and " " not in value and web_address(value) is not None
