"""What was read on pictures of documents."""

import sqlalchemy as sa
from alembic import op

from lti_proctor.extensions import Key, UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

RESULTS = ("waiting", "same", "unclear", "differs", "not_read")


def upgrade() -> None:
    op.create_table(
        "document_readings",
        sa.Column("id", Key, nullable=False),
        sa.Column("evidence_id", Key, nullable=False),
        sa.Column("result", sa.Enum(*RESULTS, name="result", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("is_certain", sa.Boolean(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("score IS NULL OR (score >= 0 AND score <= 1)", name=op.f("ck_document_readings_score")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_document_readings_evidence_id_evidence"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_readings")),
        sa.UniqueConstraint("evidence_id", name=op.f("uq_document_readings_evidence_id")),
    )


def downgrade() -> None:
    op.drop_table("document_readings")
