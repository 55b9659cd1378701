"""From a giver's word to the charity's store."""
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.offers import service
from marketplace.market.offers.models import Offer, OfferContact
from marketplace.market.offers.rules import NotOpen, Reach, TooFewOffered
from marketplace.market.stock import service as goods
from marketplace.market.stock.models import Store
from marketplace.market.stock.rules import BatchDraft
from tests import campaigns, offers, stock


def test_an_offer_is_accepted_and_comes_to_the_store_in_parts_and_never_more_than_it_is(city):
    charity, giver = city.organisation(), city.person("donor")
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    offer = service.make(offers.draft(charity, 200), by=giver)
    with pytest.raises(NotOpen):
        service.take_in(offer, store, BatchDraft("quilt", 1, "double"), by=keeper)
    service.accept(offer, by=keeper)
    service.take_in(offer, store, BatchDraft("quilt", 150, "double"), by=keeper)
    with pytest.raises(TooFewOffered) as too_few:
        service.take_in(offer, store, BatchDraft("quilt", 51, "double"), by=keeper)
    assert too_few.value.left == 50
    service.hold(offer, 1)  # for a household, straight from the giver
    with pytest.raises(TooFewOffered):
        service.take_in(offer, store, BatchDraft("quilt", 50, "double"), by=keeper)
    service.release(offer.id, 1)
    service.take_in(offer, store, BatchDraft("quilt", 50, "single", "worn"), by=keeper)
    assert (offer.state, offer.taken, offer.left) == ("ended", 200, 0)
    assert goods.verify().wrong == []
    with pytest.raises(WrongState):
        service.withdraw(offer, by=giver)


def test_what_nobody_may_offer_is_refused_with_the_field_that_is_wrong(city):
    charity, giver = city.organisation(), city.person("donor")
    wrong = [({"item_code": "kettle", "category": "kitchen", "size": "", "condition": "good"}, "condition"),
             ({"words": "还有几瓶白酒"}, "words"), ({"words": "电话 13912345678"}, "words"), ({"days": 400}, "ends_on"),
             ({"category": "school"}, "item_code"), ({"kind": "service", "weekdays": ()}, "weekdays"),
             ({"kind": "money", "units": 399}, "units"), ({"area_code": "1101"}, "area_code"), ({"units": 0}, "units"),
             ({"age_bands": ("100",)}, "age_bands")]
    for facts, field in wrong:
        with pytest.raises(Invalid) as no:
            service.make(offers.draft(charity, **facts), by=giver)
        assert no.value.field == field, facts
    assert db.session.query(Offer).count() == 0


def test_a_company_without_an_account_is_written_down_by_a_clerk_and_by_nobody_else(city):
    charity = city.organisation()
    clerk, reach = campaigns.clerk(city, charity), Reach("某某家纺", "0534-1234567")
    offer = service.record(offers.draft(charity), reach, by=clerk)
    contact = db.session.get_one(OfferContact, offer.id)
    assert contact.name.reveal() == "某某家纺" and "某某" not in repr(contact.name) and offer.giver_id == 0
    for draft, said in ((offers.draft(city.organisation()), reach), (offers.draft(charity), Reach("某某家纺"))):
        with pytest.raises(Invalid):
            service.record(draft, said, by=clerk)
    stranger = campaigns.clerk(city, city.organisation())
    for verb in (lambda: service.accept(offer, by=stranger), lambda: service.withdraw(offer, by=city.person("donor"))):
        with pytest.raises(NotAllowed):
            verb()


def test_an_offer_ends_on_its_day_by_itself_once(city, hold):
    offer = offers.accepted(city, city.organisation(), days=3)
    assert service.expire_overdue() == 0
    with hold(clock.now() + timedelta(days=4)):
        assert service.expire_overdue() == 1 and service.expire_overdue() == 0
    db.session.refresh(offer)
    assert offer.state == "expired"


def test_many_at_once_take_in_no_more_than_was_offered(city, app):
    charity = city.organisation()
    keeper, store, offer = stock.keeper(city, charity), stock.store(city, charity), offers.accepted(city, charity, 5)
    ids = (offer.id, store.id, keeper.id)
    db.session.remove()

    def take(_n) -> bool:
        with app.app_context():
            try:
                taken = service.take_in(db.session.get(Offer, ids[0]), db.session.get(Store, ids[1]),
                                        BatchDraft("quilt", 1, "double"), by=db.session.get(type(keeper), ids[2]))
                return bool(taken.id)
            except (TooFewOffered, NotOpen):
                return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(take, range(12))) == 5
    assert db.session.get_one(Offer, ids[0]).taken == 5 and goods.verify().wrong == []
