"""Sites that have their exams watched here: their credentials, and how they call the content of an exam."""

import sqlalchemy as sa
from alembic import op

from lti_proctor.extensions import Key

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("registrations", sa.Column("launches", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "provider_clients",
        sa.Column("id", Key, nullable=False),
        sa.Column("registration_id", Key, nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("callback_client_id", sa.String(255), nullable=False),
        sa.Column("callback_secret", sa.Text(), nullable=False),
        sa.Column("template", sa.String(255), nullable=False),
        sa.Column("has_onboarding", sa.Boolean(), nullable=False),
        sa.Column("sends_review_link", sa.Boolean(), nullable=False),
        _key("provider_clients", "registration_id", "registrations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_clients")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_provider_clients_registration_id")),
    )
    op.create_table(
        "provider_client_exams",
        sa.Column("id", Key, nullable=False),
        sa.Column("resource_link_id", Key, nullable=False),
        sa.Column("content_id", sa.Text(), nullable=False),
        _key("provider_client_exams", "resource_link_id", "resource_links"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_client_exams")),
        sa.UniqueConstraint("resource_link_id", name=op.f("uq_provider_client_exams_resource_link_id")),
    )


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    op.drop_table("provider_client_exams")
    op.drop_table("provider_clients")
    op.execute("DELETE FROM registrations WHERE NOT launches")
    op.execute("ALTER TABLE registrations DROP COLUMN launches")
