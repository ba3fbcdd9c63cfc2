"""What the LMS says it has in its gradebook, as read the last time, to be compared with what was sent."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, UniqueConstraint, delete, insert
from sqlalchemy.orm import Mapped, mapped_column

from lti_proctor.attempts.grading import Points
from lti_proctor.extensions import Base, Key, db, table_of
from lti_proctor.platforms.models import ResourceLink


class GradebookResult(Base):
    """The grade of one learner in the column of one link, as the LMS told it (AGS 2.0, section 3.3).

    pii: grade of a learner.  kept: until the next reading or until the link or the user is removed.
    """

    __tablename__ = "gradebook_results"
    __table_args__ = (UniqueConstraint("resource_link_id", "user_id"),)

    resource_link_id: Mapped[int] = mapped_column(Key, ForeignKey("resource_links.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(Key, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    #: None where the LMS knows the learner and has no grade.
    given: Mapped[Decimal | None] = mapped_column(Numeric(14, 4))
    maximum: Mapped[Decimal] = mapped_column(Numeric(14, 4))


def take_over_results(link: ResourceLink, results: Mapping[int, Points], *, now: datetime) -> None:
    """Replace what is known of the link's column; the keys are those of users."""
    db.session.execute(delete(GradebookResult).where(GradebookResult.resource_link_id == link.id))
    rows = [
        {"resource_link_id": link.id, "user_id": user_id, "given": points.given, "maximum": points.maximum}
        for user_id, points in sorted(results.items())
    ]
    if rows:
        db.session.execute(insert(table_of(GradebookResult)), rows)
    link.results_at = now
