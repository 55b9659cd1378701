"""Receipts and the public proof

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-26 07:43:49.778674

"""
from alembic import op
import sqlalchemy as sa

from marketplace.core import clock


# revision identifiers, used by Alembic.
revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

SQLITE = tuple(
    f"CREATE TRIGGER daily_proof_{name} BEFORE {what} ON daily_proof BEGIN "
    "SELECT RAISE(ABORT, 'what was published stays'); END" for name, what in (("stays", "UPDATE"), ("is_kept", "DELETE")))
POSTGRESQL = (
    "CREATE FUNCTION published_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION 'what was published stays'; END $$",
    "CREATE TRIGGER daily_proof_stays BEFORE UPDATE OR DELETE ON daily_proof FOR EACH ROW EXECUTE FUNCTION "
    "published_stays()",
)


def upgrade():
    op.create_table('daily_proof',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.Column('root', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('head', sa.String(), nullable=False),
    sa.Column('previous', sa.String(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_daily_proof')),
    sa.UniqueConstraint('day', name=op.f('uq_daily_proof_day')),
    sa.UniqueConstraint('digest', name=op.f('uq_daily_proof_digest'))
    )
    op.create_table('declared_value',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('invoice', sa.LargeBinary(), nullable=False),
    sa.Column('picture', sa.String(), nullable=False),
    sa.Column('declared_by', sa.Integer(), nullable=False),
    sa.Column('declared_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_declared_value_amount')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_declared_value')),
    sa.UniqueConstraint('purpose', name=op.f('uq_declared_value_purpose'))
    )
    with op.batch_alter_table('declared_value', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_declared_value_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('receipt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('organisation', sa.String(), nullable=False),
    sa.Column('credit_code', sa.String(), nullable=False),
    sa.Column('giver_id', sa.Integer(), nullable=False),
    sa.Column('giver', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('lines', sa.Text(), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('reverses_id', sa.Integer(), nullable=True),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.CheckConstraint("kind <> 'money' OR amount_fen <> 0", name=op.f('ck_receipt_money')),
    sa.CheckConstraint("kind IN ('money', 'goods', 'service')", name=op.f('ck_receipt_kind')),
    sa.CheckConstraint("state IN ('issued', 'reversed')", name=op.f('ck_receipt_state')),
    sa.CheckConstraint('CASE WHEN reverses_id IS NULL THEN amount_fen >= 0 ELSE amount_fen <= 0 END', name=op.f('ck_receipt_amount')),
    sa.ForeignKeyConstraint(['replaces_id'], ['receipt.id'], name=op.f('fk_receipt_replaces_id')),
    sa.ForeignKeyConstraint(['reverses_id'], ['receipt.id'], name=op.f('fk_receipt_reverses_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt')),
    sa.UniqueConstraint('digest', name=op.f('uq_receipt_digest')),
    sa.UniqueConstraint('number', name=op.f('uq_receipt_number')),
    sa.UniqueConstraint('replaces_id', name=op.f('uq_receipt_replaces_id')),
    sa.UniqueConstraint('reverses_id', name=op.f('uq_receipt_reverses_id'))
    )
    with op.batch_alter_table('receipt', schema=None) as batch_op:
        batch_op.create_index('ix_receipt_giver_year', ['giver_id', 'given_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_receipt_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_receipt_purpose'), ['purpose'], unique=False)
        batch_op.create_index('uq_receipt_in_force', ['purpose'], unique=True, sqlite_where=sa.text("state = 'issued' AND reverses_id IS NULL"), postgresql_where=sa.text("state = 'issued' AND reverses_id IS NULL"))

    op.create_table('official_receipt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('giver_id', sa.Integer(), nullable=False),
    sa.Column('receipt_id', sa.Integer(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('payer', sa.LargeBinary(), nullable=False),
    sa.Column('payer_code', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('code', sa.String(), nullable=True),
    sa.Column('number', sa.String(), nullable=True),
    sa.Column('check_code', sa.LargeBinary(), nullable=True),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('red_code', sa.String(), nullable=True),
    sa.Column('red_number', sa.String(), nullable=True),
    sa.Column('reversed_on', sa.Date(), nullable=True),
    sa.Column('reversed_by', sa.Integer(), nullable=False),
    sa.CheckConstraint("state <> 'reversed' OR (red_code IS NOT NULL AND red_number IS NOT NULL)", name=op.f('ck_official_receipt_red')),
    sa.CheckConstraint("state IN ('asked', 'dropped') OR (code IS NOT NULL AND number IS NOT NULL)", name=op.f('ck_official_receipt_recorded')),
    sa.CheckConstraint("state IN ('asked', 'dropped', 'due', 'recorded', 'reversed')", name=op.f('ck_official_receipt_state')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_official_receipt_amount')),
    sa.ForeignKeyConstraint(['receipt_id'], ['receipt.id'], name=op.f('fk_official_receipt_receipt_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_official_receipt')),
    sa.UniqueConstraint('code', 'number', name=op.f('uq_official_receipt_code_number')),
    sa.UniqueConstraint('red_code', 'red_number', name=op.f('uq_official_receipt_red_code_red_number'))
    )
    with op.batch_alter_table('official_receipt', schema=None) as batch_op:
        batch_op.create_index('ix_official_receipt_desk', ['organisation_id', 'state', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_official_receipt_giver_id'), ['giver_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_official_receipt_purpose'), ['purpose'], unique=False)
        batch_op.create_index(batch_op.f('ix_official_receipt_receipt_id'), ['receipt_id'], unique=False)
        batch_op.create_index('uq_official_receipt_open', ['purpose'], unique=True, sqlite_where=sa.text("state IN ('asked', 'recorded', 'due')"), postgresql_where=sa.text("state IN ('asked', 'recorded', 'due')"))

    op.create_table('receipt_payer',
    sa.Column('receipt_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['receipt_id'], ['receipt.id'], name=op.f('fk_receipt_payer_receipt_id')),
    sa.PrimaryKeyConstraint('receipt_id', name=op.f('pk_receipt_payer'))
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
    write_what_was_given()


def write_what_was_given():
    """Gifts that were received before there were receipts get theirs from whoever runs the jobs."""
    op.get_bind().execute(sa.text(
        "INSERT INTO job (reaction, body, state, attempts, lease, error, due_at, created_at) "
        "SELECT 'market.thanking.reactions.settle_paid', '{\"pledge_id\": ' || CAST(pledge.id AS VARCHAR) || '}', 'waiting', "
        "0, '', '', :now, :now FROM pledge LEFT JOIN delivery ON delivery.id = pledge.delivery_id "
        "WHERE pledge.committed_at IS NOT NULL AND (pledge.kind = 'money' "
        "OR delivery.state IN ('handed_over', 'confirmed', 'disputed')) ORDER BY pledge.id"
    ).bindparams(sa.bindparam("now", clock.now(), sa.DateTime(timezone=True))))


def downgrade():
    raise NotImplementedError("migrations run forward; go back by restoring a backup")
