"""What single learners are spared of an exam."""

import sqlalchemy as sa
from alembic import op

from lti_proctor.extensions import Json, Key

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _accommodations()


def _accommodations() -> None:
    op.create_table(
        "accommodations",
        sa.Column("id", Key, nullable=False),
        sa.Column("exam_id", Key, nullable=True),
        sa.Column("course_id", Key, nullable=True),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("spared", Json, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("(exam_id IS NULL) <> (course_id IS NULL)", name=op.f("ck_accommodations_one_place")),
        sa.ForeignKeyConstraint(
            ["exam_id"], ["exams.id"], name=op.f("fk_accommodations_exam_id_exams"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_accommodations_course_id_courses"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_accommodations_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accommodations")),
        sa.UniqueConstraint("exam_id", "user_id", name=op.f("uq_accommodations_exam_id_user_id")),
        sa.UniqueConstraint("course_id", "user_id", name=op.f("uq_accommodations_course_id_user_id")),
    )
    op.create_index("ix_accommodations_user_id", "accommodations", ["user_id"])
    op.add_column("attempts", sa.Column("spared", Json, nullable=True))
    op.add_column("attempts", sa.Column("spared_version", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    for column in ("spared", "spared_version"):
        op.execute(f"ALTER TABLE attempts DROP COLUMN {column}")
    op.drop_table("accommodations")
