"""Invitations by which an LMS may register itself once."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, select, update
from sqlalchemy.orm import Mapped, mapped_column

from lti_proctor import journal
from lti_proctor.errors import Refused
from lti_proctor.extensions import Base, db
from lti_proctor.journal import Actor
from lti_proctor.platforms.models import Registration


class PlatformInvite(Base):
    """Lets one platform register itself until it expires. Only the SHA-256 of its token is kept.

    pii: none.
    """

    __tablename__ = "platform_invites"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    #: What registers by it may launch at once, without an administrator's approval.
    approves: Mapped[bool] = mapped_column()
    #: For which LMS it is, in the words of who made it; the platform that registers by it is called so.
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()


def make_invite(*, hours: int, approves: bool, actor: Actor, now: datetime, note: str = "") -> str:
    """The token of a new invitation. It is told once and can't be read again."""
    token = secrets.token_urlsafe(32)
    expires_at = now + timedelta(hours=hours)
    invite = PlatformInvite(
        token_hash=_hash(token), approves=approves, note=note, created_at=now, expires_at=expires_at
    )
    db.session.add(invite)
    db.session.flush()
    data = {"approves": approves, "expires_at": expires_at.isoformat()}
    journal.record(actor, "invite.made", f"invite:{invite.id}", data, now)
    return token


def get_invite(token: str, *, now: datetime) -> PlatformInvite:
    """The invitation of a token. Raises `Refused`: invite_unknown, invite_used, invite_expired."""
    invite = db.session.scalars(select(PlatformInvite).where(PlatformInvite.token_hash == _hash(token))).one_or_none()
    if invite is None:
        raise Refused("invite_unknown")
    if invite.used_at is not None:
        raise Refused("invite_used")
    if invite.expires_at <= now:
        raise Refused("invite_expired")
    return invite


def use_invite(invite: PlatformInvite, registration: Registration, *, actor: Actor, now: datetime) -> None:
    """Use it up. Of two requests at the same moment one is refused with invite_used."""
    mine = update(PlatformInvite).where(PlatformInvite.id == invite.id, PlatformInvite.used_at.is_(None))
    used = db.session.scalars(mine.values(used_at=now).returning(PlatformInvite.id)).all()
    if not used:
        raise Refused("invite_used")
    journal.record(actor, "invite.used", f"invite:{invite.id}", {"platform": registration.id}, now)


def withdraw_invite(invite: PlatformInvite, *, actor: Actor, now: datetime) -> None:
    """Let nobody register by it any more. Raises `Refused` with invite_used when somebody has."""
    if invite.used_at is not None:
        raise Refused("invite_used")
    journal.record(actor, "invite.withdrawn", f"invite:{invite.id}", {}, now)
    db.session.delete(invite)


def open_invites(*, now: datetime) -> list[PlatformInvite]:
    """Those that somebody may still use, the one that ends first before the others."""
    is_open = select(PlatformInvite).where(PlatformInvite.used_at.is_(None), PlatformInvite.expires_at > now)
    return list(db.session.scalars(is_open.order_by(PlatformInvite.expires_at, PlatformInvite.id)))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
