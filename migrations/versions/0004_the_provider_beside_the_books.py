"""The provider's own lines, kept beside the books, and where they differ; the trail of a wish in public

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-26 07:47:44.818848

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('balance_line',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('type', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('intent_id', sa.String(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('fee_fen', sa.BigInteger(), nullable=False),
    sa.Column('net_fen', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('agreed', sa.Boolean(), nullable=False),
    sa.CheckConstraint('net_fen = amount_fen - fee_fen', name=op.f('ck_balance_line_net')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_balance_line'))
    )
    with op.batch_alter_table('balance_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_balance_line_agreed'), ['agreed'], unique=False)
        batch_op.create_index(batch_op.f('ix_balance_line_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_balance_line_on'), ['on'], unique=False)

    op.create_table('comparison',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('events', sa.Integer(), nullable=False),
    sa.Column('lines', sa.Integer(), nullable=False),
    sa.Column('provider_fen', sa.BigInteger(), nullable=False),
    sa.Column('ledger_fen', sa.BigInteger(), nullable=False),
    sa.Column('error', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comparison'))
    )
    op.create_table('difference',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('provider_fen', sa.BigInteger(), nullable=False),
    sa.Column('ledger_fen', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('gone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolved_by', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.CheckConstraint("kind IN ('not_in_books', 'amount', 'not_at_provider', 'refund_failed', 'unknown_event')", name=op.f('ck_difference_kind')),
    sa.CheckConstraint("state IN ('open', 'resolved')", name=op.f('ck_difference_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_difference')),
    sa.UniqueConstraint('kind', 'subject', name=op.f('uq_difference_kind_subject'))
    )
    with op.batch_alter_table('difference', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_difference_state'), ['state'], unique=False)

    op.create_table('agreement',
    sa.Column('booking_id', sa.Integer(), nullable=False),
    sa.Column('line_id', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_agreement_booking_id')),
    sa.ForeignKeyConstraint(['line_id'], ['balance_line.id'], name=op.f('fk_agreement_line_id')),
    sa.PrimaryKeyConstraint('booking_id', name=op.f('pk_agreement'))
    )
    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agreement_line_id'), ['line_id'], unique=False)



    with op.batch_alter_table('delivery_step', schema=None) as batch_op:
        batch_op.add_column(sa.Column('wish_id', sa.Integer(), nullable=False, server_default='0'))
        batch_op.create_index(batch_op.f('ix_delivery_step_wish_id'), ['wish_id'], unique=False)
    op.execute("UPDATE delivery_step SET wish_id = (SELECT d.wish_id FROM delivery d WHERE d.id = delivery_step.delivery_id)")
    with op.batch_alter_table('delivery_step', schema=None) as batch_op:
        batch_op.alter_column('wish_id', server_default=None)


def downgrade():
    raise NotImplementedError("migrations run forward; go back by restoring a backup")
