"""for whom an invitation is

Revision ID: 0006
Revises: 0005

"""
from alembic import op
import sqlalchemy as sa

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('platform_invites', schema=None) as batch_op:
        batch_op.add_column(sa.Column('note', sa.String(length=255), nullable=False, server_default=''))
    with op.batch_alter_table('platform_invites', schema=None) as batch_op:
        batch_op.alter_column('note', server_default=None)


def downgrade():
    with op.batch_alter_table('platform_invites', schema=None) as batch_op:
        batch_op.drop_column('note')
