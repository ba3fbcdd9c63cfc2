"""Tables of the review."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_proctor.extensions import Base, Key, enum_column
from lti_proctor.people.models import User
from lti_proctor.review.deciding import Left


class Verdict(StrEnum):
    positive = "positive"
    negative = "negative"


class Reason(StrEnum):
    """Why an attempt is not accepted; each has its sentence for the learner."""

    other_person = "other_person"
    help_from_others = "help_from_others"
    forbidden_material = "forbidden_material"
    left_exam = "left_exam"
    identity_unclear = "identity_unclear"
    recording_missing = "recording_missing"
    #: Only where nobody decided (`auto`).
    low_credibility = "low_credibility"
    other = "other"


class RemarkKind(StrEnum):
    """A note is for those who review; an incident is evidence, which the learner sees."""

    note = "note"
    incident = "incident"


class Cause(StrEnum):
    """Whose doing an incident was."""

    learner = "learner"
    surroundings = "surroundings"
    staff = "staff"
    technical = "technical"


class Computed(Base):
    """That the add-on `auto` has looked at an attempt: what it computed with, and why a person has to decide, if so.

    pii: none but through the attempt.  kept: with the attempt.
    """

    __tablename__ = "computed_conclusions"

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"), unique=True)
    left: Mapped[Left | None] = mapped_column(enum_column(Left, "left"))
    score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    threshold: Mapped[int] = mapped_column()
    at: Mapped[datetime] = mapped_column()


class Conclusion(Base):
    """One verdict of one reviewer; the newest one stands, the others are its history.

    pii: the reviewer's words about a learner.  kept: with the attempt.
    """

    __tablename__ = "conclusions"
    __table_args__ = (CheckConstraint("verdict = 'positive' OR reason IS NOT NULL", name="negative_has_reason"),)

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"), index=True)
    reviewer_id: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id", ondelete="SET NULL"))
    verdict: Mapped[Verdict] = mapped_column(enum_column(Verdict, "verdict"))
    reason: Mapped[Reason | None] = mapped_column(enum_column(Reason, "reason"))
    comment: Mapped[str] = mapped_column(Text, default="")
    #: An opinion: a second person has to decide.
    is_opinion: Mapped[bool] = mapped_column(default=False, server_default=false())
    at: Mapped[datetime] = mapped_column()

    reviewer: Mapped[User | None] = relationship()


class Opening(Base):
    """That a reviewer looked at the evidence of an attempt, for the first time.

    pii: user id.  kept: with the attempt.
    """

    __tablename__ = "review_openings"
    __table_args__ = (UniqueConstraint("attempt_id", "reviewer_id"),)

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"))
    reviewer_id: Mapped[int] = mapped_column(Key, ForeignKey("users.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column()


class Remark(Base):
    """What somebody wrote down about an attempt, perhaps at a moment of it and with a picture from the recording.

    pii: words about a learner.  kept: with the attempt.
    """

    __tablename__ = "review_remarks"
    __table_args__ = (
        CheckConstraint("kind = 'note' OR cause IS NOT NULL", name="incident_has_cause"),
        Index("ix_review_remarks_attempt_id", "attempt_id"),
    )

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id", ondelete="SET NULL"))
    kind: Mapped[RemarkKind] = mapped_column(enum_column(RemarkKind, "kind"))
    cause: Mapped[Cause | None] = mapped_column(enum_column(Cause, "cause"))
    text: Mapped[str] = mapped_column(Text)
    #: The moment of the attempt that it is about.
    moment: Mapped[datetime | None] = mapped_column()
    evidence_id: Mapped[int | None] = mapped_column(Key, ForeignKey("evidence.id", ondelete="SET NULL"))
    written_at: Mapped[datetime] = mapped_column()
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column()

    author: Mapped[User | None] = relationship()


class Appeal(Base):
    """A learner asks another reviewer to look at a conclusion; one for each attempt.

    `conclusion_id` is the conclusion that it is about; it is over once `decided_at` stands.

    pii: the learner's own words.  kept: with the attempt.
    """

    __tablename__ = "appeals"

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"), unique=True)
    conclusion_id: Mapped[int] = mapped_column(Key, ForeignKey("conclusions.id", ondelete="CASCADE"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    filed_at: Mapped[datetime] = mapped_column()
    decided_at: Mapped[datetime | None] = mapped_column()
    #: Whether the learner was right; None while nobody has decided.
    was_granted: Mapped[bool | None] = mapped_column()


class Disclosure(Base):
    """A learner asked to see the evidence of an attempt, and whether somebody has opened it to them.

    pii: none but through the attempt.  kept: with the attempt.
    """

    __tablename__ = "disclosures"

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"), unique=True)
    asked_at: Mapped[datetime] = mapped_column()
    opened_at: Mapped[datetime | None] = mapped_column()
    opened_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id", ondelete="SET NULL"))
