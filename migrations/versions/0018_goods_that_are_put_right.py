"""goods that are put right: who checked used electrical things, what came beyond an offer, lessons offered by the hour

Revision ID: 0018
Revises: 0017
Create Date: 2026-11-26 18:20:00.000000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('batch', sa.Column('checked_by', sa.LargeBinary(), nullable=True))
    op.add_column('batch', sa.Column('checked_on', sa.Date(), nullable=True))
    op.add_column('offer', sa.Column('surplus', sa.BigInteger(), nullable=False, server_default='0'))
    # Lessons are wished for by the hour. What is promised of an offer was counted in the need's units all along; of what is
    # left, each visit has as many hours as was said.
    op.execute("UPDATE offer SET units = promised + (units - promised) * hours "
               "WHERE kind = 'service' AND category = 'tutoring' AND hours > 0")


def downgrade():
    op.drop_column('offer', 'surplus')
    op.drop_column('batch', 'checked_on')
    op.drop_column('batch', 'checked_by')
