"""offers

Revision ID: 0013
Revises: 0012
Create Date: 2026-11-26 14:36:51.502051

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('offer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('giver_id', sa.Integer(), nullable=False),
    sa.Column('follow_digest', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('category', sa.String(), nullable=False),
    sa.Column('item_code', sa.String(), nullable=False),
    sa.Column('size', sa.String(), nullable=False),
    sa.Column('condition', sa.String(), nullable=False),
    sa.Column('units', sa.BigInteger(), nullable=False),
    sa.Column('taken', sa.BigInteger(), nullable=False),
    sa.Column('promised', sa.BigInteger(), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('weekdays', sa.String(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('area_code', sa.String(), nullable=False),
    sa.Column('age_bands', sa.String(), nullable=False),
    sa.Column('asks_giver', sa.Boolean(), nullable=False),
    sa.Column('to_store', sa.Boolean(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('offered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('goods', 'service', 'money')", name=op.f('ck_offer_kind')),
    sa.CheckConstraint("state IN ('accepted', 'declined', 'ended', 'expired', 'offered', 'withdrawn')", name=op.f('ck_offer_state')),
    sa.CheckConstraint('taken >= 0 AND promised >= 0 AND taken + promised <= units AND units > 0', name=op.f('ck_offer_units')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_offer_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer')),
    sa.UniqueConstraint('follow_digest', name=op.f('uq_offer_follow_digest')),
    sa.UniqueConstraint('ref', name=op.f('uq_offer_ref'))
    )
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offer_giver_id'), ['giver_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_offer_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_offer_state'), ['state'], unique=False)

    op.create_table('offer_contact',
    sa.Column('offer_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.LargeBinary(), nullable=True),
    sa.Column('phone', sa.LargeBinary(), nullable=True),
    sa.Column('mail', sa.LargeBinary(), nullable=True),
    sa.Column('secret', sa.LargeBinary(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_offer_contact_offer_id')),
    sa.PrimaryKeyConstraint('offer_id', name=op.f('pk_offer_contact'))
    )
    with op.batch_alter_table('pledge', schema=None) as batch_op:
        batch_op.add_column(sa.Column('offer_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_pledge_offer_id'), ['offer_id'], unique=False)
