"""Tables of phones."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import Base, Key


class PhoneLink(Base):
    """A link that lets one phone join an attempt, once; the learner's page holds its secret, this row the hash.

    pii: none.  kept: a day after it has expired.
    """

    __tablename__ = "phone_links"

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()


class Phone(Base):
    """A phone that joined an attempt: a session that is good for its own few addresses; this row holds its hash.

    `ended_at` is set when the learner took it off, another one took its place, or the attempt is over.

    pii: when somebody's phone joined.  kept: until the session would have expired.
    """

    __tablename__ = "phones"

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    joined_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()

    attempt: Mapped[Attempt] = relationship()


class Presence(Base):
    """A stretch in which the camera of a phone was on: signs of life that follow each other closely enough.

    pii: when somebody's phone was on.  kept: with the phone.
    """

    __tablename__ = "phone_presences"
    __table_args__ = (
        Index("ix_phone_presences_phone_id", "phone_id", "ends_at"),
        CheckConstraint("starts_at <= ends_at", name="times"),
    )

    phone_id: Mapped[int] = mapped_column(Key, ForeignKey("phones.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime] = mapped_column()
    ends_at: Mapped[datetime] = mapped_column()
