"""Who of those that watch over exams is here: on a page for staff within the last hour (administrator's guide, 4.4)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, or_, select, update

from lti_proctor.extensions import UTCDateTime, db, execute, table_of
from lti_proctor.people.models import CourseMember, User
from lti_proctor.people.roles import Part, is_member
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.prepared import Prepared

ONLINE = timedelta(minutes=60)
#: How often at most it is written down that somebody is here.
EVERY = timedelta(minutes=1)
STAFF = (Part.instructor, Part.assistant)
_USERS = table_of(User)
_SEEN_AT = Prepared(select(_USERS.c.seen_at).where(_USERS.c.id == bindparam("user_id")))
_NOTE = Prepared(
    update(_USERS).where(_USERS.c.id == bindparam("user_id")).values(seen_at=bindparam("now", type_=UTCDateTime))
)


def note_here(user_id: int, now: datetime) -> bool:
    """Write down that somebody is on a page for staff; whether there was anything to write."""
    seen_at = execute(_SEEN_AT, user_id=user_id).scalar()
    if seen_at is not None and now - seen_at < EVERY:
        return False
    execute(_NOTE, user_id=user_id, now=now)
    return True


def proctors_online(course_id: int | None, members: Sequence[str], now: datetime) -> list[User]:
    """Those who may watch over an exam with these members and are here."""
    return _watchers(course_id, members, User.seen_at > now - ONLINE)


def watchers(course_id: int | None, members: Sequence[str]) -> list[User]:
    """Those who may watch over an exam with these members: proctors of the site, and those who teach or assist in the
    course. Where members are named, only these.
    """
    return _watchers(course_id, members)


def _watchers(course_id: int | None, members: Sequence[str], *conditions: ColumnElement[bool]) -> list[User]:
    teaches = select(CourseMember.user_id).where(
        CourseMember.course_id == course_id, CourseMember.is_active, CourseMember.launched_part.in_(STAFF)
    )
    named = User.username.in_(members) | User.group.in_(members)
    query = (
        select(User)
        .where(~User.is_locked, *conditions)
        .where(or_(User.role == SiteRole.proctor, User.id.in_(teaches), named & (User.role != SiteRole.student)))
        .order_by(User.id)
    )
    found = db.session.scalars(query)
    return [user for user in found if is_member(user.username, user.group, tuple(members))]
