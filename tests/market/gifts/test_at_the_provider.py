"""The same gifts, with Stripe's own client and the stand-in behind it, webhooks and all."""
from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.gifts import service as gifts
from marketplace.market.gifts.models import Gift
from marketplace.market.pledges.service import digest
from marketplace.money.ledger import service as ledger
from marketplace.money.payments import service as payments
from marketplace.money.payments.provider import Provider, provider
from marketplace.people.accounts.models import Guest
from tests.standin.within import SECRET, Shop, within

DAY = 86_400


@pytest.fixture
def shop(city, tmp_path, monkeypatch):
    """The stand-in behind the site's own provider."""
    def hear(body: bytes, signature: str) -> int:
        payments.store_event(body, signature)
        return 200

    with within(tmp_path, hear) as shop:
        for name in ("open_session", "session", "expire", "refund", "subscription", "end_subscription"):
            monkeypatch.setattr(provider, name, getattr(Provider, name).__get__(provider))
        monkeypatch.setattr(provider, "_client", shop.client)
        monkeypatch.setattr(provider, "_secret", SECRET)
        yield shop


def days(city, shop: Shop, hold, number: int) -> None:
    """Time passes at the provider; its webhooks arrive, and what follows from them is done."""
    shop.control("clock", seconds=number * DAY)
    with hold(clock.now() + timedelta(days=number)):
        shop.settle()
        city.settle()


def begun(city, shop: Shop, card: str = "4242424242424242"):
    """A monthly gift whose page was paid."""
    charity = city.organisation()
    given = gifts.give_monthly(f"fund:{charity.id}", 5_000, Guest(), mail="a@example.com")
    subscription = city.subscription(given.monthly)
    payments.subscription_checkout(subscription, "月捐", "http://127.0.0.1/a", "http://127.0.0.1/b", "zh")
    shop.control("pay", session=subscription.session_id, card=card)
    shop.settle()
    city.settle()
    return given, charity


def months(monthly) -> list[Gift]:
    return list(db.session.query(Gift).filter_by(monthly_id=monthly.id).order_by(Gift.id))


def test_months_come_one_by_one_until_the_giver_stops(city, shop, hold):
    given, charity = begun(city, shop)
    assert given.monthly.state == "active" and [g.state for g in months(given.monthly)] == ["committed"]
    days(city, shop, hold, 32)
    days(city, shop, hold, 31)
    assert len(months(given.monthly)) == 3 and ledger.held(f"fund:{charity.id}") == ledger.balance("provider") == 15_000
    assert {city.payment(g).intent_id for g in months(given.monthly)} == {
        intent.id for intent in shop.client.v1.payment_intents.list().data}
    gifts.stop_monthly(given.monthly, by=Guest(digest(given.secret)))
    city.settle()
    number = city.subscription(given.monthly).provider_id
    assert shop.client.v1.subscriptions.retrieve(number).status == "canceled"
    assert city.subscription(given.monthly).state == "ended"
    days(city, shop, hold, 40)
    assert len(months(given.monthly)) == 3


def test_a_card_that_fails_is_told_of_and_in_the_end_given_up(city, shop, hold):
    given, _charity = begun(city, shop, "4000000000000341")
    days(city, shop, hold, 32)
    subscription = city.subscription(given.monthly)
    assert given.monthly.state == "past_due" and subscription.failure == "generic_decline"
    assert subscription.pay_url.startswith("http://within/i/") and len(months(given.monthly)) == 1
    for number in (4, 6):
        days(city, shop, hold, number)
    assert (given.monthly.state, given.monthly.ended_why) == ("ended", "not_renewed")
    assert len(months(given.monthly)) == 1 and not ledger.verify().wrong


def test_what_webhooks_lose_is_asked_for(city, shop, hold):
    shop.control("faults", drop=1.0, seed="1")
    given, charity = begun(city, shop)
    assert given.monthly.state == "created" and not months(given.monthly)
    shop.control("clock", seconds=33 * DAY)
    with hold(clock.now() + timedelta(days=33)):
        shop.settle()
        assert payments.ask_subscriptions() == 1
        city.settle()
    assert given.monthly.state == "active" and len(months(given.monthly)) == 2
    assert ledger.held(f"fund:{charity.id}") == 10_000 and not ledger.verify().wrong


def test_a_month_goes_back_by_its_own_payment(city, shop):
    given, charity = begun(city, shop)
    gift, = months(given.monthly)
    gifts.refund(gift, by=city.person("charity", organisation_id=charity.id))
    city.settle()
    shop.settle()
    city.settle()
    assert gift.state == "refunded" and ledger.held(f"fund:{charity.id}") == 0 and not ledger.verify().wrong


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("card, code", [("4000000000009995", "insufficient_funds"), ("4000000000000069", "expired_card"),
                                        ("4000000000009987", "lost_card")])
def test_why_a_card_was_declined_is_known_also_when_the_webhook_is_lost(city, shop, card, code, lost):
    if lost:
        shop.control("faults", drop=1.0, seed="1")
    gift = gifts.give(f"fund:{city.organisation().id}", 5_000, Guest()).gift
    payment = city.payment(gift)
    payments.checkout(payment, ["x"], "http://127.0.0.1/a", "http://127.0.0.1/b", "zh")
    shop.control("pay", session=payment.session_id, card=card)
    shop.settle()
    city.settle()
    if lost:
        payments.ask(payment)
    assert payment.failure == code and payment.state == "created"
    shop.control("pay", session=payment.session_id)
    payments.ask(payment)
    city.settle()
    assert (payment.state, payment.failure, gift.state) == ("succeeded", "", "committed")
