"""Messages between learners and those who watch over the exam, and what proctors say there."""

import sqlalchemy as sa
from alembic import op

from lti_proctor.extensions import Key, UTCDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

OLD_KINDS = ("face", "passport", "scan", "extrapage", "overview", "snapshot", "phone", "file", "remark")
KINDS = (*OLD_KINDS, "spoken")
UNREAD = sa.text("read_at IS NULL AND side = 'learner'")


def upgrade() -> None:
    op.add_column("attempts", sa.Column("chat_version", sa.Integer(), nullable=False, server_default="0"))
    _kinds(KINDS)
    op.create_table(
        "messages",
        sa.Column("id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column("side", _enum("side", "learner", "staff"), nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("evidence_id", Key, nullable=True),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=True),
        _key("attempt_id", "attempts"),
        _key("author_id", "users", "SET NULL"),
        _key("evidence_id", "evidence", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("attempt_id", "key", name=op.f("uq_messages_attempt_id_key")),
    )
    op.create_index("ix_messages_unread", "messages", ["attempt_id"], sqlite_where=UNREAD, postgresql_where=UNREAD)


def _kinds(kinds: tuple[str, ...]) -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    allowed = sa.text(f"kind IN ({', '.join(repr(kind) for kind in kinds)})")
    with op.batch_alter_table("evidence", recreate="always" if is_sqlite else "never") as batch:
        if not is_sqlite:
            batch.drop_constraint(op.f("ck_evidence_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_evidence_kind"), allowed)


def _key(column: str, target: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_messages_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def downgrade() -> None:
    op.drop_table("messages")
    op.execute("DELETE FROM evidence WHERE kind = 'spoken'")
    _kinds(OLD_KINDS)
    op.execute("ALTER TABLE attempts DROP COLUMN chat_version")
