"""What was promised and what is under way end together, or a worker decides; no family loses its thing by slowness."""
from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries import exceptions, problems, replacing, standing
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import LIFE, Delivery
from marketplace.market.deliveries.problems import Back
from marketplace.market.deliveries.rules import WishOver
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import LIFE as PLEDGE_LIFE
from marketplace.market.pledges.models import Pledge
from marketplace.market.runs import service as driving
from marketplace.market.stock import queries
from marketplace.market.stock import service as goods
from marketplace.market.stock.rules import BatchDraft
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Need, Wish
from marketplace.network.registry.models import Household
from marketplace.people.notices import queries as notices
from tests import campaigns, runs, stock
from tests.city import OTHER_TOWN, TOWN


@pytest.fixture
def worker(city):
    return city.person("social_worker", TOWN)


def of_stock(city, charity) -> tuple[Pledge, Delivery]:
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    batch = stock.batch(keeper, store, units=1)
    pledge = pledges.from_stock(city.need(charity=charity), 1, batch, store.id, "test:1", keeper)
    city.settle()
    return pledge, db.session.get_one(Delivery, pledge.delivery_id)


def overdue(pledge: Pledge) -> None:
    with transaction() as session:
        session.get_one(Pledge, pledge.id).lapses_at = clock.now() - timedelta(days=1)
    pledges.lapse()
    db.session.expire_all()


def kinds(user, capability: str = "delivery.watch") -> list[str]:
    return list(exceptions.counts(user, capability, exceptions.Wanted()))


def bought(city, charity) -> tuple[Delivery, Need]:
    parcel = runs.bought(city, charity)
    return parcel, db.session.get_one(Need, parcel.need_id)


def test_what_a_charity_keeps_for_a_family_is_late_and_not_lost(city, worker, hold):
    charity = city.organisation()
    runs.station(city)
    pledge, delivery = of_stock(city, charity)
    deliveries.find_stations(TOWN)
    run, driver = runs.run(city, charity, [delivery])
    overdue(pledge)
    assert (pledge.state, delivery.state, runs.states(run)) == ("committed", "planned", ["waiting"])
    with hold(clock.now() + timedelta(days=20)):
        assert kinds(worker) == ["not_sent"]
    assert [a.result for a in driving.scan(run, runs.scans("on", delivery), by=driver)] == ["accepted"]
    late = city.promise(city.need(charity=charity))  # straight from its giver, and put on a run of the charity
    sent = db.session.get_one(Delivery, late.delivery_id)
    run, driver = runs.run(city, charity, [sent], day=clock.today() + timedelta(days=30))
    assert db.session.get_one(Pledge, late.id).lapses_at > clock.now() + timedelta(days=30)


def test_a_promise_that_ends_takes_its_planned_delivery_with_it(city, worker):
    charity = city.organisation()
    runs.station(city)
    giver = city.person("donor")
    pledge = city.promise(city.need(charity=charity), by=giver)
    delivery = db.session.get_one(Delivery, pledge.delivery_id)
    run, driver = runs.run(city, charity, [delivery])
    pledges.cancel(pledge, by=giver)
    db.session.expire_all()  # nothing of the outbox has run
    assert delivery.state == "cancelled"
    assert [a.result for a in driving.scan(run, runs.scans("on", delivery), by=driver)] == ["refused"]
    for sends in (lambda: deliveries.dispatch(delivery, "parcel", by=giver), lambda: deliveries.arrive(delivery, by=worker)):
        with pytest.raises(WrongState):
            sends()


def test_what_set_out_for_a_promise_that_had_ended_has_a_way_out(city, worker):
    pledge, delivery = of_stock(city, city.organisation())
    with transaction():  # as it could happen before promise and plan ended together
        PLEDGE_LIFE.move(pledge, "cancel", ended_at=clock.now(), ended_why="not_sent")
        LIFE.move(delivery, "dispatch", way="parcel")
    assert kinds(worker) == ["over"]
    deliveries.arrive(delivery, by=worker)
    city.settle()
    with pytest.raises(WishOver, match="promise_ended"):
        deliveries.hand_over(delivery, "123456", by=worker)
    with pytest.raises(WrongState):
        standing.go_on(delivery, "都在这里了", by=worker)
    problems.turn_back(delivery, Back("refused", "已经取消"), by=worker)
    assert delivery.state == "returned" and goods.verify().wrong == []


