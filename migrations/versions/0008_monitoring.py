"""What was noticed during attempts: batches of spans, minutes, flags."""

import sqlalchemy as sa
from alembic import op

from lti_proctor.exams.addons import Metric
from lti_proctor.extensions import Json, Key, UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

METRICS = [m.value for m in Metric]
_UNCOUNTED = sa.text("NOT is_counted")


def _metric() -> sa.Enum:
    return sa.Enum(*METRICS, name="metric", native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "span_batches",
        sa.Column("id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column("client", sa.String(255), nullable=False),
        sa.Column("first_seq", Key, nullable=False),
        sa.Column("last_seq", Key, nullable=False),
        sa.Column("spans", Json, nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_span_batches_attempt_id_attempts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_span_batches")),
        sa.UniqueConstraint(
            "attempt_id", "client", "first_seq", name=op.f("uq_span_batches_attempt_id_client_first_seq")
        ),
    )
    op.create_index(
        "ix_span_batches_uncounted",
        "span_batches",
        ["attempt_id"],
        sqlite_where=_UNCOUNTED,
        postgresql_where=_UNCOUNTED,
    )
    op.create_table(
        "minute_samples",
        sa.Column("id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("metric", _metric(), nullable=False),
        sa.Column("violated_ms", Key, nullable=False),
        sa.Column("told_ms", Key, nullable=False),
        sa.Column("unknown_ms", Key, nullable=False),
        sa.CheckConstraint(
            "violated_ms >= 0 AND violated_ms <= told_ms AND unknown_ms >= 0",
            name=op.f("ck_minute_samples_milliseconds"),
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_minute_samples_attempt_id_attempts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minute_samples")),
        sa.UniqueConstraint("attempt_id", "minute", "metric", name=op.f("uq_minute_samples_attempt_id_minute_metric")),
    )
    op.create_table(
        "flags",
        sa.Column("id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column("metric", _metric(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("violated_ms", Key, nullable=False),
        sa.Column("pieces", Json, nullable=False),
        sa.CheckConstraint("starts_at <= ends_at", name=op.f("ck_flags_times")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_flags_attempt_id_attempts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flags")),
    )
    op.create_index("ix_flags_attempt_id_starts_at", "flags", ["attempt_id", "starts_at"])


def downgrade() -> None:
    op.drop_table("flags")
    op.drop_table("minute_samples")
    op.drop_table("span_batches")
