"""What happens to what was promised when the household is no longer eligible: the written rule (docs/pledges.md)."""
import pytest

from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery
from marketplace.market.pledges import service as pledges
from marketplace.market.wishes import public
from marketplace.money.ledger import service as ledger
from marketplace.people.notices import queries as notices
from tests.city import TOWN


@pytest.fixture
def home(city):
    return city.home()


def money(city, home, **more):
    return city.wish(home, kind="money", category="aid", wanted=20_000, item="助听器", **more).needs[0]


def test_the_wish_is_gone_everywhere_at_once_and_comes_back(city, home):
    wish = city.wish(home)
    city.lose(home)
    assert public.one(wish.ref) is None and not public.browse(public.Filter(query="棉被"))[0]
    assert public.totals()["open"] == 0
    city.settle()
    city.reload(home, "dibao")
    assert public.one(wish.ref) and public.totals()["open"] == 1 and wish.state == "published"


def test_a_reservation_is_freed(city, home):
    need = city.wish(home).needs[0]
    pledge = pledges.reserve(need, 1, by=city.person("donor")).pledge
    city.lose(home)
    city.settle()
    assert pledge.state == "expired" and db.session.get(type(need), need.id).pledged == 0


def test_goods_not_yet_sent_are_called_off_and_the_giver_is_told(city, home):
    need = city.wish(home).needs[0]
    pledge = city.promise(need)
    city.lose(home)
    city.settle()
    assert (pledge.state, pledge.ended_why) == ("cancelled", "not_eligible")
    assert db.session.get(Delivery, pledge.delivery_id).state == "cancelled"
    assert "棉被" in notices.newest(1)[0].text


def test_what_is_on_its_way_is_kept(city, home):
    giver = city.person("donor")
    pledge = city.promise(city.wish(home).needs[0], by=giver)
    deliveries.dispatch(db.session.get_one(Delivery, pledge.delivery_id), "parcel", by=giver)
    city.lose(home)
    city.settle()
    assert pledge.state == "delivering"


def test_unspent_money_goes_back_when_the_giver_chose_so(city, home, till):
    need = money(city, home)
    pledge = city.promise(need, 8_000)
    city.lose(home)
    city.settle()
    payment = city.payment(pledge)
    assert list(till.refunds.values()) == [(payment.intent_id, 8_000)]
    city.given_back(pledge)
    assert (pledge.state, payment.state) == ("refunded", "refunded")
    assert ledger.balance("provider") == 0 and not ledger.verify().wrong


def test_unspent_money_goes_to_a_similar_wish_when_the_giver_chose_so(city, home, till):
    charity = city.organisation()
    need, other = money(city, home, charity=charity), money(city, city.home(), charity=charity)
    pledge = city.promise(need, 8_000, if_ended="reroute")
    city.lose(home)
    city.settle()
    for row in (need, other):
        db.session.refresh(row)
    assert (pledge.need_id, pledge.state, other.pledged, need.pledged) == (other.id, "committed", 8_000, 0)
    assert not till.refunds


def test_unspent_money_goes_to_the_charitys_fund_when_the_giver_chose_so(city, home, till):
    charity = city.organisation()
    pledge = city.promise(money(city, home, charity=charity), 8_000, if_ended="fund")
    city.lose(home)
    city.settle()
    assert (pledge.state, pledge.ended_why) == ("moved", "not_eligible") and not till.refunds
    assert ledger.held(f"fund:{charity.id}") == 8_000 and ledger.held(f"wish:{pledge.wish_id}") == 0
    assert "¥80" in notices.newest(1)[0].text and not ledger.verify().wrong


def test_without_a_similar_wish_it_goes_back_after_all(city, home, till):
    pledge = city.promise(money(city, home), 8_000, if_ended="reroute")
    city.lose(home)
    city.settle()
    assert len(till.refunds) == 1 and pledge.state == "cancelled"


def test_money_that_bought_something_stays(city, home, till):
    charity = city.organisation()
    need = money(city, home, charity=charity)
    pledge = city.promise(need, 20_000)
    deliveries.purchase(need, by=city.person("charity", organisation_id=charity.id))
    city.lose(home)
    city.settle()
    assert pledge.state == "delivering" and not till.refunds and ledger.balance(f"bank:{charity.id}") == -20_000


def test_a_withdrawn_wish_follows_the_same_rule(city, home):
    from marketplace.market.wishes import service as wishes
    wish = city.wish(home)
    pledge = city.promise(wish.needs[0])
    wishes.withdraw(wish, by=city.person("social_worker", TOWN))
    city.settle()
    assert (pledge.state, pledge.ended_why) == ("cancelled", "wish_ended")


def test_the_reactions_are_safe_twice(city, home):
    pledge = city.promise(city.wish(home).needs[0])
    city.lose(home)
    city.settle()
    pledges.end_of_wish(pledge.wish_id, "not_eligible")
    assert db.session.get(type(pledge), pledge.id).ended_why == "not_eligible"
