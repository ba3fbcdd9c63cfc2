"""Verbs on people: local accounts, sign-ins."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, select, update

from lti_proctor import clock, jobs, journal
from lti_proctor.errors import Invalid, NotFound
from lti_proctor.extensions import UTCDateTime, db, execute, table_of
from lti_proctor.journal import Actor
from lti_proctor.people import passwords
from lti_proctor.people.models import SignIn, User
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.prepared import Prepared

USERNAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_OPEN = Prepared(insert(table_of(SignIn)))
_FIND = Prepared(
    select(
        SignIn.id, SignIn.data, SignIn.user_id, SignIn.expires_at, User.username, User.nickname, User.given_name,
        User.family_name, User.role, User.group.label("group"), User.locale, User.timezone, User.is_locked,
    )
    .outerjoin(User, User.id == SignIn.user_id)
    .where(SignIn.token_hash == bindparam("token_hash"))
)  # fmt: skip

#: The sign-in of a token that is valid now, for statements that read something of the person besides: with the values
#: `token_hash` and `now`, over `SignIn` joined with `User`. The rule is that of `find_sign_in`.
IS_SIGNED_IN = and_(
    SignIn.token_hash == bindparam("token_hash"),
    SignIn.expires_at > bindparam("now", type_=UTCDateTime),
    ~User.is_locked,
)


@dataclass(frozen=True)
class Person:
    """Who is signed in, as the doors need it."""

    user_id: int
    username: str
    name: str
    role: SiteRole
    group: str
    locale: str | None
    timezone: str | None


@dataclass(frozen=True)
class Session:
    """A sign-in that is valid now."""

    id: int
    data: dict[str, Any]
    person: Person | None


def add_user(
    username: str, *, role: SiteRole, nickname: str, password: str | None, policy: str, actor: Actor, now: datetime
) -> User:
    """A local account. Raises `Invalid`: `username`, `username_taken`, or a rule of the password."""
    if not USERNAME.fullmatch(username):
        raise Invalid("username")
    if find_user(username):
        raise Invalid("username_taken")
    user = User(username=username, provider="local", role=role, nickname=nickname[:255], created_at=now)
    user.old_passwords = []
    if password is not None:
        passwords.set_password(user, password, policy=policy)
    db.session.add(user)
    db.session.flush()
    journal.record(actor, "user.added", f"user:{user.id}", {"role": role.value}, now, first=True)
    return user


def change_password(user: User, password: str, *, policy: str, actor: Actor, now: datetime) -> None:
    """Set a password and end every session of the user."""
    passwords.set_password(user, password, policy=policy)
    end_all_sign_ins(user.id)
    journal.record(actor, "user.password_changed", f"user:{user.id}", {}, now)


def change_role(user: User, role: SiteRole, *, actor: Actor, now: datetime) -> None:
    before, user.role = user.role, role
    journal.record(actor, "user.role_changed", f"user:{user.id}", {"before": before.value, "after": role.value}, now)


def find_user(username: str) -> User | None:
    return db.session.scalars(select(User).where(User.username == username)).one_or_none()


def get_user(username: str) -> User:
    found = find_user(username)
    if found is None:
        raise NotFound("user")
    return found


def open_sign_in(token: str, *, user_id: int | None, data: dict[str, Any], hours: int, now: datetime) -> None:
    """Keep a new session under the hash of its token."""
    execute(
        _OPEN,
        token_hash=hash_token(token),
        user_id=user_id,
        data=data,
        created_at=now,
        expires_at=now + timedelta(hours=hours),
    )


def find_sign_in(token: str, *, now: datetime) -> Session | None:
    """The session of a token, with its person; None when it ended, or when the person was locked."""
    row = execute(_FIND, token_hash=hash_token(token)).first()
    if row is None or row.expires_at <= now or row.is_locked:
        return None
    if row.user_id is None:
        return Session(row.id, row.data, None)
    name = row.nickname or f"{row.given_name} {row.family_name}".strip() or row.username
    person = Person(row.user_id, row.username, name, SiteRole(row.role), row.group, row.locale, row.timezone)
    return Session(row.id, row.data, person)


def update_sign_in(sign_in_id: int, data: dict[str, Any]) -> None:
    db.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(data=data))


def end_sign_in(sign_in_id: int) -> None:
    db.session.execute(delete(SignIn).where(SignIn.id == sign_in_id))


def end_all_sign_ins(user_id: int) -> None:
    db.session.execute(delete(SignIn).where(SignIn.user_id == user_id))


@jobs.job("people.forget_sign_ins", every_minute=True)
def forget_sign_ins() -> None:
    db.session.execute(delete(SignIn).where(SignIn.expires_at < clock.now()))


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
