"""The first tables

Revision ID: 0001
Revises: 
Create Date: 2026-11-23 20:18:54.161054

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    
    op.create_table('account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('balance_fen', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('name', name=op.f('uq_account_name'))
    )
    op.create_table('attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt'))
    )
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attempt_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_attempt_key'), ['key'], unique=False)

    op.create_table('audit_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=False),
    sa.Column('capability', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=True),
    sa.Column('digest', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry')),
    sa.UniqueConstraint('position', name=op.f('uq_audit_entry_position'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entry_capability'), ['capability'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_subject'), ['subject'], unique=False)

    op.create_table('audit_head',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    op.create_table('household',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(), nullable=False),
    sa.Column('town_code', sa.String(), nullable=False),
    sa.Column('eligible_until', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_household'))
    )
    with op.batch_alter_table('household', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_household_eligible_until'), ['eligible_until'], unique=False)
        batch_op.create_index('ix_household_place_code', ['place_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_household_town_code'), ['town_code'], unique=False)

    op.create_table('job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reaction', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease', sa.String(), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job'))
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_job_state'), ['state'], unique=False)

    op.create_table('kind_count',
    sa.Column('place_code', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('households', sa.Integer(), nullable=False),
    sa.CheckConstraint('households >= 0', name=op.f('ck_kind_count_households')),
    sa.PrimaryKeyConstraint('place_code', 'kind', name=op.f('pk_kind_count'))
    )
    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('recipient', sa.LargeBinary(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('facts', sa.LargeBinary(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("channel IN ('sms', 'mail')", name=op.f('ck_notice_channel')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice'))
    )
    op.create_table('organisation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('english', sa.String(), nullable=False),
    sa.Column('credit_code', sa.String(), nullable=False),
    sa.Column('qualified_until', sa.Date(), nullable=False),
    sa.Column('area_code', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation')),
    sa.UniqueConstraint('credit_code', name=op.f('uq_organisation_credit_code'))
    )
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_area_code'), ['area_code'], unique=False)

    op.create_table('payment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('refunded_fen', sa.BigInteger(), nullable=False),
    sa.Column('refund_asked_fen', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('session_id', sa.String(), nullable=True),
    sa.Column('checkout_url', sa.String(), nullable=False),
    sa.Column('intent_id', sa.String(), nullable=True),
    sa.Column('failure', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('succeeded_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('cancelled', 'created', 'disputed', 'failed', 'partly_refunded', 'refunded', 'succeeded')", name=op.f('ck_payment_state')),
    sa.CheckConstraint('0 <= refunded_fen AND refunded_fen <= refund_asked_fen AND refund_asked_fen <= amount_fen', name=op.f('ck_payment_refunds')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_payment_amount')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment')),
    sa.UniqueConstraint('intent_id', name=op.f('uq_payment_intent_id')),
    sa.UniqueConstraint('purpose', name=op.f('uq_payment_purpose')),
    sa.UniqueConstraint('ref', name=op.f('uq_payment_ref')),
    sa.UniqueConstraint('session_id', name=op.f('uq_payment_session_id'))
    )
    with op.batch_alter_table('payment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payment_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('provider_event',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('type', sa.String(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_event'))
    )
    op.create_table('sign_in_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('phone_index', sa.LargeBinary(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('wrong', sa.Integer(), nullable=False),
    sa.Column('used', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_code'))
    )
    with op.batch_alter_table('sign_in_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_code_phone_index'), ['phone_index'], unique=False)

    op.create_table('user',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('username', sa.String(), nullable=True),
    sa.Column('display_name', sa.String(), nullable=False),
    sa.Column('password_hash', sa.String(), nullable=False),
    sa.Column('phone', sa.LargeBinary(), nullable=True),
    sa.Column('phone_index', sa.LargeBinary(), nullable=True),
    sa.Column('area_code', sa.String(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('session_epoch', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("role IN ('donor', 'charity', 'volunteer', 'social_worker', 'verifier', 'operator', 'supervisor', 'administrator', 'beneficiary')", name=op.f('ck_user_role')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user')),
    sa.UniqueConstraint('phone_index', 'role', name=op.f('uq_user_phone_index_role')),
    sa.UniqueConstraint('username', name=op.f('uq_user_username'))
    )
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_household_id'), ['household_id'], unique=False)

    op.create_table('consent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(), nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('by_guardian', sa.Boolean(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_consent_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent'))
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consent_household_id'), ['household_id'], unique=False)

    op.create_table('entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('target_id', sa.Integer(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.CheckConstraint('amount_fen > 0 AND source_id <> target_id', name=op.f('ck_entry_moves')),
    sa.ForeignKeyConstraint(['source_id'], ['account.id'], name=op.f('fk_entry_source_id')),
    sa.ForeignKeyConstraint(['target_id'], ['account.id'], name=op.f('fk_entry_target_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry')),
    sa.UniqueConstraint('cause', name=op.f('uq_entry_cause'))
    )
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entry_source_id'), ['source_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_entry_target_id'), ['target_id'], unique=False)

    op.create_table('household_card',
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('secret', sa.LargeBinary(), nullable=False),
    sa.Column('secret_index', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_household_card_household_id')),
    sa.PrimaryKeyConstraint('household_id', name=op.f('pk_household_card')),
    sa.UniqueConstraint('secret_index', name=op.f('uq_household_card_secret_index'))
    )
    op.create_table('household_record',
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('facts', sa.LargeBinary(), nullable=False),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_household_record_household_id')),
    sa.PrimaryKeyConstraint('household_id', name=op.f('pk_household_record')),
    sa.UniqueConstraint('reference', name=op.f('uq_household_record_reference'))
    )
    op.create_table('person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('birth_date', sa.Date(), nullable=False),
    sa.Column('counted', sa.Boolean(), nullable=False),
    sa.Column('facts', sa.LargeBinary(), nullable=False),
    sa.Column('name', sa.LargeBinary(), nullable=True),
    sa.Column('phone', sa.LargeBinary(), nullable=True),
    sa.Column('phone_index', sa.LargeBinary(), nullable=True),
    sa.Column('resident_id', sa.LargeBinary(), nullable=True),
    sa.Column('resident_id_index', sa.LargeBinary(), nullable=True),
    sa.Column('address', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_person_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('reference', name=op.f('uq_person_reference'))
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_household_id'), ['household_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_person_phone_index'), ['phone_index'], unique=False)
        batch_op.create_index(batch_op.f('ix_person_resident_id_index'), ['resident_id_index'], unique=False)

    op.create_table('thanks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('approved', 'declined', 'submitted')", name=op.f('ck_thanks_state')),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_thanks_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thanks')),
    sa.UniqueConstraint('delivery_id', name=op.f('uq_thanks_delivery_id'))
    )
    with op.batch_alter_table('thanks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_thanks_household_id'), ['household_id'], unique=False)

    op.create_table('wish',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(), nullable=False),
    sa.Column('town_code', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('alias', sa.String(), nullable=False),
    sa.Column('age_band', sa.String(), nullable=False),
    sa.Column('story', sa.Text(), nullable=False),
    sa.Column('urgency', sa.Integer(), nullable=False),
    sa.Column('consent_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closes_on', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("state IN ('closed', 'draft', 'expired', 'published', 'rejected', 'returned', 'submitted', 'withdrawn')", name=op.f('ck_wish_state')),
    sa.CheckConstraint('urgency BETWEEN 0 AND 2', name=op.f('ck_wish_urgency')),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_wish_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wish')),
    sa.UniqueConstraint('ref', name=op.f('uq_wish_ref'))
    )
    with op.batch_alter_table('wish', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_wish_household_id'), ['household_id'], unique=False)
        batch_op.create_index('ix_wish_newest', ['state', 'published_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_wish_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_wish_place_code'), ['place_code'], unique=False)
        batch_op.create_index('ix_wish_urgent', ['state', 'urgency', 'published_at', 'id'], unique=False)

    op.create_table('consent_giver',
    sa.Column('consent_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('guardian', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['consent_id'], ['consent.id'], name=op.f('fk_consent_giver_consent_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_consent_giver_person_id')),
    sa.PrimaryKeyConstraint('consent_id', name=op.f('pk_consent_giver'))
    )
    op.create_table('need',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('wish_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('category', sa.String(), nullable=False),
    sa.Column('item', sa.String(), nullable=False),
    sa.Column('unit', sa.String(), nullable=False),
    sa.Column('wanted', sa.Integer(), nullable=False),
    sa.Column('pledged', sa.Integer(), nullable=False),
    sa.Column('received', sa.Integer(), nullable=False),
    sa.Column('price_fen', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('goods', 'service', 'money')", name=op.f('ck_need_kind')),
    sa.CheckConstraint('0 <= received AND received <= pledged AND pledged <= wanted AND wanted > 0', name=op.f('ck_need_quantities')),
    sa.CheckConstraint('price_fen >= 0', name=op.f('ck_need_price')),
    sa.ForeignKeyConstraint(['wish_id'], ['wish.id'], name=op.f('fk_need_wish_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need'))
    )
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_category'), ['category'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_wish_id'), ['wish_id'], unique=False)

    op.create_table('wish_origin',
    sa.Column('wish_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=False),
    sa.Column('on_behalf', sa.LargeBinary(), nullable=True),
    sa.Column('verdict', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_wish_origin_person_id')),
    sa.ForeignKeyConstraint(['wish_id'], ['wish.id'], name=op.f('fk_wish_origin_wish_id')),
    sa.PrimaryKeyConstraint('wish_id', name=op.f('pk_wish_origin'))
    )
    with op.batch_alter_table('wish_origin', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_wish_origin_person_id'), ['person_id'], unique=False)

    op.create_table('wish_photo',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('wish_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('reviewed', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['wish_id'], ['wish.id'], name=op.f('fk_wish_photo_wish_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wish_photo')),
    sa.UniqueConstraint('key', name=op.f('uq_wish_photo_key'))
    )
    with op.batch_alter_table('wish_photo', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_wish_photo_wish_id'), ['wish_id'], unique=False)

    op.create_table('wish_text',
    sa.Column('wish_id', sa.Integer(), nullable=False),
    sa.Column('folded', sa.Text(), nullable=False),
    sa.Column('pairs', sa.Text(), nullable=False),
    sa.Column('singles', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['wish_id'], ['wish.id'], name=op.f('fk_wish_text_wish_id')),
    sa.PrimaryKeyConstraint('wish_id', name=op.f('pk_wish_text'))
    )
    op.create_table('delivery',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('wish_id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('giver_id', sa.Integer(), nullable=False),
    sa.Column('follow_digest', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('units', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('way', sa.String(), nullable=False),
    sa.Column('tracking', sa.LargeBinary(), nullable=True),
    sa.Column('code_digest', sa.String(), nullable=False),
    sa.Column('code_wrong', sa.Integer(), nullable=False),
    sa.Column('proof', sa.String(), nullable=False),
    sa.Column('proof_photo', sa.String(), nullable=False),
    sa.Column('handed_over_by', sa.Integer(), nullable=False),
    sa.Column('confirmed_by', sa.Integer(), nullable=False),
    sa.Column('reason', sa.LargeBinary(), nullable=True),
    sa.Column('planned_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('arrived', 'cancelled', 'confirmed', 'dispatched', 'disputed', 'handed_over', 'lost', 'planned', 'returned')", name=op.f('ck_delivery_state')),
    sa.CheckConstraint('units > 0', name=op.f('ck_delivery_units')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_delivery_need_id')),
    sa.ForeignKeyConstraint(['wish_id'], ['wish.id'], name=op.f('fk_delivery_wish_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery'))
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_household_id'), ['household_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_need_id'), ['need_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_wish_id'), ['wish_id'], unique=False)

    op.create_table('pledge',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('wish_id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('giver_id', sa.Integer(), nullable=False),
    sa.Column('follow_digest', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('units', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('lapses_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('if_ended', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('committed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_why', sa.String(), nullable=False),
    sa.Column('delivery_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("if_ended IN ('refund', 'reroute')", name=op.f('ck_pledge_if_ended')),
    sa.CheckConstraint("state IN ('cancelled', 'committed', 'delivering', 'expired', 'failed', 'fulfilled', 'refunded', 'reserved')", name=op.f('ck_pledge_state')),
    sa.CheckConstraint('units > 0', name=op.f('ck_pledge_units')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_pledge_need_id')),
    sa.ForeignKeyConstraint(['wish_id'], ['wish.id'], name=op.f('fk_pledge_wish_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pledge')),
    sa.UniqueConstraint('follow_digest', name=op.f('uq_pledge_follow_digest')),
    sa.UniqueConstraint('ref', name=op.f('uq_pledge_ref'))
    )
    with op.batch_alter_table('pledge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pledge_delivery_id'), ['delivery_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pledge_giver_id'), ['giver_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pledge_household_id'), ['household_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pledge_lapses_at'), ['lapses_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_pledge_need_id'), ['need_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pledge_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pledge_wish_id'), ['wish_id'], unique=False)

    op.create_table('delivery_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_delivery_step_delivery_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_step'))
    )
    with op.batch_alter_table('delivery_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_step_delivery_id'), ['delivery_id'], unique=False)

    op.create_table('pledge_contact',
    sa.Column('pledge_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.LargeBinary(), nullable=True),
    sa.Column('phone', sa.LargeBinary(), nullable=True),
    sa.Column('mail', sa.LargeBinary(), nullable=True),
    sa.Column('secret', sa.LargeBinary(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_pledge_contact_pledge_id')),
    sa.PrimaryKeyConstraint('pledge_id', name=op.f('pk_pledge_contact'))
    )
    make_search()


SQLITE = (
    "CREATE VIRTUAL TABLE wish_text_index USING fts5(pairs, singles, content='wish_text', content_rowid='wish_id')",
    "CREATE TRIGGER wish_text_added AFTER INSERT ON wish_text BEGIN INSERT INTO wish_text_index(rowid, pairs, singles) "
    "VALUES (new.wish_id, new.pairs, new.singles); END",
    "CREATE TRIGGER wish_text_removed AFTER DELETE ON wish_text BEGIN INSERT INTO wish_text_index(wish_text_index, rowid, "
    "pairs, singles) VALUES ('delete', old.wish_id, old.pairs, old.singles); END",
    "CREATE TRIGGER wish_text_changed AFTER UPDATE ON wish_text BEGIN INSERT INTO wish_text_index(wish_text_index, rowid, "
    "pairs, singles) VALUES ('delete', old.wish_id, old.pairs, old.singles); INSERT INTO wish_text_index(rowid, pairs, "
    "singles) VALUES (new.wish_id, new.pairs, new.singles); END",
)
POSTGRESQL = (
    "ALTER TABLE wish_text ADD COLUMN pairs_vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', pairs)) STORED",
    "ALTER TABLE wish_text ADD COLUMN singles_vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', singles)) STORED",
    "CREATE INDEX ix_wish_text_pairs_vector ON wish_text USING gin (pairs_vector)",
    "CREATE INDEX ix_wish_text_singles_vector ON wish_text USING gin (singles_vector)",
)


def make_search():
    """The index over pairs of characters: external-content FTS5 in SQLite, generated tsvectors in PostgreSQL."""
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade():
    raise NotImplementedError("migrations run forward; go back by restoring a backup")
