"""What was given to a charity without a purpose goes to wishes that it carries, and comes back when they cannot use it."""
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.campaigns import rules
from marketplace.market.deliveries import service as deliveries
from marketplace.market.funds import public, queries, service
from marketplace.market.funds.models import Grant
from marketplace.market.funds.rules import FundTooSmall, NotCarried
from marketplace.market.gifts import service as gifts
from marketplace.market.gifts.rules import Spent
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.transparency import trails
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Wish
from marketplace.market.wishes.rules import NotPublic, TooFewLeft
from marketplace.market.wishes.service.deciding import PublicText
from marketplace.money.ledger import service as ledger
from marketplace.money.receipts.models import Receipt
from marketplace.network.registry.models import Household
from tests import campaigns, funds
from tests.city import TOWN

PRICE = 20_000


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def clerk(city, charity):
    return campaigns.clerk(city, charity)


@pytest.fixture
def need(city, charity):
    return city.need(kind="money", wanted=PRICE, item="助听器", category="aid", charity=charity)


def home_of(need) -> Household:
    return db.session.get_one(Household, db.session.get_one(Wish, need.wish_id).household_id)


def test_a_gift_without_a_purpose_finds_one_and_goes_to_the_door(city, charity, clerk, need):
    gift = city.gift(50_000, charity=charity)
    made = service.propose(need, PRICE, by=clerk)
    pledge = db.session.get_one(Pledge, made.pledge_id)
    assert (made.state, pledge.state, pledge.source, pledge.giver_id) == ("given", "committed", gift.account, 0)
    assert need.left == 0 and ledger.held(f"wish:{need.wish_id}") == PRICE and queries.free(charity.id) == 30_000
    city.settle()
    buyer, worker = campaigns.boss(city, clerk), city.person("social_worker", TOWN)
    delivery = deliveries.purchase(need, by=buyer)
    deliveries.dispatch(delivery, "charity_run", by=buyer)
    deliveries.arrive(delivery, by=worker)
    city.settle()
    deliveries.hand_over(delivery, city.code(), by=worker)
    deliveries.confirm(delivery, by=city.beneficiary(home_of(need)))
    city.settle()
    assert db.session.get_one(Pledge, made.pledge_id).state == "fulfilled" and not ledger.verify().wrong
    assert public.figures(charity.id) == public.Figures(50_000, PRICE)
    assert db.session.get_one(Grant, made.id).state == "given"
    ref = db.session.get_one(Wish, need.wish_id).ref
    assert [step.amount for step in trails.trail(ref).steps if step.kind == "grant" and step.at] == [PRICE]
    assert [r.amount_fen for r in db.session.scalars(select(Receipt))] == [50_000], "its giver has one, and no second"
    [line] = public.lines(charity.id)
    assert (line.category, line.amount_fen, list(trails.refs([line.wish_id]))) == ("aid", PRICE, [need.wish_id])


@pytest.mark.parametrize("end", ["withdraw", "lose", "refund"])
def test_when_the_wish_cannot_use_it_the_fund_has_it_again(city, charity, clerk, need, end):
    funds.fill(charity, 50_000)
    made = service.propose(need, PRICE, by=clerk)
    if end == "withdraw":
        wishes.withdraw(db.session.get_one(Wish, need.wish_id), by=city.beneficiary(home_of(need)))
    elif end == "lose":
        city.lose(home_of(need))
    else:
        pledges.refund(db.session.get_one(Pledge, made.pledge_id), by=clerk)
    city.settle()
    assert (made.state, db.session.get_one(Pledge, made.pledge_id).state) == ("returned", "refunded")
    assert queries.free(charity.id) == 50_000 and public.figures(charity.id) == public.Figures(50_000)
    assert public.lines(charity.id) == [] and not ledger.verify().wrong


