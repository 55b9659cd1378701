"""A gift each month: every month a gift of its own, once; stopped at once; a month that fails is told of."""
import itertools
from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.errors import NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.gifts import service as gifts
from marketplace.market.gifts.models import Gift, MonthlyGift
from marketplace.market.pledges.rules import ContactMissing
from marketplace.market.pledges.service import digest
from marketplace.money.ledger import service as ledger
from marketplace.money.payments import service as payments
from marketplace.money.payments.models import Payment
from marketplace.money.payments.provider import Bill, ProviderAway, Session
from marketplace.people.accounts.models import Guest, User
from marketplace.people.notices import queries as notices


@pytest.fixture
def charity(city):
    return city.organisation()


def months(monthly) -> list[Gift]:
    return list(db.session.query(Gift).filter_by(monthly_id=monthly.id).order_by(Gift.id))


def news(city, number, *kinds):
    """What the provider says, in the shapes that it says it in."""
    of = {"subscription_details": {"subscription": number}}
    shapes = {"invoice.paid": {"object": "invoice", "id": "in_x", "parent": of},
              "invoice.payment_failed": {"object": "invoice", "id": "in_y", "subscription": number},
              "customer.subscription.updated": {"object": "subscription", "id": number},
              "customer.subscription.deleted": {"object": "subscription", "id": number}}
    for kind in kinds:
        city.event(kind, shapes[kind])
        city.settle()


def test_each_month_is_a_gift_of_its_own_with_its_own_payment(city, charity, till):
    monthly = city.monthly(till, charity, number="sub_1")
    assert monthly.state == "active" and [g.state for g in months(monthly)] == ["committed"]
    till.bill("sub_1", "active", till.month("sub_1_2", paid_at=clock.now() + timedelta(days=31)))
    news(city, "sub_1", "invoice.paid")
    assert [g.amount_fen for g in months(monthly)] == [5_000, 5_000]
    assert ledger.held(f"fund:{charity.id}") == ledger.balance("provider") == 10_000
    assert {p.intent_id for p in db.session.query(Payment)} == {"pi_sub_1_1", "pi_sub_1_2"}
    thanks = [m.text for m in notices.newest(10) if "This month" in m.text or "本月" in m.text]
    assert len(thanks) == 2


EVENTS = ("checkout", "invoice.paid", "invoice.paid", "customer.subscription.updated")


@pytest.mark.parametrize("order", sorted(set(itertools.permutations(EVENTS))))
def test_any_order_of_events_twice_ends_alike(city, charity, till, order):
    monthly = gifts.give_monthly(f"fund:{charity.id}", 5_000, city.person("donor")).monthly
    till.bill("sub_1", "active", till.month("1"), till.month("2"))
    for kind in order:
        if kind == "checkout":
            city.begun(monthly, "sub_1")
        else:
            news(city, "sub_1", kind)
    assert monthly.state == "active" and len(months(monthly)) == 2
    assert ledger.held(f"fund:{charity.id}") == 10_000 and not ledger.verify().wrong


@pytest.mark.parametrize("order", sorted(set(itertools.permutations(
    ("invoice.paid", "invoice.payment_failed", "customer.subscription.updated", "customer.subscription.deleted")))))
def test_any_order_of_the_events_of_an_end_ends_alike(city, charity, till, order):
    monthly = city.monthly(till, charity, number="sub_1")
    till.bill("sub_1", "ended", till.month("2"), Bill("in_3", 5_000, None, "pi_3", "https://pay", "expired_card"))
    news(city, "sub_1", *order)
    assert (monthly.state, monthly.ended_why) == ("ended", "not_renewed") and len(months(monthly)) == 2
    assert [m.text for m in notices.newest(9)].count(notices.newest(1)[0].text) == 1


def test_lost_events_are_caught_up_with(city, charity, till, hold):
    monthly = gifts.give_monthly(f"fund:{charity.id}", 5_000, city.person("donor")).monthly
    subscription = city.subscription(monthly)
    payments.subscription_checkout(subscription, "x", "http://a", "http://b", "zh")
    till.found[f"cs_{subscription.ref}"] = Session(f"cs_{subscription.ref}", "", "complete", True, None, "sub_9")
    till.bill("sub_9", "active", till.month("1"))
    with hold(clock.now() + timedelta(hours=1)):
        assert payments.ask_subscriptions() == 1
        city.settle()
    assert monthly.state == "active" and len(months(monthly)) == 1
    till.bill("sub_9", "active", till.month("2"))
    with hold(clock.now() + timedelta(hours=9)):
        assert payments.ask_subscriptions() == 0
    with hold(clock.now() + timedelta(days=32)):
        assert payments.ask_subscriptions() == 1 and payments.ask_subscriptions() == 0
        city.settle()
    assert len(months(monthly)) == 2 and ledger.held(f"fund:{charity.id}") == 10_000


def test_nobody_agrees_and_it_comes_to_nothing(city, charity, till, hold):
    monthly = gifts.give_monthly(f"fund:{charity.id}", 5_000, city.person("donor")).monthly
    subscription = city.subscription(monthly)
    payments.subscription_checkout(subscription, "x", "http://a", "http://b", "zh")
    till.expired.append(subscription.session_id)
    with hold(clock.now() + timedelta(hours=1)):
        payments.ask_subscriptions()
        city.settle()
    assert (monthly.state, monthly.ended_why) == ("ended", "not_paid") and not months(monthly) and not notices.newest(1)


