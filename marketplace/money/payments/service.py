"""Payments: opened here, moved only by what the provider says, any event once, twice, late or out of order."""
import json
import secrets
from datetime import datetime

from sqlalchemy import select, update

from marketplace.core import audit, clock
from marketplace.core.errors import WrongState
from marketplace.core.outbox import announce, reacts_to
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.money.ledger import service as ledger
from marketplace.money.payments.events import (
    PaymentEnded,
    PaymentRefunded,
    PaymentSucceeded,
    ProviderSaid,
    RefundAsked,
    SessionAbandoned,
)
from marketplace.money.payments.models import LIFE, Payment, ProviderEvent
from marketplace.money.payments.provider import provider

PROVIDER = "provider"


def start(purpose: str, amount_fen: int, organisation_id: int, expires_at: datetime) -> Payment:
    """A payment that waits for its giver. Joins the open transaction."""
    with transaction() as session:
        payment = Payment(ref=secrets.token_hex(12), purpose=purpose, amount_fen=amount_fen,
                          organisation_id=organisation_id, created_at=clock.now(), expires_at=expires_at)
        session.add(payment)
        session.flush()
    return payment


def checkout(payment: Payment, name: str, success_url: str, cancel_url: str, lang: str) -> str:
    """Where the giver pays. Asks the provider outside of any transaction. Raises ProviderAway, WrongState."""
    if payment.state != "created":
        raise WrongState("checkout", payment.state)
    if payment.checkout_url:
        return payment.checkout_url
    opened = provider.open_session(ref=payment.ref, amount_fen=payment.amount_fen, name=name, success_url=success_url,
                                   cancel_url=cancel_url, expires_at=payment.expires_at, lang=lang)
    with transaction() as session:
        session.execute(update(Payment).where(Payment.id == payment.id)
                        .values(session_id=opened.id, checkout_url=opened.url))
    return opened.url


def store_event(body: bytes, signature: str) -> None:
    """Keep a webhook's event, once by its id, and queue its use. Raises BadSignature."""
    event = provider.signed(body, signature)
    with transaction() as session:
        if session.get(ProviderEvent, event.id) is None:
            session.add(ProviderEvent(id=event.id, type=event.type, body=body.decode(), received_at=clock.now()))
            announce(ProviderSaid(event.id))


@reacts_to(ProviderSaid)
def apply(said: ProviderSaid) -> None:
    """Move the payment that an event speaks of. Unknown events are kept and marked so."""
    event = db.session.get_one(ProviderEvent, said.event_id)
    subject = json.loads(event.body)["data"]["object"]
    use = _USES.get(event.type)
    event.outcome = use(subject) if use else "unknown"
    event.applied_at = clock.now()


def ask(payment: Payment) -> None:
    """Ask the provider how an open payment stands, and move it accordingly. Raises ProviderAway."""
    if payment.state != "created" or not payment.session_id:
        return
    found = provider.session(payment.session_id)
    with transaction():
        if found.paid:
            _succeed(payment, found.intent_id)
        elif found.status == "expired":
            _end(payment)


def ask_open(limit: int = 100) -> int:
    """Ask the provider about open payments past their time, in case an event was lost. Returns how many moved."""
    open_ = db.session.scalars(select(Payment).where(
        Payment.state == "created", Payment.session_id.is_not(None), Payment.expires_at < clock.now()).limit(limit))
    moved = 0
    for payment in open_.all():
        ask(payment)
        moved += payment.state != "created"
    return moved


def ask_refund(payment: Payment, amount_fen: int, part: str) -> bool:
    """Promise `amount_fen` back, if so much is left, and queue it at the provider. Joins; whether it was left."""
    with transaction():
        reserved = changed(
            update(Payment).where(Payment.id == payment.id, Payment.state.in_(("succeeded", "partly_refunded")),
                                  Payment.refund_asked_fen + amount_fen <= Payment.amount_fen)
            .values(refund_asked_fen=Payment.refund_asked_fen + amount_fen))
        if reserved:
            announce(RefundAsked(payment.id, amount_fen, part))
            audit.record(0, "payment.refund", f"payment:{payment.id}", f"{amount_fen} fen")
    return bool(reserved)


