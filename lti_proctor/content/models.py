"""Tables of the exam itself."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_proctor.extensions import Base, Json, Key, enum_column


class Package(Base):
    """The files of an exam as they were uploaded; never changed. Exams name it by `identifier` in their configuration.

    pii: none.
    """

    __tablename__ = "packages"

    identifier: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column()
    title: Mapped[str] = mapped_column(default="")
    #: The activity that its statements are about; empty for plain pages.
    activity: Mapped[str] = mapped_column(String(500), default="")
    start_path: Mapped[str] = mapped_column()
    start_after: Mapped[str] = mapped_column(String(2000), default="")
    n_files: Mapped[int] = mapped_column()
    n_bytes: Mapped[int] = mapped_column(Key)
    created_at: Mapped[datetime] = mapped_column(index=True)


class PackageFile(Base):
    """One file of a package; the bytes lie in the storage under `key`.

    pii: none.
    """

    __tablename__ = "package_files"
    __table_args__ = (UniqueConstraint("package_id", "path"),)

    package_id: Mapped[int] = mapped_column(Key, ForeignKey("packages.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column()
    key: Mapped[str] = mapped_column()
    media_type: Mapped[str] = mapped_column()
    is_shown: Mapped[bool] = mapped_column()
    n_bytes: Mapped[int] = mapped_column(Key)


class Statement(Base):
    """What the exam's content reported of an attempt (xAPI 1.0.3), as it came, with its id.

    pii: answers, and what the content says of the learner.  kept: as evidence of the attempt.
    """

    __tablename__ = "statements"
    __table_args__ = (UniqueConstraint("attempt_id", "statement_id"),)

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"))
    statement_id: Mapped[str] = mapped_column(String(36))
    verb: Mapped[str] = mapped_column(String(500))
    activity: Mapped[str] = mapped_column(String(500), default="")
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    stored_at: Mapped[datetime] = mapped_column()


class DocumentKind(StrEnum):
    """Where a document belongs in xAPI."""

    state = "state"
    activity_profile = "activity_profile"
    agent_profile = "agent_profile"


class Document(Base):
    """What the exam's content keeps for itself during an attempt: bookmarks, answers, settings.

    pii: answers.  kept: as evidence of the attempt.
    """

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("attempt_id", "kind", "activity", "registration", "name"),
        Index("ix_documents_attempt_id_updated_at", "attempt_id", "updated_at"),
        CheckConstraint("length(etag) = 40", name="etag"),
    )

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"))
    kind: Mapped[DocumentKind] = mapped_column(enum_column(DocumentKind, "kind"))
    activity: Mapped[str] = mapped_column(String(500))
    #: The registration that the content named, or nothing.
    registration: Mapped[str] = mapped_column(String(36), default="")
    name: Mapped[str] = mapped_column()
    media_type: Mapped[str] = mapped_column()
    content: Mapped[bytes] = mapped_column(LargeBinary)
    etag: Mapped[str] = mapped_column(String(40))
    updated_at: Mapped[datetime] = mapped_column()
