"""Tables of what was noticed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lti_proctor.exams.addons import Metric
from lti_proctor.extensions import Base, Json, Key, enum_column

_UNCOUNTED = text("NOT is_counted")


class SpanBatch(Base):
    """Spans as one browser sent them, each batch once. Counted into `minutes` and `flags` by a job.

    pii: what a learner's browser noticed.  kept: until it is counted and the attempt is over.
    """

    __tablename__ = "span_batches"
    __table_args__ = (
        UniqueConstraint("attempt_id", "client", "first_seq"),
        Index("ix_span_batches_uncounted", "attempt_id", sqlite_where=_UNCOUNTED, postgresql_where=_UNCOUNTED),
    )

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"))
    #: The browser, by a random name that it keeps for this attempt.
    client: Mapped[str] = mapped_column()
    first_seq: Mapped[int] = mapped_column(Key)
    last_seq: Mapped[int] = mapped_column(Key)
    spans: Mapped[list[Any]] = mapped_column(Json)
    received_at: Mapped[datetime] = mapped_column()
    is_counted: Mapped[bool] = mapped_column(default=False)


class MinuteSample(Base):
    """What was seen of one metric in one minute of an attempt, in milliseconds.

    pii: what a learner's browser noticed.  kept: with the attempt.
    """

    __tablename__ = "minute_samples"
    __table_args__ = (
        UniqueConstraint("attempt_id", "minute", "metric"),
        CheckConstraint("violated_ms >= 0 AND violated_ms <= told_ms AND unknown_ms >= 0", name="milliseconds"),
    )

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"))
    minute: Mapped[int] = mapped_column()
    metric: Mapped[Metric] = mapped_column(enum_column(Metric, "metric"))
    violated_ms: Mapped[int] = mapped_column(Key, default=0)
    told_ms: Mapped[int] = mapped_column(Key, default=0)
    unknown_ms: Mapped[int] = mapped_column(Key, default=0)


class Disposition(StrEnum):
    """What a person made of a flag."""

    open = "open"
    confirmed = "confirmed"
    dismissed = "dismissed"


class Flag(Base):
    """A stretch of time in which a metric was violated; a flag for people once it is long enough (`worth_a_flag`).

    `pieces` are the violations themselves, `[from, to]` in milliseconds since 1970. `answer` is what the learner says
    to it.

    pii: what a learner's browser noticed, and the learner's own words.  kept: with the attempt.
    """

    __tablename__ = "flags"
    __table_args__ = (
        Index("ix_flags_attempt_id_starts_at", "attempt_id", "starts_at"),
        CheckConstraint("starts_at <= ends_at", name="times"),
    )

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"))
    metric: Mapped[Metric] = mapped_column(enum_column(Metric, "metric"))
    starts_at: Mapped[datetime] = mapped_column()
    ends_at: Mapped[datetime] = mapped_column()
    violated_ms: Mapped[int] = mapped_column(Key)
    pieces: Mapped[list[Any]] = mapped_column(Json)
    disposition: Mapped[Disposition] = mapped_column(
        enum_column(Disposition, "disposition"), default=Disposition.open, server_default="open"
    )
    decided_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column()
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column()
