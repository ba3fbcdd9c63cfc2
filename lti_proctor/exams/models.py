"""Tables of exams."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_proctor.exams.addons import Kind
from lti_proctor.exams.config import ExamConfig
from lti_proctor.extensions import Base, Json, Key, enum_column
from lti_proctor.people.models import User
from lti_proctor.platforms.models import Course


class Exam(Base):
    """What an instructor configured. `identifier` is the opaque value of the custom parameter `exam`.

    pii: none.
    """

    __tablename__ = "exams"
    __table_args__ = (CheckConstraint("version >= 1", name="version"),)

    identifier: Mapped[str] = mapped_column(unique=True)
    course_id: Mapped[int | None] = mapped_column(Key, ForeignKey("courses.id", ondelete="SET NULL"), index=True)
    kind: Mapped[Kind] = mapped_column(enum_column(Kind, "kind"))
    title: Mapped[str] = mapped_column()
    template: Mapped[str] = mapped_column(default="")
    copied_from: Mapped[str | None] = mapped_column()
    is_active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    stored: Mapped[dict[str, Any]] = mapped_column("config", Json)
    #: The configuration's `close_at` again, so that the periodic job finds what closed.
    closes_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column()

    course: Mapped[Course | None] = relationship()

    @property
    def config(self) -> ExamConfig:
        """The stored configuration, read once for each value that is stored."""
        read: tuple[dict[str, Any], ExamConfig] | None = self.__dict__.get("_read")
        if read is None or read[0] is not self.stored:
            read = self.__dict__["_read"] = (self.stored, ExamConfig.model_validate(self.stored))
        return read[1]


class ExamVersion(Base):
    """The configuration as it was: what a learner agreed to and what a running attempt goes by.

    pii: none.
    """

    __tablename__ = "exam_versions"
    __table_args__ = (UniqueConstraint("exam_id", "version"),)

    exam_id: Mapped[int] = mapped_column(Key, ForeignKey("exams.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column()
    stored: Mapped[dict[str, Any]] = mapped_column("config", Json)
    created_at: Mapped[datetime] = mapped_column()


class ExamTemplate(Base):
    """Named defaults. The one called `default` serves links that nobody configured.

    pii: none.
    """

    __tablename__ = "exam_templates"

    identifier: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column()
    kind: Mapped[Kind] = mapped_column(enum_column(Kind, "kind"), default=Kind.proctored)
    stored: Mapped[dict[str, Any]] = mapped_column("config", Json)
    created_at: Mapped[datetime] = mapped_column()

    @property
    def config(self) -> ExamConfig:
        return ExamConfig.model_validate(self.stored)


class Allowance(Base):
    """More time for one learner in one exam: minutes, and a factor on the limit. The reason is never kept.

    pii: user id.  kept: with the exam.
    """

    __tablename__ = "allowances"
    __table_args__ = (
        UniqueConstraint("exam_id", "user_id"),
        CheckConstraint("extra_minutes >= 0", name="extra_minutes"),
        CheckConstraint("factor >= 1", name="factor"),
    )

    exam_id: Mapped[int] = mapped_column(Key, ForeignKey("exams.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(Key, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    extra_minutes: Mapped[int] = mapped_column(default=0)
    factor: Mapped[Decimal] = mapped_column(Numeric(4, 2), default=Decimal(1))
    #: What this learner may do beside the exam's rules, for those who review.
    policy_exception: Mapped[str] = mapped_column(Text, default="", server_default="")

    user: Mapped[User] = relationship()


class Accommodation(Base):
    """What one learner is spared, in one exam or in all exams of a course (`exams/sparing.py` names the codes). The
    note is for those who grant it and is shown to nobody else: what is judged by it is a learner's health.

    pii: user id, and in the note perhaps why.  kept: until it is taken back, at the longest with the exam or course.
    """

    __tablename__ = "accommodations"
    __table_args__ = (
        UniqueConstraint("exam_id", "user_id"),
        UniqueConstraint("course_id", "user_id"),
        CheckConstraint("(exam_id IS NULL) <> (course_id IS NULL)", name="one_place"),
    )

    exam_id: Mapped[int | None] = mapped_column(Key, ForeignKey("exams.id", ondelete="CASCADE"))
    course_id: Mapped[int | None] = mapped_column(Key, ForeignKey("courses.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(Key, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    spared: Mapped[list[str]] = mapped_column(Json, default=list)
    note: Mapped[str] = mapped_column(Text, default="", deferred=True)

    user: Mapped[User] = relationship()
