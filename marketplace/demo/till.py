"""Gifts of the demo city, paid at the local payment server in the city's past, before the server itself has started."""
import json

from flask import current_app
from sqlalchemy import update

from marketplace.core import clock
from marketplace.core.transaction import transaction
from marketplace.money.payments.models import Payment
from marketplace.money.payments.service.telling import keep
from marketplace.standin.stripe import cards, outcomes, params, session_shape, sessions
from marketplace.standin.stripe.store import Store

CARD = "4242424242424242"
FOLDER = "payments"


class Past(Store):
    """The server's own file, at the city's time."""

    def now(self) -> float:
        return clock.now().timestamp()


def pay(payment: Payment) -> None:
    """A giver pays; what the server says of it is kept, and used as its webhooks would be."""
    folder = current_app.config["SETTINGS"].data_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    store = Past(folder / "stripe.db")
    try:
        with store.write() as tx:
            last = _last(tx)
            session = sessions.create(tx, params.read(_asked(payment), session_shape.CREATE))
            outcomes.pay(tx, session, cards.by_number(CARD))
            said = [json.loads(row["body"]) for row in tx.db.execute(
                "SELECT body FROM object WHERE kind = 'event' AND seq > ? ORDER BY seq", (last,))]
    finally:
        store.close()
    with transaction() as db:
        db.execute(update(Payment).where(Payment.id == payment.id).values(session_id=session["id"]))
        for event in said:
            keep(event["id"], event["type"], json.dumps(event, ensure_ascii=False))


def _last(tx) -> int:
    return tx.db.execute("SELECT COALESCE(MAX(seq), 0) FROM object").fetchone()[0]


def _asked(payment: Payment) -> dict:
    """What the site asks of the provider, as it stands in a request."""
    lines = {str(n): {"quantity": "1", "price_data": {
        "currency": "cny", "unit_amount": str(line.amount_fen), "product_data": {"name": "心愿"}}}
        for n, line in enumerate(payment.lines)}
    return {"mode": "payment", "client_reference_id": payment.ref, "success_url": "http://127.0.0.1/",
            "line_items": lines, "metadata": {"payment": payment.ref},
            "payment_intent_data": {"metadata": {"payment": payment.ref}}}
