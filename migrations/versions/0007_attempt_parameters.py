"""Exam parameters that a launch set for one attempt."""

import sqlalchemy as sa
from alembic import op

from lti_proctor.extensions import Json

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attempts") as batch:
        batch.add_column(sa.Column("parameters", Json, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("attempts") as batch:
        batch.drop_column("parameters")
