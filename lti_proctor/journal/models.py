"""The journal's table."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_proctor.extensions import Base, Json, Key


class Entry(Base):
    """One change. `chain` is the subject (`attempt:12`), `place` counts within it from 1.

    `hash` is SHA-256 over the hash before it and the canonical JSON of this entry, so that a changed, removed or moved
    entry is found (`broken_links`).

    pii: none (ids and codes only).  kept: for good.
    """

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("chain", "place"),
        Index("ix_journal_at", "at"),
        Index("ix_journal_actor_id", "actor_id"),
    )

    chain: Mapped[str] = mapped_column()
    place: Mapped[int] = mapped_column()
    at: Mapped[datetime] = mapped_column()
    actor_role: Mapped[str] = mapped_column()
    #: No foreign key: the entry outlives the person, and its hash covers the number.
    actor_id: Mapped[int | None] = mapped_column(Key)
    action: Mapped[str] = mapped_column()
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
