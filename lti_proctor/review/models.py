"""Tables of the review."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, Text
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
    at: Mapped[datetime] = mapped_column()

    reviewer: Mapped[User | None] = relationship()
