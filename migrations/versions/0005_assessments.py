"""Assessments that the LMS gives itself and has proctored here (LTI Proctoring Services 1.0)."""

import sqlalchemy as sa
from alembic import op

from lti_proctor.extensions import Json, Key, UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assessments",
        sa.Column("id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column("session_data", sa.Text(), nullable=False),
        sa.Column("start_url", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=True),
        sa.Column("echoed", Json, nullable=False),
        sa.Column("control_url", sa.Text(), nullable=True),
        sa.Column("control_actions", Json, nullable=False),
        sa.Column("return_url", sa.Text(), nullable=True),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_assessments_attempt_id_attempts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_assessments_attempt_id")),
    )


def downgrade() -> None:
    op.drop_table("assessments")
