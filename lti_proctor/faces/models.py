"""Tables of faces."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_proctor.evidence.models import Evidence
from lti_proctor.extensions import Base, Json, Key, enum_column
from lti_proctor.faces.looks import Look, Seen
from lti_proctor.people.models import User


class FaceReading(Base):
    """What a look at a picture of an attempt said; made once for each picture that is kept. A snapshot has no vector,
    but what the comparisons said: `findings` holds match and distance by metric.

    pii: face vector.  kept: with the picture.
    """

    __tablename__ = "face_readings"

    evidence_id: Mapped[int] = mapped_column(Key, ForeignKey("evidence.id", ondelete="CASCADE"), unique=True)
    seen: Mapped[Seen] = mapped_column(enum_column(Seen, "seen"))
    vector: Mapped[bytes | None] = mapped_column(LargeBinary)
    engine: Mapped[str] = mapped_column(default="")
    findings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    at: Mapped[datetime] = mapped_column()

    evidence: Mapped[Evidence] = relationship()

    @property
    def look(self) -> Look:
        return Look(self.seen, self.vector, self.engine)


class Source(StrEnum):
    """What made a photo the one of the profile."""

    onboarding = "onboarding"
    staff = "staff"


class FaceProfile(Base):
    """The face by which a person is recognised: the vector of one photo.

    pii: face vector.  kept: with the photo that it was made from, at most until the user is removed.
    """

    __tablename__ = "face_profiles"

    user_id: Mapped[int] = mapped_column(Key, ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    evidence_id: Mapped[int] = mapped_column(Key, ForeignKey("evidence.id", ondelete="CASCADE"), index=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    engine: Mapped[str] = mapped_column()
    source: Mapped[Source] = mapped_column(enum_column(Source, "source"))
    created_at: Mapped[datetime] = mapped_column()

    user: Mapped[User] = relationship()

    @property
    def look(self) -> Look:
        return Look(Seen.one, self.vector, self.engine)
