"""Room for every step of the set-up, its outcomes, and every kind of evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STEPS = (
    "rules", "check", "profile", "face", "passport", "scan", "extrapages", "qrcode", "overview", "schedule", "proctor",
)  # fmt: skip
OUTCOMES = ("done", "person", "differs", "let_through")
KINDS = ("face", "passport", "scan", "extrapage", "overview", "snapshot", "phone", "file")
OLD_STEPS, OLD_OUTCOMES, OLD_KINDS = ("rules", "check", "face", "passport"), ("done", "person"), ("face", "passport")


def upgrade() -> None:
    _limit("attempt_steps", {"step": STEPS, "outcome": OUTCOMES})
    _limit("evidence", {"kind": KINDS})


def downgrade() -> None:
    for table, column, values in (
        ("attempt_steps", "step", OLD_STEPS),
        ("attempt_steps", "outcome", OLD_OUTCOMES),
        ("evidence", "kind", OLD_KINDS),
    ):
        op.execute(f"DELETE FROM {table} WHERE NOT ({_one_of(column, values)})")
    _limit("attempt_steps", {"step": OLD_STEPS, "outcome": OLD_OUTCOMES})
    _limit("evidence", {"kind": OLD_KINDS})


def _limit(table: str, columns: dict[str, tuple[str, ...]]) -> None:
    """The columns allow these values. SQLite forgets the check constraints of a table that is made anew."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table(table, recreate="always" if is_sqlite else "never") as batch:
        for column, values in columns.items():
            name = op.f(f"ck_{table}_{column}")
            if not is_sqlite:
                batch.drop_constraint(name, type_="check")
            batch.create_check_constraint(name, sa.text(_one_of(column, values)))


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
