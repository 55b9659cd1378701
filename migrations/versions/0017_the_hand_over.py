"""hand-over: witnesses, problems, receipts and visits

Revision ID: 0017
Revises: 0016
Create Date: 2026-11-26 15:00:10.669928

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('inbound_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('gateway_id', sa.String(), nullable=False),
    sa.Column('phone_index', sa.LargeBinary(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbound_message')),
    sa.UniqueConstraint('gateway_id', name=op.f('uq_inbound_message_gateway_id'))
    )
    with op.batch_alter_table('inbound_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inbound_message_phone_index'), ['phone_index'], unique=False)

    op.create_table('thanks_drawing',
    sa.Column('thanks_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['thanks_id'], ['thanks.id'], name=op.f('fk_thanks_drawing_thanks_id')),
    sa.PrimaryKeyConstraint('thanks_id', name=op.f('pk_thanks_drawing')),
    sa.UniqueConstraint('key', name=op.f('uq_thanks_drawing_key'))
    )
    op.create_table('acknowledgement',
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(), nullable=False),
    sa.Column('way', sa.String(), nullable=False),
    sa.Column('callback', sa.String(), nullable=False),
    sa.Column('satisfaction', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("way IN ('', 'page', 'reply', 'hotline', 'worker')", name=op.f('ck_acknowledgement_way')),
    sa.CheckConstraint('satisfaction BETWEEN 1 AND 5', name=op.f('ck_acknowledgement_satisfaction')),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_acknowledgement_delivery_id')),
    sa.PrimaryKeyConstraint('delivery_id', name=op.f('pk_acknowledgement'))
    )
    with op.batch_alter_table('acknowledgement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_acknowledgement_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_acknowledgement_place_code'), ['place_code'], unique=False)

    op.create_table('delivery_problem',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.Column('condition', sa.String(), nullable=False),
    sa.Column('goes_to', sa.String(), nullable=False),
    sa.Column('wanted', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.LargeBinary(), nullable=True),
    sa.Column('again_on', sa.Date(), nullable=True),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decision', sa.String(), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("condition IN ('', 'good', 'damaged', 'unsafe')", name=op.f('ck_delivery_problem_condition')),
    sa.CheckConstraint("decision IN ('none', 'waits', 'open', 'replaced')", name=op.f('ck_delivery_problem_decision')),
    sa.CheckConstraint("goes_to IN ('', 'store', 'giver', 'charity', 'disposed')", name=op.f('ck_delivery_problem_goes_to')),
    sa.CheckConstraint("outcome IN ('absent', 'refused', 'damaged', 'wrong', 'not_right', 'lost')", name=op.f('ck_delivery_problem_outcome')),
    sa.CheckConstraint('units > 0', name=op.f('ck_delivery_problem_units')),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_delivery_problem_delivery_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_problem'))
    )
    with op.batch_alter_table('delivery_problem', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_problem_decision'), ['decision'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_problem_delivery_id'), ['delivery_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_problem_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('proof_picture',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('shown_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_proof_picture_delivery_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proof_picture')),
    sa.UniqueConstraint('key', name=op.f('uq_proof_picture_key'))
    )
    with op.batch_alter_table('proof_picture', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proof_picture_delivery_id'), ['delivery_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_proof_picture_shown_at'), ['shown_at'], unique=False)

    op.create_table('receipt_visit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(), nullable=False),
    sa.Column('giver_id', sa.Integer(), nullable=False),
    sa.Column('handed_over_by', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.LargeBinary(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('closed', 'confirmed', 'disputed', 'not_met', 'open')", name=op.f('ck_receipt_visit_state')),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_receipt_visit_delivery_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt_visit'))
    )
    with op.batch_alter_table('receipt_visit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_receipt_visit_delivery_id'), ['delivery_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_receipt_visit_place_code'), ['place_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_receipt_visit_state'), ['state'], unique=False)
        batch_op.create_index('uq_receipt_visit_open', ['delivery_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('reminder',
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_reminder_delivery_id')),
    sa.PrimaryKeyConstraint('delivery_id', 'number', name=op.f('pk_reminder'))
    )
    op.create_table('reply_code',
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('code', sa.LargeBinary(), nullable=False),
    sa.Column('wrong', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_reply_code_delivery_id')),
    sa.PrimaryKeyConstraint('delivery_id', name=op.f('pk_reply_code'))
    )
    op.create_table('witnessing',
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.LargeBinary(), nullable=False),
    sa.Column('first_id', sa.Integer(), nullable=False),
    sa.Column('first_name', sa.LargeBinary(), nullable=True),
    sa.Column('first_relation', sa.String(), nullable=False),
    sa.Column('second_id', sa.Integer(), nullable=False),
    sa.Column('second_name', sa.LargeBinary(), nullable=True),
    sa.Column('second_relation', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_witnessing_delivery_id')),
    sa.PrimaryKeyConstraint('delivery_id', name=op.f('pk_witnessing'))
    )
    # what households confirmed before: for whom a worker did it, there is a reason
    op.execute("""
        INSERT INTO acknowledgement (delivery_id, organisation_id, place_code, way, callback, satisfaction, at)
        SELECT d.id, d.organisation_id, d.place_code, CASE WHEN d.reason IS NULL THEN 'page' ELSE 'worker' END, '', NULL,
            COALESCE((SELECT MAX(s.at) FROM delivery_step s WHERE s.delivery_id = d.id AND s.state = 'confirmed'), d.planned_at)
        FROM delivery d WHERE d.state = 'confirmed'
    """)
