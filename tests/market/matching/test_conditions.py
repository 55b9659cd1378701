"""What givers ask for stays with their things, and a giver's no is kept."""
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.errors import NotAllowed
from marketplace.extensions import db
from marketplace.market.deliveries import problems, replacing
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery
from marketplace.market.matching import service, suggestions
from marketplace.market.matching.models import Proposal
from marketplace.market.offers import conditions
from marketplace.market.offers import service as offering
from marketplace.market.offers.rules import GivenElsewhere
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.stock import queries as stores
from marketplace.market.stock import service as goods
from marketplace.market.stock.rules import BatchDraft, PartDraft, TooFewInStore
from marketplace.people.accounts.models import Guest
from marketplace.people.notices import queries as notices
from tests import offers, stock
from tests.city import TOWN


@pytest.fixture
def ready(city):
    charity = city.organisation()
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    return charity, city.person("social_worker", TOWN), keeper, store


def came(city, ready, units: int = 10, **asked: object):
    """A donor's quilts, in store."""
    charity, _worker, keeper, store = ready
    donor = city.person("donor")
    offer = offers.accepted(city, charity, by=donor, **asked)
    return donor, offer, offering.take_in(offer, store, BatchDraft("quilt", units, "double"), by=keeper)


def standing() -> list[Proposal]:
    db.session.expire_all()
    return list(db.session.scalars(select(Proposal).where(Proposal.state == "proposed").order_by(Proposal.id)))


def lost(city, ready, need):
    """A quilt for this need that was lost on its way."""
    _charity, worker, keeper, store = ready
    pledge = pledges.from_stock(need, 1, stock.batch(keeper, store, units=1), store.id, "test:1", keeper)
    city.settle()
    delivery = db.session.get_one(Delivery, pledge.delivery_id)
    deliveries.dispatch(delivery, "parcel", by=keeper)
    return replacing.one(keeper, "problem.settle", problems.lose(delivery, "gone", worker).id)


def test_things_for_children_elsewhere_go_to_nobody_else_in_whatever_they_are_remade(city, ready):
    charity, worker, keeper, store = ready
    _donor, offer, batch = came(city, ready, asks_giver=True, area_code="371427", age_bands=("7-13",))
    used = goods.change_condition(batch, store, 3, "worn", by=keeper)
    again = goods.change_condition(used, store, 1, "good", by=keeper)
    kit = goods.write_kit("被子包", "Quilts", "bedding", [PartDraft("quilt", 2)], by=keeper)
    parcels = goods.assemble(kit, store, 1, by=keeper)
    of = conditions.of_batches([batch, used, again, parcels])
    assert {one.id for found in of.values() for one in found.offers} == {offer.id} and len(of) == 4
    old = city.need(charity=charity, worker=worker)  # in another county, and not a child
    assert service.run(charity.id, by=keeper).proposals == 0
    same = city.submitted()
    assert same.needs[0].item_code == "quilt" and suggestions.near(city.person("social_worker"), same) == {}
    for one in (batch, used, again, parcels):
        with pytest.raises(GivenElsewhere):
            pledges.from_stock(old, 1, one, store.id, "test:1", keeper)
    found = lost(city, ready, old)
    assert replacing.proposals(found) == []
    with pytest.raises(TooFewInStore):
        replacing.promise_instead(found, batch.id, store.id, keeper)


def test_who_wants_to_be_asked_is_asked_also_for_what_replaces_a_thing_and_cannot_send_what_lies_in_the_store(city, ready):
    charity, worker, keeper, store = ready
    donor, _offer, batch = came(city, ready, asks_giver=True)
    used = goods.change_condition(batch, store, 9, "good", by=keeper)
    found = lost(city, ready, city.need(charity=charity, worker=worker))
    assert {one.asks_giver for one in replacing.proposals(found)} == {True}
    pledge = replacing.promise_instead(found, used.id, store.id, keeper)
    city.settle()
    assert (pledge.state, pledge.giver_id) == ("reserved", donor.id) and "三天内" in notices.newest(1)[0].text
    pledges.commit(pledge, by=donor)
    city.settle()
    delivery = db.session.get_one(Delivery, db.session.get_one(Pledge, pledge.id).delivery_id)
    for stranger in (donor, Guest(pledge.follow_digest)):
        with pytest.raises(NotAllowed):
            deliveries.dispatch(delivery, "parcel", by=stranger)
    deliveries.dispatch(delivery, "parcel", by=keeper)
    assert {h.place.partition(":")[0] for h in stores.places(used) if h.units > 0} == {"store", "way"}


def test_a_giver_who_said_no_or_nothing_is_not_asked_again_for_the_same_wish(city, ready, hold):
    charity, worker, keeper, store = ready
    donor, _offer, batch = came(city, ready, asks_giver=True)
    need = city.need(charity=charity, worker=worker)
    money = city.need(kind="money", category="aid", wanted=20_000, charity=charity, worker=worker)
    offers.accepted(city, charity, 30_000, kind="money")
    service.run(charity.id, by=keeper)
    asked = [service.confirm(one, by=keeper) for one in standing()]
    assert {pledge.need_id for pledge in asked} == {need.id, money.id}
    city.settle()
    pledges.cancel(next(p for p in asked if p.kind == "goods"), by=donor)
    goods.change_condition(batch, store, 4, "good", by=keeper)  # the same giver's things
    other = city.need(charity=charity, worker=worker)
    with hold(clock.now() + timedelta(days=2)):
        pledges.lapse()
        city.settle()
        service.run(charity.id, by=keeper)
        assert [p.need_id for p in standing()] == [other.id]
