"""A payment from its start until the provider has the money, or nobody waits for it any more."""
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from marketplace.core import audit, clock
from marketplace.core.errors import WrongState
from marketplace.core.outbox import announce, reacts_to
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.money.ledger import service as ledger
from marketplace.money.payments.events import PaymentEnded, PaymentSucceeded, ProviderSaid, SessionAbandoned
from marketplace.money.payments.models import LIFE, UNKNOWN_PAYMENT, Payment, PaymentLine, ProviderEvent
from marketplace.money.payments.provider import Item, provider


@dataclass(frozen=True)
class Line:
    """A part of a payment: what for, which account of the books holds it, how many fen."""

    purpose: str
    account: str
    amount_fen: int


def start(lines: Sequence[Line], organisation_id: int, expires_at: datetime, way: str = "provider") -> Payment:
    """A payment of one or more lines to one charity, which waits for its giver. Joins the open transaction."""
    with transaction() as session:
        payment = Payment(ref=secrets.token_hex(12), organisation_id=organisation_id, way=way, created_at=clock.now(),
                          expires_at=expires_at, amount_fen=sum(line.amount_fen for line in lines))
        session.add(payment)
        session.flush()
        session.add_all(PaymentLine(payment_id=payment.id, purpose=line.purpose, account=line.account,
                                    amount_fen=line.amount_fen) for line in lines)
        session.flush()
    return payment


def checkout(payment: Payment, names: Sequence[str], success_url: str, cancel_url: str, lang: str) -> str:
    """Where the giver pays; `names` say what each line is for. Asks the provider outside of any transaction.

    Raises ProviderAway, WrongState.
    """
    if payment.state != "created":
        raise WrongState("checkout", payment.state)
    if payment.checkout_url:
        return payment.checkout_url
    items = [Item(name, line.amount_fen) for name, line in zip(names, payment.lines, strict=True)]
    opened = provider.open_session(ref=payment.ref, items=items, success_url=success_url,
                                   cancel_url=cancel_url, expires_at=payment.expires_at, lang=lang)
    with transaction() as session:
        session.execute(update(Payment).where(Payment.id == payment.id)
                        .values(session_id=opened.id, checkout_url=opened.url))
    return opened.url


def ask(payment: Payment) -> None:
    """Ask the provider how an open payment stands, and move it accordingly. Raises ProviderAway."""
    if payment.state != "created" or not payment.session_id:
        return
    found = provider.session(payment.session_id)
    with transaction():
        if found.paid:
            succeed(payment, found.intent_id)
        elif found.status == "expired":
            end(payment)
        elif payment.state == "created":
            payment.failure = found.failure


def ask_open(limit: int = 100) -> int:
    """Ask the provider about open payments past their time, in case an event was lost. Returns how many moved."""
    open_ = db.session.scalars(select(Payment).where(
        Payment.state == "created", Payment.session_id.is_not(None), Payment.expires_at < clock.now()).limit(limit))
    moved = 0
    for payment in open_.all():
        ask(payment)
        moved += payment.state != "created"
    return moved


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


def succeed(payment: Payment, intent_id: str | None, actor: int = 0) -> str:
    """The money is there: book every line, once. Joins. What became of it, for the event's record."""
    try:
        LIFE.move(payment, "succeed", intent_id=intent_id, succeeded_at=clock.now(), failure="")
    except WrongState:
        return "known"
    moves = {where(payment): payment.amount_fen}
    for line in payment.lines:
        moves[line.account] = moves.get(line.account, 0) - line.amount_fen
    ledger.book(f"payment:{payment.id}", moves)
    audit.record(actor, "payment.succeed", f"payment:{payment.id}")
    for line in payment.lines:
        announce(PaymentSucceeded(payment.id, line.purpose))
    for early in db.session.scalars(select(ProviderEvent.id).where(
            ProviderEvent.intent_id == (intent_id or None), ProviderEvent.outcome == UNKNOWN_PAYMENT)):
        announce(ProviderSaid(early))
    return "succeeded"


def end(payment: Payment, verb: str = "cancel") -> str:
    """Nobody will pay this any more. Joins. What became of it, for the event's record."""
    try:
        LIFE.move(payment, verb)
    except WrongState:
        return "known"
    for line in payment.lines:
        announce(PaymentEnded(payment.id, line.purpose))
    return "cancelled"


def thank_once(payment: Payment) -> bool:
    """Whether the giver of a payment is still to be thanked; from now on they are. Joins."""
    with transaction():
        return bool(changed(update(Payment).where(Payment.id == payment.id, Payment.thanked_at.is_(None))
                            .values(thanked_at=clock.now())))


def where(payment: Payment) -> str:
    """The account of the books that says where the money of a payment is."""
    return "provider" if payment.way == "provider" else f"{payment.way}:{payment.organisation_id}"
