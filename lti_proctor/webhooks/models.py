"""The table of webhooks."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_proctor.extensions import Base, Json, Key
from lti_proctor.platforms.models import Course


class Webhook(Base):
    """An address that is told of events of one course, or of the whole site. The secret that signs the messages is
    encrypted with the site's own.

    pii: none.  kept: until it is removed.
    """

    __tablename__ = "webhooks"

    url: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(Text)
    events: Mapped[list[str]] = mapped_column(Json)
    course_id: Mapped[int | None] = mapped_column(Key, ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column()

    course: Mapped[Course | None] = relationship()
