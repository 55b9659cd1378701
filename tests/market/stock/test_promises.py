"""What is set aside for a family: given by hand, also as a kit, never past its day, taken back when it cannot be given."""
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.audit import AuditEntry
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.deliveries import exceptions
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery
from marketplace.market.matching.service import reading
from marketplace.market.offers import service as offering
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.pledges.rules import KitWhole, NotFitting
from marketplace.market.stock import queries, service
from marketplace.market.stock.models import Batch, Reservation
from marketplace.market.stock.rules import BatchDraft, NotToGive
from marketplace.market.transparency import trails
from marketplace.market.wishes.models import Need, Wish
from marketplace.network.registry.models import Household
from tests import campaigns, offers, stock
from tests.city import TOWN


@pytest.fixture
def kept(city):
    charity, worker = city.organisation(), city.person("social_worker")
    return charity, worker, stock.keeper(city, charity), stock.store(city, charity)


def delivery_of(city, pledge: Pledge) -> Delivery:
    city.settle()
    return db.session.get_one(Delivery, db.session.get_one(Pledge, pledge.id).delivery_id)


def places(batch: Batch) -> dict[str, int]:
    db.session.expire_all()
    return {h.place.partition(":")[0]: h.units for h in queries.places(batch)}


def kinds(user, capability: str = "delivery.watch_own") -> dict[str, int]:
    return exceptions.counts(user, capability, exceptions.Wanted())


def test_what_is_past_its_day_neither_leaves_the_store_nor_is_handed_over_and_somebody_is_told(city, kept):
    charity, worker, keeper, here = kept
    rice = stock.batch(keeper, here, "rice", 5, expires_on=clock.today() + timedelta(days=9))
    needs = [city.need(item="大米", wanted=1, charity=charity, worker=worker, category="food", price_fen=6000)
             for _n in range(2)]
    waits, sent = (delivery_of(city, pledges.from_stock(need, 1, rice, here.id, "proposal:1", by=keeper)) for need in needs)
    deliveries.dispatch(sent, "charity_run", by=keeper)
    assert kinds(keeper) == {}
    with clock.at(clock.now() + timedelta(days=4)):
        assert kinds(keeper) == {"ends_soon": 2}
    with clock.at(clock.now() + timedelta(days=10)):
        with pytest.raises(NotToGive):
            service.reserve(rice.id, here.id, 1, "proposal:2")
        with pytest.raises(NotToGive):
            deliveries.dispatch(waits, "charity_run", by=keeper)
        assert deliveries.load(waits, "charity_run", keeper.id) is False and waits.state == "planned"
        deliveries.arrive(sent, by=worker)
        city.settle()
        with pytest.raises(NotToGive):
            deliveries.hand_over(sent, city.code(), by=worker)
        shown = exceptions.listed(keeper, "delivery.watch_own", exceptions.Wanted("past_day")).rows
        assert {one.delivery_id: bool(one.reservation_id) for one in shown} == {waits.id: True, sent.id: True}
        assert kinds(worker, "delivery.watch") == {"past_day": 2}
        deliveries.send_back(sent, by=worker, condition="unsafe")
    assert places(rice) == {"purchase": -5, "store": 4, "written_off": 1}


def test_the_charity_takes_back_what_it_promised_and_cannot_give(city, kept):
    charity, worker, keeper, here = kept
    quilts = stock.batch(keeper, here, units=3)
    need = city.need(wanted=3, charity=charity, worker=worker)
    pledge = pledges.from_stock(need, 2, quilts, here.id, "proposal:1", by=keeper)
    delivery = delivery_of(city, pledge)
    reservation = db.session.scalars(select(Reservation)).one()
    assert pledges.of_reservation(reservation.id, charity.id).id == pledge.id
    assert pledges.to_recall([reservation.id], charity.id) == {reservation.id}
    for stranger in (stock.keeper(city, city.organisation()), campaigns.clerk(city, charity), worker):
        with pytest.raises(NotAllowed):
            pledges.recall(pledge, "受潮", by=stranger)
    for reason in ("", "王先生 13912345678"):
        with pytest.raises(Invalid):
            pledges.recall(pledge, reason, by=keeper)
    pledges.recall(pledge, "受潮，不能发", by=keeper)
    city.settle()
    assert (pledge.state, pledge.ended_why, reservation.state) == ("cancelled", "recalled", "released")
    assert db.session.get_one(Delivery, delivery.id).state == "cancelled"
    assert db.session.get_one(Need, need.id).left == 3
    assert db.session.scalar(select(AuditEntry.reason).where(AuditEntry.capability == "pledge.recall")) == "受潮，不能发"
    service.write_off(quilts, here, 3, "damaged", by=keeper)
    with pytest.raises(WrongState):
        pledges.recall(pledge, "再来", by=keeper)
    more = stock.batch(keeper, here, units=1)
    gone = pledges.from_stock(need, 1, more, here.id, "proposal:2", by=keeper)
    deliveries.dispatch(delivery_of(city, gone), "charity_run", by=keeper)
    with pytest.raises(WrongState):  # what has set out comes back by way of the station
        pledges.recall(db.session.get_one(Pledge, gone.id), "晚了", by=keeper)
    assert service.verify().wrong == []


