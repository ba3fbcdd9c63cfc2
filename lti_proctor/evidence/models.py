"""Tables of evidence."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lti_proctor.extensions import Base, Json, Key, enum_column


class EvidenceKind(StrEnum):
    face = "face"
    passport = "passport"
    snapshot = "snapshot"


class Evidence(Base):
    """A file bound to an attempt; the bytes lie in the storage under `key`.

    pii: face or document image.  kept: `expires` days of the exam, else `keep_days` of the site.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        Index("ix_evidence_attempt_id_kind", "attempt_id", "kind"),
        Index("ix_evidence_kind_created_at", "kind", "created_at"),
    )

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"))
    kind: Mapped[EvidenceKind] = mapped_column(enum_column(EvidenceKind, "kind"))
    key: Mapped[str] = mapped_column(unique=True)
    media_type: Mapped[str] = mapped_column()
    sha256: Mapped[str] = mapped_column()
    n_bytes: Mapped[int] = mapped_column()
    width: Mapped[int] = mapped_column()
    height: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column()


class Consent(Base):
    """What a learner agreed to: the version and hash of the text, the configuration, the language.

    pii: user id.  kept: with the attempt, as proof.
    """

    __tablename__ = "consents"

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(Key, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    text_version: Mapped[str] = mapped_column()
    stamp: Mapped[str] = mapped_column()
    config_version: Mapped[int] = mapped_column()
    captures: Mapped[list[str]] = mapped_column(Json)
    locale: Mapped[str] = mapped_column()
    agreed_at: Mapped[datetime] = mapped_column()
