"""Gifts of money get their receipts, can stand on the board, and can be added to by companies

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-26 11:20:14

"""
from alembic import op
import sqlalchemy as sa

from marketplace.core import clock

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

OF_GIFTS = ("market.thanking.reactions.settle_gift", "market.honours.reactions.show_gift")
OF_LATE_GIFTS = ("market.thanking.reactions.settle_late_gift", "market.honours.reactions.show_late_gift")


def upgrade():
    change_matches()
    change_doublings()
    change_honours()
    op.create_index(op.f('ix_slip_purpose'), 'slip', ['purpose'])
    write_what_was_given()


def change_matches():
    """Up to now all of them were for wishes."""
    op.execute("ALTER TABLE \"match\" ADD COLUMN serves VARCHAR DEFAULT 'wishes' NOT NULL "
               "CONSTRAINT ck_match_serves CHECK (serves IN ('wishes', 'campaign', 'fund')) "
               "CONSTRAINT ck_match_category CHECK (serves = 'wishes' OR category = '')")
    op.execute("ALTER TABLE \"match\" ADD COLUMN campaign_id INTEGER "
               "CONSTRAINT fk_match_campaign_id REFERENCES campaign (id) "
               "CONSTRAINT ck_match_campaign CHECK ((serves = 'campaign') = (campaign_id IS NOT NULL))")
    op.create_index(op.f('ix_match_campaign_id'), 'match', ['campaign_id'])
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column('match', 'serves', server_default=None)


def change_doublings():
    with op.batch_alter_table('doubling', schema=None) as batch_op:
        batch_op.add_column(sa.Column('gift_id', sa.Integer(), nullable=True))
        batch_op.alter_column('pledge_id', existing_type=sa.Integer(), nullable=True)
        batch_op.alter_column('added_id', existing_type=sa.Integer(), nullable=True)
        batch_op.drop_constraint(batch_op.f('uq_doubling_pledge_id'), type_='unique')
        batch_op.create_foreign_key(batch_op.f('fk_doubling_gift_id'), 'gift', ['gift_id'], ['id'])
        batch_op.create_unique_constraint(batch_op.f('uq_doubling_gift_id'), ['gift_id'])
        batch_op.create_check_constraint(batch_op.f('ck_doubling_one_gift'), '(pledge_id IS NULL) <> (gift_id IS NULL)')
        batch_op.create_check_constraint(batch_op.f('ck_doubling_added'), '(pledge_id IS NULL) = (added_id IS NULL)')
    op.create_index(op.f('ix_doubling_pledge_id'), 'doubling', ['pledge_id'])
    op.create_index('uq_doubling_pledge', 'doubling', ['pledge_id'], unique=True,
                    sqlite_where=sa.text("undone_at IS NULL"), postgresql_where=sa.text("undone_at IS NULL"))


def change_honours():
    with op.batch_alter_table('honour', schema=None) as batch_op:
        batch_op.add_column(sa.Column('gift_id', sa.Integer(), nullable=True))
        batch_op.alter_column('pledge_id', existing_type=sa.Integer(), nullable=True)
        batch_op.create_foreign_key(batch_op.f('fk_honour_gift_id'), 'gift', ['gift_id'], ['id'])
        batch_op.create_unique_constraint(batch_op.f('uq_honour_gift_id'), ['gift_id'])
        batch_op.create_check_constraint(batch_op.f('ck_honour_one_gift'), '(pledge_id IS NULL) <> (gift_id IS NULL)')


def write_what_was_given():
    """Gifts whose money came before get their receipt, and the place on the board that their givers asked for, from
    whoever runs the jobs; late money as soon as its giver's choice was carried out."""
    for reaction in OF_GIFTS:
        _leave(reaction, '{"gift_id": ', '}', "gift WHERE committed_at IS NOT NULL")
    for reaction in OF_LATE_GIFTS:
        _leave(reaction, '{"gift_id": ', ', "why": "moved"}', "gift WHERE committed_at IS NULL AND state = 'moved'")
    _leave("market.thanking.reactions.settle_late", '{"pledge_id": ', ', "why": "moved"}',
           "pledge WHERE committed_at IS NULL AND state = 'moved'")


def _leave(reaction, before, after, rows):
    op.get_bind().execute(sa.text(
        "INSERT INTO job (reaction, body, state, attempts, lease, error, due_at, created_at) "
        "SELECT CAST(:reaction AS VARCHAR), CAST(:before AS VARCHAR) || CAST(id AS VARCHAR) || CAST(:after AS VARCHAR), 'waiting', 0, '', '', :now, :now "
        f"FROM {rows} ORDER BY id"
    ).bindparams(sa.bindparam("now", clock.now(), sa.DateTime(timezone=True)), reaction=reaction, before=before, after=after))


def downgrade():
    raise NotImplementedError("migrations run forward; go back by restoring a backup")
