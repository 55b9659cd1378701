"""What goes wrong at the door, and its way back; goods, promises and needs agree afterwards."""
from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.deliveries import followed, problems, replacing, unwanted
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.problems import Back
from marketplace.market.deliveries.rules import StillWaiting
from marketplace.market.offers.models import Offer
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.market.stock import queries
from marketplace.market.stock import service as goods
from marketplace.market.stock.models import Batch
from marketplace.market.stock.rules import BatchDraft
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.receipts.models import Receipt
from marketplace.network.registry.models import Household
from marketplace.people.notices import queries as notices
from tests import campaigns, offers, stock
from tests.city import OTHER_TOWN


@pytest.fixture
def ready(city):
    charity, worker = city.organisation(), city.person("social_worker")
    keeper = stock.keeper(city, charity)
    store = stock.store(city, charity)
    return charity, worker, keeper, store, stock.batch(keeper, store, units=10)


def at_the_door(city, pledge, by, worker) -> tuple[Delivery, str]:
    city.settle()
    delivery = db.session.get_one(Delivery, db.session.get_one(Pledge, pledge.id).delivery_id)
    deliveries.dispatch(delivery, "charity_run", by=by)
    deliveries.arrive(delivery, by=worker)
    city.settle()
    return delivery, city.code()


def places(batch: Batch) -> dict[str, int]:
    db.session.expire_all()
    return {h.place.partition(":")[0]: h.units for h in queries.places(batch)}


def test_three_of_five_stay_and_two_go_back_damaged_and_unsafe(city, ready):
    charity, worker, keeper, store, batch = ready
    need = city.need(wanted=5, price_fen=5000, charity=charity, worker=worker)
    delivery, code = at_the_door(city, pledges.from_stock(need, 5, batch, store.id, "proposal:1", by=keeper), keeper, worker)
    with pytest.raises(Invalid):
        problems.turn_back(delivery, Back("damaged", "雨淋湿了", "damaged", units=6), by=worker)
    with pytest.raises(NotAllowed):
        problems.turn_back(delivery, Back("damaged", "雨淋湿了"), by=city.person("social_worker", OTHER_TOWN))
    back = problems.turn_back(delivery, Back("damaged", "雨淋湿了", "damaged", units=1), by=worker)
    problems.turn_back(delivery, Back("not_right", "发霉", "unsafe", units=1, wanted=False), by=worker)
    assert queries.free_units(keeper)["quilt", "double"] == 5  # what is on its way back is nobody's yet
    found = replacing.one(keeper, "problem.take_in", back.id)
    with pytest.raises(NotAllowed):
        replacing.take_back(found, "damaged", by=campaigns.clerk(city, charity, "volunteer_lead"))
    replacing.take_back(found, "damaged", by=keeper)
    with pytest.raises(WrongState):
        replacing.take_back(found, "good", by=keeper)
    deliveries.hand_over(delivery, code, by=worker)
    home = db.session.get_one(Household, db.session.get_one(Wish, need.wish_id).household_id)
    deliveries.confirm(delivery, by=city.beneficiary(home))
    city.settle()
    need = db.session.get_one(Need, need.id)
    assert (need.pledged, need.received, need.left) == (4, 3, 1)  # what is not wanted any more is not open again
    assert places(batch) == {"purchase": -10, "store": 5, "household": 3, "written_off": 1, "used": 1}
    damaged = db.session.query(Batch).filter_by(condition="damaged").one()
    assert places(damaged) == {"made": -1, "store": 1} and queries.free_units(keeper)["quilt", "double"] == 5
    assert goods.verify().wrong == []
    parts = {p.units: p.state for p in db.session.query(Pledge)}
    assert parts == {3: "fulfilled", 1: "failed"} and db.session.get_one(Wish, need.wish_id).state == "published"


