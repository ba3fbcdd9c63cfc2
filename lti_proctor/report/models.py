"""Tables of the report."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import Base, Key


class ReportLink(Base):
    """A link by which somebody without an account may read a report (add-on `shared`), until its day or until it is
    taken back. The browser holds a key of 256 bits, this row its hash.

    pii: user id of who made it.  kept: with the attempt.
    """

    __tablename__ = "report_links"

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"), index=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    revoked_at: Mapped[datetime | None] = mapped_column()
    #: How often it was opened, and when last; each time stands in the journal.
    n_views: Mapped[int] = mapped_column(default=0)
    viewed_at: Mapped[datetime | None] = mapped_column()

    attempt: Mapped[Attempt] = relationship()
