"""Promises come over with their givers, and may end as they may now; whoever was thanked before is not thanked again."""
import pytest
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.core import outbox
from marketplace.extensions import db
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.money.payments.models import Payment, PaymentLine
from marketplace.people.notices.models import Notice
from tests.migrations import before

BEFORE = "0007"


@pytest.fixture
def old(app, city, kind, tmp_path, request):
    with before.city_of("0002", app, kind, tmp_path, request):
        upgrade(revision=BEFORE)
        yield


def test_promises_and_their_givers_are_all_there(old):
    columns = {"pledge": ["id", "ref", "state", "units", "if_ended", "follow_digest"],
               "pledge_contact": ["pledge_id", "phone", "secret"], "payment_line": ["id", "purpose", "amount_fen"]}
    known = before.rows(db.engine, columns)
    upgrade()
    assert before.rows(db.engine, columns) == known and len(known["pledge"]) > 3
    assert db.session.query(PledgeContact).first().secret.reveal()
    assert {line.lost_fen for line in db.session.query(PaymentLine)} == {0}


def test_a_promise_may_be_what_the_rules_know_and_a_giver_belongs_to_one(old):
    upgrade()
    changes = ("state = 'late'", "state = 'moved'", "if_ended = 'fund'", "state = 'gone'", "if_ended = 'keep'", "units = 0")
    refused = [change for change in changes if before.refused(
        f"UPDATE pledge SET {change} WHERE id = (SELECT MIN(id) FROM pledge)", IntegrityError)]
    assert refused == ["state = 'gone'", "if_ended = 'keep'", "units = 0"]
    with db.engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text("INSERT INTO pledge_contact (pledge_id, secret, language) VALUES (999999, :secret, 'zh')"),
                           {"secret": b"x"})


def test_nobody_is_thanked_twice_and_nobody_is_forgotten(old):
    with db.engine.begin() as connection:
        paid = connection.execute(text("SELECT purpose FROM payment_line l JOIN payment p ON p.id = l.payment_id "
                                       "WHERE p.succeeded_at IS NOT NULL ORDER BY l.id")).scalars().all()
        waits = int(paid[-1].removeprefix("pledge:"))
        connection.execute(text(
            "INSERT INTO job (reaction, body, state, attempts, due_at, lease, error, created_at) VALUES "
            "('market.deliveries.reactions.tell_committed', :body, 'waiting', 0, '2026-01-01 00:00:00+00:00', '', '', "
            "'2026-01-01 00:00:00+00:00')"), {"body": f'{{"pledge_id": {waits}}}'})
        connection.execute(text("UPDATE pledge_contact SET phone = NULL, mail = NULL"))
    upgrade()
    unthanked = db.session.query(Payment).filter(Payment.succeeded_at.is_not(None), Payment.thanked_at.is_(None)).all()
    assert [line.purpose for payment in unthanked for line in payment.lines] == [f"pledge:{waits}"] and len(paid) > 1
    db.session.get_one(PledgeContact, waits).mail = "a@example.com"
    db.session.commit()
    before_count = db.session.query(Notice).count()
    while outbox.drain():
        pass
    told = db.session.query(Notice).order_by(Notice.id).all()[before_count:]
    assert [n.kind for n in told].count("pledge_paid") == 1 and db.session.get_one(Pledge, waits).kind == "money"