def test_a_kit_is_given_by_hand_to_who_asks_for_it_or_for_a_thing_in_it_and_is_not_matched(city, kept):
    charity, worker, keeper, here = kept
    stock.batch(keeper, here, units=3)
    stock.batch(keeper, here, "hat_and_gloves", 6)
    kits = service.assemble(stock.kit(keeper), here, 3, by=keeper)
    named = city.need(item="一个过冬包", wanted=1, charity=charity, worker=worker)
    hats = city.need(item="帽子手套", wanted=3, charity=charity, worker=worker, category="clothing", price_fen=3900)
    city.need(item="棉被", wanted=1)  # of another charity
    assert [(one.need.id, one.each) for one in pledges.fitting(kits).rows] == [(named.id, 1), (hats.id, 2)]
    assert reading.read(charity.id).lines == []
    with pytest.raises(NotAllowed):
        pledges.give(named, 1, kits, here, by=worker)
    with pytest.raises(NotFitting):
        pledges.give(city.need(item="电水壶", category="kitchen", charity=charity), 1, kits, here, by=keeper)
    first, second = (pledges.give(need, 7, kits, here, by=keeper) for need in (hats, named))
    assert (first.units, second.units, hats.left) == (2, 1, 1)
    assert pledges.give(hats, 7, kits, here, by=campaigns.clerk(city, charity)).units == 1
    delivery = delivery_of(city, first)
    deliveries.dispatch(delivery, "charity_run", by=keeper)
    deliveries.arrive(delivery, by=worker)
    city.settle()
    with pytest.raises(KitWhole):
        pledges.split(db.session.get_one(Pledge, first.id), 1, worker.id)
    deliveries.hand_over(delivery, city.code(), by=worker)
    deliveries.confirm(delivery, by=city.beneficiary(db.session.get_one(Household, delivery.household_id)))
    city.settle()
    assert db.session.get_one(Need, hats.id).received == 2
    assert places(kits) == {"made": -3, "household": 1, "store": 2} and service.verify().wrong == []
    told = trails.trail(db.session.get_one(Wish, hats.wish_id).ref)
    kinds_told = [step.kind for step in told.steps]
    assert (kinds_told.count("promised"), kinds_told.count("confirmed")) == (2, 1)
    with pytest.raises(NotFitting):  # nothing of it is left
        pledges.give(hats, 1, kits, here, by=keeper)


def test_free_goods_are_given_by_hand_in_the_size_that_is_asked_for(city, kept):
    charity, worker, keeper, here = kept
    single = stock.batch(keeper, here, units=4, size="single")
    need = city.need(wanted=3, charity=charity, worker=worker)
    assert pledges.give(need, 2, single, here, by=keeper).units == 2 and need.left == 1
    need.size = "double"
    db.session.commit()
    with pytest.raises(NotFitting):
        pledges.give(need, 1, single, here, by=keeper)


def test_what_somebody_offered_is_given_by_hand_only_as_they_want(city, kept):
    charity, worker, keeper, here = kept
    city.need(wanted=1, charity=charity, worker=worker)
    told = [{}, {"asks_giver": True}, {"area_code": "371427"}, {"age_bands": ("0-6",)},
            {"area_code": TOWN[:6], "age_bands": ("60+",)}]
    quilts = BatchDraft("quilt", 3, "double")
    batches = [offering.take_in(offers.accepted(city, charity, 3, **wants), here, quilts, by=keeper) for wants in told]
    assert [len(pledges.fitting(batch).rows) for batch in batches] == [1, 1, 0, 0, 1]
    assert [pledges.asks_first(batch) for batch in batches] == [False, True, False, False, False]
