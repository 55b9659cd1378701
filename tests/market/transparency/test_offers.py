"""What became of an offer: every unit is somewhere, and all together are what was offered."""
from collections import Counter
from dataclasses import astuple

from marketplace.extensions import db
from marketplace.market.deliveries import problems, replacing, thanks
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery
from marketplace.market.offers import service
from marketplace.market.offers.models import Offer
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.stock import service as goods
from marketplace.market.stock.rules import BatchDraft
from marketplace.market.transparency import offers as trails
from marketplace.market.transparency import trails as public
from marketplace.market.wishes.models import Wish
from marketplace.money.receipts.models import Receipt
from marketplace.network.registry.models import Household
from marketplace.people.notices import queries as notices
from tests import offers, stock


def carried(city, pledge: Pledge, by, worker, confirm: bool) -> None:
    city.settle()
    delivery = db.session.get_one(Delivery, db.session.get_one(Pledge, pledge.id).delivery_id)
    deliveries.dispatch(delivery, "charity_run" if by.role == "charity" else "drop_off", by=by)
    deliveries.arrive(delivery, by=worker)
    city.settle()
    deliveries.hand_over(delivery, city.code(), by=worker)
    if confirm:
        home = db.session.get_one(Household, db.session.get_one(Wish, pledge.wish_id).household_id)
        deliveries.confirm(delivery, by=city.beneficiary(home))


def test_every_unit_of_an_offer_is_somewhere_and_the_giver_has_a_receipt_for_what_came(city):
    charity, worker, giver = city.organisation(), city.person("social_worker"), city.person("donor")
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    offer = offers.accepted(city, charity, 20, by=giver)
    batch = service.take_in(offer, store, BatchDraft("quilt", 12, "double"), by=keeper)
    city.settle()
    receipt = db.session.query(Receipt).one()
    assert (receipt.purpose, receipt.giver_id, receipt.amount_fen, receipt.title) == (f"batch:{batch.id}", giver.id, 0, "")
    assert receipt.items == [("棉被（双人）", 12, "条")] and "12" in notices.newest(1)[0].text
    goods.change_condition(batch, store, 1, "damaged", by=keeper)
    goods.write_off(batch, store, 2, "pest", by=keeper)
    wish = {"charity": charity, "worker": worker, "price_fen": 8000}
    for units, confirm in ((3, True), (1, False)):
        need = city.need(wanted=units, **wish)
        carried(city, pledges.from_stock(need, units, batch, store.id, "proposal:1", by=keeper), keeper, worker, confirm)
    pledges.from_stock(city.need(wanted=1, **wish), 1, batch, store.id, "proposal:2", by=keeper)
    straight = pledges.from_offer(city.need(wanted=2, **wish), 2, offer, by=keeper)
    carried(city, straight, giver, worker, True)
    city.settle()
    found = trails.trail(db.session.get_one(Offer, offer.id))
    assert found.where == trails.Where(left=6, stored=5, promised=1, given=6, gone=2, confirmed=5)
    assert sum(astuple(found.where)[:-1]) == 20
    assert [(step.kind, step.units) for step in found.steps] == [
        ("offered", 20), ("accepted", 0), ("came", 12), ("set_aside", 7), ("sent", 6), ("at_station", 6),
        ("handed_over", 6), ("confirmed", 5), ("written_off", 2)]
    assert [one.pledge.id for one in found.direct] == [straight.id] and goods.verify().wrong == []
    assert {one.purpose.partition(":")[0] for one in db.session.query(Receipt)} == {"batch", "pledge"}


def test_what_came_back_and_who_says_thanks_stand_on_the_trail_of_an_offer_without_a_place(city):
    charity, worker, colleague = city.organisation(), city.person("social_worker"), city.person("social_worker")
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    offer = offers.accepted(city, charity, 5)
    batch = service.take_in(offer, store, BatchDraft("quilt", 5, "double"), by=keeper)
    need = city.need(wanted=4, charity=charity, worker=worker, price_fen=5000)
    pledge = pledges.from_stock(need, 4, batch, store.id, "proposal:1", by=keeper)
    city.settle()
    delivery = db.session.get_one(Delivery, db.session.get_one(Pledge, pledge.id).delivery_id)
    deliveries.dispatch(delivery, "charity_run", by=keeper)
    deliveries.arrive(delivery, by=worker)
    city.settle()
    problems.turn_back(delivery, problems.Back("damaged", "破了", "damaged", units=1), by=worker)
    deliveries.hand_over(delivery, city.code(), by=worker)
    me = city.beneficiary(db.session.get_one(Household, delivery.household_id))
    deliveries.confirm(delivery, by=me)
    said = thanks.write(delivery, "很暖和", by=me)
    assert thanks.thanks_of_offer(offer.id) == []
    thanks.approve(said, by=colleague)
    city.settle()
    assert [one.words for one in thanks.thanks_of_offer(offer.id)] == ["很暖和"]
    assert [(step.kind, step.units) for step in trails.trail_of_offer(offer.id)][2:] == [
        ("came", 5), ("set_aside", 4), ("sent", 4), ("at_station", 4), ("handed_over", 3), ("confirmed", 3), ("returned", 1),
        ("ended", 0)]
    steps = public.trail(db.session.get_one(Wish, delivery.wish_id).ref).steps
    assert Counter(s.kind for s in steps)["dispatched"] == 1 and Counter(s.kind for s in steps)["returned"] == 1


