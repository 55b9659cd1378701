"""Bookings of many entries that add up to zero; payments of many lines; refunds and disputes of their own

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-26 07:40:00

"""
import json

from alembic import op
import sqlalchemy as sa

from marketplace.core import clock

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BLOCK = 1000
SQLITE = (
    "CREATE TRIGGER entry_counts AFTER INSERT ON entry BEGIN "
    "UPDATE booking SET open_fen = open_fen + NEW.amount_fen WHERE id = NEW.booking_id; END",
    "CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the books are append-only'); END",
    "CREATE TRIGGER entry_is_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the books are append-only'); END",
    "CREATE TRIGGER booking_stays BEFORE UPDATE OF id, at, booked_on, cause, kind, reverses_id ON booking BEGIN "
    "SELECT RAISE(ABORT, 'the books are append-only'); END",
    "CREATE TRIGGER booking_is_kept BEFORE DELETE ON booking BEGIN SELECT RAISE(ABORT, 'the books are append-only'); END",
)
POSTGRESQL = (
    "CREATE FUNCTION ledger_counts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "UPDATE booking SET open_fen = open_fen + NEW.amount_fen WHERE id = NEW.booking_id; RETURN NULL; END $$",
    "CREATE FUNCTION ledger_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION 'the books are append-only'; END $$",
    "CREATE TRIGGER entry_counts AFTER INSERT ON entry FOR EACH ROW EXECUTE FUNCTION ledger_counts()",
    "CREATE TRIGGER entry_stays BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION ledger_stays()",
    "CREATE TRIGGER booking_stays BEFORE UPDATE OF id, at, booked_on, cause, kind, reverses_id OR DELETE ON booking "
    "FOR EACH ROW EXECUTE FUNCTION ledger_stays()",
)
MOVED_JOBS = {
    "money.payments.service.apply": "money.payments.service.telling.apply",
    "money.payments.service.close_session": "money.payments.service.opening.close_session",
    "money.payments.service.send_refund": "money.payments.service.refunding.send_refund",
}


