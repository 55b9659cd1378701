"""Gifts of money that came before get their receipt and the name their giver typed, once; matches and names come over."""
import json

import pytest
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.core import crypto, outbox
from marketplace.extensions import db
from marketplace.market.honours.models import Honour
from marketplace.market.matches.models import Doubling, Match
from marketplace.money.receipts.models import Receipt
from tests.migrations import before

NOW, DAY = "2026-11-20 08:00:00+00:00", "2026-11-20"
MATCH = {"ref": "m", "state": "live", "organisation_id": 1, "author_id": 1, "company": "暖阳", "english": "",
         "category": "aid", "numerator": 1, "denominator": 1, "most_fen": 0, "limit_fen": 500, "used_fen": 100,
         "starts_on": DAY, "ends_on": DAY, "created_at": NOW}
GIFT = {"organisation_id": 1, "account": "fund:1", "amount_fen": 5000, "giver_id": 0, "monthly_id": 0, "lapses_at": NOW,
        "if_ended": "fund", "created_at": NOW, "ended_why": ""}
PAYMENT = {"organisation_id": 1, "way": "provider", "amount_fen": 5000, "refunded_fen": 0, "state": "succeeded",
           "checkout_url": "", "failure": "", "created_at": NOW, "expires_at": NOW, "succeeded_at": NOW}


def put(connection, table, **row):
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    return connection.execute(text(f'INSERT INTO "{table}" ({names}) VALUES ({values}) RETURNING id'), row).scalar_one()


def gift(connection, ref, state, shown_as="", **more):
    """A gift of 50 yuan whose money came."""
    number = put(connection, "gift", **GIFT, ref=ref, follow_digest=ref, state=state, shown_as=shown_as, **more)
    connection.execute(text("INSERT INTO gift_contact (gift_id, secret, language) VALUES (:n, :s, 'zh')"),
                       {"n": number, "s": crypto.ring().seal("gift_contact.secret", ref)})
    payment = put(connection, "payment", **PAYMENT, ref=ref)
    put(connection, "payment_line", payment_id=payment, purpose=f"gift:{number}", amount_fen=5000, refund_asked_fen=0,
        account="unassigned:1" if state == "late" else "fund:1", refunded_fen=0, lost_fen=0, turns=0)
    return f"gift:{number}"


@pytest.fixture
def old(app, city, kind, tmp_path, request):
    with before.city_of("0002", app, kind, tmp_path, request):
        upgrade(revision="0009")
        yield


def test_what_came_before_is_on_paper_and_on_the_board(old):
    with db.engine.begin() as connection:
        first, second = connection.execute(text("SELECT id FROM pledge ORDER BY id LIMIT 2")).scalars()
        match = put(connection, "match", **MATCH)
        put(connection, "doubling", match_id=match, pledge_id=first, added_id=second, amount_fen=100, at=NOW)
        put(connection, "honour", pledge_id=first, organisation_id=1, state="shown", giver="user:1", kind="person",
            shown_as="李女士", with_amount=False, year=2026, at=NOW)
        there = [gift(connection, "a", "committed", "一位老师", committed_at=NOW),
                 gift(connection, "b", "committed", "加微信 领券", committed_at=NOW),
                 gift(connection, "c", "moved", choose_until=NOW, ended_at=NOW)]
        gift(connection, "d", "late", "迟到的人", choose_until=NOW)
    upgrade()
    with db.engine.connect() as connection:
        bodies = connection.execute(text("SELECT body FROM job WHERE reaction = 'market.honours.reactions.show_gift'"))
        assert [json.loads(body)["gift_id"] for body in bodies.scalars()] == [int(p.partition(":")[2]) for p in there[:2]]
    while outbox.drain():
        pass
    made = db.session.query(Receipt).filter(Receipt.purpose.like("gift:%")).order_by(Receipt.id).all()
    assert sorted(r.purpose for r in made) == sorted(there) and {r.amount_fen for r in made} == {5_000}
    assert [h.shown_as for h in db.session.query(Honour).order_by(Honour.id)] == ["李女士", "一位老师"]
    kept = db.session.query(Match).one()
    assert (kept.serves, kept.category, kept.campaign_id, kept.used_fen) == ("wishes", "aid", None, 100)
    assert db.session.query(Doubling).one().pledge_id == first
    db.session.rollback()
    for wrong in ("UPDATE honour SET gift_id = (SELECT MIN(id) FROM gift)", "UPDATE doubling SET added_id = NULL",
                  "UPDATE \"match\" SET serves = 'campaign'", "UPDATE \"match\" SET serves = 'fund'"):
        with db.engine.connect() as connection, pytest.raises(IntegrityError):
            connection.execute(text(wrong))