@pytest.mark.parametrize("how", ["wish_ended", "not_eligible"])
def test_when_the_wish_ends_on_the_way_a_worker_decides_before_anything_is_handed_over(city, worker, how):
    _pledge, delivery = of_stock(city, city.organisation())
    home, wish = db.session.get_one(Household, delivery.household_id), db.session.get_one(Wish, delivery.wish_id)
    deliveries.dispatch(delivery, "parcel", by=_sender(city, delivery))
    wishes.withdraw(wish, by=city.beneficiary(home)) if how == "wish_ended" else city.lose(home)
    city.settle()
    sent = len(notices.newest(50))
    deliveries.arrive(delivery, by=worker)
    city.settle()
    assert standing.held(delivery) == how and kinds(worker) == ["over"] and len(notices.newest(50)) == sent
    for tries in (lambda: deliveries.hand_over(delivery, "123456", by=worker),
                  lambda: deliveries.ask_code(delivery, by=worker)):
        with pytest.raises(WishOver):
            tries()
    with pytest.raises(NotAllowed):
        standing.go_on(delivery, "仍然需要", by=city.person("social_worker", OTHER_TOWN))
    with pytest.raises(Invalid):
        standing.go_on(delivery, " ", by=worker)
    standing.go_on(delivery, "当面问过，家里仍然需要", by=worker)
    city.settle()
    deliveries.hand_over(delivery, city.code(), by=worker)
    assert delivery.state == "handed_over" and kinds(worker) == []


def _sender(city, delivery: Delivery):
    return city.person("charity", organisation_id=delivery.organisation_id, post="storekeeper")


def test_what_was_bought_and_is_still_wanted_is_brought_again_and_nobody_pays_twice(city, worker):
    charity = city.organisation()
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    parcel, need = bought(city, charity)
    deliveries.dispatch(parcel, "charity_run", by=keeper)
    deliveries.arrive(parcel, by=worker)
    back = problems.turn_back(parcel, Back("refused", "住院了"), by=worker)
    city.settle()
    found = replacing.one(keeper, "problem.settle", back.id)
    assert (need.left, kinds(keeper, "delivery.watch_own")) == (0, ["undecided"])
    with pytest.raises(WrongState):  # first it is decided whether it is brought again
        replacing.take_in(found, store, BatchDraft("quilt", 1, "double"), by=keeper)
    again = replacing.bring_again(found, by=keeper)
    with pytest.raises(WrongState):
        replacing.bring_again(found, by=keeper)
    deliveries.arrive(again, by=worker)
    city.settle()
    deliveries.hand_over(again, city.code(), by=worker)
    deliveries.confirm(again, by=city.beneficiary(db.session.get_one(Household, again.household_id)))
    city.settle()
    assert (need.received, db.session.query(Pledge).one().state) == (5_000, "fulfilled")
    assert kinds(keeper, "delivery.watch_own") == [] and queries.free_units(keeper) == {}


@pytest.mark.parametrize("wanted", [False, True])
def test_what_was_bought_comes_into_the_store_in_pieces_and_never_in_fen(city, worker, wanted):
    charity = city.organisation()
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    parcel, need = bought(city, charity)
    deliveries.dispatch(parcel, "charity_run", by=keeper)
    deliveries.arrive(parcel, by=worker)
    back = problems.turn_back(parcel, Back("refused", "家里有了", wanted=wanted), by=worker)
    found = replacing.one(keeper, "problem.take_in", back.id)
    if wanted:
        problems.leave_open(back, by=campaigns.clerk(city, charity))
    for pieces in (back.units, 0):
        with pytest.raises(Invalid):
            replacing.take_in(found, store, BatchDraft("quilt", pieces, "double"), by=keeper)
    replacing.take_in(found, store, BatchDraft("quilt", 1, "double"), by=keeper)
    city.settle()
    assert queries.free_units(keeper) == {("quilt", "double"): 1} and goods.verify().wrong == []
    assert (need.left, db.session.query(Pledge).one().state) == (5_000 if wanted else 0, "failed")


def test_what_was_bought_for_a_wish_that_ended_before_it_set_out_comes_into_the_store(city, worker):
    charity = city.organisation()
    keeper = stock.keeper(city, charity)
    parcel, _need = bought(city, charity)
    runs.station(city)
    deliveries.find_stations(TOWN)
    run, _driver = runs.run(city, charity, [parcel])
    with pytest.raises(WrongState):
        problems.turn_back(parcel, Back("refused", "不要了"), by=worker)
    home = db.session.get_one(Household, parcel.household_id)
    wishes.withdraw(db.session.get_one(Wish, parcel.wish_id), by=city.beneficiary(home))
    city.settle()
    assert kinds(keeper, "delivery.watch_own") == ["over"]
    back = problems.turn_back(parcel, Back("refused", "心愿已撤回"), by=worker)
    assert (parcel.state, back.goes_to, back.decision) == ("returned", "charity", "none")
    city.settle()
    assert kinds(keeper, "delivery.watch_own") == ["to_take_in"] and runs.states(run) == ["left"]
