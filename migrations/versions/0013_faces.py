"""Faces: what was seen on pictures, and the profiles that they are compared with."""

import sqlalchemy as sa
from alembic import op

from lti_proctor.extensions import Json, Key, UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "face_readings",
        sa.Column("id", Key, nullable=False),
        sa.Column("evidence_id", Key, nullable=False),
        sa.Column("seen", _choice("seen", "one", "none", "several", "small", "unknown"), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=True),
        sa.Column("engine", sa.String(255), nullable=False),
        sa.Column("findings", Json, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_face_readings_evidence_id_evidence"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_face_readings")),
        sa.UniqueConstraint("evidence_id", name=op.f("uq_face_readings_evidence_id")),
    )
    op.create_table(
        "face_profiles",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("evidence_id", Key, nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("engine", sa.String(255), nullable=False),
        sa.Column("source", _choice("source", "onboarding", "staff"), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_face_profiles_evidence_id_evidence"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_face_profiles_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_face_profiles")),
        sa.UniqueConstraint("user_id", name=op.f("uq_face_profiles_user_id")),
    )
    op.create_index("ix_face_profiles_evidence_id", "face_profiles", ["evidence_id"])
    # A picture of the kind that was not checked yet is looked for every minute.
    op.create_index("ix_evidence_kind_created_at", "evidence", ["kind", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_evidence_kind_created_at", "evidence")
    op.drop_table("face_profiles")
    op.drop_table("face_readings")