def test_what_is_not_wanted_any_more_waits_for_a_worker_who_ends_the_wish(city, ready):
    charity, worker, *_store = ready
    home = city.home()
    wish = city.wish(home, wanted=3, price_fen=5000, charity=charity, worker=worker)
    delivery, code = city.arrived(city.promise(wish.needs[0], 2), worker)
    problems.turn_back(delivery, Back("not_right", "太大了", wanted=False, units=1), by=worker)
    deliveries.hand_over(delivery, code, by=worker)
    assert unwanted.waiting(worker) == []  # it is not confirmed, and one more is open
    deliveries.confirm(delivery, by=city.beneficiary(home))
    with pytest.raises(StillWaiting):
        unwanted.end(wish, by=worker)
    last, _code = city.arrived(city.promise(wish.needs[0], 1), worker)
    assert unwanted.waiting(worker) == [] and not unwanted.over(wish.id)  # one more is at the station
    problems.turn_back(last, Back("refused", "不要了", wanted=False), by=worker)
    assert [one.id for one in unwanted.waiting(worker)] == [wish.id]
    assert unwanted.waiting(city.person("social_worker", OTHER_TOWN)) == []
    with pytest.raises(NotAllowed):
        unwanted.end(wish, by=city.person("social_worker", OTHER_TOWN))
    unwanted.end(wish, by=worker)
    assert wish.state == "closed" and unwanted.waiting(worker) == []
    lost = city.wish(home, charity=charity, worker=worker)
    delivery, _code = city.arrived(city.promise(lost.needs[0]), worker)
    problems.lose(delivery, "找不到了，也不要了", by=worker, wanted=False)
    unwanted.end(lost, by=worker)
    assert lost.state == "withdrawn"  # nothing of it came


def test_what_is_found_broken_at_home_shortens_the_receipt_and_leaves_the_rest(city, ready):
    charity, worker, *_store = ready
    home, giver = city.home(), city.person("donor")
    need = city.wish(home, wanted=3, price_fen=5000, charity=charity, worker=worker).needs[0]
    delivery, code = city.arrived(city.promise(need, 3, by=giver), worker)
    deliveries.hand_over(delivery, code, by=worker)
    city.settle()
    deliveries.dispute(delivery, "一条破了", by=city.beneficiary(home))
    problem = problems.turn_back(delivery, Back("damaged", "一条破了", "damaged", "charity", units=1),
                                 by=city.person("social_worker"))
    assert delivery.state == "handed_over"
    deliveries.confirm(delivery, by=city.beneficiary(home))
    city.settle()
    need = db.session.get_one(Need, need.id)
    assert (need.received, need.left) == (2, 1)
    assert [r.items[0][1] for r in db.session.query(Receipt) if r.in_force] == [2]
    mine = followed.gifts(giver.id, [])
    assert {(g.pledge.units, g.pledge.state) for g in mine} == {(2, "fulfilled"), (1, "failed")}
    assert len({tuple(s.at for s in g.steps[:4]) for g in mine}) == 1  # both came the same way
    assert problem.goes_to == "charity" and any("收入仓库" in m.text for m in notices.newest(5))


def test_nobody_at_home_three_times_and_it_goes_back_to_its_giver_and_offer(city, ready, hold):
    charity, worker, keeper, *_store = ready
    need = city.need(wanted=2, charity=charity, worker=worker)
    offer = offers.accepted(city, charity, 5, to_store=False)
    delivery, _code = at_the_door(city, pledges.from_offer(need, 2, offer, by=keeper), keeper, worker)
    for day in (clock.today(), clock.today() + timedelta(days=15), None):
        with pytest.raises(Invalid):
            problems.absent(delivery, day, "没人", by=worker)
    begin = clock.now()
    for number in range(3):
        with hold(begin + timedelta(days=2 * number)):
            problems.absent(delivery, clock.today() + timedelta(days=2) if number < 2 else None, "没人开门", by=worker)
            with pytest.raises((Invalid, WrongState)):  # not twice before the day that was agreed
                problems.absent(delivery, clock.today() + timedelta(days=2), "没人开门", by=worker)
    city.settle()
    assert (delivery.state, db.session.get_one(Offer, offer.id).promised, db.session.get_one(Need, need.id).left) == (
        "returned", 2, 2)  # the offer waits until its giver has fetched them
    waits = problems.to_fetch(delivery.id)
    with pytest.raises(NotAllowed):
        problems.fetched(waits, by=city.person("social_worker", OTHER_TOWN))
    problems.fetched(waits, by=worker)
    assert db.session.get_one(Offer, offer.id).promised == 0 and problems.to_fetch(delivery.id) is None
    with pytest.raises(WrongState):
        problems.leave_to_charity(waits, by=worker)
    assert [s.state for s in delivery.steps][3:] == ["absent"] * 3 + ["returned"]
    with pytest.raises(WrongState):
        problems.absent(delivery, None, "没人", by=worker)


