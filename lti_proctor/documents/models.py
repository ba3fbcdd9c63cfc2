"""Tables of documents."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lti_proctor.documents.names import Result
from lti_proctor.extensions import Base, Key, enum_column


class Reading(Base):
    """What was read on one picture of a document: the name and how well it agrees, and nothing else that stands there.

    pii: the name on the document.  kept: with the picture, and removed with it.
    """

    __tablename__ = "document_readings"
    __table_args__ = (CheckConstraint("score IS NULL OR (score >= 0 AND score <= 1)", name="score"),)

    evidence_id: Mapped[int] = mapped_column(Key, ForeignKey("evidence.id", ondelete="CASCADE"), unique=True)
    result: Mapped[Result] = mapped_column(enum_column(Result, "result"), default=Result.waiting)
    score: Mapped[float | None] = mapped_column()
    name: Mapped[str] = mapped_column(default="")
    #: Whether the check digits of a machine-readable zone held; only then a difference is believed.
    is_certain: Mapped[bool] = mapped_column(default=False)
    #: When the picture was given to the reader.
    asked_at: Mapped[datetime] = mapped_column()
    read_at: Mapped[datetime | None] = mapped_column()
