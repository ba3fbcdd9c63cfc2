"""What a launch leaves behind: the person, the course, the link. Every learner comes this way, so the statements are
few and prepared.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from lti_proctor.extensions import add_if_new, execute, table_of
from lti_proctor.locales import known
from lti_proctor.lti.claims import Launch
from lti_proctor.lti.launch import Arrived
from lti_proctor.lti.memory import Memory
from lti_proctor.people.models import Identity, User
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.platforms.models import Course, Registration, ResourceLink
from lti_proctor.prepared import Prepared

_FIND_USER = Prepared(
    select(User.id, User.nickname, User.given_name, User.family_name, User.email, User.locale, User.is_locked)
    .join(Identity, Identity.user_id == User.id)
    .where(Identity.registration_id == bindparam("registration_id"), Identity.subject == bindparam("subject"))
)
_ADD_USER = Prepared(insert(table_of(User)).returning(table_of(User).c.id))
_FIND_COURSE = Prepared(
    select(Course.id, Course.label, Course.title, Course.memberships_url).where(
        Course.deployment_id == bindparam("deployment_id"), Course.context_id == bindparam("context_id")
    )
)
_FIND_LINK = Prepared(
    select(
        ResourceLink.id, ResourceLink.course_id, ResourceLink.exam_id, ResourceLink.title, ResourceLink.line_item_url,
        ResourceLink.line_items_url, ResourceLink.scopes, Course.context_id, Course.memberships_url,
    )
    .join(Course, Course.id == ResourceLink.course_id)
    .where(ResourceLink.deployment_id == bindparam("deployment_id"), ResourceLink.link_id == bindparam("link_id"))
)  # fmt: skip


@dataclass(frozen=True)
class Comer:
    """The user behind a launch."""

    user_id: int
    is_new: bool
    is_locked: bool = False


@dataclass(frozen=True)
class Place:
    """Where a launch came from, with our keys; `exam_id` is None while nobody has set the link up."""

    link_id: int
    course_id: int
    exam_id: int | None


_FIND_BY_COLUMN = Prepared(
    select(ResourceLink.id, ResourceLink.course_id, ResourceLink.exam_id).where(
        ResourceLink.deployment_id == bindparam("deployment_id"),
        ResourceLink.line_item_url == bindparam("line_item_url"),
    )
)

links: Memory[tuple[Place, dict[str, Any], str | None]] = Memory()


def find_or_add_user(arrived: Arrived, *, now: datetime) -> Comer:
    """The person that this platform calls by this subject; names are brought up to date."""
    launch, wanted = arrived.launch, {"registration_id": arrived.platform.id, "subject": arrived.launch.subject}
    row = execute(_FIND_USER, **wanted).first()
    if row is None:
        user_id = _add_user(launch, now)
        if add_if_new(Identity, user_id=user_id, **wanted) is not None:
            return Comer(user_id, is_new=True)
        # Two first launches at once: the other one was quicker, so ours goes and theirs counts.
        execute(table_of(User).delete().where(User.id == user_id))
        row = execute(_FIND_USER, **wanted).one()
    changed = {key: value for key, value in _names(launch).items() if value and getattr(row, key) != value}
    if changed:
        execute(update(table_of(User)).where(User.id == row.id).values(**changed))
    return Comer(row.id, is_new=False, is_locked=row.is_locked)


def _add_user(launch: Launch, now: datetime) -> int:
    username = f"lti-{secrets.token_hex(8)}"
    values = {"username": username, "provider": "lti", "role": SiteRole.student, "created_at": now, **_names(launch)}
    return int(execute(_ADD_USER, old_passwords=[], **values).scalar_one())


def _names(launch: Launch) -> dict[str, str | None]:
    names = launch.names
    whole = names.name or f"{names.given_name} {names.family_name}".strip()
    return {
        "locale": known(launch.locale),
        "nickname": whole,
        "given_name": names.given_name,
        "family_name": names.family_name,
        "email": names.email,
    }


def find_or_add_course(arrived: Arrived) -> int:
    """The course of the launch; launches without a context share one per deployment."""
    launch = arrived.launch
    wanted = {"deployment_id": arrived.deployment_key, "context_id": launch.context_id}
    told = {
        "label": launch.context_label,
        "title": launch.context_title,
        "memberships_url": launch.memberships_url,
    }
    row = execute(_FIND_COURSE, **wanted).first()
    if row is None:
        added = add_if_new(Course, **wanted, **told)
        if added is not None:
            return added
        row = execute(_FIND_COURSE, **wanted).one()
    _update(Course, row, {name: value for name, value in told.items() if value})
    return int(row.id)


def find_or_add_link(arrived: Arrived) -> Place:
    """The placement that was launched, with what the launch says of its gradebook.

    While a class comes in, each learner's launch says the same of the link: then nothing need be read.
    """
    key, told = (arrived.deployment_key, arrived.launch.link_id), _told_of_link(arrived.launch)
    roster = arrived.launch.memberships_url
    known = links.get(key)
    if known is not None and known[1] == told and roster in (None, known[2]):
        return known[0]
    place = _find_or_add_link(arrived, told)
    if place.exam_id is not None:
        links.put(key, (place, told, roster))
    return place


def _find_or_add_link(arrived: Arrived, told: dict[str, Any]) -> Place:
    wanted = {"deployment_id": arrived.deployment_key, "link_id": arrived.launch.link_id}
    row = execute(_FIND_LINK, **wanted).first()
    if row is None:
        add_if_new(ResourceLink, **wanted, course_id=find_or_add_course(arrived), scopes=[])
        row = execute(_FIND_LINK, **wanted).one()
    _update(ResourceLink, row, told)
    _note_roster(arrived.launch, row)
    _note_family(arrived)
    return Place(row.id, row.course_id, row.exam_id)


def find_place(arrived: Arrived) -> Place | None:
    """The placement that a message is about: by its link, else by its column in the gradebook. Nothing is made."""
    launch, deployment = arrived.launch, {"deployment_id": arrived.deployment_key}
    row = execute(_FIND_LINK, **deployment, link_id=launch.link_id).first() if launch.link_id else None
    if row is None and launch.gradebook is not None and launch.gradebook.line_item:
        row = execute(_FIND_BY_COLUMN, **deployment, line_item_url=launch.gradebook.line_item).first()
    return Place(row.id, row.course_id, row.exam_id) if row is not None else None


def find_user_id(registration_id: int, subject: str) -> int | None:
    """Our key of somebody whom a platform names; None when the person has never been here."""
    row = execute(_FIND_USER, registration_id=registration_id, subject=subject).first()
    return int(row.id) if row is not None else None


def _told_of_link(launch: Launch) -> dict[str, Any]:
    told: dict[str, Any] = {"title": launch.link_title} if launch.link_title else {}
    if launch.gradebook is not None:
        told["line_items_url"] = launch.gradebook.line_items
        told["scopes"] = list(launch.gradebook.scopes)
        if launch.gradebook.line_item:
            told["line_item_url"] = launch.gradebook.line_item
    return told


def _note_roster(launch: Launch, row: Row[Any]) -> None:
    """A launch of the link's own course may tell where the roster is; one that keeps silent takes nothing back."""
    url = launch.memberships_url
    if url and url != row.memberships_url and launch.context_id == row.context_id:
        courses = table_of(Course)
        execute(update(courses).where(courses.c.id == row.course_id).values(memberships_url=url))


def _note_family(arrived: Arrived) -> None:
    family = arrived.launch.family
    if family and family != arrived.platform.family:
        execute(update(table_of(Registration)).where(Registration.id == arrived.platform.id).values(family=family))


def _update(model: type[Course | ResourceLink], row: Row[Any], told: dict[str, Any]) -> None:
    changed = {name: value for name, value in told.items() if getattr(row, name) != value}
    if changed:
        execute(update(table_of(model)).where(table_of(model).c.id == row.id).values(**changed))
