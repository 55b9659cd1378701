"""Every object looks as Stripe's own client declares it: nothing unknown, nothing missing."""
import typing
from collections.abc import Iterator

import pytest
import stripe

from tests.standin.months import invoices, open_monthly
from tests.standin.payer import open_session
from tests.standin.within import Shop


def differences(thing: dict, shape: type, name: str = "") -> list[str]:
    """Where an object differs from the class that declares it, named by the path to it."""
    name = name or shape.__name__
    declared = {key: kind for key, kind in shape.__annotations__.items() if typing.get_origin(kind) is not typing.ClassVar}
    found = [f"{name}.{key} is unknown" for key in thing if key not in declared]
    found += [f"{name}.{key} is missing" for key, kind in declared.items() if key not in thing and not nullable(kind)]
    for key, value in thing.items():
        kind = declared.get(key)
        if value is None and kind and not nullable(kind):
            found.append(f"{name}.{key} is null")
        if isinstance(value, str) and (known := set(words(kind))) and value not in known:
            found.append(f"{name}.{key} is {value}")
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                for inner in nested(kind, shape):
                    found += differences(one, inner, f"{name}.{key}")
    return found


def nullable(kind: object) -> bool:
    return type(None) in typing.get_args(kind)


def words(kind: object) -> Iterator[str]:
    """The values that a field's type spells out."""
    if typing.get_origin(kind) is typing.Literal:
        yield from typing.get_args(kind)
    else:
        for part in typing.get_args(kind):
            yield from words(part)


def nested(kind: object, shape: type) -> Iterator[type]:
    """The classes that are declared within `shape` and named by a field's type."""
    if isinstance(kind, type) and kind.__qualname__.startswith(shape.__qualname__ + "."):
        yield kind
    for part in typing.get_args(kind):
        yield from nested(part, shape)


@pytest.fixture
def filled(shop: Shop) -> Shop:
    """One of everything."""
    shop.control("payouts", schedule="daily")
    for card in ("4000000000000077", "4000000000000259", "4000000000001976"):
        shop.control("pay", session=open_session(shop.client).id, card=card)
    wallet = shop.control("pay", session=open_session(shop.client).id, method="alipay")
    shop.client.v1.refunds.create({"payment_intent": wallet["payment_intent"], "amount": 1000})
    monthly = open_monthly(shop.client)
    shop.control("pay", session=monthly.id, card="4000000000000341")
    shop.control("clock", seconds=32 * 86_400)
    return shop


@pytest.mark.parametrize(("service", "shape"), [
    ("checkout.sessions", stripe.checkout.Session), ("payment_intents", stripe.PaymentIntent), ("charges", stripe.Charge),
    ("refunds", stripe.Refund), ("disputes", stripe.Dispute), ("balance_transactions", stripe.BalanceTransaction),
    ("payouts", stripe.Payout), ("customers", stripe.Customer), ("payment_methods", stripe.PaymentMethod),
    ("products", stripe.Product), ("prices", stripe.Price), ("subscriptions", stripe.Subscription),
    ("invoices", stripe.Invoice), ("invoice_payments", stripe.InvoicePayment), ("events", stripe.Event)])
def test_objects_look_as_declared(filled: Shop, service: str, shape: type) -> None:
    found = filled.client.v1
    for word in service.split("."):
        found = getattr(found, word)
    listed = found.list({"limit": 100}).data
    assert listed
    assert not {difference for one in listed for difference in differences(one.to_dict(), shape)}


def test_what_stands_within_looks_as_declared(filled: Shop) -> None:
    subscription = filled.client.v1.subscriptions.list().data[0]
    item = subscription["items"].data[0]
    assert not differences(item.to_dict(), stripe.SubscriptionItem)
    assert not differences(item.price.to_dict(), stripe.Price) and not differences(item.plan.to_dict(), stripe.Plan)
    line = invoices(filled.client, subscription.id)[0].lines.data[0]
    assert not differences(line.to_dict(), stripe.InvoiceLineItem)
    assert not differences(filled.client.v1.balance.retrieve().to_dict(), stripe.Balance)


def test_every_event_is_one_that_stripe_knows(filled: Shop) -> None:
    told = {event.type for event in filled.client.v1.events.list({"limit": 100}).auto_paging_iter()}
    assert told <= set(typing.get_args(stripe.Event.__annotations__["type"]))
    assert len(told) > 20
