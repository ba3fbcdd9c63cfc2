"""Verbs on the roster of a course: who belongs to it, as the LMS tells it."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from lti_proctor.extensions import add_if_new, db, table_of
from lti_proctor.people.models import CourseMember, Identity, User
from lti_proctor.people.roles import Part
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.platforms.models import Course

#: How many people are looked up in one statement.
AT_ONCE = 500


class Standing(StrEnum):
    """Whether somebody still belongs to the course (NRPS 2.0, section 2.2)."""

    active = "active"
    inactive = "inactive"
    deleted = "deleted"


@dataclass(frozen=True)
class Member:
    """One person of a roster; empty where the LMS keeps a name to itself."""

    subject: str
    part: Part
    standing: Standing = Standing.active
    name: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""


def take_over(course: Course, members: Iterable[Member], *, is_whole: bool, now: datetime) -> None:
    """Bring the people of a course up to date with its roster; a part of one makes nobody inactive.

    Names that the roster leaves out are kept. Users come before the course, as in a launch, so that the two can't wait
    for each other.
    """
    told = sorted(members, key=lambda member: member.subject)
    users = _users_of(course.deployment.registration_id, told, now)
    rows = {row.user_id: row for row in db.session.scalars(select(CourseMember).filter_by(course_id=course.id))}
    for member in told:
        user_id = users.get(member.subject)
        if user_id is not None:
            _place(course.id, user_id, member, rows.pop(user_id, None))
    for row in rows.values() if is_whole else ():
        row.is_active = False
    course.roster_at = now
    db.session.flush()


def note_staff(course_id: int, user_id: int, part: Part) -> None:
    """Remember what a launch gave somebody who teaches: no roster lowers it."""
    row = db.session.scalars(select(CourseMember).filter_by(course_id=course_id, user_id=user_id)).one_or_none()
    if row is None:
        values = {"course_id": course_id, "user_id": user_id, "part": part, "launched_part": part, "is_active": True}
        add_if_new(CourseMember, **values)
    elif row.launched_part != part:
        row.launched_part = part


def _place(course_id: int, user_id: int, member: Member, row: CourseMember | None) -> None:
    if member.standing == Standing.deleted:
        if row is not None:
            db.session.delete(row)
        return
    is_active = member.standing == Standing.active
    if row is None:
        add_if_new(CourseMember, course_id=course_id, user_id=user_id, part=member.part, is_active=is_active)
    else:
        row.part, row.is_active = member.part, is_active


def _users_of(registration_id: int, members: Sequence[Member], now: datetime) -> dict[str, int]:
    """The user behind each member, made where there is none; somebody who was deleted is not made."""
    found: dict[str, int] = {}
    for start in range(0, len(members), AT_ONCE):
        chunk = members[start : start + AT_ONCE]
        known = _known(registration_id, [member.subject for member in chunk])
        for member in chunk:
            user = known.get(member.subject)
            if user is not None:
                _bring_up_to_date(user, member)
                found[member.subject] = user.id
            elif member.standing != Standing.deleted:
                found[member.subject] = _add(registration_id, member, now)
        db.session.flush()
    return found


def _known(registration_id: int, subjects: list[str]) -> dict[str, User]:
    query = select(Identity.subject, User).join(User, User.id == Identity.user_id)
    rows = db.session.execute(query.where(Identity.registration_id == registration_id, Identity.subject.in_(subjects)))
    return dict(rows.all())


def _bring_up_to_date(user: User, member: Member) -> None:
    for key, value in _names(member).items():
        if value and getattr(user, key) != value:
            setattr(user, key, value)


def _add(registration_id: int, member: Member, now: datetime) -> int:
    username = f"lti-{secrets.token_hex(8)}"
    user = User(username=username, provider="lti", role=SiteRole.student, created_at=now, **_names(member))
    user.old_passwords = []
    db.session.add(user)
    db.session.flush()
    wanted = {"registration_id": registration_id, "subject": member.subject}
    if add_if_new(Identity, user_id=user.id, **wanted) is not None:
        return user.id
    # The person came by a launch at this moment: that one counts.
    db.session.execute(table_of(User).delete().where(User.id == user.id))
    db.session.expunge(user)
    return db.session.scalars(select(Identity.user_id).filter_by(**wanted)).one()


def _names(member: Member) -> dict[str, str]:
    return {
        "nickname": member.name or f"{member.given_name} {member.family_name}".strip(),
        "given_name": member.given_name,
        "family_name": member.family_name,
        "email": member.email,
    }