def test_much_asks_a_second_person_also_when_it_is_split_into_little(city, charity, clerk, monkeypatch):
    monkeypatch.setattr(rules, "LIMITS", rules.Limits(alone_fen=25_000))
    funds.fill(charity, 100_000)
    second = campaigns.boss(city, clerk)
    first, small, rest = (city.need(kind="money", wanted=PRICE, item=item, category="aid", charity=charity)
                          for item in ("助听器", "轮椅", "护腰"))
    assert service.propose(first, PRICE, by=clerk).state == "given"
    waits = service.propose(small, 6_000, by=clerk)
    assert waits.state == "proposed" and small.left == PRICE and queries.free(charity.id) == 74_000
    assert queries.waiting_for([small.id]) == {small.id: 6_000} and queries.all_free() == {charity.id: 74_000}
    with pytest.raises(NotAllowed):
        service.approve(waits, by=clerk)
    with pytest.raises(TooFewLeft):
        service.propose(small, 15_000, by=second)
    other = service.propose(rest, PRICE, by=clerk)
    assert service.approve_many([waits, other], by=second) == [None, None]
    assert (small.left, rest.left, queries.free(charity.id)) == (14_000, 0, 54_000)
    with pytest.raises(WrongState):
        service.approve(waits, by=second)


def test_somebody_may_be_faster_than_the_second_person_and_a_no_frees_the_money(
        city, charity, clerk, monkeypatch, hold):
    monkeypatch.setattr(rules, "LIMITS", rules.Limits(alone_fen=0))
    funds.fill(charity, 120_000)
    second = campaigns.boss(city, clerk)
    one, two, ended, full, late, lost = (
        city.need(kind="money", wanted=PRICE, item=item, category="aid", charity=charity)
        for item in ("助听器", "轮椅", "护腰", "拐杖", "血压计", "护膝"))
    *waits, unseen = [service.propose(need, PRICE, by=clerk) for need in (one, two, ended, full, late, lost)]
    city.promise(one, 5_000)
    city.promise(full, PRICE)
    wishes.withdraw(db.session.get_one(Wish, ended.wish_id), by=city.beneficiary(home_of(ended)))
    city.lose(home_of(lost))
    city.settle()
    assert unseen.state == "dropped"
    assert [grant.state for grant in waits] == ["proposed", "proposed", "dropped", "dropped", "proposed"]
    outcomes = service.approve_many(waits[:2], by=second)
    assert [type(one).__name__ for one in outcomes] == ["TooFewLeft", "NoneType"]
    with pytest.raises(NotAllowed):
        service.refuse(waits[0], "别人已经给了", by=clerk)
    with pytest.raises(Invalid):
        service.refuse(waits[0], " ", by=second)
    service.refuse(waits[0], "别人已经给了", by=second)
    with hold(clock.now() + timedelta(days=200)):
        wishes.expire_overdue()
        city.settle()
    assert queries.free(charity.id) == 100_000 and queries.counts(clerk) == {"refused": 1, "given": 1, "dropped": 4}


def test_a_gift_that_moves_on_from_another_wish_may_be_faster_too(city, charity, clerk, need, monkeypatch):
    monkeypatch.setattr(rules, "LIMITS", rules.Limits(alone_fen=0))
    funds.fill(charity, PRICE)
    made, other = service.propose(need, PRICE, by=clerk), city.need(kind="money", wanted=PRICE, charity=charity)
    city.promise(other, PRICE, if_ended="reroute")
    wishes.withdraw(db.session.get_one(Wish, other.wish_id), by=city.beneficiary(home_of(other)))
    city.settle()
    assert (need.left, made.state, queries.free(charity.id)) == (0, "dropped", PRICE)


def test_never_more_than_the_fund_has_and_only_to_public_wishes_that_it_carries(city, charity, clerk, need):
    funds.fill(charity, 10_000)
    with pytest.raises(FundTooSmall):
        service.propose(need, 10_001, by=clerk)
    with pytest.raises(Invalid):
        service.propose(need, 0, by=clerk)
    for foreign in (city.need(kind="money", wanted=PRICE, charity=city.organisation()), city.need(charity=charity)):
        with pytest.raises(NotCarried):
            service.propose(foreign, 1_000, by=clerk)
    for stranger in (city.person("social_worker"), campaigns.clerk(city, charity, "storekeeper")):
        with pytest.raises(NotAllowed):
            service.propose(need, 1_000, by=stranger)
    city.lose(home_of(need))
    with pytest.raises(NotPublic):
        service.propose(need, 1_000, by=clerk)
    assert db.session.query(Grant).count() == 0 and ledger.held(f"fund:{charity.id}") == 10_000


