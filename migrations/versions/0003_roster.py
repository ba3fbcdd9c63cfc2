"""the roster of a course

Revision ID: 0003
Revises: 0002

"""
from alembic import op
import sqlalchemy as sa

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

PARTS = ('learner', 'assistant', 'instructor', 'visitor')


def upgrade():
    with op.batch_alter_table('courses', schema=None) as batch_op:
        batch_op.add_column(sa.Column('memberships_url', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('roster_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('roster_error', sa.String(length=255), nullable=True))

    op.create_table('course_members',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('course_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('part', sa.Enum(*PARTS, name='part', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('launched_part', sa.Enum(*PARTS, name='launched_part', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['courses.id'], name=op.f('fk_course_members_course_id_courses'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_course_members_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_members')),
    sa.UniqueConstraint('course_id', 'user_id', name=op.f('uq_course_members_course_id_user_id'))
    )
    with op.batch_alter_table('course_members', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_course_members_user_id'), ['user_id'], unique=False)


def downgrade():
    with op.batch_alter_table('course_members', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_course_members_user_id'))

    op.drop_table('course_members')
    # A copy of the table would take away everything that hangs on its rows.
    with op.batch_alter_table('courses', schema=None, recreate='never') as batch_op:
        batch_op.drop_column('roster_error')
        batch_op.drop_column('roster_at')
        batch_op.drop_column('memberships_url')
