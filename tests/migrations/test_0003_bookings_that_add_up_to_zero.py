"""The books of before come over to the fen; what was on its way back arrives once."""
import pytest
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from marketplace.core import outbox
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.pledges.models import Pledge
from marketplace.money.ledger import service as ledger
from marketplace.money.payments.models import Payment, PaymentLine, Refund
from marketplace.money.payments.service.refunding import take_refund
from tests.migrations import before


@pytest.fixture
def old(app, city, kind, tmp_path, request):
    with before.city_of("0002", app, kind, tmp_path, request):
        yield


def balances_before() -> dict[str, int]:
    return dict(db.session.execute(text("SELECT name, balance_fen FROM account")).all())


def test_every_fen_is_where_it_was(old):
    before = balances_before()
    paid = db.session.execute(text("SELECT COALESCE(SUM(amount_fen - refunded_fen), 0) FROM payment "
                                   "WHERE state IN ('succeeded', 'refunded', 'partly_refunded')")).scalar()
    db.session.rollback()
    upgrade()
    assert not ledger.verify().wrong
    sent = sum(r.amount_fen for r in db.session.query(Refund).filter_by(state="sent"))
    assert ledger.balance("provider") == paid - sent == -before["provider"] - sent
    spent = sum(fen for name, fen in before.items() if name.startswith("spent:"))
    assert spent > 0 and ledger.balance("bank:2") + ledger.balance("bank:3") == -spent


def test_every_payment_keeps_its_purpose_as_its_line(old):
    before = db.session.execute(text("SELECT id, purpose, amount_fen, refund_asked_fen FROM payment ORDER BY id")).all()
    db.session.rollback()
    upgrade()
    after = [(p.id, line.purpose, line.amount_fen, line.refund_asked_fen)
             for p in db.session.query(Payment).order_by(Payment.id) for line in p.lines]
    assert after == [tuple(row) for row in before] and after
    for line in db.session.query(PaymentLine):
        pledge = db.session.get(Pledge, int(line.purpose.removeprefix("pledge:")))
        assert line.account == f"wish:{pledge.wish_id}"


def test_what_is_on_its_way_back_arrives_once(old, till):
    upgrade()
    on_its_way, = db.session.query(Refund).filter_by(state="sent")
    waits, = db.session.query(Refund).filter_by(state="asked")
    while outbox.drain():
        pass
    assert list(till.refunds) == [waits.key]
    for refund in (on_its_way, waits):
        payment = db.session.get(Payment, refund.payment_id)
        said = {"id": refund.provider_id or "re_of_before", "amount": refund.amount_fen, "status": "succeeded",
                "metadata": {}, "payment_intent": payment.intent_id}
        for _ in range(2):
            with transaction():
                take_refund(said)
        db.session.refresh(refund)
        assert (refund.state, payment.state, payment.refunded_fen) == ("done", "refunded", refund.amount_fen)
    assert not ledger.verify().wrong


FORBIDDEN = ("UPDATE entry SET amount_fen = amount_fen + 1", "DELETE FROM entry",
             "UPDATE booking SET cause = cause || '!'", "DELETE FROM booking",
             "INSERT INTO entry (booking_id, account_id, amount_fen) VALUES (1, 1, 5)")


def test_the_books_of_before_cannot_be_changed_either(old):
    upgrade()
    assert [attempt for attempt in FORBIDDEN if not before.refused(attempt, DatabaseError)] == []
