"""Registrations as launches need them: plain, and remembered for some seconds so that a launch need not read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from lti_proctor.extensions import db
from lti_proctor.lti.memory import Memory
from lti_proctor.platforms.models import Deployment, Registration


@dataclass(frozen=True)
class Known:
    """One registration; `deployments` maps the platform's deployment ids to our keys."""

    id: int
    issuer: str
    client_id: str
    auth_login_url: str
    key_set_url: str
    family: str
    is_active: bool
    deployments: dict[str, int]
    role_map: Mapping[str, Any]


memory: Memory[list[Known]] = Memory()


def by_id(registration_id: int) -> Known | None:
    key = ("id", registration_id)
    found = memory.get(key)
    return next(iter(found if found is not None else _find(key, Registration.id == registration_id)), None)


def by_issuer(issuer: str) -> list[Known]:
    """All registrations of an issuer. Only those that exist are remembered, so a new one works at once."""
    key = ("issuer", issuer)
    found = memory.get(key)
    return found if found is not None else _find(key, Registration.issuer == issuer)


def _find(key: tuple[str, object], where: ColumnElement[bool]) -> list[Known]:
    query = select(Registration).where(where, Registration.launches).order_by(Registration.id)
    found = [_plain(row) for row in db.session.scalars(query)]
    if found:
        memory.put(key, found)
    return found


def _plain(row: Registration) -> Known:
    deployments = select(Deployment.deployment_id, Deployment.id).where(Deployment.registration_id == row.id)
    return Known(
        id=row.id,
        issuer=row.issuer,
        client_id=row.client_id,
        auth_login_url=row.auth_login_url,
        key_set_url=row.key_set_url,
        family=row.family,
        is_active=row.is_active,
        deployments=dict(db.session.execute(deployments).all()),
        role_map=row.role_map,
    )


def deployment_of(known: Known, deployment_id: str) -> int | None:
    """Our key of a deployment; one that is not remembered may have been added a moment ago."""
    if deployment_id in known.deployments:
        return known.deployments[deployment_id]
    query = select(Deployment.id).where(
        Deployment.registration_id == known.id, Deployment.deployment_id == deployment_id
    )
    return db.session.scalar(query)
