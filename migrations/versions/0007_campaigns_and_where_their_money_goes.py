"""Campaigns: their plans, changes, news, allocations, reports and settlements; promises that a charity pays itself

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-26 07:55:57.928345

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('campaign',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('partner_id', sa.Integer(), nullable=False),
    sa.Column('raiser_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('english', sa.String(), nullable=False),
    sa.Column('summary', sa.String(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('beneficiaries', sa.Text(), nullable=False),
    sa.Column('drive', sa.String(), nullable=False),
    sa.Column('picture', sa.String(), nullable=False),
    sa.Column('area_code', sa.String(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('emergency', sa.Boolean(), nullable=False),
    sa.Column('filing_number', sa.String(), nullable=False),
    sa.Column('filed_on', sa.Date(), nullable=True),
    sa.Column('in_charge', sa.String(), nullable=False),
    sa.Column('office', sa.String(), nullable=False),
    sa.Column('contact_phone', sa.String(), nullable=False),
    sa.Column('contact_mail', sa.String(), nullable=False),
    sa.Column('inquiry', sa.Text(), nullable=False),
    sa.Column('ways', sa.String(), nullable=False),
    sa.Column('bank_holder', sa.String(), nullable=False),
    sa.Column('bank_name', sa.String(), nullable=False),
    sa.Column('bank_account', sa.String(), nullable=False),
    sa.Column('platform_url', sa.String(), nullable=False),
    sa.Column('goal_fen', sa.BigInteger(), nullable=False),
    sa.Column('cost_percent', sa.Integer(), nullable=False),
    sa.Column('cost_text', sa.Text(), nullable=False),
    sa.Column('surplus_rule', sa.String(), nullable=False),
    sa.Column('surplus_text', sa.Text(), nullable=False),
    sa.Column('reserved_fen', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.Text(), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('closed_why', sa.String(), nullable=False),
    sa.Column('reports_from', sa.Date(), nullable=True),
    sa.CheckConstraint("state IN ('approved', 'closed', 'draft', 'live', 'refused', 'returned', 'settled', 'submitted', 'withdrawn')", name=op.f('ck_campaign_state')),
    sa.CheckConstraint("surplus_rule IN ('similar_purpose', 'fund')", name=op.f('ck_campaign_surplus')),
    sa.CheckConstraint('goal_fen >= 0 AND cost_percent >= 0 AND reserved_fen >= 0', name=op.f('ck_campaign_amounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign')),
    sa.UniqueConstraint('ref', name=op.f('uq_campaign_ref'))
    )
    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaign_drive'), ['drive'], unique=False)
        batch_op.create_index(batch_op.f('ix_campaign_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_campaign_place_code'), ['place_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_campaign_raiser_id'), ['raiser_id'], unique=False)
        batch_op.create_index('ix_campaign_shown', ['state', 'starts_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_campaign_state'), ['state'], unique=False)

    op.create_table('budget_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('item', sa.String(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('taken_fen', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("kind IN ('use', 'cost')", name=op.f('ck_budget_line_kind')),
    sa.CheckConstraint('0 <= taken_fen AND taken_fen <= amount_fen', name=op.f('ck_budget_line_taken')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_budget_line_campaign_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_line'))
    )
    with op.batch_alter_table('budget_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_budget_line_campaign_id'), ['campaign_id'], unique=False)

    op.create_table('campaign_target',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('households', sa.Integer(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.CheckConstraint("kind IN ('near', 'silent', 'goods', 'service', 'money')", name=op.f('ck_campaign_target_kind')),
    sa.CheckConstraint('households >= 5', name=op.f('ck_campaign_target_enough')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_target_campaign_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_target')),
    sa.UniqueConstraint('campaign_id', 'place_code', 'kind', name=op.f('uq_campaign_target_campaign_id_place_code_kind'))
    )
    with op.batch_alter_table('campaign_target', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaign_target_campaign_id'), ['campaign_id'], unique=False)

    op.create_table('campaign_update',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('corrects_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_update_campaign_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_update'))
    )
    with op.batch_alter_table('campaign_update', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaign_update_campaign_id'), ['campaign_id'], unique=False)

    op.create_table('disclosure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('reminded_on', sa.Date(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_by', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('received_fen', sa.BigInteger(), nullable=False),
    sa.Column('used_fen', sa.BigInteger(), nullable=False),
    sa.Column('cost_fen', sa.BigInteger(), nullable=False),
    sa.Column('returned_fen', sa.BigInteger(), nullable=False),
    sa.Column('surplus_fen', sa.BigInteger(), nullable=False),
    sa.Column('balance_fen', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("kind IN ('quarterly', 'final')", name=op.f('ck_disclosure_kind')),
    sa.CheckConstraint('received_fen = used_fen + cost_fen + returned_fen + surplus_fen + balance_fen', name=op.f('ck_disclosure_adds_up')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_disclosure_campaign_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disclosure')),
    sa.UniqueConstraint('campaign_id', 'kind', 'due_on', name=op.f('uq_disclosure_campaign_id_kind_due_on'))
    )
    with op.batch_alter_table('disclosure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_disclosure_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_disclosure_due_on'), ['due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_disclosure_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('plan_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('old_end', sa.Date(), nullable=True),
    sa.Column('new_end', sa.Date(), nullable=True),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('verdict', sa.Text(), nullable=False),
    sa.CheckConstraint("kind IN ('extension', 'budget')", name=op.f('ck_plan_change_kind')),
    sa.CheckConstraint("state IN ('approved', 'asked', 'refused', 'withdrawn')", name=op.f('ck_plan_change_state')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_plan_change_campaign_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_change'))
    )
    with op.batch_alter_table('plan_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plan_change_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_plan_change_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_plan_change_state'), ['state'], unique=False)
        batch_op.create_index('uq_plan_change_asked', ['campaign_id', 'kind'], unique=True, sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))

    op.create_table('settlement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('asked_fen', sa.BigInteger(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('verdict', sa.Text(), nullable=False),
    sa.Column('received_fen', sa.BigInteger(), nullable=False),
    sa.Column('used_fen', sa.BigInteger(), nullable=False),
    sa.Column('cost_fen', sa.BigInteger(), nullable=False),
    sa.Column('returned_fen', sa.BigInteger(), nullable=False),
    sa.Column('surplus_fen', sa.BigInteger(), nullable=False),
    sa.Column('balance_fen', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("state IN ('approved', 'asked', 'returned')", name=op.f('ck_settlement_state')),
    sa.CheckConstraint('asked_fen >= 0', name=op.f('ck_settlement_asked')),
    sa.CheckConstraint('received_fen = used_fen + cost_fen + returned_fen + surplus_fen + balance_fen', name=op.f('ck_settlement_adds_up')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_settlement_campaign_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_settlement')),
    sa.UniqueConstraint('campaign_id', name=op.f('uq_settlement_campaign_id'))
    )
    with op.batch_alter_table('settlement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_settlement_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_settlement_state'), ['state'], unique=False)

    op.create_table('allocation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(), nullable=False),
    sa.Column('line_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('pledge_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('invoice', sa.String(), nullable=False),
    sa.Column('invoice_picture', sa.String(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('barred_id', sa.Integer(), nullable=False),
    sa.Column('approved_by', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.CheckConstraint("kind IN ('wish', 'purchase', 'cost')", name=op.f('ck_allocation_kind')),
    sa.CheckConstraint("state <> 'paid' OR kind = 'wish' OR invoice <> ''", name=op.f('ck_allocation_invoice')),
    sa.CheckConstraint("state IN ('approved', 'cancelled', 'paid', 'proposed', 'refused')", name=op.f('ck_allocation_state')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_allocation_amount')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_allocation_campaign_id')),
    sa.ForeignKeyConstraint(['line_id'], ['budget_line.id'], name=op.f('fk_allocation_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_allocation'))
    )
    with op.batch_alter_table('allocation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_allocation_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_allocation_line_id'), ['line_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_allocation_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_allocation_pledge_id'), ['pledge_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_allocation_state'), ['state'], unique=False)

    op.create_table('campaign_picture',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('update_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['update_id'], ['campaign_update.id'], name=op.f('fk_campaign_picture_update_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_picture')),
    sa.UniqueConstraint('key', name=op.f('uq_campaign_picture_key'))
    )
    with op.batch_alter_table('campaign_picture', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaign_picture_update_id'), ['update_id'], unique=False)

    op.create_table('plan_change_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('change_id', sa.Integer(), nullable=False),
    sa.Column('line_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('item', sa.String(), nullable=False),
    sa.Column('before_fen', sa.BigInteger(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['change_id'], ['plan_change.id'], name=op.f('fk_plan_change_line_change_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_change_line'))
    )
    with op.batch_alter_table('plan_change_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plan_change_line_change_id'), ['change_id'], unique=False)

    # not by copying the table: others refer to its rows
    op.add_column('pledge', sa.Column('source', sa.String(), nullable=False, server_default=''))


def downgrade():
    raise NotImplementedError("migrations run forward; go back by restoring a backup")
