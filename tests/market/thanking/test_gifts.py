"""Gifts to campaigns and funds have their receipts like promises: one in force over what was received and kept."""
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.campaigns import service as campaign_service
from marketplace.market.gifts import service as gifts
from marketplace.market.gifts.models import Gift
from marketplace.market.pledges import service as pledges
from marketplace.market.thanking import queries, service
from marketplace.money.payments import service as payments
from marketplace.money.receipts import proof
from marketplace.money.receipts import queries as receipts
from marketplace.money.receipts import service as official
from marketplace.money.receipts.models import Receipt
from marketplace.people.accounts.models import Guest
from marketplace.people.notices import queries as notices
from tests import campaigns


def of(thing):
    """The receipts of a gift: amount, state, whether red, what for."""
    db.session.expire_all()
    return [(r.amount_fen, r.state, bool(r.reverses_id), r.title) for r in db.session.scalars(
        select(Receipt).where(Receipt.purpose == service.purpose(thing)).order_by(Receipt.id))]


@pytest.fixture
def clerk(city):
    return campaigns.clerk(city, city.organisation())


def test_a_gift_has_its_receipt_when_its_money_is_there_and_once(city, clerk):
    giver, campaign = city.person("donor"), campaigns.live(city, clerk)
    gift = gifts.give(campaign.account, 5_000, giver, mail="a@example.com").gift
    service.settle(service.purpose(gift))
    assert of(gift) == [] and not notices.newest(1)
    for _twice in range(2):
        city.pay(gift)
    fund = gifts.give(f"fund:{clerk.organisation_id}", 3_000, giver).gift
    city.pay(fund)
    assert of(gift) == [(5_000, "issued", False, campaign.title)] and of(fund) == [(3_000, "issued", False, "")]
    papers = queries.papers(gift)
    assert papers.payer.reveal() == giver.display_name and papers.receipt.digest == proof.digest(papers.receipt)
    assert receipts.year(giver, clock.today().year).sum_fen("money") == 8_000
    asked = service.ask_official(gift, "张三", "", giver)
    assert [one.receipt.title for one in receipts.desk(clerk, "asked")[0]] == [campaign.title]
    official.official(asked, "37060126", "1000000001", "7kq3fx", clock.today(), by=clerk)
    city.settle()
    assert campaign.title in notices.newest(1)[0].text and db.session.query(Receipt).count() == 2


def test_every_month_and_every_slip_has_its_own(city, clerk, till):
    monthly = city.monthly(till, db.session.get_one(type(city.organisation()), clerk.organisation_id), number="sub_1")
    till.bill("sub_1", "active", till.month("sub_1_2", paid_at=clock.now() + timedelta(days=31)))
    city.event("invoice.paid", {"object": "invoice", "id": "in_x",
                                "parent": {"subscription_details": {"subscription": "sub_1"}}})
    city.settle()
    months = db.session.query(Gift).filter_by(monthly_id=monthly.id).order_by(Gift.id).all()
    assert [of(month) for month in months] == [[(5_000, "issued", False, "")]] * 2
    assert sorted(queries.months(months)) == [month.id for month in months]
    slip = city.slip(clerk, name="李建国")
    assert db.session.query(Receipt).count() == 2
    gifts.confirm_slip(slip, by=campaigns.boss(city, clerk))
    city.settle()
    gift = db.session.get_one(Gift, int(slip.purpose.removeprefix("gift:")))
    assert of(gift) == [(6_000, "issued", False, "")] and queries.papers(gift).payer.reveal() == "李建国"


def test_what_goes_back_is_answered_in_red_and_the_rest_has_a_new_one(city, clerk):
    charity = db.session.get_one(type(city.organisation()), clerk.organisation_id)
    part, whole, lost = (city.gift(charity=charity) for _ in range(3))
    payments.ask_refund(city.line(part), "part", 2_000)
    gifts.refund(whole, by=clerk)
    city.settle()
    assert of(part) == of(whole) == [(5_000, "issued", False, "")]
    city.given_back(part)
    city.given_back(whole)
    city.dispute(lost)
    assert of(lost) == [(5_000, "issued", False, "")]
    city.dispute(lost, "lost")
    red = [(5_000, "reversed", False, ""), (-5_000, "issued", True, "")]
    assert of(part) == [*red, (3_000, "issued", False, "")] and of(whole) == of(lost) == red
    assert {r.reason for r in db.session.query(Receipt) if r.purpose == service.purpose(lost)} == {"disputed"}
    for gift in (part, whole, lost):
        before = of(gift)
        service.settle(service.purpose(gift))
        assert of(gift) == before


@pytest.mark.parametrize("choice, title", [("reroute", "再暖一程"), ("fund", ""), ("refund", None)])
def test_late_money_has_its_receipt_when_the_choice_is_carried_out(city, clerk, till, choice, title):
    campaign = campaigns.live(city, clerk)
    given = gifts.give(campaign.account, 5_000, Guest())
    campaign_service.close(campaign, "够了。", by=campaigns.boss(city, clerk))
    city.settle()
    city.pay(given.gift)
    campaigns.live(city, clerk, title="再暖一程")
    service.settle(service.purpose(given.gift))
    assert given.gift.state == "late" and of(given.gift) == []
    gifts.choose(given.gift, choice, by=Guest(pledges.digest(given.secret)))
    city.settle()
    service.settle(service.purpose(given.gift))
    assert of(given.gift) == ([] if title is None else [(5_000, "issued", False, title)])


def test_late_money_of_a_promise_that_a_fund_has_now_has_one_too(city, hold):
    need = city.need(kind="money", category="aid", wanted=8_000)
    made = pledges.reserve(need, 8_000, by=Guest())
    with hold(clock.now() + timedelta(minutes=40)):
        pledges.lapse()
        city.settle()
    city.promise(need, 8_000)
    city.pay(made.pledge)
    assert made.pledge.state == "late" and of(made.pledge) == []
    pledges.choose(made.pledge, "fund", by=Guest(pledges.digest(made.secret)))
    city.settle()
    assert of(made.pledge) == [(8_000, "issued", False, "")]
