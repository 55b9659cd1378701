"""What was given before there were receipts gets its receipt, once; what went back gets none."""
from datetime import timedelta

import pytest
from flask_migrate import upgrade
from sqlalchemy import select

from marketplace.core import clock, outbox
from marketplace.core import proof as daily
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.pledges.models import Pledge
from marketplace.market.thanking import service
from marketplace.market.thanking.rules import RECEIVED
from marketplace.money.payments import queries as payments
from marketplace.money.receipts.models import Receipt
from tests.migrations.before import city_of


@pytest.fixture
def old(app, city, kind, tmp_path, request):
    with city_of("0002", app, kind, tmp_path, request):
        yield


def given() -> set[str]:
    """What was received and kept, by the tables of now."""
    found = set()
    for pledge in db.session.scalars(select(Pledge).where(Pledge.committed_at.is_not(None))):
        delivery = db.session.get(Delivery, pledge.delivery_id) if pledge.delivery_id else None
        money = pledge.kind == "money" and payments.kept_fen(service.purpose(pledge)) > 0
        if money or (pledge.kind != "money" and delivery and delivery.state in RECEIVED):
            found.add(service.purpose(pledge))
    return found


def test_what_was_given_gets_its_receipt_once(old):
    upgrade()
    expected = given()
    assert expected
    db.session.rollback()
    while outbox.drain():
        pass
    receipts = db.session.scalars(select(Receipt)).all()
    assert {receipt.purpose for receipt in receipts} == expected and len(receipts) == len(expected)
    assert all(receipt.in_force and receipt.given_on <= receipt.issued_at.date() for receipt in receipts)


def test_days_before_are_published_as_they_were_sealed(old):
    upgrade()
    with clock.at(clock.now() + timedelta(days=1)):
        assert daily.publish() > 0 and daily.verify() is None
