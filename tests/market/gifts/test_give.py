"""A gift of money to a charity's own fund: begun, paid, thanked for once, or come to nothing."""
import itertools
from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.gifts import service as gifts
from marketplace.market.gifts.rules import NotOpen, Spent
from marketplace.market.pledges.rules import AmountTooSmall
from marketplace.market.pledges.service import digest
from marketplace.money.ledger import service as ledger
from marketplace.people.accounts.models import Guest
from marketplace.people.notices import queries as notices


@pytest.fixture
def charity(city):
    return city.organisation()


def test_paid_it_is_in_the_fund_and_the_giver_is_thanked_once(city, charity):
    given = gifts.give(f"fund:{charity.id}", 5_000, Guest(), phone="139 0000 0000", shown_as=" 一位老师 ")
    assert not notices.newest(5)
    for _ in range(2):
        city.pay(given.gift)
    assert given.gift.state == "committed" and given.gift.shown_as == "一位老师"
    assert ledger.held(f"fund:{charity.id}") == 5_000
    said = notices.newest(5)
    assert len(said) == 1 and given.secret in said[0].text and "¥50" in said[0].text
    assert said[0].recipient == "+8613900000000"


def test_unnamed_unless_the_giver_types_a_name_without_numbers(city, charity):
    assert city.gift(charity=charity).shown_as == ""
    with pytest.raises(Invalid):
        gifts.give(f"fund:{charity.id}", 5_000, Guest(), shown_as="打我电话 13800001111")


@pytest.mark.parametrize("role", ["social_worker", "verifier", "operator", "supervisor", "administrator", "beneficiary"])
def test_who_is_at_work_does_not_give_here(city, charity, role):
    with pytest.raises(NotAllowed):
        gifts.give(f"fund:{charity.id}", 5_000, city.person(role))


def test_not_too_little_and_not_without_an_end(city, charity):
    with pytest.raises(AmountTooSmall):
        gifts.give(f"fund:{charity.id}", 399, Guest())
    with pytest.raises(Invalid):
        gifts.give(f"fund:{charity.id}", 100_000_001, Guest())


def test_a_charity_that_may_not_raise_funds_gets_none(city, charity, hold):
    with hold(clock.now() + timedelta(days=500)), pytest.raises(NotOpen):
        gifts.give(f"fund:{charity.id}", 5_000, Guest())


def test_unpaid_it_lapses_and_paid_late_it_counts_all_the_same(city, charity, hold):
    gift = gifts.give(f"fund:{charity.id}", 5_000, Guest()).gift
    with hold(clock.now() + timedelta(minutes=32)):
        assert gifts.lapse() == 1 and gifts.lapse() == 0
    assert gift.state == "expired"
    city.pay(gift)
    assert gift.state == "committed" and ledger.held(f"fund:{charity.id}") == 5_000


def test_the_giver_alone_takes_it_back_before_paying(city, charity):
    given = gifts.give(f"fund:{charity.id}", 5_000, Guest())
    with pytest.raises(NotAllowed):
        gifts.cancel(given.gift, by=Guest())
    gifts.cancel(given.gift, by=Guest(digest(given.secret)))
    assert given.gift.state == "cancelled"
    paid = city.gift(charity=charity)
    with pytest.raises(WrongState):
        gifts.cancel(paid, by=db.session.get(type(city.person("donor")), paid.giver_id))


PAID, EXPIRED, REFUNDED = "checkout.session.completed", "checkout.session.expired", "refund.updated"


@pytest.mark.parametrize("order", list(itertools.permutations([PAID, REFUNDED, EXPIRED])))
def test_any_order_of_events_ends_alike(city, charity, order):
    gift = gifts.give(f"fund:{charity.id}", 5_000, Guest()).gift
    payment = city.payment(gift)
    intent = f"pi_{payment.ref}"
    for kind in order:
        city.event(kind, {PAID: {"payment_status": "paid", "payment_intent": intent, "metadata": {"payment": payment.ref}},
                          EXPIRED: {"metadata": {"payment": payment.ref}},
                          REFUNDED: {"id": "re_1", "payment_intent": intent, "amount": 5_000, "status": "succeeded"}}[kind])
        city.settle()
    assert gift.state == "refunded" and ledger.held(f"fund:{charity.id}") == 0 and not ledger.verify().wrong


def test_the_charity_gives_back_what_it_has_not_used(city, charity, till):
    gift, clerk = city.gift(charity=charity), city.person("charity", organisation_id=charity.id)
    with pytest.raises(NotAllowed):
        gifts.refund(gift, by=city.person("charity", organisation_id=city.organisation().id))
    gifts.refund(gift, by=clerk)
    city.settle()
    assert [fen for _intent, fen in till.refunds.values()] == [5_000]
    city.given_back(gift)
    assert gift.state == "refunded"


def test_what_was_spent_does_not_go_back(city, charity):
    gift, clerk = city.gift(charity=charity), city.person("charity", organisation_id=charity.id)
    ledger.move(f"bank:{charity.id}", f"fund:{charity.id}", 1_000, "purchase:test")
    with pytest.raises(Spent):
        gifts.refund(gift, by=clerk)
    assert gift.state == "committed"


def test_a_bank_takes_a_gift_back(city, charity):
    gift = city.gift(charity=charity)
    city.dispute(gift)
    assert gift.state == "committed"
    city.dispute(gift, "lost")
    assert (gift.state, gift.ended_why) == ("lost", "disputed")
    assert ledger.held(f"fund:{charity.id}") == 0 and not ledger.verify().wrong