def test_what_was_packed_into_parcels_is_followed_with_them_until_a_family_confirms(city):
    charity, worker = city.organisation(), city.person("social_worker")
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    quilts = offers.accepted(city, charity, 5)
    hats = offers.accepted(city, charity, 7, category="clothing", item_code="hat_and_gloves", size="")
    service.take_in(quilts, store, BatchDraft("quilt", 5, "double"), by=keeper)
    service.take_in(hats, store, BatchDraft("hat_and_gloves", 7), by=keeper)
    stock.batch(keeper, store, "hat_and_gloves", 3, source="purchase:7")  # so that seven of ten hats are the giver's
    made = goods.assemble(stock.kit(keeper), store, 5, by=keeper)
    goods.take_apart(made, store, 5, by=keeper)
    made = goods.assemble(stock.kit(keeper, "冬衣包"), store, 5, by=keeper)
    for units in (1, 1):
        need = city.need(item="帽子手套", wanted=2, charity=charity, worker=worker, category="clothing", price_fen=3900)
        carried(city, pledges.give(need, units, made, store, by=keeper), keeper, worker, True)
    need = city.need(wanted=1, charity=charity, worker=worker, price_fen=8000)
    given = pledges.give(need, 1, made, store, by=keeper)
    city.settle()
    delivery = db.session.get_one(Delivery, db.session.get_one(Pledge, given.id).delivery_id)
    deliveries.dispatch(delivery, "charity_run", by=keeper)
    deliveries.arrive(delivery, by=worker)
    problem = problems.turn_back(delivery, problems.Back("damaged", "破了", "damaged"), by=worker)
    replacing.take_back(replacing.one(keeper, "problem.take_in", problem.id), "damaged", keeper)
    goods.write_off(made, store, 1, "pest", by=keeper)
    assert trails.trail(quilts).where == trails.Where(packed=2, given=2, gone=1, confirmed=2)
    assert trails.trail(hats).where == trails.Where(packed=3, given=2, gone=2, confirmed=2)  # of 2.8, and 1.4
    went = [("set_aside", 3), ("sent", 3), ("at_station", 3), ("handed_over", 2), ("confirmed", 2), ("returned", 1),
            ("written_off", 1), ("ended", 0)]
    assert [(step.kind, step.units) for step in trails.trail_of_offer(quilts.id)] == [
        ("offered", 5), ("accepted", 0), ("came", 5), ("packed", 10), ("apart", 5), *went]
    assert {s.kind: s.units for s in trails.trail_of_offer(hats.id)}["handed_over"] == 2 and goods.verify().wrong == []


def test_what_was_missing_and_found_again_is_not_counted_twice_loose_or_in_parcels(city):
    charity = city.organisation()
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    quilts = offers.accepted(city, charity, 5)
    loose = service.take_in(quilts, store, BatchDraft("quilt", 5, "double"), by=keeper)
    for there in (4, 5):
        goods.count(store, {loose.id: there}, by=keeper, reason="数过了")
    assert trails.trail(quilts).where == trails.Where(stored=5)
    stock.batch(keeper, store, "hat_and_gloves", 10, source="purchase:7")
    made = goods.assemble(stock.kit(keeper), store, 5, by=keeper)
    goods.count(store, {made.id: 3}, by=keeper, reason="少了")
    assert trails.trail(quilts).where == trails.Where(packed=3, gone=2)
    goods.count(store, {made.id: 4}, by=keeper, reason="找到了")
    assert trails.trail(quilts).where == trails.Where(packed=4, gone=1)
    goods.count(store, {made.id: 6}, by=keeper, reason="多了")
    assert trails.trail(quilts).where == trails.Where(packed=5)
