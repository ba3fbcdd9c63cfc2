"""What the administrators' pages count."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import db
from lti_proctor.platforms.models import Course, Deployment, Registration, ResourceLink


@dataclass(frozen=True)
class Usage:
    """What hangs on a deployment, or on all of a platform."""

    courses: int = 0
    links: int = 0
    attempts: int = 0


def usage_of(registration: Registration) -> dict[int, Usage]:
    """By our key of the deployment."""
    mine = [deployment.id for deployment in registration.deployments]
    courses = select(Course.deployment_id, func.count()).group_by(Course.deployment_id)
    n_courses = dict(db.session.execute(courses.where(Course.deployment_id.in_(mine))).all())
    links = (
        select(ResourceLink.deployment_id, func.count(ResourceLink.id.distinct()), func.count(Attempt.id))
        .outerjoin(Attempt, Attempt.resource_link_id == ResourceLink.id)
        .where(ResourceLink.deployment_id.in_(mine))
        .group_by(ResourceLink.deployment_id)
    )
    counted = {key: (n_links, n_attempts) for key, n_links, n_attempts in db.session.execute(links)}
    return {key: Usage(n_courses.get(key, 0), *counted.get(key, (0, 0))) for key in mine}


def total(usages: Iterable[Usage]) -> Usage:
    rows = list(usages)
    return Usage(sum(u.courses for u in rows), sum(u.links for u in rows), sum(u.attempts for u in rows))


def attempts_on(deployment: Deployment) -> int:
    return usage_of(deployment.registration)[deployment.id].attempts


def waiting_first(platforms: Iterable[Registration]) -> list[Registration]:
    return sorted(platforms, key=lambda row: (row.is_active, row.name.casefold()))
