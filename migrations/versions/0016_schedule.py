"""Slots of proctors, and the places in them that learners have booked."""

import sqlalchemy as sa
from alembic import op

from lti_proctor.extensions import Key, UTCDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slots",
        sa.Column("id", Key, nullable=False),
        sa.Column("proctor_id", Key, nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        _key("slots", "proctor_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint("proctor_id", "starts_at", name=op.f("uq_slots_proctor_id_starts_at")),
    )
    op.create_index("ix_slots_starts_at", "slots", ["starts_at"])
    op.create_table(
        "bookings",
        sa.Column("id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("booked_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_bookings_times")),
        _key("bookings", "attempt_id", "attempts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_bookings_attempt_id")),
    )
    op.create_index("ix_bookings_starts_at", "bookings", ["starts_at"])
    op.create_table(
        "seats",
        sa.Column("id", Key, nullable=False),
        sa.Column("booking_id", Key, nullable=False),
        sa.Column("slot_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_seats_number")),
        _key("seats", "booking_id", "bookings"),
        _key("seats", "slot_id", "slots"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
        sa.UniqueConstraint("booking_id", "slot_id", name=op.f("uq_seats_booking_id_slot_id")),
        sa.UniqueConstraint("slot_id", "number", name=op.f("uq_seats_slot_id_number")),
    )


def _key(table: str, column: str, referred: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{referred}")
    return sa.ForeignKeyConstraint([column], [f"{referred}.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    op.drop_table("seats")
    op.drop_table("bookings")
    op.drop_table("slots")
