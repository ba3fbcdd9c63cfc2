"""The interface for programs: tokens, and addresses that are told what happens."""

import sqlalchemy as sa
from alembic import op

from lti_proctor.extensions import Json, Key, UTCDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("id", Key, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("scopes", Json, nullable=False),
        sa.Column("owner_id", Key, nullable=True),
        sa.Column("course_id", Key, nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.Column("expires_at", UTCDateTime(), nullable=True),
        _key("api_tokens", "owner_id", "users"),
        _key("api_tokens", "course_id", "courses"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
    )
    op.create_index("ix_api_tokens_owner_id", "api_tokens", ["owner_id"])
    op.create_index("ix_api_tokens_course_id", "api_tokens", ["course_id"])
    op.create_table(
        "webhooks",
        sa.Column("id", Key, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("events", Json, nullable=False),
        sa.Column("course_id", Key, nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        _key("webhooks", "course_id", "courses"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index("ix_webhooks_course_id", "webhooks", ["course_id"])


def downgrade() -> None:
    for table in ("webhooks", "api_tokens"):
        op.drop_table(table)
