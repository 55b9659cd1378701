"""a charity's own fund gives to wishes

Revision ID: 0020
Revises: 0019
Create Date: 2026-11-26 21:42:00

"""
import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

STATES = "'cancelled', 'dropped', 'given', 'proposed', 'refused', 'returned'"
ONE_LINE = ("(batch_id > 0 AND store_id > 0 AND offer_id = 0 AND fund_id = 0) OR "
            "(batch_id = 0 AND store_id = 0 AND offer_id > 0 AND fund_id = 0) OR "
            "(batch_id = 0 AND store_id = 0 AND offer_id = 0 AND fund_id = organisation_id AND kind = 'money')")


def upgrade():
    op.create_table(
        'fund_grant',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=False),
        sa.Column('place_code', sa.String(), nullable=False),
        sa.Column('need_id', sa.Integer(), nullable=False),
        sa.Column('wish_id', sa.Integer(), nullable=False),
        sa.Column('purpose', sa.String(), nullable=False),
        sa.Column('amount_fen', sa.BigInteger(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('recorded_by', sa.Integer(), nullable=False),
        sa.Column('barred_id', sa.Integer(), nullable=False),
        sa.Column('approved_by', sa.Integer(), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('pledge_id', sa.Integer(), nullable=False),
        sa.CheckConstraint("(state IN ('given', 'returned')) = (pledge_id > 0)", name=op.f('ck_fund_grant_pledge')),
        sa.CheckConstraint(f'state IN ({STATES})', name=op.f('ck_fund_grant_state')),
        sa.CheckConstraint('amount_fen > 0', name=op.f('ck_fund_grant_amount')),
        sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_fund_grant_need_id')),
        sa.ForeignKeyConstraint(['wish_id'], ['wish.id'], name=op.f('fk_fund_grant_wish_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_fund_grant')))
    op.create_index('ix_fund_grant_of_charity', 'fund_grant', ['organisation_id', 'state'])
    for column in ('need_id', 'wish_id', 'pledge_id'):
        op.create_index(op.f(f'ix_fund_grant_{column}'), 'fund_grant', [column])
    op.drop_index('uq_proposal_standing', table_name='proposal')
    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.add_column(sa.Column('fund_id', sa.Integer(), nullable=False, server_default='0'))
        batch_op.drop_constraint(batch_op.f('ck_proposal_one_line'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_proposal_one_line'), ONE_LINE)
    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.alter_column('fund_id', server_default=None)
    op.create_index('uq_proposal_standing', 'proposal', ['need_id', 'batch_id', 'store_id', 'offer_id', 'fund_id'], unique=True,
                    sqlite_where=sa.text("state = 'proposed'"), postgresql_where=sa.text("state = 'proposed'"))
