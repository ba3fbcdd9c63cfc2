"""What a launch leaves behind: the person, the course, the link. Few statements: every learner comes this way."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from lti_proctor.extensions import db
from lti_proctor.lti.claims import Launch
from lti_proctor.lti.launch import Arrived
from lti_proctor.people.models import Identity, User
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.platforms.models import Course, Registration, ResourceLink

Row = TypeVar("Row", Course, ResourceLink)


@dataclass(frozen=True)
class Comer:
    """The user behind a launch."""

    user_id: int
    is_new: bool
    is_locked: bool = False


def find_or_add_user(arrived: Arrived, *, now: datetime) -> Comer:
    """The person that this platform calls by this subject; names are brought up to date."""
    launch, registration_id = arrived.launch, arrived.platform.id
    row = _find_user(registration_id, launch.subject)
    if row is None:
        try:
            with db.session.begin_nested():
                return Comer(_add_user(registration_id, launch, now), is_new=True)
        except IntegrityError:
            # Two first launches at once: the other one was quicker.
            row = _find_user(registration_id, launch.subject)
            if row is None:
                raise
    changed = {key: value for key, value in _names(launch).items() if value and getattr(row, key) != value}
    if changed:
        db.session.execute(update(User).where(User.id == row.id).values(**changed))
    return Comer(row.id, is_new=False, is_locked=row.is_locked)


def _find_user(registration_id: int, subject: str) -> Any:
    query = (
        select(User.id, User.nickname, User.given_name, User.family_name, User.email, User.is_locked)
        .join(Identity, Identity.user_id == User.id)
        .where(Identity.registration_id == registration_id, Identity.subject == subject)
    )
    return db.session.execute(query).first()


def _add_user(registration_id: int, launch: Launch, now: datetime) -> int:
    values = {
        "username": f"lti-{secrets.token_hex(8)}",
        "provider": "lti",
        "role": SiteRole.student,
        "old_passwords": [],
        "is_locked": False,
        "group": "",
        "created_at": now,
        **_names(launch),
    }
    user_id = db.session.execute(insert(User).values(**values).returning(User.id)).scalar_one()
    db.session.execute(
        insert(Identity).values(registration_id=registration_id, subject=launch.subject, user_id=user_id)
    )
    return user_id


def _names(launch: Launch) -> dict[str, str]:
    names = launch.names
    whole = names.name or f"{names.given_name} {names.family_name}".strip()
    return {
        "nickname": whole,
        "given_name": names.given_name,
        "family_name": names.family_name,
        "email": names.email,
    }


def find_or_add_course(arrived: Arrived) -> Course:
    """The course of the launch; launches without a context share one per deployment."""
    launch = arrived.launch
    wanted = {"deployment_id": arrived.deployment_key, "context_id": launch.context_id}
    course = _one(Course, wanted) or _insert(Course, wanted)
    for name, value in (("label", launch.context_label), ("title", launch.context_title)):
        if value and getattr(course, name) != value:
            setattr(course, name, value)
    return course


def find_or_add_link(arrived: Arrived, course: Course | None = None) -> ResourceLink:
    """The placement that was launched, with what the launch says of its gradebook."""
    launch = arrived.launch
    wanted = {"deployment_id": arrived.deployment_key, "link_id": launch.link_id}
    link = _one(ResourceLink, wanted)
    if link is None:
        course = course or find_or_add_course(arrived)
        link = _insert(ResourceLink, wanted, course_id=course.id, scopes=[])
    _bring_up_to_date(link, arrived)
    return link


def _bring_up_to_date(link: ResourceLink, arrived: Arrived) -> None:
    launch, gradebook = arrived.launch, arrived.launch.gradebook
    values: dict[str, Any] = {"title": launch.link_title or link.title}
    if gradebook is not None:
        values["line_item_url"] = gradebook.line_item or link.line_item_url
        values["line_items_url"] = gradebook.line_items
        values["scopes"] = list(gradebook.scopes)
    for name, value in values.items():
        if getattr(link, name) != value:
            setattr(link, name, value)
    if launch.family and launch.family != arrived.platform.family:
        db.session.execute(
            update(Registration).where(Registration.id == arrived.platform.id).values(family=launch.family[:255])
        )


def _one(model: type[Row], wanted: dict[str, Any]) -> Row | None:
    return db.session.scalars(select(model).filter_by(**wanted)).one_or_none()


def _insert(model: type[Row], wanted: dict[str, Any], **more: Any) -> Row:
    """Add a row; when another launch was quicker, take its one."""
    try:
        with db.session.begin_nested():
            row = model(**wanted, **more)
            db.session.add(row)
        return row
    except IntegrityError:
        return db.session.scalars(select(model).filter_by(**wanted)).one()