def upgrade():
    for name in ("payment", "entry", "account"):
        op.execute(f"CREATE TABLE {name}_before AS SELECT * FROM {name}")
    for name in ("payment", "entry", "account"):
        op.drop_table(name)
    make_books()
    make_payments()
    with op.batch_alter_table('provider_event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('intent_id', sa.String(), nullable=False, server_default=''))
        batch_op.create_index(batch_op.f('ix_provider_event_intent_id'), ['intent_id'], unique=False)
    with op.batch_alter_table('provider_event', schema=None) as batch_op:
        batch_op.alter_column('intent_id', server_default=None)
    carry_payments_over()
    carry_refunds_over()
    carry_books_over()
    for name in ("payment", "entry", "account"):
        op.drop_table(f"{name}_before")
    for before, now in MOVED_JOBS.items():
        op.execute(sa.text("UPDATE job SET reaction = :now WHERE reaction = :before").bindparams(now=now, before=before))


def make_books():
    op.create_table('ledger_zero', sa.Column('fen', sa.BigInteger(), autoincrement=False, nullable=False),
                    sa.PrimaryKeyConstraint('fen', name=op.f('pk_ledger_zero')))
    op.execute("INSERT INTO ledger_zero (fen) VALUES (0)")
    op.create_table(
        'account',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('currency', sa.String(), nullable=False),
        sa.Column('balance_fen', sa.BigInteger(), nullable=False),
        sa.CheckConstraint("currency = 'CNY'", name=op.f('ck_account_currency')),
        sa.CheckConstraint("kind IN ('provider', 'bank', 'cash', 'receivable', 'disputes', 'fees', 'wish', 'campaign', 'fund', "
                           "'match', 'refunds', 'unassigned')", name=op.f('ck_account_kind')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
        sa.UniqueConstraint('name', name=op.f('uq_account_name')))
    op.create_index(op.f('ix_account_kind'), 'account', ['kind'])
    op.create_table(
        'booking',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('at', MOMENT, nullable=False),
        sa.Column('booked_on', sa.Date(), nullable=False),
        sa.Column('cause', sa.String(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('reverses_id', sa.Integer(), nullable=True),
        sa.Column('open_fen', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['open_fen'], ['ledger_zero.fen'], name=op.f('fk_booking_open_fen'), initially='DEFERRED',
                                deferrable=True),
        sa.ForeignKeyConstraint(['reverses_id'], ['booking.id'], name=op.f('fk_booking_reverses_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_booking')),
        sa.UniqueConstraint('cause', name=op.f('uq_booking_cause')),
        sa.UniqueConstraint('reverses_id', name=op.f('uq_booking_reverses_id')))
    op.create_index(op.f('ix_booking_at'), 'booking', ['at'])
    op.create_index(op.f('ix_booking_kind'), 'booking', ['kind'])
    op.create_index(op.f('ix_booking_booked_on'), 'booking', ['booked_on'])
    op.create_table(
        'entry',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('booking_id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('amount_fen', sa.BigInteger(), nullable=False),
        sa.CheckConstraint('amount_fen <> 0', name=op.f('ck_entry_amount')),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_entry_account_id')),
        sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_entry_booking_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_entry')))
    op.create_index(op.f('ix_entry_account_id'), 'entry', ['account_id'])
    op.create_index(op.f('ix_entry_booking_id'), 'entry', ['booking_id'])
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def make_payments():
    op.create_table(
        'payment',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('ref', sa.String(), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=False),
        sa.Column('way', sa.String(), nullable=False),
        sa.Column('amount_fen', sa.BigInteger(), nullable=False),
        sa.Column('refunded_fen', sa.BigInteger(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('session_id', sa.String(), nullable=True),
        sa.Column('checkout_url', sa.String(), nullable=False),
        sa.Column('intent_id', sa.String(), nullable=True),
        sa.Column('failure', sa.String(), nullable=False),
        sa.Column('created_at', MOMENT, nullable=False),
        sa.Column('expires_at', MOMENT, nullable=False),
        sa.Column('succeeded_at', MOMENT, nullable=True),
        sa.CheckConstraint('0 <= refunded_fen AND refunded_fen <= amount_fen', name=op.f('ck_payment_refunds')),
        sa.CheckConstraint('amount_fen > 0', name=op.f('ck_payment_amount')),
        sa.CheckConstraint("state IN ('cancelled', 'created', 'disputed', 'failed', 'partly_refunded', 'refunded', 'succeeded')",
                           name=op.f('ck_payment_state')),
        sa.CheckConstraint("way IN ('provider', 'bank', 'cash')", name=op.f('ck_payment_way')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_payment')),
        sa.UniqueConstraint('intent_id', name=op.f('uq_payment_intent_id')),
        sa.UniqueConstraint('ref', name=op.f('uq_payment_ref')),
        sa.UniqueConstraint('session_id', name=op.f('uq_payment_session_id')))
    op.create_index(op.f('ix_payment_organisation_id'), 'payment', ['organisation_id'])
    op.create_table(
        'payment_line',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('payment_id', sa.Integer(), nullable=False),
        sa.Column('purpose', sa.String(), nullable=False),
        sa.Column('account', sa.String(), nullable=False),
        sa.Column('amount_fen', sa.BigInteger(), nullable=False),
        sa.Column('refund_asked_fen', sa.BigInteger(), nullable=False),
        sa.Column('refunded_fen', sa.BigInteger(), nullable=False),
        sa.Column('turns', sa.Integer(), nullable=False),
        sa.CheckConstraint('0 <= refunded_fen AND refunded_fen <= refund_asked_fen AND refund_asked_fen <= amount_fen',
                           name=op.f('ck_payment_line_refunds')),
        sa.CheckConstraint('amount_fen > 0', name=op.f('ck_payment_line_amount')),
        sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_payment_line_payment_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_line')),
        sa.UniqueConstraint('purpose', name=op.f('uq_payment_line_purpose')))
    op.create_index(op.f('ix_payment_line_payment_id'), 'payment_line', ['payment_id'])
    op.create_index(op.f('ix_payment_line_account'), 'payment_line', ['account'])
    op.create_table(
        'refund',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('line_id', sa.Integer(), nullable=False),
        sa.Column('payment_id', sa.Integer(), nullable=False),
        sa.Column('amount_fen', sa.BigInteger(), nullable=False),
        sa.Column('key', sa.String(), nullable=False),
        sa.Column('provider_id', sa.String(), nullable=True),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('failure', sa.String(), nullable=False),
        sa.Column('asked_at', MOMENT, nullable=False),
        sa.CheckConstraint('amount_fen > 0', name=op.f('ck_refund_amount')),
        sa.CheckConstraint("state IN ('asked', 'done', 'failed', 'sent')", name=op.f('ck_refund_state')),
        sa.ForeignKeyConstraint(['line_id'], ['payment_line.id'], name=op.f('fk_refund_line_id')),
        sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_refund_payment_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_refund')),
        sa.UniqueConstraint('key', name=op.f('uq_refund_key')),
        sa.UniqueConstraint('provider_id', 'line_id', name=op.f('uq_refund_provider_id_line_id')))
    for column in ("line_id", "payment_id", "provider_id", "state"):
        op.create_index(op.f(f'ix_refund_{column}'), 'refund', [column])
    op.create_table(
        'dispute',
        sa.Column('id', sa.String(), nullable=False),
        sa.Column('payment_id', sa.Integer(), nullable=False),
        sa.Column('amount_fen', sa.BigInteger(), nullable=False),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('opened_at', MOMENT, nullable=False),
        sa.Column('answer_by', MOMENT, nullable=True),
        sa.Column('closed_at', MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('open', 'won', 'lost')", name=op.f('ck_dispute_state')),
        sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_dispute_payment_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_dispute')))
    op.create_index(op.f('ix_dispute_payment_id'), 'dispute', ['payment_id'])
    op.create_index(op.f('ix_dispute_state'), 'dispute', ['state'])


def carry_payments_over():
    """Every payment was for one promise, and keeps it as its one line, held for the promise's wish."""
    kept = ("id, ref, organisation_id, amount_fen, refunded_fen, state, session_id, checkout_url, intent_id, failure, "
            "created_at, expires_at, succeeded_at")
    op.execute(f"INSERT INTO payment ({kept}, way) SELECT {kept}, 'provider' FROM payment_before")
    op.execute("INSERT INTO payment_line (payment_id, purpose, account, amount_fen, refund_asked_fen, refunded_fen, turns) "
               "SELECT b.id, b.purpose, 'wish:' || p.wish_id, b.amount_fen, b.refund_asked_fen, b.refunded_fen, 0 "
               "FROM payment_before b JOIN pledge p ON b.purpose = 'pledge:' || p.id ORDER BY b.id")
    count_on("payment")


def carry_refunds_over():
    """What went back is done. What was asked for and has not arrived is on its way, or still to be sent by its job."""
    bind = op.get_bind()
    lines = sa.text("SELECT l.id, l.payment_id, l.purpose, l.refunded_fen, l.refund_asked_fen, p.created_at, l.account, "
                    "p.organisation_id FROM payment_line l JOIN payment p ON p.id = l.payment_id "
                    "WHERE l.refund_asked_fen > 0 ORDER BY l.id").columns(created_at=MOMENT)
    refund = sa.table("refund", *[sa.column(n) for n in ("line_id", "payment_id", "amount_fen", "key", "state", "failure")],
                      sa.column("asked_at", MOMENT))
    waiting = {}
    for number, body in bind.execute(sa.text("SELECT id, body FROM job WHERE state <> 'done' "
                                             "AND reaction = 'money.payments.service.send_refund' ORDER BY id")).all():
        waiting.setdefault(json.loads(body)["payment_id"], []).append((number, json.loads(body)))
    for line in bind.execute(lines).all():
        common = {"line_id": line.id, "payment_id": line.payment_id, "failure": "", "asked_at": line.created_at}
        if line.refunded_fen:
            bind.execute(refund.insert().values(**common, amount_fen=line.refunded_fen, key=f"{line.purpose}-before", state="done"))
        left = line.refund_asked_fen - line.refunded_fen
        for number, event in waiting.get(line.payment_id, ()):
            key = f"{line.purpose}-{event['part']}"
            bind.execute(refund.insert().values(**common, amount_fen=event["amount_fen"], key=key, state="asked"))
            found = bind.scalar(sa.text("SELECT id FROM refund WHERE key = :key").bindparams(key=key))
            bind.execute(sa.text("UPDATE job SET body = :body WHERE id = :id").bindparams(
                body=json.dumps({"refund_id": found}), id=number))
            left -= event["amount_fen"]
        if left > 0:
            bind.execute(refund.insert().values(**common, amount_fen=left, key=f"{line.purpose}-under-way", state="sent"))


def carry_books_over():
    """An entry of before, from one account to another, is a booking of two. What a purpose holds is below zero now."""
    bind = op.get_bind()
    postgresql = bind.dialect.name == "postgresql"
    position = "strpos(cause, ':')" if postgresql else "instr(cause, ':')"
    day = "(at AT TIME ZONE 'Asia/Shanghai')::date" if postgresql else "date(at, '+8 hours')"
    op.execute('INSERT INTO booking (id, at, booked_on, cause, kind, open_fen) '
               f"SELECT id, at, {day}, cause, substr(cause, 1, {position} - 1), 0 FROM entry_before ORDER BY id")
    accounts, last = {}, 0
    statement = sa.text("SELECT e.id, e.cause, e.amount_fen, s.name AS source, t.name AS target FROM entry_before e "
                        "JOIN account_before s ON s.id = e.source_id JOIN account_before t ON t.id = e.target_id "
                        "WHERE e.id > :last ORDER BY e.id LIMIT :block")
    while block := bind.execute(statement.bindparams(last=last, block=BLOCK)).all():
        for row in block:
            last = row.id
            purchase = row.cause.startswith("purchase:")
            pledge = int((row.source if row.source.startswith("pledge:") else row.target).removeprefix("pledge:"))
            wish, organisation = bind.execute(sa.text("SELECT wish_id, organisation_id FROM pledge WHERE id = :id")
                                              .bindparams(id=pledge)).one()
            gained = row.source == "provider"
            change(accounts, row.id, f"bank:{organisation}" if purchase else "provider", row.amount_fen * (1 if gained else -1))
            change(accounts, row.id, f"wish:{wish}", row.amount_fen * (-1 if gained else 1))
    promise_what_is_asked(accounts)
    op.execute("UPDATE account SET balance_fen = (SELECT COALESCE(SUM(amount_fen), 0) FROM entry "
               "WHERE entry.account_id = account.id)")
    count_on("booking")
    if bind.dialect.name == "postgresql":
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")


def promise_what_is_asked(accounts):
    """Refunds that have not arrived: held for their givers, and gone from the provider once sent."""
    bind = op.get_bind()
    asked = sa.text("SELECT r.id, r.state, r.amount_fen, r.asked_at, l.account, p.organisation_id FROM refund r "
                    "JOIN payment_line l ON l.id = r.line_id JOIN payment p ON p.id = r.payment_id "
                    "WHERE r.state IN ('asked', 'sent') AND p.state <> 'created' ORDER BY r.id").columns(asked_at=MOMENT)
    booking = sa.table("booking", *[sa.column(n) for n in ("id", "cause", "kind", "open_fen")], sa.column("at", MOMENT),
                       sa.column("booked_on", sa.Date()))
    number = bind.scalar(sa.text("SELECT COALESCE(MAX(id), 0) FROM booking"))
    for row in bind.execute(asked).all():
        promised = f"refunds:{row.organisation_id}"
        steps = [(f"refund_asked:{row.id}", row.account, promised), (f"refund:{row.id}", promised, "provider")]
        for cause, onto, off in steps[:1 if row.state == "asked" else 2]:
            number += 1
            bind.execute(booking.insert().values(id=number, at=row.asked_at, cause=cause, open_fen=0,
                                                   booked_on=clock.day_of(row.asked_at),
                                                   kind=cause.partition(":")[0]))
            change(accounts, number, onto, row.amount_fen)
            change(accounts, number, off, -row.amount_fen)


def change(accounts, booking, name, amount):
    bind = op.get_bind()
    if name not in accounts:
        bind.execute(sa.text("INSERT INTO account (name, kind, currency, balance_fen) VALUES (:name, :kind, 'CNY', 0)")
                     .bindparams(name=name, kind=name.partition(":")[0]))
        accounts[name] = bind.scalar(sa.text("SELECT id FROM account WHERE name = :name").bindparams(name=name))
    bind.execute(sa.text("INSERT INTO entry (booking_id, account_id, amount_fen) VALUES (:booking, :account, :amount)")
                 .bindparams(booking=booking, account=accounts[name], amount=amount))


def count_on(table):
    """New rows are numbered behind those that came with their numbers."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))")


def downgrade():
    raise NotImplementedError("migrations run forward; go back by restoring a backup")
