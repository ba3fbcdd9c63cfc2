"""Tables of the schedule: slots of proctors, and the seats in them that learners have booked."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_proctor.extensions import Base, Key
from lti_proctor.people.models import User


class Slot(Base):
    """A quarter of an hour in which a proctor is there for learners. Quarters are those of UTC; every time zone that
    is in use today has the same ones.

    pii: when a proctor works.  kept: with the user, or until it is taken away.
    """

    __tablename__ = "slots"
    __table_args__ = (UniqueConstraint("proctor_id", "starts_at"),)

    proctor_id: Mapped[int] = mapped_column(Key, ForeignKey("users.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime] = mapped_column(index=True)

    proctor: Mapped[User] = relationship()


class Booking(Base):
    """The time that a learner chose for an attempt: one for each attempt. Giving it back removes the row; the journal
    of the attempt remembers it.

    pii: when somebody takes an exam.  kept: with the attempt.
    """

    __tablename__ = "bookings"
    __table_args__ = (UniqueConstraint("attempt_id"), CheckConstraint("starts_at < ends_at", name="times"))

    attempt_id: Mapped[int] = mapped_column(Key, ForeignKey("attempts.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime] = mapped_column()
    booked_at: Mapped[datetime] = mapped_column()

    seats: Mapped[list["Seat"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class Seat(Base):
    """A place in one slot. Its number is below what the exam allows at once, and unique in the slot: of two learners
    who want the last place at the same moment the database lets one have it.

    pii: none.  kept: with the booking.
    """

    __tablename__ = "seats"
    __table_args__ = (
        UniqueConstraint("slot_id", "number"),
        UniqueConstraint("booking_id", "slot_id"),
        CheckConstraint("number >= 0", name="number"),
    )

    booking_id: Mapped[int] = mapped_column(Key, ForeignKey("bookings.id", ondelete="CASCADE"))
    slot_id: Mapped[int] = mapped_column(Key, ForeignKey("slots.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column()

    slot: Mapped[Slot] = relationship()
