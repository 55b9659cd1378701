"""A campaign gives to a wish: a firm, paid promise like any other, which goes to the door or back to the campaign."""
import pytest

from marketplace.core.errors import WrongState
from marketplace.extensions import db
from marketplace.market.campaigns import public, rules, service
from marketplace.market.campaigns.queries import allocations, figures
from marketplace.market.campaigns.queries.figures import Figures
from marketplace.market.deliveries import service as deliveries
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.transparency import trails
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.rules import NotPublic, TooFewLeft
from marketplace.market.wishes.service.deciding import PublicText
from marketplace.money.ledger import service as ledger
from tests import campaigns
from tests.city import TOWN

allocating = service.allocating
PRICE = 20_000


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def clerk(city, charity):
    return campaigns.clerk(city, charity)


@pytest.fixture
def campaign(city, clerk):
    return campaigns.live(city, clerk, raised=1_000_000)


@pytest.fixture
def need(city, charity):
    return city.need(kind="money", wanted=PRICE, item="助听器", category="aid", charity=charity)


def given(campaign, need, clerk, fen=PRICE):
    return allocating.to_wish(campaign, campaign.lines[1], need, fen, by=clerk)


def test_the_wish_has_the_gift_at_once_and_it_goes_to_the_door(city, campaign, need, clerk):
    made = given(campaign, need, clerk)
    pledge = db.session.get_one(Pledge, made.pledge_id)
    assert (made.state, pledge.state, pledge.source, pledge.giver_id) == ("paid", "committed", campaign.account, 0)
    assert need.left == 0 and ledger.held(f"wish:{need.wish_id}") == PRICE
    assert figures.of(campaign) == Figures(received=1_000_000, used=PRICE) and campaign.reserved_fen == 0
    city.settle()
    buyer, worker = campaigns.boss(city, clerk), city.person("social_worker", TOWN)
    delivery = deliveries.purchase(need, by=buyer)
    deliveries.dispatch(delivery, "charity_run", by=buyer)
    deliveries.arrive(delivery, by=worker)
    city.settle()
    deliveries.hand_over(delivery, city.code(), by=worker)
    from marketplace.network.registry.models import Household
    deliveries.confirm(delivery, by=city.beneficiary(db.session.get_one(Household, delivery.household_id)))
    db.session.refresh(pledge)
    assert pledge.state == "fulfilled" and ledger.held(f"wish:{need.wish_id}") == 0 and not ledger.verify().wrong


@pytest.mark.parametrize("end", ["withdraw", "lose", "refund"])
def test_when_the_wish_cannot_use_it_the_campaign_has_it_again(city, campaign, need, clerk, end):
    made = given(campaign, need, clerk)
    from marketplace.market.wishes.models import Wish
    from marketplace.network.registry.models import Household
    home = db.session.get_one(Household, db.session.get_one(Wish, need.wish_id).household_id)
    if end == "withdraw":
        wishes.withdraw(db.session.get_one(Wish, need.wish_id), by=city.beneficiary(home))
    elif end == "lose":
        city.lose(home)
    else:
        pledges.refund(db.session.get_one(Pledge, made.pledge_id), by=clerk)
    city.settle()
    assert (made.state, made.reason) == ("cancelled", "returned")
    assert db.session.get_one(Pledge, made.pledge_id).state == "refunded"
    assert ledger.held(campaign.account) == 1_000_000 and campaign.lines[1].taken_fen == 0
    assert figures.of(campaign) == Figures(received=1_000_000) and not ledger.verify().wrong


def test_a_wish_that_another_charity_carries_meanwhile_gets_nothing(city, campaign, need, clerk, monkeypatch):
    from marketplace.market.wishes.models import Wish
    monkeypatch.setattr(rules, "LIMITS", rules.Limits(alone_fen=0))
    made, wish = given(campaign, need, clerk), db.session.get_one(Wish, need.wish_id)
    text = PublicText(wish.title, wish.alias, wish.story, wish.urgency, city.organisation().id, wish.version)
    wishes.edit(wish, text, by=city.person("social_worker", TOWN))
    with pytest.raises(rules.WishOfAnother):
        allocating.approve(made, by=campaigns.boss(city, clerk))
    assert (made.state, need.left, ledger.held(campaign.account)) == ("proposed", PRICE, 1_000_000)


