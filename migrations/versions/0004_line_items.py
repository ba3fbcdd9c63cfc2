"""columns that the tool made, and grades as the LMS has them

Revision ID: 0004
Revises: 0003

"""
from alembic import op
import sqlalchemy as sa

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('resource_links', schema=None) as batch_op:
        batch_op.add_column(sa.Column('made_line_item_url', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('results_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('results_error', sa.String(length=255), nullable=True))

    op.create_table('gradebook_results',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('resource_link_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('given', sa.Numeric(precision=14, scale=4), nullable=True),
    sa.Column('maximum', sa.Numeric(precision=14, scale=4), nullable=False),
    sa.ForeignKeyConstraint(['resource_link_id'], ['resource_links.id'], name=op.f('fk_gradebook_results_resource_link_id_resource_links'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_gradebook_results_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gradebook_results')),
    sa.UniqueConstraint('resource_link_id', 'user_id', name=op.f('uq_gradebook_results_resource_link_id_user_id'))
    )
    with op.batch_alter_table('gradebook_results', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_gradebook_results_user_id'), ['user_id'], unique=False)


def downgrade():
    with op.batch_alter_table('gradebook_results', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_gradebook_results_user_id'))

    op.drop_table('gradebook_results')
    # A copy of the table would take away everything that hangs on its rows.
    with op.batch_alter_table('resource_links', schema=None, recreate='never') as batch_op:
        batch_op.drop_column('results_error')
        batch_op.drop_column('results_at')
        batch_op.drop_column('made_line_item_url')
