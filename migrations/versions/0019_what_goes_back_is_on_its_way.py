"""what goes back is on its way until it is there, and witnesses sign

Revision ID: 0019
Revises: 0018
Create Date: 2026-11-26 18:25:00

"""
import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

RULES = {
    'outcome': "outcome IN ('absent', 'refused', 'damaged', 'wrong', 'not_right', 'lost', 'put_right', 'go_on')",
    'decision': "decision IN ('none', 'waits', 'open', 'replaced', 'again')",
}


def upgrade():
    with op.batch_alter_table('delivery_problem', schema=None) as batch_op:
        batch_op.add_column(sa.Column('done_at', sa.DateTime(timezone=True), nullable=True))
        for name, rule in RULES.items():
            batch_op.drop_constraint(batch_op.f(f'ck_delivery_problem_{name}'), type_='check')
            batch_op.create_check_constraint(batch_op.f(f'ck_delivery_problem_{name}'), rule)
    # until now what went back to a store or a giver counted as there at once, and what a charity took in has its batch
    op.execute("UPDATE delivery_problem SET done_at = at WHERE goes_to IN ('store', 'giver', 'disposed') OR batch_id > 0")
    with op.batch_alter_table('witnessing', schema=None) as batch_op:
        batch_op.add_column(sa.Column('first_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('second_at', sa.DateTime(timezone=True), nullable=True))
