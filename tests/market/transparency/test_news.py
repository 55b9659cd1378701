"""Givers of what went through a store hear once a day what became of it."""
from datetime import timedelta

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.deliveries import thanks
from marketplace.market.deliveries.models import Delivery
from marketplace.market.offers import service
from marketplace.market.offers.rules import Reach
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.stock import service as goods
from marketplace.market.stock.rules import BatchDraft
from marketplace.market.transparency import news
from marketplace.network.registry.models import Household
from marketplace.people.notices import queries as notices
from tests import campaigns, offers, stock
from tests.market.transparency.test_offers import carried


def test_a_company_hears_each_day_how_many_came_and_were_confirmed_and_no_more(city, hold):
    charity, worker, colleague = city.organisation(), city.person("social_worker"), city.person("social_worker")
    clerk, keeper, store = campaigns.clerk(city, charity), stock.keeper(city, charity), stock.store(city, charity)
    told = {language: service.record(offers.draft(charity), Reach("公司", mail=f"{language}@example.com"), clerk, language)
            for language in ("zh", "en")}
    for offer in told.values():
        service.accept(offer, by=clerk)
        batch = service.take_in(offer, store, BatchDraft("quilt", 5, "double"), by=keeper)
        used = goods.change_condition(batch, store, 2, "good", by=keeper)
        for one, units, confirm in ((batch, 2, True), (used, 1, False)):
            need = city.need(wanted=units, charity=charity, worker=worker)
            pledge = pledges.from_stock(need, units, one, store.id, "proposal:1", by=keeper)
            carried(city, pledge, keeper, worker, confirm)
            if confirm:
                delivery = db.session.get_one(Delivery, db.session.get_one(Pledge, pledge.id).delivery_id)
                home = city.beneficiary(db.session.get_one(Household, delivery.household_id))
                thanks.approve(thanks.write(delivery, "很暖和", by=home), by=colleague)
    city.settle()
    morning = (clock.now() + timedelta(days=1)).astimezone(clock.CITY).replace(hour=9)
    with hold(morning.replace(hour=3)):
        assert news.tell() == 0
    with hold(morning):
        assert (news.tell(), news.tell()) == (2, 0)
    with hold(morning + timedelta(days=1)):
        assert news.tell() == 0
    texts = {one.recipient: one.text for one in notices.newest(2)}
    assert "3 件已到乡镇驿站，2 件已由受助家庭确认收到，1 户人家捎来了感谢" in texts["zh@example.com"]
    assert "3 have come to town stations, families have confirmed 2, 1 family says thanks" in texts["en@example.com"]
