"""Tables of attempts."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_proctor.attempts.lifecycle import PHASE, SESSION_STATUS, Phase, Status
from lti_proctor.attempts.steps import Outcome, StepKey
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import Base, Json, Key, enum_column
from lti_proctor.journal.roles import Role
from lti_proctor.people.models import User
from lti_proctor.platforms.models import ResourceLink

_RUNNING = text("status IN ('started', 'paused', 'ready_to_submit')")


class Attempt(Base):
    """One learner's one go at one exam. `status` is written by `attempts.service.fire` alone.

    pii: who took which exam, IP address and browser at the start.  kept: bare facts for good, the rest as evidence.
    """

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("resource_link_id", "user_id", "number"),
        Index("ix_attempts_exam_id_status", "exam_id", "status"),
        Index("ix_attempts_running", "status", "deadline_at", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
        Index(
            "uq_attempts_running", "exam_id", "user_id", unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING
        ),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("result IS NULL OR (result >= 0 AND result <= 1)", name="result"),
    )

    identifier: Mapped[str] = mapped_column(unique=True)
    exam_id: Mapped[int] = mapped_column(Key, ForeignKey("exams.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(Key, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    resource_link_id: Mapped[int | None] = mapped_column(Key, ForeignKey("resource_links.id", ondelete="SET NULL"))
    number: Mapped[int] = mapped_column(default=1)
    #: The engine that watches, once the set-up has begun; empty before: the exam's present choice.
    provider: Mapped[str] = mapped_column(default="")
    status: Mapped[Status] = mapped_column(enum_column(Status, "status"), default=Status.created)
    #: The configuration that a started attempt goes by; before the start it is the exam's present one.
    config_version: Mapped[int | None] = mapped_column()
    #: Exam parameters that the launch set for this attempt, as the exam allows it; None for most.
    parameters: Mapped[dict[str, Any] | None] = mapped_column(Json)
    #: Codes of what the learner is spared (`exams/sparing.py`), None for most; the number grows with each change, so
    #: that a window that runs sees it.
    spared: Mapped[list[str] | None] = mapped_column(Json)
    spared_version: Mapped[int] = mapped_column(default=0, server_default="0")
    #: Grows with each message of the chat and each time one was read, so that a window that runs sees it.
    chat_version: Mapped[int] = mapped_column(default=0, server_default="0")

    created_at: Mapped[datetime] = mapped_column()
    set_up_at: Mapped[datetime | None] = mapped_column()
    started_at: Mapped[datetime | None] = mapped_column()
    deadline_at: Mapped[datetime | None] = mapped_column()
    #: Seconds that were left when the clock was stopped; None while it runs.
    held_seconds: Mapped[int | None] = mapped_column()
    #: What was left of a broken attempt that this one resumes: it has so long in place of the exam's limit.
    granted_seconds: Mapped[int | None] = mapped_column()
    seen_at: Mapped[datetime | None] = mapped_column()
    paused_at: Mapped[datetime | None] = mapped_column()
    paused_by: Mapped[Role | None] = mapped_column(enum_column(Role, "paused_by"))
    stopped_at: Mapped[datetime | None] = mapped_column()
    ended_by: Mapped[Role | None] = mapped_column(enum_column(Role, "ended_by"))
    signed_at: Mapped[datetime | None] = mapped_column()

    ipaddress: Mapped[str | None] = mapped_column()
    useragent: Mapped[str | None] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column()
    is_resumable: Mapped[bool] = mapped_column(default=False)
    is_removed: Mapped[bool] = mapped_column(default=False)

    #: The share reached in the exam, 0–1, as its content reported it.
    result: Mapped[Decimal | None] = mapped_column(Numeric(7, 6))
    result_data: Mapped[dict[str, Any] | None] = mapped_column(Json)
    result_at: Mapped[datetime | None] = mapped_column()
    #: Credibility, 0–100; None while there is nothing to compute it from.
    score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    #: Weights that a reviewer gave after the exam in place of the exam's own, and the score by the exam's own then.
    weights: Mapped[dict[str, str] | None] = mapped_column(Json)
    first_score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))

    exam: Mapped[Exam] = relationship()
    user: Mapped[User] = relationship()
    link: Mapped[ResourceLink | None] = relationship()
    steps: Mapped[list["AttemptStep"]] = relationship(back_populates="attempt", cascade="all, delete-orphan")
    #: Set when the exam itself lives in the LMS and only the watching is done here.
    assessment: Mapped["Assessment | None"] = relationship(
        back_populates="attempt", cascade="all, delete-orphan", lazy="joined"
    )

    @property
    def phase(self) -> Phase:
        return PHASE[self.status]

    @property
    def session_status(self) -> str:
        return SESSION_STATUS[self.status]


class AttemptStep(Base):
    """A set-up step that a learner went through; going through it again replaces it.

    pii: findings of the equipment check (device names).  kept: with the attempt.
    """

    __tablename__ = "attempt_steps"
    __table_args__ = (UniqueConstraint("attempt_id", "step"),)

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"))
    step: Mapped[StepKey] = mapped_column(enum_column(StepKey, "step"))
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome, "outcome"))
    stamp: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    at: Mapped[datetime] = mapped_column()

    attempt: Mapped[Attempt] = relationship(back_populates="steps")


class Assessment(Base):
    """The exam of an attempt that the LMS gives itself (LTI Proctoring Services 1.0): what it told at the start.

    Without a `start_url` it is one that a site gives which has us as its provider: there the learner starts it.

    `session_data` is the LMS's secret of this try; it is sent back and never logged or shown. `echoed` holds the claims
    that go back as they came.

    pii: none.  kept: with the attempt; an attempt that is opened again sends the learner in again.
    """

    __tablename__ = "assessments"

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"), unique=True)
    session_data: Mapped[str] = mapped_column(Text, deferred=True)
    start_url: Mapped[str] = mapped_column(Text)
    settings: Mapped[str | None] = mapped_column(Text, deferred=True)
    echoed: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, deferred=True)
    control_url: Mapped[str | None] = mapped_column(Text)
    control_actions: Mapped[list[str]] = mapped_column(Json, default=list)
    return_url: Mapped[str | None] = mapped_column(Text)
    #: When the learner was first sent into the assessment, and when the LMS said that it is over.
    sent_at: Mapped[datetime | None] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()
    problem: Mapped[str | None] = mapped_column(Text)

    attempt: Mapped[Attempt] = relationship(back_populates="assessment")

    @property
    def is_of_site(self) -> bool:
        return not self.start_url
