"""Tables of what passes between attempts and outside providers."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import Base, Json, Key, enum_column
from lti_proctor.providers.base import ReviewStatus


class ProviderExam(Base):
    """How a provider calls an exam, and what it was last told of it.

    pii: none.
    """

    __tablename__ = "provider_exams"
    __table_args__ = (UniqueConstraint("exam_id", "provider"),)

    exam_id: Mapped[int] = mapped_column(Key, ForeignKey("exams.id", ondelete="CASCADE"))
    provider: Mapped[str] = mapped_column()
    external_id: Mapped[str | None] = mapped_column()
    told_version: Mapped[int] = mapped_column(default=0)


class Stage(StrEnum):
    """How far the announcement of an attempt is."""

    asked = "asked"
    registered = "registered"
    refused = "refused"
    gone = "gone"


class ProviderAttempt(Base):
    """An attempt as its outside provider knows it: our code for it, the provider's own id, what the learner is told.

    pii: none but through the attempt; the provider knows the learner by a keyed hash.  kept: with the attempt.
    """

    __tablename__ = "provider_attempts"
    __table_args__ = (Index("ix_provider_attempts_external_id", "external_id"),)

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"), unique=True)
    provider: Mapped[str] = mapped_column()
    code: Mapped[str] = mapped_column(unique=True)
    external_id: Mapped[str | None] = mapped_column()
    stage: Mapped[Stage] = mapped_column(enum_column(Stage, "stage"), default=Stage.asked)
    #: Why the provider refused, as a code, and its HTTP status.
    problem: Mapped[str | None] = mapped_column()
    problem_status: Mapped[int | None] = mapped_column()
    instructions: Mapped[list[str]] = mapped_column(Json, default=list)
    download_url: Mapped[str] = mapped_column(Text, default="")

    attempt: Mapped[Attempt] = relationship()


class ProviderReview(Base):
    """A review that a provider sent. The newest one stands; the others are its history.

    pii: a provider's words about a learner, perhaps a reviewer's address.  kept: with the attempt.
    """

    __tablename__ = "provider_reviews"

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"), index=True)
    status: Mapped[ReviewStatus] = mapped_column(enum_column(ReviewStatus, "status"))
    comments: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    reviewed_by: Mapped[str] = mapped_column(default="")
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, deferred=True)
    video_url: Mapped[str] = mapped_column(Text, default="")
    #: What became of the attempt by it, as a code.
    outcome: Mapped[str] = mapped_column()
    received_at: Mapped[datetime] = mapped_column()

    attempt: Mapped[Attempt] = relationship()
