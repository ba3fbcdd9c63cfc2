"""Recordings of camera and screen, in parts as they come."""

import sqlalchemy as sa
from alembic import op

from lti_proctor.extensions import Key, UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TRACKS = ("camera", "screen", "room", "phone")


def upgrade() -> None:
    op.create_table(
        "recordings",
        sa.Column("id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column(
            "track",
            sa.Enum(*TRACKS, name="track", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("begins_at", UTCDateTime(), nullable=False),
        sa.Column("last_at", UTCDateTime(), nullable=False),
        sa.Column("n_chunks", sa.Integer(), nullable=False),
        sa.Column("n_bytes", Key, nullable=False),
        sa.Column("head", sa.String(255), nullable=False),
        sa.Column("n_expected", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(255), nullable=True),
        sa.Column("sha256", sa.String(255), nullable=True),
        sa.Column("seconds", sa.Numeric(10, 2), nullable=True),
        sa.CheckConstraint("n_chunks >= 0 AND n_bytes >= 0", name=op.f("ck_recordings_sizes")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_recordings_attempt_id_attempts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("attempt_id", "name", name=op.f("uq_recordings_attempt_id_name")),
    )
    op.create_index(
        "ix_recordings_open",
        "recordings",
        ["last_at"],
        sqlite_where=sa.text("key IS NULL"),
        postgresql_where=sa.text("key IS NULL"),
    )
    op.create_table(
        "chunks",
        sa.Column("id", Key, nullable=False),
        sa.Column("recording_id", Key, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("n_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(255), nullable=False),
        sa.Column("head", sa.String(255), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name=op.f("fk_chunks_recording_id_recordings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chunks")),
        sa.UniqueConstraint("recording_id", "seq", name=op.f("uq_chunks_recording_id_seq")),
    )


def downgrade() -> None:
    op.drop_table("chunks")
    op.drop_table("recordings")
