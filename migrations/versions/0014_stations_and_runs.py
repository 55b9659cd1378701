"""stations of towns, numbers on parcels, and runs that bring them

Revision ID: 0014
Revises: 0013
Create Date: 2026-11-26 14:34:25.815527

"""
from alembic import op
import sqlalchemy as sa

from marketplace.market.deliveries import labels


# revision identifiers, used by Alembic.
revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('station',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('english', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('latitude', sa.Float(), nullable=False),
    sa.Column('longitude', sa.Float(), nullable=False),
    sa.Column('hours', sa.Text(), nullable=False),
    sa.Column('closed_on', sa.Text(), nullable=False),
    sa.Column('trusts_drivers', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('closed', 'open')", name=op.f('ck_station_state')),
    sa.CheckConstraint('latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180', name=op.f('ck_station_position')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_station')),
    sa.UniqueConstraint('place_code', name=op.f('uq_station_place_code'))
    )
    op.create_table('run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('driver_id', sa.Integer(), nullable=False),
    sa.Column('way', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('starts_at', sa.Integer(), nullable=False),
    sa.Column('ends_at', sa.Integer(), nullable=False),
    sa.Column('start_name', sa.String(), nullable=False),
    sa.Column('start_latitude', sa.Float(), nullable=False),
    sa.Column('start_longitude', sa.Float(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('metres', sa.Integer(), nullable=False),
    sa.Column('list_metres', sa.Integer(), nullable=False),
    sa.Column('planner', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('planned_by', sa.Integer(), nullable=False),
    sa.Column('planned_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('departed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('cancelled', 'done', 'loading', 'planned', 'under_way')", name=op.f('ck_run_state')),
    sa.CheckConstraint("way IN ('charity_run', 'volunteer_run')", name=op.f('ck_run_way')),
    sa.CheckConstraint('capacity > 0 AND metres >= 0 AND list_metres >= 0', name=op.f('ck_run_measures')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_run_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_run'))
    )
    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_run_day'), ['day'], unique=False)
        batch_op.create_index(batch_op.f('ix_run_driver_id'), ['driver_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_run_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_run_state'), ['state'], unique=False)

    op.create_table('run_scan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('stop_id', sa.Integer(), nullable=False),
    sa.Column('scanned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('result', sa.String(), nullable=False),
    sa.CheckConstraint("kind IN ('on', 'off', 'closed')", name=op.f('ck_run_scan_kind')),
    sa.CheckConstraint("result IN ('accepted', 'already', 'wrong_run', 'wrong_stop', 'unknown', 'refused')", name=op.f('ck_run_scan_result')),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_run_scan_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_run_scan')),
    sa.UniqueConstraint('key', name=op.f('uq_run_scan_key'))
    )
    with op.batch_alter_table('run_scan', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_run_scan_run_id'), ['run_id'], unique=False)

    op.create_table('run_stop',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('at', sa.Integer(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_run_stop_run_id')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_run_stop_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_run_stop'))
    )
    with op.batch_alter_table('run_stop', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_run_stop_run_id'), ['run_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_run_stop_station_id'), ['station_id'], unique=False)

    op.create_table('run_parcel',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('stop_id', sa.Integer(), nullable=False),
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('on_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('off_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=False),
    sa.CheckConstraint("state IN ('back', 'found', 'left', 'lost', 'missing', 'off', 'on', 'waiting')", name=op.f('ck_run_parcel_state')),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_run_parcel_delivery_id')),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_run_parcel_run_id')),
    sa.ForeignKeyConstraint(['stop_id'], ['run_stop.id'], name=op.f('fk_run_parcel_stop_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_run_parcel'))
    )
    with op.batch_alter_table('run_parcel', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_run_parcel_delivery_id'), ['delivery_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_run_parcel_run_id'), ['run_id'], unique=False)
        batch_op.create_index('uq_run_parcel_carried', ['delivery_id'], unique=True, sqlite_where=sa.text("state IN ('waiting', 'on', 'missing')"), postgresql_where=sa.text("state IN ('waiting', 'on', 'missing')"))

    change_deliveries()


def change_deliveries():
    """Every delivery gets the number for its label. Not by copying the table: others refer to its rows."""
    for column in ("ref VARCHAR DEFAULT '' NOT NULL", "shelf VARCHAR DEFAULT '' NOT NULL",
                   "station_id INTEGER CONSTRAINT fk_delivery_station_id REFERENCES station (id)",
                   "last_leg VARCHAR DEFAULT '' NOT NULL CONSTRAINT ck_delivery_last_leg "
                   "CHECK (last_leg IN ('', 'household', 'worker', 'volunteer'))"):
        op.execute(f"ALTER TABLE delivery ADD COLUMN {column}")
    op.add_column('delivery', sa.Column('unloaded_at', sa.DateTime(timezone=True), nullable=True))
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        for name in ("ref", "shelf", "last_leg"):
            op.alter_column('delivery', name, server_default=None)
    delivery = sa.table('delivery', sa.column('id'), sa.column('ref'))
    for number in bind.scalars(sa.select(delivery.c.id)).all():
        bind.execute(sa.update(delivery).where(delivery.c.id == number).values(ref=labels.new()))
    op.create_index(op.f('ix_delivery_ref'), 'delivery', ['ref'], unique=True)
    op.create_index(op.f('ix_delivery_station_id'), 'delivery', ['station_id'])


def downgrade():
    raise NotImplementedError("migrations run forward; go back by restoring a backup")