@reacts_to(RefundAsked, outside=True)
def send_refund(event: RefundAsked) -> None:
    """Tell the provider to give back, with one key however often it is tried."""
    payment = db.session.get_one(Payment, event.payment_id)
    ref, intent = payment.ref, payment.intent_id or ""
    db.session.rollback()
    provider.refund(intent, event.amount_fen, f"{ref}-{event.part}")


def cancel(payment: Payment) -> None:
    """Give up a payment that nobody made; its session is closed at the provider by a job. Joins."""
    with transaction():
        if payment.state == "created":
            announce(SessionAbandoned(payment.id))


@reacts_to(SessionAbandoned, outside=True)
def close_session(event: SessionAbandoned) -> None:
    """Close the Checkout page of a payment nobody waits for; if it was paid in the meantime, take that in."""
    payment = db.session.get_one(Payment, event.payment_id)
    if payment.session_id:
        provider.expire(payment.session_id)
        ask(payment)


def _found(subject: dict) -> Payment | None:
    ref = (subject.get("metadata") or {}).get("payment") or subject.get("client_reference_id")
    intent = subject.get("payment_intent")
    by = Payment.ref == ref if ref else Payment.intent_id == intent
    return db.session.scalars(select(Payment).where(by)).first() if ref or intent else None


def _succeed(payment: Payment, intent_id: str | None) -> str:
    try:
        LIFE.move(payment, "succeed", intent_id=intent_id, succeeded_at=clock.now(), failure="")
    except WrongState:
        return "known"
    ledger.book(PROVIDER, payment.purpose, payment.amount_fen, f"payment:{payment.id}")
    audit.record(0, "payment.succeed", f"payment:{payment.id}")
    announce(PaymentSucceeded(payment.id, payment.purpose))
    return "succeeded"


def _end(payment: Payment) -> str:
    try:
        LIFE.move(payment, "cancel")
    except WrongState:
        return "known"
    announce(PaymentEnded(payment.id, payment.purpose))
    return "cancelled"


def _session_completed(subject: dict) -> str:
    payment = _found(subject)
    if payment is None:
        return "no payment"
    return _succeed(payment, subject.get("payment_intent")) if subject.get("payment_status") == "paid" else "not paid"


def _session_expired(subject: dict) -> str:
    payment = _found(subject)
    return _end(payment) if payment else "no payment"


def _intent_failed(subject: dict) -> str:
    payment = _found(subject)
    if payment is None:
        return "no payment"
    error = subject.get("last_payment_error") or {}
    payment.failure = error.get("decline_code") or error.get("code") or "declined"
    return "declined, may be tried again"


def _charge_refunded(subject: dict) -> str:
    payment = _found(subject)
    if payment is None:
        return "no payment"
    total = subject["amount_refunded"]
    if total <= payment.refunded_fen:
        return "known"
    _succeed(payment, subject.get("payment_intent"))
    before, whole = payment.refunded_fen, total == payment.amount_fen
    LIFE.move(payment, "refund" if whole else "refund_part", refunded_fen=total,
              refund_asked_fen=max(total, payment.refund_asked_fen))
    ledger.book(payment.purpose, PROVIDER, total - before, f"refund:{payment.id}:{total}")
    audit.record(0, "payment.refunded", f"payment:{payment.id}", f"{total} fen in all")
    announce(PaymentRefunded(payment.id, payment.purpose, whole))
    return "refunded"


_USES = {
    "checkout.session.completed": _session_completed,
    "checkout.session.async_payment_succeeded": _session_completed,
    "checkout.session.expired": _session_expired,
    "payment_intent.payment_failed": _intent_failed,
    "charge.refunded": _charge_refunded,
}
