"""Somebody who gives every month, with a provider whose clock can be turned."""
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import stripe

from tests.standin.server import Running

WAIT = 120  # seconds for Stripe to turn its clock


class Months(Protocol):
    """A provider, and time that passes in it."""

    client: stripe.StripeClient
    given: dict  # what a customer has to be made with to live in that time

    def pass_days(self, days: int) -> None: ...


class LocalMonths:
    """The stand-in, which has one clock for all."""

    def __init__(self, client: stripe.StripeClient, server: Running) -> None:
        self.client, self.given, self._server = client, {}, server

    def pass_days(self, days: int) -> None:
        self._server.control("clock", seconds=days * 86_400)


class StripesMonths:
    """Stripe, which has test clocks."""

    def __init__(self, client: stripe.StripeClient, clock: str, now: int) -> None:
        self.client, self.given, self._clock, self._now = client, {"test_clock": clock}, clock, now

    def pass_days(self, days: int) -> None:
        self._now += days * 86_400
        clocks = self.client.v1.test_helpers.test_clocks
        clocks.advance(self._clock, {"frozen_time": self._now})
        until = time.monotonic() + WAIT
        while clocks.retrieve(self._clock).status != "ready":
            assert time.monotonic() < until, "Stripe's clock did not arrive"
            time.sleep(2)


@contextmanager
def stripes_months(client: stripe.StripeClient) -> Iterator[StripesMonths]:
    """A clock of its own, which takes its customers with it when it goes."""
    now = int(time.time())
    clock = client.v1.test_helpers.test_clocks.create({"frozen_time": now})
    try:
        yield StripesMonths(client, clock.id, now)
    finally:
        client.v1.test_helpers.test_clocks.delete(clock.id)


def donor(client: stripe.StripeClient, card: str = "pm_card_visa", **more: object) -> stripe.Customer:
    """A customer who pays with this card unless something else is said."""
    made = client.v1.customers.create({"email": "donor@example.com"} | more)
    kept = client.v1.payment_methods.attach(card, {"customer": made.id})
    return client.v1.customers.update(made.id, {"invoice_settings": {"default_payment_method": kept.id}})


def price(client: stripe.StripeClient, fen: int = 3000) -> str:
    """30 yuan a month."""
    return client.v1.prices.create({"currency": "cny", "unit_amount": fen, "recurring": {"interval": "month"},
                                    "product_data": {"name": "每月一份心意"}}).id


def subscribe(client: stripe.StripeClient, customer: str, **more: object) -> stripe.Subscription:
    return client.v1.subscriptions.create({"customer": customer, "items": [{"price": price(client)}],
                                           "metadata": {"monthly": "7"}} | more)


def invoices(client: stripe.StripeClient, subscription: str) -> list[stripe.Invoice]:
    """Newest first, with what paid them."""
    return client.v1.invoices.list({"subscription": subscription, "expand": ["data.payments"]}).data


def open_monthly(client: stripe.StripeClient, **more: object):
    """A Checkout session over 30 yuan a month."""
    return client.v1.checkout.sessions.create({
        "mode": "subscription", "success_url": "http://127.0.0.1:9/done?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/back", "locale": "zh", "client_reference_id": "monthly7",
        "customer_email": "donor@example.com", "metadata": {"monthly": "7"},
        "subscription_data": {"metadata": {"monthly": "7"}}, "line_items": [{"quantity": 1, "price_data": {
            "currency": "cny", "unit_amount": 3000, "recurring": {"interval": "month"},
            "product_data": {"name": "每月一份心意"}}}]} | more)
