"""Gifts of money to campaigns and funds, each month, by transfer and in cash; promises whose money came late

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-26 08:02:39

"""
import json

from alembic import op
import sqlalchemy as sa

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
PLEDGE_STATES = ("cancelled", "committed", "delivering", "expired", "failed", "fulfilled", "late", "moved", "refunded",
                 "reserved")
PLEDGE_CHECKS = {"state": f"state IN ({', '.join(map(repr, PLEDGE_STATES))})",
                 "if_ended": "if_ended IN ('refund', 'reroute', 'fund')"}


def upgrade():
    make_gifts()
    make_slips()
    make_monthly()
    change_payments()
    change_pledges()


def make_gifts():
    op.create_table(
        'gift',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('ref', sa.String(), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=False),
        sa.Column('account', sa.String(), nullable=False),
        sa.Column('amount_fen', sa.BigInteger(), nullable=False),
        sa.Column('giver_id', sa.Integer(), nullable=False),
        sa.Column('follow_digest', sa.String(), nullable=False),
        sa.Column('monthly_id', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('lapses_at', MOMENT, nullable=False),
        sa.Column('if_ended', sa.String(), nullable=False),
        sa.Column('shown_as', sa.String(), nullable=False),
        sa.Column('created_at', MOMENT, nullable=False),
        sa.Column('committed_at', MOMENT, nullable=True),
        sa.Column('ended_at', MOMENT, nullable=True),
        sa.Column('ended_why', sa.String(), nullable=False),
        sa.Column('choose_until', MOMENT, nullable=True),
        sa.CheckConstraint("if_ended IN ('refund', 'reroute', 'fund')", name=op.f('ck_gift_if_ended')),
        sa.CheckConstraint("state IN ('cancelled', 'committed', 'expired', 'late', 'lost', 'moved', 'refunded', 'reserved')", name=op.f('ck_gift_state')),
        sa.CheckConstraint('amount_fen > 0', name=op.f('ck_gift_amount')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_gift')),
        sa.UniqueConstraint('follow_digest', name=op.f('uq_gift_follow_digest')),
        sa.UniqueConstraint('ref', name=op.f('uq_gift_ref')))
    op.create_index(op.f('ix_gift_account'), 'gift', ['account'])
    op.create_index(op.f('ix_gift_giver_id'), 'gift', ['giver_id'])
    op.create_index(op.f('ix_gift_lapses_at'), 'gift', ['lapses_at'])
    op.create_index(op.f('ix_gift_monthly_id'), 'gift', ['monthly_id'])
    op.create_index(op.f('ix_gift_organisation_id'), 'gift', ['organisation_id'])
    op.create_table(
        'gift_contact',
        sa.Column('gift_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.LargeBinary(), nullable=True),
        sa.Column('phone', sa.LargeBinary(), nullable=True),
        sa.Column('mail', sa.LargeBinary(), nullable=True),
        sa.Column('secret', sa.LargeBinary(), nullable=False),
        sa.Column('language', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['gift_id'], ['gift.id'], name=op.f('fk_gift_contact_gift_id')),
        sa.PrimaryKeyConstraint('gift_id', name=op.f('pk_gift_contact')))


def make_slips():
    op.create_table(
        'slip',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=False),
        sa.Column('way', sa.String(), nullable=False),
        sa.Column('amount_fen', sa.BigInteger(), nullable=False),
        sa.Column('need_id', sa.Integer(), nullable=False),
        sa.Column('account', sa.String(), nullable=False),
        sa.Column('paid_on', sa.Date(), nullable=False),
        sa.Column('reference', sa.String(), nullable=False),
        sa.Column('photo', sa.String(), nullable=False),
        sa.Column('if_ended', sa.String(), nullable=False),
        sa.Column('shown_as', sa.String(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('purpose', sa.String(), nullable=False),
        sa.Column('recorded_by', sa.Integer(), nullable=False),
        sa.Column('recorded_at', MOMENT, nullable=False),
        sa.Column('decided_by', sa.Integer(), nullable=False),
        sa.Column('decided_at', MOMENT, nullable=True),
        sa.Column('reason', sa.String(), nullable=False),
        sa.CheckConstraint("if_ended IN ('refund', 'reroute', 'fund')", name=op.f('ck_slip_if_ended')),
        sa.CheckConstraint("state IN ('confirmed', 'recorded', 'refused')", name=op.f('ck_slip_state')),
        sa.CheckConstraint("way IN ('bank', 'cash')", name=op.f('ck_slip_way')),
        sa.CheckConstraint('amount_fen > 0', name=op.f('ck_slip_amount')),
        sa.CheckConstraint('decided_by <> recorded_by OR decided_by = 0', name=op.f('ck_slip_two_people')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_slip')))
    op.create_index(op.f('ix_slip_organisation_id'), 'slip', ['organisation_id'])
    op.create_index(op.f('ix_slip_state'), 'slip', ['state'])
    op.create_index('uq_slip_reference', 'slip', ['organisation_id', 'way', 'reference'], unique=True,
                    sqlite_where=sa.text("state <> 'refused'"), postgresql_where=sa.text("state <> 'refused'"))
    op.create_table(
        'slip_contact',
        sa.Column('slip_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.LargeBinary(), nullable=True),
        sa.Column('phone', sa.LargeBinary(), nullable=True),
        sa.Column('mail', sa.LargeBinary(), nullable=True),
        sa.Column('language', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['slip_id'], ['slip.id'], name=op.f('fk_slip_contact_slip_id')),
        sa.PrimaryKeyConstraint('slip_id', name=op.f('pk_slip_contact')))
    op.create_table(
        'paid_back',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('refund_id', sa.Integer(), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=False),
        sa.Column('paid_on', sa.Date(), nullable=False),
        sa.Column('reference', sa.String(), nullable=False),
        sa.Column('recorded_by', sa.Integer(), nullable=False),
        sa.Column('recorded_at', MOMENT, nullable=False),
        sa.Column('confirmed_by', sa.Integer(), nullable=False),
        sa.Column('confirmed_at', MOMENT, nullable=True),
        sa.ForeignKeyConstraint(['refund_id'], ['refund.id'], name=op.f('fk_paid_back_refund_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_paid_back')),
        sa.UniqueConstraint('refund_id', name=op.f('uq_paid_back_refund_id')))
    op.create_index(op.f('ix_paid_back_organisation_id'), 'paid_back', ['organisation_id'])


def make_monthly():
    op.create_table(
        'monthly_gift',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('ref', sa.String(), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=False),
        sa.Column('account', sa.String(), nullable=False),
        sa.Column('amount_fen', sa.BigInteger(), nullable=False),
        sa.Column('giver_id', sa.Integer(), nullable=False),
        sa.Column('follow_digest', sa.String(), nullable=False),
        sa.Column('replaces_id', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('if_ended', sa.String(), nullable=False),
        sa.Column('shown_as', sa.String(), nullable=False),
        sa.Column('created_at', MOMENT, nullable=False),
        sa.Column('began_at', MOMENT, nullable=True),
        sa.Column('ended_at', MOMENT, nullable=True),
        sa.Column('ended_why', sa.String(), nullable=False),
        sa.CheckConstraint("if_ended IN ('refund', 'reroute', 'fund')", name=op.f('ck_monthly_gift_if_ended')),
        sa.CheckConstraint("state IN ('active', 'created', 'ended', 'past_due')", name=op.f('ck_monthly_gift_state')),
        sa.CheckConstraint('amount_fen > 0', name=op.f('ck_monthly_gift_amount')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_monthly_gift')),
        sa.UniqueConstraint('follow_digest', name=op.f('uq_monthly_gift_follow_digest')),
        sa.UniqueConstraint('ref', name=op.f('uq_monthly_gift_ref')))
    op.create_index(op.f('ix_monthly_gift_account'), 'monthly_gift', ['account'])
    op.create_index(op.f('ix_monthly_gift_giver_id'), 'monthly_gift', ['giver_id'])
    op.create_index(op.f('ix_monthly_gift_organisation_id'), 'monthly_gift', ['organisation_id'])
    op.create_index(op.f('ix_monthly_gift_state'), 'monthly_gift', ['state'])
    op.create_table(
        'monthly_contact',
        sa.Column('monthly_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.LargeBinary(), nullable=True),
        sa.Column('phone', sa.LargeBinary(), nullable=True),
        sa.Column('mail', sa.LargeBinary(), nullable=True),
        sa.Column('secret', sa.LargeBinary(), nullable=False),
        sa.Column('language', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['monthly_id'], ['monthly_gift.id'], name=op.f('fk_monthly_contact_monthly_id')),
        sa.PrimaryKeyConstraint('monthly_id', name=op.f('pk_monthly_contact')))
    op.create_table(
        'subscription',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('ref', sa.String(), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=False),
        sa.Column('purpose', sa.String(), nullable=False),
        sa.Column('amount_fen', sa.BigInteger(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('session_id', sa.String(), nullable=True),
        sa.Column('checkout_url', sa.String(), nullable=False),
        sa.Column('provider_id', sa.String(), nullable=True),
        sa.Column('turn', sa.Integer(), nullable=False),
        sa.Column('failure', sa.String(), nullable=False),
        sa.Column('pay_url', sa.String(), nullable=False),
        sa.Column('created_at', MOMENT, nullable=False),
        sa.Column('expires_at', MOMENT, nullable=False),
        sa.Column('asked_at', MOMENT, nullable=True),
        sa.Column('next_at', MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('active', 'created', 'ended', 'past_due')", name=op.f('ck_subscription_state')),
        sa.CheckConstraint('amount_fen > 0', name=op.f('ck_subscription_amount')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_subscription')),
        sa.UniqueConstraint('provider_id', name=op.f('uq_subscription_provider_id')),
        sa.UniqueConstraint('purpose', name=op.f('uq_subscription_purpose')),
        sa.UniqueConstraint('ref', name=op.f('uq_subscription_ref')),
        sa.UniqueConstraint('session_id', name=op.f('uq_subscription_session_id')))
    op.create_index(op.f('ix_subscription_organisation_id'), 'subscription', ['organisation_id'])
    op.create_index(op.f('ix_subscription_state'), 'subscription', ['state'])
    op.create_table(
        'invoice',
        sa.Column('id', sa.String(), nullable=False),
        sa.Column('subscription_id', sa.Integer(), nullable=False),
        sa.Column('amount_fen', sa.BigInteger(), nullable=False),
        sa.Column('intent_id', sa.String(), nullable=True),
        sa.Column('paid_at', MOMENT, nullable=False),
        sa.Column('payment_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_invoice_payment_id')),
        sa.ForeignKeyConstraint(['subscription_id'], ['subscription.id'], name=op.f('fk_invoice_subscription_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice')),
        sa.UniqueConstraint('payment_id', name=op.f('uq_invoice_payment_id')))
    op.create_index(op.f('ix_invoice_subscription_id'), 'invoice', ['subscription_id'])


def change_payments():
    """Whose money a bank took, and who was thanked: everybody whose money is there, unless their thanks wait to be sent."""
    op.add_column('payment', sa.Column('thanked_at', MOMENT, nullable=True))
    op.execute("ALTER TABLE payment_line ADD COLUMN lost_fen BIGINT DEFAULT 0 NOT NULL "
               "CONSTRAINT ck_payment_line_lost CHECK (0 <= lost_fen AND lost_fen <= amount_fen)")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column('payment_line', 'lost_fen', server_default=None)
    op.execute("UPDATE payment SET thanked_at = succeeded_at")
    waiting = sa.text("SELECT body FROM job WHERE state <> 'done' AND reaction = 'market.deliveries.reactions.tell_committed'")
    for body in op.get_bind().scalars(waiting).all():
        op.execute(sa.text("UPDATE payment SET thanked_at = NULL WHERE id IN (SELECT payment_id FROM payment_line "
                           "WHERE purpose = :purpose)").bindparams(purpose=f"pledge:{json.loads(body)['pledge_id']}"))


def change_pledges():
    """A promise may be late or have moved, and its money may go to the fund. SQLite writes the table anew, for which
    nothing may refer to it."""
    again = op.get_bind().dialect.name == "sqlite"
    columns = "pledge_id, name, phone, mail, secret, language"
    if again:
        op.execute("CREATE TABLE pledge_contact_before AS SELECT * FROM pledge_contact")
        op.drop_table('pledge_contact')
    with op.batch_alter_table('pledge', schema=None) as batch_op:
        batch_op.add_column(sa.Column('choose_until', MOMENT, nullable=True))
        for name, rule in PLEDGE_CHECKS.items():
            batch_op.drop_constraint(batch_op.f(f'ck_pledge_{name}'), type_='check')
            batch_op.create_check_constraint(batch_op.f(f'ck_pledge_{name}'), rule)
    if again:
        op.create_table(
            'pledge_contact',
            sa.Column('pledge_id', sa.Integer(), nullable=False),
            sa.Column('name', sa.LargeBinary(), nullable=True),
            sa.Column('phone', sa.LargeBinary(), nullable=True),
            sa.Column('mail', sa.LargeBinary(), nullable=True),
            sa.Column('secret', sa.LargeBinary(), nullable=False),
            sa.Column('language', sa.String(), nullable=False),
            sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_pledge_contact_pledge_id')),
            sa.PrimaryKeyConstraint('pledge_id', name=op.f('pk_pledge_contact')))
        op.execute(f"INSERT INTO pledge_contact ({columns}) SELECT {columns} FROM pledge_contact_before")
        op.drop_table('pledge_contact_before')


def downgrade():
    raise NotImplementedError("migrations run forward; go back by restoring a backup")
