"""Companies that add to gifts: what they promised, the money that came for it, and what was added to which gift;
names of givers on the board

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-26 09:06:05.452196

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('match',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('company', sa.String(), nullable=False),
    sa.Column('english', sa.String(), nullable=False),
    sa.Column('category', sa.String(), nullable=False),
    sa.Column('numerator', sa.Integer(), nullable=False),
    sa.Column('denominator', sa.Integer(), nullable=False),
    sa.Column('most_fen', sa.BigInteger(), nullable=False),
    sa.Column('limit_fen', sa.BigInteger(), nullable=False),
    sa.Column('used_fen', sa.BigInteger(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('draft', 'ended', 'live')", name=op.f('ck_match_state')),
    sa.CheckConstraint('0 <= used_fen AND used_fen <= limit_fen AND limit_fen > 0', name=op.f('ck_match_used')),
    sa.CheckConstraint('numerator > 0 AND denominator > 0 AND most_fen >= 0', name=op.f('ck_match_factor')),
    sa.CheckConstraint('starts_on <= ends_on', name=op.f('ck_match_days')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_match')),
    sa.UniqueConstraint('ref', name=op.f('uq_match_ref'))
    )
    with op.batch_alter_table('match', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_match_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('funding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('match_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('confirmed', 'recorded', 'refused')", name=op.f('ck_funding_state')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_funding_amount')),
    sa.CheckConstraint('decided_by <> recorded_by OR decided_by = 0', name=op.f('ck_funding_two_people')),
    sa.ForeignKeyConstraint(['match_id'], ['match.id'], name=op.f('fk_funding_match_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_funding'))
    )
    with op.batch_alter_table('funding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_funding_match_id'), ['match_id'], unique=False)
        batch_op.create_index('uq_funding_reference', ['organisation_id', 'reference'], unique=True, sqlite_where=sa.text("state <> 'refused'"), postgresql_where=sa.text("state <> 'refused'"))

    op.create_table('doubling',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('match_id', sa.Integer(), nullable=False),
    sa.Column('pledge_id', sa.Integer(), nullable=False),
    sa.Column('added_id', sa.Integer(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_doubling_amount')),
    sa.ForeignKeyConstraint(['added_id'], ['pledge.id'], name=op.f('fk_doubling_added_id')),
    sa.ForeignKeyConstraint(['match_id'], ['match.id'], name=op.f('fk_doubling_match_id')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_doubling_pledge_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_doubling')),
    sa.UniqueConstraint('added_id', name=op.f('uq_doubling_added_id')),
    sa.UniqueConstraint('pledge_id', name=op.f('uq_doubling_pledge_id'))
    )
    with op.batch_alter_table('doubling', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_doubling_match_id'), ['match_id'], unique=False)

    op.create_table('honour',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('pledge_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('giver', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('shown_as', sa.String(), nullable=False),
    sa.Column('with_amount', sa.Boolean(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('hidden', 'shown')", name=op.f('ck_honour_state')),
    sa.CheckConstraint("kind IN ('person', 'company', 'team')", name=op.f('ck_honour_kind')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_honour_pledge_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_honour')),
    sa.UniqueConstraint('pledge_id', name=op.f('uq_honour_pledge_id'))
    )
    with op.batch_alter_table('honour', schema=None) as batch_op:
        for column in ('giver', 'organisation_id', 'state', 'year'):
            batch_op.create_index(batch_op.f(f'ix_honour_{column}'), [column], unique=False)


def downgrade():
    op.drop_table('honour')
    with op.batch_alter_table('doubling', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_doubling_match_id'))

    op.drop_table('doubling')
    with op.batch_alter_table('funding', schema=None) as batch_op:
        batch_op.drop_index('uq_funding_reference', sqlite_where=sa.text("state <> 'refused'"), postgresql_where=sa.text("state <> 'refused'"))
        batch_op.drop_index(batch_op.f('ix_funding_match_id'))

    op.drop_table('funding')
    with op.batch_alter_table('match', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_match_organisation_id'))

    op.drop_table('match')
