"""Phones as second cameras, and which way a picture of the room looks."""

import sqlalchemy as sa
from alembic import op

from lti_proctor.extensions import Key, UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phone_links",
        sa.Column("id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        _key("phone_links", "attempt_id", "attempts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_links")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_phone_links_secret_hash")),
    )
    op.create_index("ix_phone_links_attempt_id", "phone_links", ["attempt_id"])
    op.create_table(
        "phones",
        sa.Column("id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("joined_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        _key("phones", "attempt_id", "attempts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phones")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_phones_token_hash")),
    )
    op.create_index("ix_phones_attempt_id", "phones", ["attempt_id"])
    op.create_table(
        "phone_presences",
        sa.Column("id", Key, nullable=False),
        sa.Column("phone_id", Key, nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("starts_at <= ends_at", name=op.f("ck_phone_presences_times")),
        _key("phone_presences", "phone_id", "phones"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_presences")),
    )
    op.create_index("ix_phone_presences_phone_id", "phone_presences", ["phone_id", "ends_at"])
    turns = sa.Enum(
        "desk", "left", "behind", "right", name="turn", native_enum=False, create_constraint=True, length=40
    )
    op.create_table(
        "room_pictures",
        sa.Column("id", Key, nullable=False),
        sa.Column("evidence_id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column("turn", turns, nullable=False),
        _key("room_pictures", "attempt_id", "attempts"),
        _key("room_pictures", "evidence_id", "evidence"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_pictures")),
        sa.UniqueConstraint("attempt_id", "turn", name=op.f("uq_room_pictures_attempt_id_turn")),
        sa.UniqueConstraint("evidence_id", name=op.f("uq_room_pictures_evidence_id")),
    )


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    for table in ("room_pictures", "phone_presences", "phones", "phone_links"):
        op.drop_table(table)