def test_wishes_that_are_spoken_for_do_not_hide_those_that_still_ask(city, charity, clerk, monkeypatch):
    monkeypatch.setattr(rules, "LIMITS", rules.Limits(alone_fen=0))
    monkeypatch.setattr(queries, "PAGE", 1)
    funds.fill(charity, 3 * PRICE)
    full, part, free = (city.need(kind="money", wanted=PRICE, category="aid", charity=charity) for _n in range(3))
    service.propose(full, PRICE, by=clerk)
    service.propose(part, 5_000, by=clerk)
    first = queries.open_needs(charity.id)
    second = queries.open_needs(charity.id, first.after or "")
    assert [(one.need.id, one.missing) for one in (*first.rows, *second.rows)] == [(part.id, 15_000), (free.id, PRICE)]


def test_a_wish_that_another_charity_carries_meanwhile_gets_nothing_of_the_fund(city, charity, clerk, need, monkeypatch):
    monkeypatch.setattr(rules, "LIMITS", rules.Limits(alone_fen=0))
    funds.fill(charity, PRICE)
    made, wish = service.propose(need, PRICE, by=clerk), db.session.get_one(Wish, need.wish_id)
    text = PublicText(wish.title, wish.alias, wish.story, wish.urgency, city.organisation().id, wish.version)
    wishes.edit(wish, text, by=city.person("social_worker", TOWN))
    with pytest.raises(NotCarried):
        service.approve(made, by=campaigns.boss(city, clerk))
    assert (made.state, need.left, ledger.held(f"fund:{charity.id}")) == ("proposed", PRICE, PRICE)


def test_what_the_fund_gave_or_speaks_for_does_not_go_back_to_a_giver(city, charity, clerk, need, monkeypatch):
    monkeypatch.setattr(rules, "LIMITS", rules.Limits(alone_fen=0))
    gift = city.gift(30_000, charity=charity)
    made = service.propose(need, PRICE, by=clerk)
    with pytest.raises(Spent):
        gifts.refund(gift, by=clerk)
    service.approve(made, by=campaigns.boss(city, clerk))
    with pytest.raises(Spent):
        gifts.refund(gift, by=clerk)
    pledges.refund(db.session.get_one(Pledge, made.pledge_id), by=clerk)
    city.settle()
    gifts.refund(gift, by=clerk)
    assert ledger.held(f"fund:{charity.id}") == 0


def test_what_a_bank_asks_back_of_one_giver_pays_back_no_other(city, charity, clerk, need):
    first, second = city.gift(PRICE, charity=charity), city.gift(PRICE, charity=charity)
    service.propose(need, PRICE, by=clerk)
    city.dispute(first)
    with pytest.raises(Spent):
        gifts.refund(second, by=clerk)
    gifts.refund(first, by=clerk)  # waits for the bank's word
    assert ledger.held(f"fund:{charity.id}") >= 0


def test_a_bank_that_takes_money_back_leaves_nothing_to_give(city, charity, clerk, need, monkeypatch):
    gift, second = city.gift(30_000, charity=charity), campaigns.boss(city, clerk)
    service.propose(need, PRICE, by=clerk)
    monkeypatch.setattr(rules, "LIMITS", rules.Limits(alone_fen=0))
    waits = service.propose(city.need(kind="money", wanted=PRICE, charity=charity), 10_000, by=clerk)
    city.dispute(gift)
    assert queries.free(charity.id) == -30_000 and queries.all_free() == {}, "nothing is spent that a bank asks back"
    with pytest.raises(FundTooSmall):
        service.approve(waits, by=second)
    service.refuse(waits, "钱被银行收回了", by=second)
    city.dispute(gift, "lost")
    city.settle()
    assert queries.free(charity.id) == -PRICE and queries.all_free() == {}
    other = city.need(kind="money", wanted=PRICE, charity=charity)
    with pytest.raises(FundTooSmall) as no:
        service.propose(other, 100, by=clerk)
    assert no.value.left_fen == 0 and not ledger.verify().wrong
