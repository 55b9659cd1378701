"""Gifts to a campaign or a fund are added to where they went; promises that go on to another wish can be, there."""
import pytest

from marketplace.core.errors import Invalid
from marketplace.extensions import db
from marketplace.market.campaigns import service as campaign_service
from marketplace.market.campaigns.queries import figures
from marketplace.market.gifts import service as gifts
from marketplace.market.matches import public, service
from marketplace.market.matches.models import Doubling, Match
from marketplace.market.pledges import service as pledges
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.ledger import service as ledger
from marketplace.people.accounts.models import Guest
from tests import campaigns, matches


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def clerk(city, charity):
    return campaigns.clerk(city, charity)


def to(city, account, fen=5_000):
    gift = gifts.give(account, fen, city.person("donor")).gift
    city.pay(gift)
    return gift


def used(match):
    return db.session.get_one(Match, match.id).used_fen


def test_a_gift_to_its_campaign_is_doubled_once_and_undone_with_it(city, charity, clerk):
    campaign, other = campaigns.live(city, clerk), campaigns.live(city, clerk)
    match = matches.live(city, charity, 20_000, serves="campaign", campaign_id=campaign.id)
    gift = to(city, campaign.account)
    city.pay(gift)
    for account in (other.account, f"fund:{charity.id}"):
        to(city, account)
    city.promise(city.need(kind="money", category="aid", wanted=9_000, charity=charity), 5_000)
    assert service.add_to_gift(gift.id) is None and db.session.query(Doubling).count() == 1
    assert figures.of(campaign).raised == 10_000 and figures.of(other).raised == 5_000
    shown, fen = public.added_to(gift)
    assert (shown.campaign.ref, fen, shown.left_fen) == (campaign.ref, 5_000, 15_000)
    gifts.refund(gift, by=clerk)
    city.settle()
    city.given_back(gift)
    assert figures.of(campaign).raised == 0 == used(match) and ledger.held(match.account) == 20_000
    assert public.added_to(gift) is None and ledger.verify().wrong == []


def test_a_gift_to_the_fund_is_doubled_up_to_the_limit(city, charity):
    match = matches.live(city, charity, 8_000, serves="fund", most_fen=6_000)
    to(city, f"fund:{city.organisation().id}")
    to(city, f"fund:{charity.id}", 7_000)
    assert public.of_account(charity.id, f"fund:{charity.id}").left_fen == 2_000
    lost = to(city, f"fund:{charity.id}")
    assert ledger.held(f"fund:{charity.id}") == 20_000 and used(match) == 8_000
    assert public.of_account(charity.id, f"fund:{charity.id}") is None and len(public.running()) == 1
    city.dispute(lost)
    city.dispute(lost, "lost")
    assert ledger.held(f"fund:{charity.id}") == 13_000 and ledger.held(match.account) == 2_000
    assert used(match) == 6_000 and ledger.verify().wrong == []


def test_what_was_spent_stays_spent_and_the_rest_returns_to_the_fund_after_the_match(city, charity, clerk):
    campaign = campaigns.live(city, clerk)
    match = matches.live(city, charity, 5_000, serves="campaign", campaign_id=campaign.id)
    gift = to(city, campaign.account)
    service.end(match, by=campaigns.boss(city, clerk))
    campaigns.bought(campaign, 2_000, clerk, campaigns.boss(city, clerk))
    gifts.refund(gift, by=clerk)
    city.settle()
    for _twice in range(2):
        service.gift_went_back(gift.id)
    assert figures.of(campaign).balance == 0 and ledger.held(f"fund:{charity.id}") == 3_000
    assert used(match) == 2_000 and ledger.held(match.account) == 0 and ledger.verify().wrong == []


def test_late_money_is_added_to_where_its_givers_choice_puts_it(city, charity, clerk):
    campaign = campaigns.live(city, clerk)
    given = gifts.give(campaign.account, 5_000, Guest())
    closed = matches.live(city, charity, 5_000, serves="campaign", campaign_id=campaign.id)
    campaign_service.close(campaign, "够了。", by=campaigns.boss(city, clerk))
    city.settle()
    city.pay(given.gift)
    near = campaigns.live(city, clerk, title="再暖一程")
    match = matches.live(city, charity, 5_000, serves="campaign", campaign_id=near.id)
    assert db.session.query(Doubling).count() == 0 and [m.ref for m in public.running()] == [match.ref]
    gifts.choose(given.gift, "reroute", by=Guest(pledges.digest(given.secret)))
    city.settle()
    assert (used(closed), used(match), figures.of(near).raised) == (0, 5_000, 10_000) and ledger.verify().wrong == []


def test_a_promise_that_goes_on_to_another_wish_is_added_to_there(city, charity):
    first = city.need(kind="money", category="school", wanted=20_000, charity=charity)
    school = matches.live(city, charity, 50_000, category="school")
    pledge = city.promise(first, 8_000, if_ended="reroute")
    second = city.need(kind="money", category="aid", wanted=16_000, charity=charity)
    aid = matches.live(city, charity, 50_000, category="aid")
    wish = db.session.get_one(Wish, first.wish_id)
    wishes.withdraw(wish, by=city.person("social_worker", wish.town_code))
    city.settle()
    assert (pledge.need_id, used(school), used(aid)) == (second.id, 0, 8_000)
    assert ledger.held(f"wish:{second.wish_id}") == 16_000 == db.session.get_one(Need, second.id).pledged
    assert ledger.held(school.account) == 50_000 and ledger.verify().wrong == []
    assert service.add(pledge.id) is None and db.session.query(Doubling).count() == 2


def test_what_cannot_be_agreed(city, charity, clerk):
    elses = campaigns.live(city, campaigns.clerk(city, city.organisation()))
    over, own = campaigns.closed(city, clerk), campaigns.live(city, clerk)
    for wrong in ({"serves": "campaign"}, {"serves": "campaign", "campaign_id": elses.id}, {"serves": "everything"},
                  {"serves": "campaign", "campaign_id": over.id}, {"serves": "fund", "campaign_id": own.id},
                  {"serves": "fund", "category": "aid"}):
        with pytest.raises(Invalid):
            matches.planned(city, charity, **wrong)
