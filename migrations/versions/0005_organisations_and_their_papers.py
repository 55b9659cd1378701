"""Posts inside a charity, invitations, certificates of public fundraising, cooperations

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-26 09:12:41.220518

"""
from datetime import UTC

from alembic import op
import sqlalchemy as sa

from marketplace.core import clock


# revision identifiers, used by Alembic.
revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade():
    give_posts()
    qualified = op.get_bind().execute(sa.text("SELECT id, area_code, qualified_until FROM organisation").columns(
        qualified_until=sa.Date)).all()
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(), nullable=False, server_default='charity'))
        batch_op.add_column(sa.Column('registered_on', sa.Date(), nullable=True))
        batch_op.drop_column('qualified_until')
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.alter_column('kind', server_default=None)
        batch_op.create_check_constraint(batch_op.f('ck_organisation_kind'), "kind IN ('charity', 'company', 'group')")

    op.create_table('invitation',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('digest', name=op.f('uq_invitation_digest'))
    )
    op.create_table('certificate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('area_code', sa.String(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=False),
    sa.Column('picture', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('checked_by', sa.Integer(), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('approved', 'refused', 'revoked', 'submitted', 'withdrawn')", name=op.f('ck_certificate_state')),
    sa.CheckConstraint('valid_from <= valid_until', name=op.f('ck_certificate_days')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_certificate_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate'))
    )
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificate_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_certificate_state'), ['state'], unique=False)
        batch_op.create_index('uq_certificate_waiting', ['organisation_id'], unique=True, sqlite_where=sa.text("state = 'submitted'"), postgresql_where=sa.text("state = 'submitted'"))

    op.create_table('cooperation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('charity_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agreed_by', sa.Integer(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('agreed', 'declined', 'ended', 'proposed', 'withdrawn')", name=op.f('ck_cooperation_state')),
    sa.CheckConstraint('organisation_id <> charity_id', name=op.f('ck_cooperation_two')),
    sa.CheckConstraint('signed_on <= valid_until', name=op.f('ck_cooperation_days')),
    sa.ForeignKeyConstraint(['charity_id'], ['organisation.id'], name=op.f('fk_cooperation_charity_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_cooperation_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cooperation'))
    )
    with op.batch_alter_table('cooperation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cooperation_charity_id'), ['charity_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cooperation_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index('uq_cooperation_proposed', ['organisation_id', 'charity_id'], unique=True, sqlite_where=sa.text("state = 'proposed'"), postgresql_where=sa.text("state = 'proposed'"))

    certify(qualified)


def give_posts():
    """Whoever worked for a charity did everything there: they are its managers."""
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.add_column(sa.Column('post', sa.String(), nullable=False, server_default=''))
        batch_op.create_index(batch_op.f('ix_user_organisation_id'), ['organisation_id'], unique=False)
    op.execute("UPDATE \"user\" SET post = 'manager' WHERE role = 'charity'")
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.alter_column('post', server_default=None)
        batch_op.create_check_constraint(batch_op.f('ck_user_post'), "post IN ('', 'manager', 'clerk', 'storekeeper', 'volunteer_lead')")
        batch_op.create_check_constraint(batch_op.f('ck_user_post_of_charity'), "(role = 'charity') = (post <> '')")


def certify(qualified):
    """What was known of a qualification was its last day. It counts from the day on which the charity was taken up."""
    moment, now = sa.DateTime(timezone=True), clock.now()
    taken_up = {subject: at for subject, at in op.get_bind().execute(sa.text(
        "SELECT subject, MIN(at) AS at FROM audit_entry WHERE capability = 'organisation.create' GROUP BY subject"
    ).columns(at=moment))}
    names = ("organisation_id", "area_code", "number", "picture", "state", "reason", "recorded_by", "checked_by")
    certificate = sa.table("certificate", *[sa.column(name) for name in names], sa.column("valid_from", sa.Date),
                           sa.column("valid_until", sa.Date), sa.column("recorded_at", moment), sa.column("checked_at", moment))
    rows = []
    for number, area, until in qualified:
        at = taken_up.get(f"organisation:{number}") or now
        day = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(clock.CITY).date()
        rows.append({**dict.fromkeys(("number", "picture", "reason"), ""), "organisation_id": number, "area_code": area,
                     "state": "approved", "recorded_by": 0, "checked_by": 0, "recorded_at": at, "checked_at": at,
                     "valid_from": min(day, until), "valid_until": until})
    if rows:
        op.bulk_insert(certificate, rows)


def downgrade():
    raise NotImplementedError("migrations run forward; go back by restoring a backup")
