"""Tables of evidence."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lti_proctor.extensions import Base, Json, Key, enum_column


class EvidenceKind(StrEnum):
    face = "face"
    passport = "passport"
    scan = "scan"
    extrapage = "extrapage"
    snapshot = "snapshot"
    phone = "phone"
    overview = "overview"
    #: A picture from a recording, beside what a reviewer wrote.
    remark = "remark"
    #: Attached by the learner during the exam; not shown among photos.
    file = "file"
    #: What a proctor said to the learner, recorded by themselves; with sound, perhaps with their picture.
    spoken = "spoken"


#: What is no picture.
NO_PICTURES = (EvidenceKind.file, EvidenceKind.spoken)


class Evidence(Base):
    """A file bound to an attempt; the bytes lie in the storage under `key`.

    `name` is only there for files that a learner attached.

    pii: image of a face, a document or a room, what a learner attached, or the voice of a proctor.  kept: `expires`
    days of the exam, else `keep_days` of the site.
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
    name: Mapped[str | None] = mapped_column()


class Turn(StrEnum):
    """Where the camera looks in the look around the room, in order."""

    desk = "desk"
    left = "left"
    behind = "behind"
    right = "right"


class RoomPicture(Base):
    """Which way a picture of the room looks; there is one for each.

    pii: none but through its evidence.  kept: with it.
    """

    __tablename__ = "room_pictures"
    __table_args__ = (UniqueConstraint("attempt_id", "turn"),)

    evidence_id: Mapped[int] = mapped_column(Key, ForeignKey("evidence.id", ondelete="CASCADE"), unique=True)
    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"))
    turn: Mapped[Turn] = mapped_column(enum_column(Turn, "turn"))


class Track(StrEnum):
    """What a recording shows."""

    camera = "camera"
    screen = "screen"


_OPEN = text("key IS NULL")


class Recording(Base):
    """One recording of one track, from one page of one browser; a page that is loaded again begins another.

    `head` is the end of a hash chain over its chunks, which begins at the attempt's journal; `n_expected` is how many
    chunks the browser says there are, once it has ended. `key` names the whole file, once the chunks are joined.

    pii: picture and sound of a person, or of their screen.  kept: `expires` days of the exam, else `keep_days`.
    """

    __tablename__ = "recordings"
    __table_args__ = (
        UniqueConstraint("attempt_id", "name"),
        Index("ix_recordings_open", "last_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        CheckConstraint("n_chunks >= 0 AND n_bytes >= 0", name="sizes"),
    )

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"))
    track: Mapped[Track] = mapped_column(enum_column(Track, "track"))
    name: Mapped[str] = mapped_column()
    begins_at: Mapped[datetime] = mapped_column()
    last_at: Mapped[datetime] = mapped_column()
    n_chunks: Mapped[int] = mapped_column(default=0)
    n_bytes: Mapped[int] = mapped_column(Key, default=0)
    head: Mapped[str] = mapped_column()
    n_expected: Mapped[int | None] = mapped_column()
    key: Mapped[str | None] = mapped_column()
    sha256: Mapped[str | None] = mapped_column()
    seconds: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))


class Chunk(Base):
    """Some seconds of a recording: its bytes lie in the storage until all are joined, its hash stays.

    pii: none but through its recording.  kept: with the recording.
    """

    __tablename__ = "chunks"
    __table_args__ = (UniqueConstraint("recording_id", "seq"),)

    recording_id: Mapped[int] = mapped_column(Key, ForeignKey("recordings.id", ondelete="CASCADE"))
    seq: Mapped[int] = mapped_column()
    n_bytes: Mapped[int] = mapped_column()
    sha256: Mapped[str] = mapped_column()
    head: Mapped[str] = mapped_column()


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
