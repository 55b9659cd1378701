"""matching

Revision ID: 0016
Revises: 0015
Create Date: 2026-11-26 14:58:37.195858

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('matching_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('needs', sa.Integer(), nullable=False),
    sa.Column('lines', sa.Integer(), nullable=False),
    sa.Column('proposals', sa.Integer(), nullable=False),
    sa.Column('kept', sa.Integer(), nullable=False),
    sa.Column('objective', sa.BigInteger(), nullable=False),
    sa.Column('bound', sa.BigInteger(), nullable=False),
    sa.Column('proven', sa.Boolean(), nullable=False),
    sa.Column('fairness', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_matching_run'))
    )
    with op.batch_alter_table('matching_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_matching_run_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('wish_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('store_id', sa.Integer(), nullable=False),
    sa.Column('offer_id', sa.Integer(), nullable=False),
    sa.Column('units', sa.BigInteger(), nullable=False),
    sa.Column('score', sa.BigInteger(), nullable=False),
    sa.Column('terms', sa.Text(), nullable=False),
    sa.Column('asks_giver', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('pledge_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('goods', 'service', 'money')", name=op.f('ck_proposal_kind')),
    sa.CheckConstraint("state IN ('confirmed', 'declined', 'failed', 'proposed', 'replaced')", name=op.f('ck_proposal_state')),
    sa.CheckConstraint('(batch_id > 0 AND store_id > 0) <> (offer_id > 0 AND batch_id = 0)', name=op.f('ck_proposal_one_line')),
    sa.CheckConstraint('units > 0', name=op.f('ck_proposal_units')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_proposal_need_id')),
    sa.ForeignKeyConstraint(['run_id'], ['matching_run.id'], name=op.f('fk_proposal_run_id')),
    sa.ForeignKeyConstraint(['wish_id'], ['wish.id'], name=op.f('fk_proposal_wish_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal'))
    )
    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposal_need_id'), ['need_id'], unique=False)
        batch_op.create_index('ix_proposal_open', ['organisation_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposal_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposal_pledge_id'), ['pledge_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposal_run_id'), ['run_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposal_wish_id'), ['wish_id'], unique=False)
        batch_op.create_index('uq_proposal_standing', ['need_id', 'batch_id', 'store_id', 'offer_id'], unique=True, sqlite_where=sa.text("state = 'proposed'"), postgresql_where=sa.text("state = 'proposed'"))
