"""What goods are worth: by their invoice, once, by the charity that has seen them."""
import pytest
from sqlalchemy import select

from marketplace.core import storage
from marketplace.core.errors import Invalid, NotAllowed
from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.thanking import queries, service
from marketplace.market.thanking.rules import NotHere
from marketplace.money.receipts.models import DeclaredValue, Receipt
from tests.city import picture


@pytest.fixture
def goods(city):
    pledge = city.promise(city.need(wanted=3), 2)
    keeper = city.person("charity", organisation_id=pledge.organisation_id)
    return pledge, keeper


def amounts():
    db.session.expire_all()
    return [(r.amount_fen, r.state) for r in db.session.scalars(select(Receipt).order_by(Receipt.id))]


def arrived(city, pledge):
    worker = city.person("social_worker")
    delivery, code = city.arrived(pledge, worker)
    return lambda: (deliveries.hand_over(delivery, code, by=worker), city.settle())


def test_a_value_that_is_known_at_the_hand_over_stands_on_the_receipt(city, goods):
    pledge, keeper = goods
    hand_over = arrived(city, pledge)
    service.declare(pledge, 15900, "3700 发票 00123", keeper, picture())
    city.settle()
    assert amounts() == []
    hand_over()
    assert amounts() == [(15900, "issued")]
    value = db.session.scalars(select(DeclaredValue)).one()
    assert value.invoice.reveal() == "3700 发票 00123" and value.declared_by == keeper.id
    assert storage.store().get(f"{value.picture}-1200.webp").startswith(b"RIFF")


def test_a_value_that_comes_later_renews_the_receipt(city, goods):
    pledge, keeper = goods
    arrived(city, pledge)()
    assert amounts() == [(0, "issued")]
    service.declare(pledge, 15900, "00123", keeper)
    assert amounts() == [(0, "reversed"), (0, "issued"), (15900, "issued")]
    first, red, new = db.session.scalars(select(Receipt).order_by(Receipt.id)).all()
    assert (red.reverses_id, new.replaces_id, first.reason) == (first.id, first.id, "valued")


def test_nobody_declares_what_is_not_there_yet(city, goods):
    pledge, keeper = goods
    with pytest.raises(NotHere):
        service.declare(pledge, 15900, "00123", keeper)


def test_only_the_own_charity_declares_and_once(city, goods):
    pledge, keeper = goods
    arrived(city, pledge)()
    clerk = city.person("charity", organisation_id=pledge.organisation_id, post="clerk")
    for other in (city.person("charity", organisation_id=city.organisation().id), clerk, city.person("donor"),
                  city.person("social_worker")):
        with pytest.raises(NotAllowed):
            service.declare(pledge, 15900, "00123", other)
    service.declare(pledge, 15900, "00123", city.person(
        "charity", organisation_id=pledge.organisation_id, post="storekeeper"))
    with pytest.raises(Invalid, match="declared_before"):
        service.declare(pledge, 20000, "00124", keeper)


@pytest.mark.parametrize("amount, invoice, photo, field", [
    (0, "1", b"", "amount"), (-5, "1", b"", "amount"), (10**12, "1", b"", "amount"), (5, " ", b"", "invoice"),
    (5, "1" * 41, b"", "invoice"), (5, "1", b"no picture", "photo")])
def test_what_cannot_be_is_refused(city, goods, amount, invoice, photo, field):
    pledge, keeper = goods
    arrived(city, pledge)
    with pytest.raises(Invalid) as no:
        service.declare(pledge, amount, invoice, keeper, photo)
    assert no.value.field == field and not db.session.scalars(select(DeclaredValue)).all()


def test_the_desk_lists_what_has_no_value_yet(city, goods):
    pledge, keeper = goods
    other = city.person("charity", organisation_id=city.organisation().id)
    assert queries.to_value(keeper)[0] == [] and queries.waiting(keeper) == 0
    arrived(city, pledge)
    assert [one.pledge.id for one in queries.to_value(keeper)[0]] == [pledge.id] and queries.waiting(keeper) == 1
    assert queries.to_value(other)[0] == [] and queries.waiting(other) == 0
    service.declare(pledge, 15900, "00123", keeper)
    assert queries.to_value(keeper)[0] == [] and queries.waiting(keeper) == 0
