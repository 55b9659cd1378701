"""Gifts of the demo city, paid at the local payment server in the city's past, before the server itself has started."""
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flask import current_app
from sqlalchemy import update

from marketplace.core import clock
from marketplace.core.transaction import transaction
from marketplace.money.payments.models import Payment, Subscription
from marketplace.money.payments.provider import Bill, Subscribed
from marketplace.money.payments.service.subscribing import take_subscription
from marketplace.money.payments.service.telling import keep
from marketplace.standin.stripe import cards, disputes, invoices, outcomes, params, session_shape, sessions, subscriptions
from marketplace.standin.stripe.store import Store, Transaction
from marketplace.standin.stripe.time_passing import catch_up

CARD = "4242424242424242"
FOLDER = "payments"


class Past(Store):
    """The server's own file, at the city's time."""

    def now(self) -> float:
        return clock.now().timestamp()


@contextmanager
def _at_the_server() -> Iterator[Past]:
    folder = current_app.config["SETTINGS"].data_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    store = Past(folder / "stripe.db")
    try:
        yield store
    finally:
        store.close()


def pay(payment: Payment) -> None:
    """A giver pays; what the server says of it is kept, and used as its webhooks would be."""
    with _at_the_server() as store, store.write() as tx:
        last = _last(tx)
        session = sessions.create(tx, params.read(_asked(payment), session_shape.CREATE))
        outcomes.pay(tx, session, cards.by_number(CARD))
        said = _said(tx, last)
    with transaction() as db:
        db.execute(update(Payment).where(Payment.id == payment.id).values(session_id=session["id"]))
        _keep(said)


def dispute(payment: Payment, reason: str) -> None:
    """The giver's bank asks the money back."""
    with _at_the_server() as store, store.write() as tx:
        last = _last(tx)
        charge, = tx.where("charge", payment_intent=payment.intent_id or "")
        disputes.open_for(tx, charge, reason)
        said = _said(tx, last)
    with transaction():
        _keep(said)


def begin(subscription: Subscription) -> None:
    """A giver agrees to pay each month, and pays the first."""
    with _at_the_server() as store, store.write() as tx:
        session = sessions.create(tx, params.read(_asked_monthly(subscription), session_shape.CREATE))
        outcomes.pay(tx, session, cards.by_number(CARD))
        number, opened = session["subscription"], session["id"]
    with transaction() as db:
        db.execute(update(Subscription).where(Subscription.id == subscription.id)
                   .values(session_id=opened, provider_id=number))
    follow(subscription)


def follow(subscription: Subscription) -> None:
    """What the server has taken for a monthly gift by now is taken in, as if it had been asked."""
    with _at_the_server() as store:
        catch_up(store)
        with store.read() as tx:
            found = subscriptions.found(tx, subscription.provider_id or "")
            bills = [Bill(one["id"], one["amount_paid"], _moment(one["status_transitions"]["paid_at"]),
                          invoices.intent_of(tx, one)["id"])
                     for one in tx.where("invoice", subscription=found["id"]) if one["status"] == "paid"]
            until = _moment(subscriptions.period_end(found))
    take_subscription(subscription.id, Subscribed(found["id"], found["status"], until, bills))


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _said(tx: Transaction, last: int) -> list[dict]:
    """The events since the row `last`."""
    return [json.loads(row["body"]) for row in tx.db.execute(
        "SELECT body FROM object WHERE kind = 'event' AND seq > ? ORDER BY seq", (last,))]


def _keep(said: list[dict]) -> None:
    for event in said:
        keep(event["id"], event["type"], json.dumps(event, ensure_ascii=False))


def _last(tx: Transaction) -> int:
    return tx.db.execute("SELECT COALESCE(MAX(seq), 0) FROM object").fetchone()[0]


def _asked(payment: Payment) -> dict:
    """What the site asks of the provider, as it stands in a request."""
    lines = {str(n): {"quantity": "1", "price_data": {
        "currency": "cny", "unit_amount": str(line.amount_fen), "product_data": {"name": "心愿"}}}
        for n, line in enumerate(payment.lines)}
    return {"mode": "payment", "client_reference_id": payment.ref, "success_url": "http://127.0.0.1/",
            "line_items": lines, "metadata": {"payment": payment.ref},
            "payment_intent_data": {"metadata": {"payment": payment.ref}}}


def _asked_monthly(subscription: Subscription) -> dict:
    price = {"currency": "cny", "unit_amount": str(subscription.amount_fen), "recurring": {"interval": "month"},
             "product_data": {"name": "月捐"}}
    return {"mode": "subscription", "client_reference_id": subscription.ref, "success_url": "http://127.0.0.1/",
            "line_items": {"0": {"quantity": "1", "price_data": price}}, "metadata": {"subscription": subscription.ref},
            "subscription_data": {"metadata": {"subscription": subscription.ref}}}