def test_after_the_settlement_it_goes_where_the_rest_went(city, campaign, need, clerk):
    from marketplace.market.campaigns.models import Allocation
    from tests.market.campaigns.test_settle import settle
    made = given(campaign, need, clerk)
    service.close(campaign, "够了。", by=campaigns.boss(city, clerk))
    settle(city, campaign, clerk)
    fund = ledger.held(f"fund:{clerk.organisation_id}")
    pledges.refund(db.session.get_one(Pledge, made.pledge_id), by=clerk)
    city.settle()
    assert db.session.get_one(Allocation, made.id).state == "cancelled"
    assert ledger.held(f"fund:{clerk.organisation_id}") == fund + PRICE and ledger.held(campaign.account) == 0
    found = figures.of(campaign)
    assert (found.used, found.surplus, found.balance) == (0, 1_000_000, 0)


def test_a_wish_of_another_charity_or_of_things_gets_no_money(city, campaign, charity, clerk):
    for need in (city.need(kind="money", wanted=PRICE, charity=city.organisation()), city.need(charity=charity)):
        with pytest.raises(rules.WishOfAnother):
            given(campaign, need, clerk, 100)


def test_no_more_than_is_missing_and_only_to_a_public_wish(city, campaign, need, clerk):
    with pytest.raises(TooFewLeft):
        given(campaign, need, clerk, PRICE + 1)
    assert campaign.reserved_fen == 0 and campaign.lines[1].taken_fen == 0, "nothing of it stays behind"
    from marketplace.market.wishes.models import Wish
    from marketplace.network.registry.models import Household
    home = db.session.get_one(Household, db.session.get_one(Wish, need.wish_id).household_id)
    city.lose(home)
    with pytest.raises(NotPublic):
        given(campaign, need, clerk)


def test_while_it_waits_for_the_second_person_somebody_else_may_be_faster(city, campaign, need, clerk, charity, monkeypatch):
    monkeypatch.setattr(rules, "LIMITS", rules.Limits(alone_fen=0))
    made, second = given(campaign, need, clerk), campaigns.boss(city, clerk)
    assert made.state == "proposed" and need.left == PRICE
    city.promise(need, PRICE)
    with pytest.raises(TooFewLeft):
        allocating.approve(made, by=second)
    assert made.state == "proposed"
    allocating.refuse(made, "已经有人给了。", by=second)
    assert campaign.reserved_fen == 0


def test_a_gift_to_a_wish_is_not_undone_by_a_button(campaign, need, clerk, city):
    made = given(campaign, need, clerk)
    with pytest.raises(WrongState):
        allocating.give_back(made, "不", by=campaigns.boss(city, clerk))


def test_wishes_that_can_be_given_to_are_offered(city, campaign, need, clerk, charity):
    city.need(kind="money", wanted=PRICE, charity=city.organisation())
    city.need(charity=charity)
    assert [found.id for found, _title, _place in allocations.open_needs(campaign)] == [need.id]
    given(campaign, need, clerk)
    assert not allocations.open_needs(campaign)


def test_the_public_line_says_no_word_of_the_wish(city, campaign, need, clerk):
    given(campaign, need, clerk)
    [line] = public.lines(campaign.id)
    assert (line.purpose, line.category, line.wish_id, line.amount_fen) == ("", "aid", need.wish_id, PRICE)
    assert list(trails.refs([line.wish_id])) == [need.wish_id]
    from marketplace.market.wishes.models import Wish
    from marketplace.network.registry.models import Household
    wish = db.session.get_one(Wish, need.wish_id)
    wishes.withdraw_consent(wish, by=city.beneficiary(db.session.get_one(Household, wish.household_id)))
    assert not trails.refs([line.wish_id]), "who took back the agreement is not linked to any more"
