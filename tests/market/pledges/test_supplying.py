"""What a match promises of stores and offers is held there too, and let go with the promise."""
import pytest

from marketplace.extensions import db
from marketplace.market.deliveries import problems, replacing
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery
from marketplace.market.offers.rules import TooFewOffered
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.stock import queries
from marketplace.market.stock import service as goods
from marketplace.market.stock.rules import TooFewInStore
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Wish
from marketplace.market.wishes.rules import NotPublic, TooFewLeft
from marketplace.money.receipts.models import Receipt
from marketplace.network.registry.models import Household
from tests import campaigns, offers, stock


@pytest.fixture
def ready(city):
    charity, worker = city.organisation(), city.person("social_worker")
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    return charity, worker, keeper, store, stock.batch(keeper, store, units=5)


def places(batch) -> dict[str, int]:
    db.session.expire_all()
    return {h.place.partition(":")[0]: h.units for h in queries.places(batch)}


def carried(city, need, units, batch, store, keeper, worker) -> tuple[Delivery, str]:
    """A promise from store that lies at the station, and the household's code."""
    pledge = pledges.from_stock(need, units, batch, store.id, "proposal:1", by=keeper)
    city.settle()
    delivery = db.session.get_one(Delivery, db.session.get_one(Pledge, pledge.id).delivery_id)
    deliveries.dispatch(delivery, "charity_run", by=keeper)
    deliveries.arrive(delivery, by=worker)
    city.settle()
    return delivery, city.code()


def test_a_quilt_goes_from_the_store_to_the_household_and_the_books_say_so(city, ready):
    charity, worker, keeper, store, batch = ready
    need = city.need(wanted=2, charity=charity, worker=worker, price_fen=8000)
    delivery, code = carried(city, need, 2, batch, store, keeper, worker)
    assert places(batch) == {"purchase": -5, "store": 3, "way": 2}
    deliveries.hand_over(delivery, code, by=worker)
    assert places(batch) == {"purchase": -5, "store": 3, "household": 2}
    deliveries.confirm(delivery, by=city.beneficiary(home(need)))
    city.settle()
    assert db.session.get_one(Wish, need.wish_id).state == "closed" and goods.verify().wrong == []
    assert db.session.query(Receipt).count() == 0  # whoever gave it to the store has a receipt over that


def home(need) -> Household:
    return db.session.get_one(Household, db.session.get_one(Wish, need.wish_id).household_id)


def test_what_comes_back_lies_in_the_store_again_and_the_need_is_open(city, ready):
    charity, worker, keeper, store, batch = ready
    need = city.need(wanted=1, charity=charity, worker=worker)
    delivery, code = carried(city, need, 1, batch, store, keeper, worker)
    deliveries.hand_over(delivery, code, by=worker)
    deliveries.dispute(delivery, "尺寸不对", by=city.beneficiary(home(need)))
    back = problems.turn_back(delivery, problems.Back("not_right", "尺寸不对"), by=city.person("social_worker"))
    assert places(batch) == {"purchase": -5, "store": 4, "way": 1}
    replacing.take_back(replacing.one(keeper, "problem.take_in", back.id), "good", by=keeper)
    lost, _code = carried(city, need, 1, batch, store, keeper, worker)
    deliveries.lose(lost, by=worker)
    db.session.refresh(need)
    assert places(batch) == {"purchase": -5, "store": 4, "lost": 1} and need.left == 1 and goods.verify().wrong == []


def test_a_promise_that_ends_lets_go_of_need_store_and_offer(city, ready):
    charity, worker, keeper, store, batch = ready
    need = city.need(wanted=4, price_fen=5000, charity=charity, worker=worker)
    offer = offers.accepted(city, charity, 3, to_store=False)
    pledges.from_stock(need, 1, batch, store.id, "proposal:1", by=keeper)
    made = pledges.from_offer(need, 2, offer, by=keeper)
    assert (made.giver_id, made.offer_id, need.left) == (offer.giver_id, offer.id, 1)
    with pytest.raises(TooFewInStore):
        pledges.from_stock(need, 1, stock.batch(keeper, store, units=1), store.id + 99, "proposal:2", by=keeper)
    with pytest.raises(TooFewOffered):
        pledges.from_offer(need, 2, offer, by=keeper)
    with pytest.raises(TooFewLeft):
        pledges.from_stock(need, 2, batch, store.id, "proposal:2", by=keeper)
    db.session.refresh(need)
    assert need.left == 1 and offer.promised == 2
    wish = db.session.get_one(Wish, need.wish_id)
    wishes.withdraw(wish, by=worker)
    city.settle()
    db.session.refresh(offer)
    assert (offer.promised, db.session.get_one(type(need), need.id).pledged) == (0, 0)
    assert queries.free_units(keeper)["quilt", "double"] == 6  # nothing is set aside any more
    assert goods.verify().wrong == []
    with pytest.raises(NotPublic):
        pledges.from_stock(need, 1, batch, store.id, "proposal:3", by=campaigns.clerk(city, charity))
    assert goods.verify().wrong == []