def test_the_giver_stops_it_at_once_and_what_comes_after_all_is_put_to_their_choice(city, charity, till, hold):
    given = gifts.give_monthly(f"fund:{charity.id}", 5_000, Guest(), mail="a@example.com")
    till.bill("sub_1", "active", till.month("1"))
    city.begun(given.monthly, "sub_1")
    with pytest.raises(NotAllowed):
        gifts.stop_monthly(given.monthly, by=Guest())
    gifts.stop_monthly(given.monthly, by=Guest(digest(given.secret)))
    assert given.monthly.state == "ended"
    city.settle()
    assert till.ended == ["sub_1"] and city.subscription(given.monthly).state == "ended"
    till.bill("sub_1", "ended", till.month("2", paid_at=clock.now() + timedelta(seconds=5)))
    news(city, "sub_1", "invoice.paid")
    assert [g.state for g in months(given.monthly)] == ["committed", "late"]
    assert ledger.held(f"unassigned:{charity.id}") == 5_000 and ledger.held(f"fund:{charity.id}") == 5_000
    with pytest.raises(WrongState):
        gifts.stop_monthly(given.monthly, by=Guest(digest(given.secret)))


@pytest.mark.parametrize("settled", [True, False])
def test_one_that_was_stopped_before_it_was_paid_does_not_begin(city, charity, till, settled):
    given = gifts.give_monthly(f"fund:{charity.id}", 5_000, Guest(), mail="a@example.com")
    gifts.stop_monthly(given.monthly, by=Guest(digest(given.secret)))
    if settled:
        city.settle()
    till.bill("sub_1", "active", till.month("1", paid_at=clock.now() + timedelta(seconds=5)))
    city.begun(given.monthly, "sub_1")
    assert given.monthly.state == "ended" and till.ended == ["sub_1"] and months(given.monthly)[0].state == "late"


def test_a_month_that_fails_is_told_of_and_made_good(city, charity, till):
    monthly = city.monthly(till, charity, number="sub_1")
    failed = Bill("in_2", 5_000, None, "pi_2", "https://pay.example/in_2", "insufficient_funds")
    till.bill("sub_1", "past_due", failed)
    news(city, "sub_1", "invoice.payment_failed", "invoice.payment_failed")
    subscription = city.subscription(monthly)
    assert monthly.state == "past_due" and len(months(monthly)) == 1
    assert (subscription.failure, subscription.pay_url) == ("insufficient_funds", "https://pay.example/in_2")
    told = [m.text for m in notices.newest(9) if "card" in m.text or "扣款" in m.text]
    assert len(told) == 1
    till.bill("sub_1", "active", Bill("in_2", 5_000, clock.now(), "pi_2"))
    news(city, "sub_1", "invoice.paid")
    assert monthly.state == "active" and len(months(monthly)) == 2 and city.subscription(monthly).pay_url == ""


def test_an_older_answer_does_not_undo_a_newer_one(city, charity, till, monkeypatch):
    monthly = city.monthly(till, charity, number="sub_1")
    subscription = city.subscription(monthly)
    till.bill("sub_1", "past_due")
    stale = till.subscribed["sub_1"]

    def slow(number):
        monkeypatch.setattr(provider_of(till), "subscription", till.subscription)
        till.bill("sub_1", "active")
        payments.ask_subscription(subscription.id)  # somebody else asks meanwhile, and is done first
        return stale

    monkeypatch.setattr(provider_of(till), "subscription", slow)
    payments.ask_subscription(subscription.id)
    city.settle()
    assert city.subscription(monthly).state == "active" and monthly.state == "active"


def provider_of(_till):
    from marketplace.money.payments.provider import provider
    return provider


def test_another_amount_begins_anew_and_ends_the_old_one_when_it_is_paid(city, charity, till):
    monthly = city.monthly(till, charity, number="sub_1")
    giver = db.session.get_one(User, monthly.giver_id)
    new = gifts.change_monthly(monthly, 8_000, by=giver).monthly
    assert monthly.state == "active" and new.replaces_id == monthly.id
    till.bill("sub_2", "active", till.month("21", 8_000))
    city.begun(new, "sub_2")
    assert (monthly.state, monthly.ended_why, new.state) == ("ended", "replaced", "active") and till.ended == ["sub_1"]
    with pytest.raises(WrongState):
        gifts.change_monthly(monthly, 9_000, by=giver)


def test_whoever_gives_each_month_can_be_reached(city, charity):
    with pytest.raises(ContactMissing):
        gifts.give_monthly(f"fund:{charity.id}", 5_000, Guest())
    assert db.session.query(MonthlyGift).count() == 0


def test_while_the_provider_is_away_nothing_is_lost(city, charity, till, hold):
    monthly = city.monthly(till, charity, number="sub_1")
    till.bill("sub_1", "active", till.month("2"))
    till.away = True
    news(city, "sub_1", "invoice.paid")
    with pytest.raises(ProviderAway):
        payments.ask_subscription(city.subscription(monthly).id)
    till.away = False
    with hold(clock.now() + timedelta(minutes=5)):
        city.settle()
    assert len(months(monthly)) == 2


def test_what_it_was_for_ends_and_so_does_it(city, charity, till):
    monthly = city.monthly(till, charity, number="sub_1")
    assert gifts.end_monthlies_of(monthly.account, "campaign_closed") == 1
    assert gifts.end_monthlies_of(monthly.account, "campaign_closed") == 0
    city.settle()
    assert monthly.state == "ended" and till.ended == ["sub_1"]


def test_a_month_can_be_refunded_and_disputed_by_its_own_intent(city, charity, till):
    monthly = city.monthly(till, charity, number="sub_1")
    gift, = months(monthly)
    city.event("refund.updated", {"id": "re_1", "payment_intent": "pi_sub_1_1", "amount": 5_000, "status": "succeeded"})
    city.settle()
    assert gift.state == "refunded" and ledger.held(f"fund:{charity.id}") == 0