def test_what_is_lost_waits_for_the_charity_which_promises_something_of_its_store_once(city, ready):
    charity, worker, keeper, store, batch = ready
    need = city.need(wanted=2, charity=charity, worker=worker, price_fen=5000)
    pledge = pledges.from_stock(need, 2, batch, store.id, "proposal:1", by=keeper)
    delivery, _code = at_the_door(city, pledge, keeper, worker)
    problems.lose(delivery, "路上丢了", by=worker)
    found = replacing.one(keeper, "problem.settle", problems.of(delivery.id)[0].id)
    assert places(batch)["lost"] == 2 and [p.free for p in replacing.proposals(found)] == [8]
    stranger = stock.keeper(city, city.organisation())
    with pytest.raises(NotAllowed):
        replacing.promise_instead(found, batch.id, store.id, by=stranger)
    again = replacing.promise_instead(found, batch.id, store.id, by=keeper)
    for second in (lambda: replacing.promise_instead(found, batch.id, store.id, by=keeper),
                   lambda: problems.leave_open(found.problem, by=keeper)):
        with pytest.raises(Exception, match="replaced|2, 0"):
            second()
    city.settle()
    assert (again.units, again.state) == (2, "committed") and goods.verify().wrong == []
    assert queries.free_units(keeper)["quilt", "double"] == 6


def test_what_a_giver_does_not_take_back_comes_into_a_store_once(city, ready):
    charity, worker, keeper, store, _batch = ready
    need = city.need(wanted=2, charity=charity, worker=worker)
    pledge = city.promise(need, 2)
    delivery, _code = city.arrived(pledge, worker)
    problem = problems.turn_back(delivery, Back("refused", "家里已有", goes_to="charity", wanted=False), by=worker)
    found = replacing.one(keeper, "problem.take_in", problem.id)
    draft = BatchDraft("quilt", 2, "double", "good")
    with pytest.raises(NotAllowed):
        replacing.take_in(found, store, draft, by=campaigns.clerk(city, charity, "volunteer_lead"))
    made = replacing.take_in(found, store, draft, by=keeper)
    with pytest.raises(WrongState):
        replacing.take_in(found, store, draft, by=keeper)
    assert places(made) == {"pledge": -2, "store": 2} and goods.verify().wrong == []
    assert "现已在" in notices.newest(1)[0].text and "另一户" in notices.newest(1)[0].text
    secret = db.session.get_one(PledgeContact, pledge.id).secret.reveal()
    assert followed.gift(secret).stored == "in_store"
    need = city.need(wanted=1, charity=charity, worker=worker)
    pledge = city.promise(need)
    delivery, _code = city.arrived(pledge, worker)
    problem = problems.turn_back(delivery, Back("damaged", "破了", "damaged", goes_to="charity", wanted=False), by=worker)
    found = replacing.one(keeper, "problem.take_in", problem.id)
    replacing.take_in(found, store, BatchDraft("quilt", 1, "double", "damaged"), by=keeper)
    assert "现已在" in notices.newest(1)[0].text and "另一户" not in notices.newest(1)[0].text
    secret = db.session.get_one(PledgeContact, pledge.id).secret.reveal()
    assert followed.gift(secret).stored == "unfit"
