"""Gifts to campaigns and funds on the board: by the name that was typed with them, or later on the page of the gift."""
from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.gifts import service as gifts
from marketplace.market.gifts.models import Gift, MonthlyGift
from marketplace.market.honours import public, service
from marketplace.market.honours.models import Honour
from marketplace.people.accounts.models import Guest
from tests import campaigns


@pytest.fixture
def charity(city):
    return city.organisation()


def board():
    return [(r.shown_as, r.kind, r.gifts, r.amount_fen) for r in public.board(public.Filter()).rows]


def test_who_typed_a_name_stands_there_once_the_money_is_there_and_leaves_with_it(city, charity):
    city.gift(charity=charity)
    given = gifts.give(f"fund:{charity.id}", 5_000, Guest(), shown_as=" 一位  老师 ")
    assert board() == []
    for _twice in range(2):
        city.pay(given.gift)
    service.show_as_given(given.gift)
    assert board() == [("一位 老师", "person", 1, 0)] and given.gift.state == "committed"
    gifts.refund(given.gift, by=campaigns.clerk(city, charity))
    city.settle()
    assert board() == []


def test_one_givers_gifts_and_promises_count_together(city, charity):
    giver = city.person("donor")
    promise = city.promise(city.need(kind="money", category="aid", wanted=9_000, charity=charity), 9_000, by=giver)
    for of, with_amount in ((promise, True), (city.gift(charity=charity, by=giver), True),
                            (city.gift(700, charity=charity, by=giver), False)):
        service.show(of, "李女士", by=giver, with_amount=with_amount)
    assert board() == [("李女士", "person", 3, 14_000)]


def test_the_months_of_a_gift_stand_together_and_leave_together(city, charity, till):
    monthly = gifts.give_monthly(f"fund:{charity.id}", 5_000, Guest(), shown_as="林女士", mail="a@example.com").monthly
    for n in (1, 2, 3):
        till.bill("sub_1", "active", till.month(f"sub_1_{n}", paid_at=clock.now() + timedelta(days=31 * n)))
        city.begun(monthly, "sub_1")
        month = db.session.query(Gift).filter_by(monthly_id=monthly.id).order_by(Gift.id.desc()).first()
        bearer = Guest(month.follow_digest)
        if n == 1:
            service.show(month, "林老师", by=bearer, with_amount=True)
        if n == 2:
            assert board() == [("林老师", "person", 2, 10_000)]
            service.take_back(month, by=bearer)
        assert n == 1 or board() == []
    assert db.session.get_one(MonthlyGift, monthly.id).shown_as == "" and db.session.query(Honour).count() == 0


def test_a_name_that_the_charity_took_off_does_not_come_back_with_the_next_month(city, charity, till):
    monthly = gifts.give_monthly(f"fund:{charity.id}", 5_000, Guest(), shown_as="某某", mail="a@example.com").monthly
    till.bill("sub_1", "active", till.month("sub_1_1"))
    city.begun(monthly, "sub_1")
    service.hide(db.session.query(Honour).one(), by=campaigns.clerk(city, charity))
    till.bill("sub_1", "active", till.month("sub_1_2"))
    city.begun(monthly, "sub_1")
    assert db.session.query(Gift).count() == 2 and board() == []


def test_a_name_that_came_with_a_transfer_to_a_wish(city, charity):
    need = city.need(kind="money", category="aid", wanted=9_000, charity=charity)
    slip = city.slip(campaigns.clerk(city, charity), need_id=need.id, account="", shown_as="运河机械厂工会")
    gifts.confirm_slip(slip, by=campaigns.clerk(city, charity))
    city.settle()
    assert board() == [("运河机械厂工会", "person", 1, 0)]
