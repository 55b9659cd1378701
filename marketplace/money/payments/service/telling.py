"""What the provider says: every event stored once by its number before anything else, then applied."""
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.outbox import announce, reacts_to, still_at_work
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.money.payments.events import ProviderSaid, SubscriptionNews
from marketplace.money.payments.models import UNKNOWN_PAYMENT, Payment, ProviderEvent, Subscription
from marketplace.money.payments.provider import failure, provider
from marketplace.money.payments.service.disputing import take_dispute
from marketplace.money.payments.service.opening import end, succeed
from marketplace.money.payments.service.refunding import take_refund

BLOCK = 100


def store_event(body: bytes, signature: str) -> None:
    """Keep a webhook's event, once by its id, and queue its use. Raises BadSignature."""
    event = provider.signed(body, signature)
    keep(event.id, event.type, body.decode())


def keep(number: str, kind: str, body: str) -> bool:
    """Keep an event of the provider, once by its number, and queue its use; whether it was new."""
    with transaction() as session:
        if session.get(ProviderEvent, number):
            return False
        session.add(ProviderEvent(id=number, type=kind, body=body, received_at=clock.now(),
                                  intent_id=_intent(json.loads(body)["data"]["object"]) or ""))
        announce(ProviderSaid(number))
    return True


def catch_up(since: datetime) -> int:
    """Read what the provider has said since then, and use at once what never arrived. Returns how many that was.

    Raises ProviderAway; what was read before is kept.
    """
    heard, lost = provider.events(since, list(_USES)), []
    while block := list(islice(heard, BLOCK)):
        still_at_work()
        known = set(db.session.scalars(select(ProviderEvent.id).where(ProviderEvent.id.in_([told.id for told in block]))))
        lost += [told for told in block if told.id not in known and keep(told.id, told.type, told.body)]
    for number, told in enumerate(reversed(lost)):  # the oldest first
        if number % BLOCK == 0:
            still_at_work()
        with transaction():
            apply(ProviderSaid(told.id))
    return len(lost)


@reacts_to(ProviderSaid)
def apply(said: ProviderSaid) -> None:
    """Move the payment that an event speaks of. Unknown events are kept and marked so."""
    event = db.session.get_one(ProviderEvent, said.event_id)
    if event.applied_at and event.outcome != UNKNOWN_PAYMENT:
        return
    use = _USES.get(event.type)
    event.outcome = use(json.loads(event.body)["data"]["object"]) if use else "unknown"
    event.applied_at = clock.now()


def _intent(subject: Mapping[str, Any]) -> str | None:
    """The provider's number of the payment that an event speaks of."""
    return subject["id"] if subject.get("object") == "payment_intent" else subject.get("payment_intent")


def _found(subject: Mapping[str, Any]) -> Payment | None:
    ref, intent = (subject.get("metadata") or {}).get("payment") or subject.get("client_reference_id"), _intent(subject)
    by = Payment.ref == ref if ref else Payment.intent_id == intent
    return db.session.scalars(select(Payment).where(by)).first() if ref or intent else None


def _session_completed(subject: Mapping[str, Any]) -> str:
    if subject.get("mode") == "subscription":
        return _news(subject)
    payment = _found(subject)
    if payment is None:
        return UNKNOWN_PAYMENT
    return succeed(payment, subject.get("payment_intent")) if subject.get("payment_status") == "paid" else "not paid"


def _session_expired(subject: Mapping[str, Any]) -> str:
    if subject.get("mode") == "subscription":
        return _news(subject)
    payment = _found(subject)
    return end(payment) if payment else UNKNOWN_PAYMENT


def _intent_failed(subject: Mapping[str, Any]) -> str:
    payment = _found(subject)
    if payment is None:
        return UNKNOWN_PAYMENT
    if payment.state == "created":
        payment.failure = failure(subject.get("last_payment_error")) or "declined"
    return "declined, may be tried again"


def _news(subject: Mapping[str, Any]) -> str:
    """Something happened to a subscription: it is asked for, by our number of it or the provider's."""
    parent = (subject.get("parent") or {}).get("subscription_details") or {}
    meta = {**(parent.get("metadata") or {}), **(subject.get("metadata") or {})}
    number = subject["id"] if subject.get("object") == "subscription" else subject.get("subscription") or parent.get(
        "subscription")
    ref = meta.get("subscription") or subject.get("client_reference_id")
    by = Subscription.ref == ref if ref else Subscription.provider_id == number
    found = db.session.scalars(select(Subscription).where(by)).first() if ref or number else None
    if found is None:
        return UNKNOWN_PAYMENT
    if number and found.provider_id is None:
        found.provider_id = number
    announce(SubscriptionNews(found.id))
    return "asked for"


_USES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "checkout.session.completed": _session_completed,
    "checkout.session.async_payment_succeeded": _session_completed,
    "checkout.session.expired": _session_expired,
    "payment_intent.payment_failed": _intent_failed,
    **dict.fromkeys(("invoice.paid", "invoice.payment_failed", "invoice.payment_action_required", "invoice.voided"), _news),
    **dict.fromkeys([f"customer.subscription.{what}" for what in ("created", "updated", "deleted")], _news),
    **dict.fromkeys(("refund.created", "refund.updated", "refund.failed"), take_refund),
    **dict.fromkeys(("charge.dispute.created", "charge.dispute.updated", "charge.dispute.funds_withdrawn",
                     "charge.dispute.funds_reinstated", "charge.dispute.closed"), take_dispute),
}
