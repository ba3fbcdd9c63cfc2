"""Tables of the chat."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_proctor.evidence.models import Evidence
from lti_proctor.extensions import Base, Key, enum_column
from lti_proctor.people.models import User


class Side(StrEnum):
    learner = "learner"
    staff = "staff"


_UNREAD = text("read_at IS NULL AND side = 'learner'")


class Message(Base):
    """One message of one side of an attempt's chat. The journal holds a hash over `salt` and `text`, so that nobody can
    guess a short text from its hash once the text is gone.

    `key` is the sender's own name for it: sent again, it is not written again. `evidence_id` is a spoken message, whose
    content `text` tells as well. `read_at`: the other side had it before its eyes.

    pii: words of a learner and of staff, who wrote them.  kept: `expires` days of the exam, else `keep_days`.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("attempt_id", "key"),
        Index("ix_messages_unread", "attempt_id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
    )

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"))
    side: Mapped[Side] = mapped_column(enum_column(Side, "side"))
    author_id: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id", ondelete="SET NULL"))
    key: Mapped[str] = mapped_column()
    text: Mapped[str] = mapped_column(Text)
    salt: Mapped[str] = mapped_column()
    evidence_id: Mapped[int | None] = mapped_column(Key, ForeignKey("evidence.id", ondelete="SET NULL"))
    written_at: Mapped[datetime] = mapped_column()
    read_at: Mapped[datetime | None] = mapped_column()

    author: Mapped[User | None] = relationship()
    spoken: Mapped[Evidence | None] = relationship()
