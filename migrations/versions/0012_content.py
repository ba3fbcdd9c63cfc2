"""The exam itself: uploaded files, and what it reports and keeps of each attempt."""

import sqlalchemy as sa
from alembic import op

from lti_proctor.extensions import Json, Key, UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = ("state", "activity_profile", "agent_profile")


def upgrade() -> None:
    _files()
    _records()


def _files() -> None:
    op.create_table(
        "packages",
        sa.Column("id", Key, nullable=False),
        sa.Column("identifier", sa.String(255), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("activity", sa.String(500), nullable=False),
        sa.Column("start_path", sa.String(255), nullable=False),
        sa.Column("start_after", sa.String(2000), nullable=False),
        sa.Column("n_files", sa.Integer(), nullable=False),
        sa.Column("n_bytes", Key, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packages")),
        sa.UniqueConstraint("identifier", name=op.f("uq_packages_identifier")),
    )
    op.create_index("ix_packages_created_at", "packages", ["created_at"])
    op.create_table(
        "package_files",
        sa.Column("id", Key, nullable=False),
        sa.Column("package_id", Key, nullable=False),
        sa.Column("path", sa.String(255), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(255), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("n_bytes", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["package_id"], ["packages.id"], name=op.f("fk_package_files_package_id_packages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_files")),
        sa.UniqueConstraint("package_id", "path", name=op.f("uq_package_files_package_id_path")),
    )


def _records() -> None:
    op.create_table(
        "statements",
        sa.Column("id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column("statement_id", sa.String(36), nullable=False),
        sa.Column("verb", sa.String(500), nullable=False),
        sa.Column("activity", sa.String(500), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("stored_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_statements_attempt_id_attempts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
        sa.UniqueConstraint("attempt_id", "statement_id", name=op.f("uq_statements_attempt_id_statement_id")),
    )
    op.create_table(
        "documents",
        sa.Column("id", Key, nullable=False),
        sa.Column("attempt_id", Key, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("activity", sa.String(500), nullable=False),
        sa.Column("registration", sa.String(36), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(255), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("etag", sa.String(40), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("length(etag) = 40", name=op.f("ck_documents_etag")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_documents_attempt_id_attempts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint(
            "attempt_id", "kind", "activity", "registration", "name",
            name=op.f("uq_documents_attempt_id_kind_activity_registration_name"),
        ),
    )  # fmt: skip
    op.create_index("ix_documents_attempt_id_updated_at", "documents", ["attempt_id", "updated_at"])


def downgrade() -> None:
    for table in ("documents", "statements", "package_files", "packages"):
        op.drop_table(table)
