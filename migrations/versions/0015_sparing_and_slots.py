"""What single learners are spared of an exam, and conclusions that are computed."""

import sqlalchemy as sa
from alembic import op

from lti_proctor.extensions import Json, Key, UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


OLD_REASONS = (
    "other_person", "help_from_others", "forbidden_material", "left_exam", "identity_unclear", "recording_missing",
    "other",
)  # fmt: skip
REASONS = (*OLD_REASONS, "low_credibility")


def upgrade() -> None:
    _accommodations()
    _conclusions(REASONS)
    _computed()
    op.add_column("evidence", sa.Column("name", sa.String(255), nullable=True))
    op.add_column("users", sa.Column("seen_at", UTCDateTime(), nullable=True))


def _conclusions(reasons: tuple[str, ...]) -> None:
    """The column allows these reasons. SQLite forgets the check constraints of a table that is made anew."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("conclusions", recreate="always" if is_sqlite else "never") as batch:
        if is_sqlite:
            batch.create_check_constraint(op.f("ck_conclusions_verdict"), sa.text("verdict IN ('positive', 'negative')"))
            batch.create_check_constraint(
                op.f("ck_conclusions_negative_has_reason"), sa.text("verdict = 'positive' OR reason IS NOT NULL")
            )
        else:
            batch.drop_constraint(op.f("ck_conclusions_reason"), type_="check")
        listed = ", ".join(repr(reason) for reason in reasons)
        batch.create_check_constraint(op.f("ck_conclusions_reason"), sa.text(f"reason IN ({listed})"))


def _computed() -> None:
    left = sa.Enum(
        "kind", "no_score", "below", "step", "evidence",
        name="left", native_enum=False, create_constraint=True, length=40,
    )  # fmt: skip
    op.create_table(
        "computed_conclusions",
        sa.Column("id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column("left", left, nullable=True),
        sa.Column("score", sa.Numeric(5, 2), nullable=True),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["attempts.id"],
            name=op.f("fk_computed_conclusions_attempt_id_attempts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_computed_conclusions")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_computed_conclusions_attempt_id")),
    )


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
    op.execute("DELETE FROM evidence WHERE kind = 'file'")
    op.execute("ALTER TABLE evidence DROP COLUMN name")
    op.execute("ALTER TABLE users DROP COLUMN seen_at")
    op.drop_table("computed_conclusions")
    op.execute("UPDATE conclusions SET reason = 'other' WHERE reason = 'low_credibility'")
    _conclusions(OLD_REASONS)
    for column in ("spared", "spared_version"):
        op.execute(f"ALTER TABLE attempts DROP COLUMN {column}")
    op.drop_table("accommodations")
