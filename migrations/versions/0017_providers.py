"""Outside providers: what they call exams and attempts, their reviews, and the step in which they are set up."""

import sqlalchemy as sa
from alembic import op

from lti_proctor.extensions import Json, Key, UTCDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OLD_STEPS = (
    "rules", "check", "profile", "face", "passport", "scan", "extrapages", "qrcode", "overview", "schedule", "proctor",
)  # fmt: skip
STEPS = (*OLD_STEPS, "provider")


def upgrade() -> None:
    _steps(STEPS)
    op.execute("UPDATE attempts SET provider = '' WHERE status = 'created'")
    op.add_column("attempts", sa.Column("granted_seconds", sa.Integer(), nullable=True))
    op.add_column("allowances", sa.Column("policy_exception", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "provider_exams",
        sa.Column("id", Key, nullable=False),
        sa.Column("exam_id", Key, nullable=False),
        sa.Column("provider", sa.String(255), nullable=False),
        sa.Column("external_id", sa.String(255), nullable=True),
        sa.Column("told_version", sa.Integer(), nullable=False),
        _key("provider_exams", "exam_id", "exams"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_exams")),
        sa.UniqueConstraint("exam_id", "provider", name=op.f("uq_provider_exams_exam_id_provider")),
    )
    _attempts()
    _reviews()


def _steps(steps: tuple[str, ...]) -> None:
    """The column allows these steps. SQLite forgets the check constraints of a table that is made anew."""
    outcomes = ("done", "person", "differs", "let_through")
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("attempt_steps", recreate="always" if is_sqlite else "never") as batch:
        if is_sqlite:
            batch.create_check_constraint(op.f("ck_attempt_steps_outcome"), sa.text(_one_of("outcome", outcomes)))
        else:
            batch.drop_constraint(op.f("ck_attempt_steps_step"), type_="check")
        batch.create_check_constraint(op.f("ck_attempt_steps_step"), sa.text(_one_of("step", steps)))


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")


def _attempts() -> None:
    stage = sa.Enum(
        "asked", "registered", "refused", "gone", name="stage", native_enum=False, create_constraint=True, length=40
    )
    op.create_table(
        "provider_attempts",
        sa.Column("id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column("provider", sa.String(255), nullable=False),
        sa.Column("code", sa.String(255), nullable=False),
        sa.Column("external_id", sa.String(255), nullable=True),
        sa.Column("stage", stage, nullable=False),
        sa.Column("problem", sa.String(255), nullable=True),
        sa.Column("problem_status", sa.Integer(), nullable=True),
        sa.Column("instructions", Json, nullable=False),
        sa.Column("download_url", sa.Text(), nullable=False),
        _key("provider_attempts", "attempt_id", "attempts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_attempts")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_provider_attempts_attempt_id")),
        sa.UniqueConstraint("code", name=op.f("uq_provider_attempts_code")),
    )
    op.create_index("ix_provider_attempts_external_id", "provider_attempts", ["external_id"])


def _reviews() -> None:
    status = sa.Enum(
        "passed", "violation", "suspicious", "not_reviewed",
        name="status", native_enum=False, create_constraint=True, length=40,
    )  # fmt: skip
    op.create_table(
        "provider_reviews",
        sa.Column("id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column("status", status, nullable=False),
        sa.Column("comments", Json, nullable=False),
        sa.Column("reviewed_by", sa.String(255), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("video_url", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(255), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        _key("provider_reviews", "attempt_id", "attempts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_reviews")),
    )
    op.create_index("ix_provider_reviews_attempt_id", "provider_reviews", ["attempt_id"])


def downgrade() -> None:
    for table in ("provider_reviews", "provider_attempts", "provider_exams"):
        op.drop_table(table)
    op.execute("ALTER TABLE allowances DROP COLUMN policy_exception")
    op.execute("ALTER TABLE attempts DROP COLUMN granted_seconds")
    op.execute("DELETE FROM attempt_steps WHERE step = 'provider'")
    op.execute("UPDATE attempts SET provider = 'builtin' WHERE provider = ''")
    _steps(OLD_STEPS)
