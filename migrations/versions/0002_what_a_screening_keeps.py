"""What a screening keeps; a wish is a contact; eligibility is decided by the catalogue

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-24 02:06:39.005345

"""
from alembic import op
import sqlalchemy as sa

from marketplace.core import clock


# revision identifiers, used by Alembic.
revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('catalogue_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('proposed_by', sa.Integer(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('previewed_by', sa.Integer(), nullable=False),
    sa.Column('published_by', sa.Integer(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('draft', 'previewed', 'published', 'retired', 'withdrawn')", name=op.f('ck_catalogue_version_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_catalogue_version')),
    sa.UniqueConstraint('hash', name=op.f('uq_catalogue_version_hash'))
    )
    with op.batch_alter_table('catalogue_version', schema=None) as batch_op:
        batch_op.create_index('uq_catalogue_version_published', ['state'], unique=True, sqlite_where=sa.text("state = 'published'"), postgresql_where=sa.text("state = 'published'"))

    op.create_table('shown_screening',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('screening_id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shown_screening'))
    )
    op.create_table('entitlement',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('policy', sa.String(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('yearly_fen', sa.BigInteger(), nullable=False),
    sa.Column('provisional', sa.Boolean(), nullable=False),
    sa.Column('received', sa.Boolean(), nullable=True),
    sa.Column('failed_before', sa.BigInteger(), nullable=True),
    sa.Column('fails_now', sa.BigInteger(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('opened_by', sa.Integer(), nullable=False),
    sa.Column('closed_by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_entitlement_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entitlement'))
    )
    with op.batch_alter_table('entitlement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entitlement_closed_by'), ['closed_by'], unique=False)
        batch_op.create_index(batch_op.f('ix_entitlement_household_id'), ['household_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_entitlement_opened_by'), ['opened_by'], unique=False)
        batch_op.create_index('ix_entitlement_missed', ['yearly_fen', 'id'], unique=False, sqlite_where=sa.text('NOT received'), postgresql_where=sa.text('NOT received'))
        batch_op.create_index('uq_entitlement_open', ['household_id', 'person_id', 'policy'], unique=True, sqlite_where=sa.text('closed_by = 2147483647'), postgresql_where=sa.text('closed_by = 2147483647'))

    op.create_table('near_miss',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('policy', sa.String(), nullable=False),
    sa.Column('criterion', sa.String(), nullable=False),
    sa.Column('measure', sa.String(), nullable=False),
    sa.Column('gap', sa.BigInteger(), nullable=False),
    sa.Column('per_mille', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('opened_by', sa.Integer(), nullable=False),
    sa.Column('closed_by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_near_miss_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_near_miss'))
    )
    with op.batch_alter_table('near_miss', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_near_miss_closed_by'), ['closed_by'], unique=False)
        batch_op.create_index(batch_op.f('ix_near_miss_household_id'), ['household_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_near_miss_opened_by'), ['opened_by'], unique=False)
        batch_op.create_index('ix_near_miss_policy_distance', ['policy', 'per_mille', 'id'], unique=False)
        batch_op.create_index('ix_near_miss_distance', ['per_mille', 'id'], unique=False)
        batch_op.create_index('uq_near_miss_open', ['household_id', 'person_id', 'policy'], unique=True, sqlite_where=sa.text('closed_by = 2147483647'), postgresql_where=sa.text('closed_by = 2147483647'))

    op.create_table('outreach',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.CheckConstraint("kind IN ('list_given', 'visited', 'applied', 'declined', 'not_found', 'wished')", name=op.f('ck_outreach_kind')),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_outreach_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outreach'))
    )
    with op.batch_alter_table('outreach', schema=None) as batch_op:
        batch_op.create_index('ix_outreach_by_id_at', ['by_id', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_outreach_household_id'), ['household_id'], unique=False)

    op.create_table('over_covered',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('policy', sa.String(), nullable=False),
    sa.Column('mask', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('opened_by', sa.Integer(), nullable=False),
    sa.Column('closed_by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_over_covered_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_over_covered'))
    )
    with op.batch_alter_table('over_covered', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_over_covered_closed_by'), ['closed_by'], unique=False)
        batch_op.create_index(batch_op.f('ix_over_covered_household_id'), ['household_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_over_covered_opened_by'), ['opened_by'], unique=False)
        batch_op.create_index('uq_over_covered_open', ['household_id', 'person_id', 'policy'], unique=True, sqlite_where=sa.text('closed_by = 2147483647'), postgresql_where=sa.text('closed_by = 2147483647'))

    op.create_table('screening',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('catalogue', sa.String(), nullable=False),
    sa.Column('against', sa.String(), nullable=False),
    sa.Column('follows', sa.Integer(), nullable=False),
    sa.Column('touched', sa.Text(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('cursor', sa.Integer(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('full', 'changes', 'preview')", name=op.f('ck_screening_kind')),
    sa.CheckConstraint("state IN ('done', 'queued', 'running', 'stopped', 'stopping')", name=op.f('ck_screening_state')),
    sa.ForeignKeyConstraint(['catalogue'], ['catalogue_version.hash'], name=op.f('fk_screening_catalogue')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_screening'))
    )
    with op.batch_alter_table('screening', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_screening_catalogue'), ['catalogue'], unique=False)
        batch_op.create_index('uq_screening_active', ['kind'], unique=True, sqlite_where=sa.text("state IN ('queued', 'running', 'stopping')"), postgresql_where=sa.text("state IN ('queued', 'running', 'stopping')"))
        batch_op.create_index('uq_screening_changes', ['follows'], unique=True, sqlite_where=sa.text("kind = 'changes'"), postgresql_where=sa.text("kind = 'changes'"))

    op.create_table('verdict',
    sa.Column('town_code', sa.String(), nullable=False),
    sa.Column('masks', sa.LargeBinary(), nullable=False),
    sa.Column('stake_fen', sa.BigInteger(), nullable=False),
    sa.Column('claims', sa.Integer(), nullable=False),
    sa.Column('recorded', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('opened_by', sa.Integer(), nullable=False),
    sa.Column('closed_by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_verdict_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verdict'))
    )
    with op.batch_alter_table('verdict', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_verdict_closed_by'), ['closed_by'], unique=False)
        batch_op.create_index(batch_op.f('ix_verdict_household_id'), ['household_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_verdict_opened_by'), ['opened_by'], unique=False)
        batch_op.create_index('ix_verdict_stake', ['stake_fen', 'household_id'], unique=False, sqlite_where=sa.text('claims > 0 AND NOT recorded'), postgresql_where=sa.text('claims > 0 AND NOT recorded'))
        batch_op.create_index('ix_verdict_town_stake', ['town_code', 'stake_fen', 'household_id'], unique=False, sqlite_where=sa.text('claims > 0 AND NOT recorded'), postgresql_where=sa.text('claims > 0 AND NOT recorded'))
        batch_op.create_index('uq_verdict_open', ['household_id'], unique=True, sqlite_where=sa.text('closed_by = 2147483647'), postgresql_where=sa.text('closed_by = 2147483647'))

    op.create_table('waiting_change',
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('covered', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_waiting_change_household_id')),
    sa.PrimaryKeyConstraint('household_id', name=op.f('pk_waiting_change'))
    )
    op.create_table('near_count',
    sa.Column('screening_id', sa.Integer(), nullable=False),
    sa.Column('town_code', sa.String(), nullable=False),
    sa.Column('policy', sa.String(), nullable=False),
    sa.Column('criterion', sa.String(), nullable=False),
    sa.Column('near', sa.Integer(), nullable=False),
    sa.Column('within_10', sa.Integer(), nullable=False),
    sa.Column('within_5', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['screening_id'], ['screening.id'], name=op.f('fk_near_count_screening_id')),
    sa.PrimaryKeyConstraint('screening_id', 'town_code', 'policy', 'criterion', name=op.f('pk_near_count'))
    )
    op.create_table('preview_count',
    sa.Column('screening_id', sa.Integer(), nullable=False),
    sa.Column('town_code', sa.String(), nullable=False),
    sa.Column('policy', sa.String(), nullable=False),
    sa.Column('before', sa.Integer(), nullable=False),
    sa.Column('after', sa.Integer(), nullable=False),
    sa.Column('gainers', sa.Integer(), nullable=False),
    sa.Column('losers', sa.Integer(), nullable=False),
    sa.Column('more', sa.Integer(), nullable=False),
    sa.Column('less', sa.Integer(), nullable=False),
    sa.Column('before_fen', sa.BigInteger(), nullable=False),
    sa.Column('after_fen', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['screening_id'], ['screening.id'], name=op.f('fk_preview_count_screening_id')),
    sa.PrimaryKeyConstraint('screening_id', 'town_code', 'policy', name=op.f('pk_preview_count'))
    )
    op.create_table('screening_count',
    sa.Column('screening_id', sa.Integer(), nullable=False),
    sa.Column('town_code', sa.String(), nullable=False),
    sa.Column('policy', sa.String(), nullable=False),
    sa.Column('entitled', sa.Integer(), nullable=False),
    sa.Column('received', sa.Integer(), nullable=False),
    sa.Column('missed', sa.Integer(), nullable=False),
    sa.Column('over', sa.Integer(), nullable=False),
    sa.Column('yearly_fen', sa.BigInteger(), nullable=False),
    sa.Column('missed_fen', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['screening_id'], ['screening.id'], name=op.f('fk_screening_count_screening_id')),
    sa.PrimaryKeyConstraint('screening_id', 'town_code', 'policy', name=op.f('pk_screening_count'))
    )
    note_contacts()
    decide_eligibility_again()


def note_contacts():
    """Households that wished for something before contacts were written down have had one."""
    op.execute("INSERT INTO outreach (household_id, by_id, at, kind) "
               "SELECT household_id, MIN(author_id), MIN(created_at), 'wished' FROM wish GROUP BY household_id")


def decide_eligibility_again():
    """The rule has changed: whoever runs the jobs decides the eligibility of everybody again, and announces who gains or
    loses it."""
    households = op.get_bind().scalar(sa.text("SELECT COUNT(*) FROM household"))
    if not households:
        return
    moment, now = sa.DateTime(timezone=True), clock.now()
    job = sa.table("job", *[sa.column(name) for name in ("reaction", "body", "state", "attempts", "lease", "error")],
                   sa.column("due_at", moment), sa.column("created_at", moment))
    op.bulk_insert(job, [{"reaction": "network.registry.reactions.decide_again", "body": '{"after": 0}', "state": "waiting",
                          "attempts": 0, "lease": "", "error": "", "due_at": now, "created_at": now}])


def downgrade():
    raise NotImplementedError("migrations run forward; go back by restoring a backup")
