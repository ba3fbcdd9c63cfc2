"""Verbs on the tokens of the REST interface: made, found by their hash, revoked."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import joinedload

from lti_proctor import journal
from lti_proctor.errors import Invalid, NotFound
from lti_proctor.extensions import db
from lti_proctor.journal import Actor
from lti_proctor.people.models import ApiToken, User
from lti_proctor.people.scopes import Scope
from lti_proctor.people.service import hash_token
from lti_proctor.platforms.models import Course

#: By this a scanner of published code can tell what it found.
PREFIX = "ltip_"
NAME_MAX = 100
DAYS_MAX = 3650
#: How often at most it is written down that a token is in use.
EVERY = timedelta(minutes=1)


def make_token(
    name: str,
    scopes: Iterable[str],
    *,
    days: int | None,
    actor: Actor,
    now: datetime,
    owner: User | None = None,
    course: Course | None = None,
) -> tuple[str, ApiToken]:
    """A new token, told here and never again. `days` None: it does not expire.

    Raises `Invalid`: `token_name`, `token_scopes` (names the ones that there are), `token_days`.
    """
    name = " ".join(name.split())
    if not name or len(name) > NAME_MAX or not name.isprintable():
        raise Invalid("token_name")
    wanted = set(scopes)
    if not wanted or not wanted <= set(Scope):
        raise Invalid("token_scopes", scopes=" ".join(Scope))
    if days is not None and not 1 <= days <= DAYS_MAX:
        raise Invalid("token_days")
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        token_hash=hash_token(token), name=name, scopes=sorted(wanted), owner_id=owner and owner.id,
        course_id=course and course.id, created_at=now, expires_at=now + timedelta(days=days) if days else None,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    data = {"scopes": row.scopes, "owner": row.owner_id, "course": row.course_id, "days": days}
    journal.record(actor, "token.made", f"token:{row.id}", data, now)
    return token, row


def find_token(token: str, *, now: datetime) -> ApiToken | None:
    """The row of a token that is valid now: not past its time, its owner neither locked nor gone."""
    alive = or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now)
    query = (
        select(ApiToken)
        .outerjoin(User, User.id == ApiToken.owner_id)
        .where(ApiToken.token_hash == hash_token(token), alive, or_(ApiToken.owner_id.is_(None), ~User.is_locked))
    )
    return db.session.scalars(query).one_or_none()


def note_use(row: ApiToken, now: datetime) -> bool:
    """Write down that the token is in use; whether there was anything to write."""
    if row.used_at is not None and now - row.used_at < EVERY:
        return False
    db.session.execute(update(ApiToken).where(ApiToken.id == row.id).values(used_at=now))
    return True


def tokens() -> list[ApiToken]:
    """All of them, newest first, those past their time too."""
    query = select(ApiToken).options(joinedload(ApiToken.owner), joinedload(ApiToken.course))
    return list(db.session.scalars(query.order_by(ApiToken.id.desc())))


def get_token(token_id: int) -> ApiToken:
    """Raises `NotFound("token")`."""
    found = db.session.get(ApiToken, token_id)
    if found is None:
        raise NotFound("token")
    return found


def revoke_token(row: ApiToken, *, actor: Actor, now: datetime) -> None:
    """The token stops at once; the journal keeps that there was one."""
    journal.record(actor, "token.revoked", f"token:{row.id}", {}, now)
    db.session.delete(row)
