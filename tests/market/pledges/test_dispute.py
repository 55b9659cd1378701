"""A giver's bank asks for the money back: nothing is bought meanwhile, and lost is lost."""
import itertools

import pytest

from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.rules import MoneyDisputed
from marketplace.market.pledges import service as pledges
from marketplace.market.wishes.models import Need
from marketplace.money.ledger import service as ledger


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def need(city, charity):
    return city.need(kind="money", category="aid", wanted=20_000, item="助听器", charity=charity)


def test_nothing_is_bought_while_a_gift_is_disputed(city, need, charity, till):
    buyer = city.person("charity", organisation_id=charity.id)
    city.promise(need, 12_000)
    disputed = city.promise(need, 8_000)
    city.dispute(disputed)
    with pytest.raises(MoneyDisputed):
        deliveries.purchase(need, by=buyer)
    city.dispute(disputed, "won")
    deliveries.purchase(need, by=buyer)
    assert disputed.state == "delivering" and not ledger.verify().wrong


def test_lost_money_frees_the_need(city, need, charity):
    pledge = city.promise(need, 8_000)
    city.dispute(pledge)
    city.dispute(pledge, "lost")
    db.session.refresh(need)
    assert (pledge.state, pledge.ended_why, need.pledged) == ("failed", "disputed", 0)
    assert ledger.held(f"wish:{need.wish_id}") == 0 and ledger.held(f"fund:{charity.id}") == 0
    assert not ledger.verify().wrong


def test_what_was_bought_is_delivered_and_the_charity_bears_it(city, need, charity):
    pledge = city.promise(need, 20_000)
    deliveries.purchase(need, by=city.person("charity", organisation_id=charity.id))
    city.dispute(pledge)
    city.dispute(pledge, "lost")
    db.session.refresh(need)
    assert pledge.state == "delivering" and need.pledged == 20_000 and ledger.held(f"fund:{charity.id}") == -20_000
    assert not ledger.verify().wrong


def test_of_a_part_that_was_lost_the_rest_goes_to_the_fund(city, need, charity):
    pledge = city.promise(need, 8_000)
    city.dispute(pledge, fen=3_000)
    city.dispute(pledge, "lost", fen=3_000)
    assert pledge.state == "failed" and city.line(pledge).lost_fen == 3_000
    assert ledger.held(f"fund:{charity.id}") == 5_000 and ledger.held(f"wish:{need.wish_id}") == 0
    assert not ledger.verify().wrong


def test_a_basket_is_lost_as_a_whole(city, need, charity):
    other = city.need(kind="money", category="aid", wanted=9_000, item="轮椅", charity=charity)
    made = pledges.reserve_many([(need, 3_000), (other, 2_000)], city.person("donor"))
    city.pay(made[0].pledge)
    city.dispute(made[1].pledge)
    city.dispute(made[1].pledge, "lost")
    assert [one.pledge.state for one in made] == ["failed", "failed"]
    assert [db.session.get_one(Need, n.id).pledged for n in (need, other)] == [0, 0] and not ledger.verify().wrong


def test_a_refund_that_waited_for_the_bank_goes_out_when_the_bank_is_done(city, till):
    home = city.home()
    need = city.wish(home, kind="money", category="aid", wanted=20_000, item="助听器").needs[0]
    pledge = city.promise(need, 8_000)
    city.dispute(pledge)
    city.lose(home)
    city.settle()
    assert pledge.state == "cancelled" and not till.refunds
    city.dispute(pledge, "won")
    assert [fen for _intent, fen in till.refunds.values()] == [8_000] and not ledger.verify().wrong


@pytest.mark.parametrize("order", list(itertools.permutations(["needs_response", "lost", "paid"])))
def test_any_order_of_the_events_of_a_lost_dispute_ends_alike(city, need, order):
    pledge = pledges.reserve(need, 8_000, by=city.person("donor")).pledge
    payment = city.payment(pledge)
    intent = f"pi_{payment.ref}"
    for what in order:
        if what == "paid":
            city.pay(pledge)
        else:
            city.event(f"charge.dispute.{'closed' if what == 'lost' else 'created'}", {
                "id": "du_1", "payment_intent": intent, "amount": 8_000, "reason": "fraudulent", "status": what,
                "balance_transactions": [{"id": "txn_1", "amount": -8_000, "fee": 0}]})
            city.settle()
    db.session.refresh(need)
    assert (pledge.state, need.pledged) == ("failed", 0) and ledger.held(f"wish:{need.wish_id}") == 0
    assert not ledger.verify().wrong
