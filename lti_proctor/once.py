"""Things that may be used once: nonces, tickets. Kept as hashes until they could not be valid any more."""

import hashlib
from datetime import datetime

from sqlalchemy import LargeBinary, delete
from sqlalchemy.orm import Mapped, mapped_column

from lti_proctor import clock, jobs
from lti_proctor.extensions import Base, UTCDateTime, add_if_new, db


class UsedToken(Base):
    """A value that was used up. The key is the first half of a SHA-256 over purpose and value.

    pii: none.  kept: until the value would have expired.
    """

    __tablename__ = "used_tokens"

    hash: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


def use(purpose: str, value: str, *, expires_at: datetime) -> bool:
    """Use a value up in the present transaction; False when somebody did before, in whichever process."""
    return add_if_new(UsedToken, hash=_digest(purpose, value), expires_at=expires_at) is not None


def give_back(purpose: str, value: str) -> None:
    """Let a value be used again: what it was taken for is over."""
    db.session.execute(delete(UsedToken).where(UsedToken.hash == _digest(purpose, value)))


def _digest(purpose: str, value: str) -> bytes:
    return hashlib.sha256(f"{purpose}\0{value}".encode()).digest()[:16]


@jobs.job("once.forget", every_minute=True)
def forget() -> None:
    """Remove what has expired."""
    db.session.execute(delete(UsedToken).where(UsedToken.expires_at < clock.now()))
