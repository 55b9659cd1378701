"""Money that goes back: reserved in the books before the provider is asked, one key however often it is tried."""
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from marketplace.core import audit, clock
from marketplace.core.errors import WrongState
from marketplace.core.outbox import announce, reacts_to
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.money.ledger import service as ledger
from marketplace.money.payments.events import PaymentRefunded, RefundAsked, RefundFailed
from marketplace.money.payments.models import LIFE, REFUND_LIFE, UNKNOWN_PAYMENT, Payment, PaymentLine, Refund
from marketplace.money.payments.provider import RefundRefused, provider
from marketplace.money.payments.service.opening import succeed, where

UNDER_WAY = ("pending", "requires_action", "succeeded")
BACK_TO = ("succeeded", "partly_refunded")


def ask_refund(line: PaymentLine, part: str, amount_fen: int | None = None) -> bool:
    """Promise `amount_fen` of a line back, or all that is left, and queue it at the provider; whether it was left.

    `part` names it among the refunds of the line: asked twice, it goes back once. Joins. Raises Overdrawn when the
    money has been spent.
    """
    with transaction() as session:
        key = f"{line.purpose}-{part}"
        if session.scalar(select(Refund.id).where(Refund.key == key)):
            return True
        session.refresh(line)
        amount_fen = amount_fen or line.left_fen
        if line.payment.state not in BACK_TO or not amount_fen or not _reserve(line, amount_fen):
            return False
        refund = _promise(line, amount_fen, key, {line.account: amount_fen})
        announce(RefundAsked(refund.id))
        audit.record(0, "payment.refund", f"payment:{line.payment_id}", f"{amount_fen} fen")
    return True


def _reserve(line: PaymentLine, amount_fen: int) -> bool:
    return bool(changed(
        update(PaymentLine).where(
            PaymentLine.id == line.id,
            PaymentLine.refund_asked_fen + PaymentLine.lost_fen + amount_fen <= PaymentLine.amount_fen)
        .values(refund_asked_fen=PaymentLine.refund_asked_fen + amount_fen)))


def _promise(line: PaymentLine, amount_fen: int, key: str, off: Mapping[str, int], provider_id: str | None = None) -> Refund:
    refund = Refund(line_id=line.id, payment_id=line.payment_id, amount_fen=amount_fen, key=key,
                    provider_id=provider_id, asked_at=clock.now())
    db.session.add(refund)
    db.session.flush()
    ledger.book(f"refund_asked:{refund.id}", {_promised(line.payment): -amount_fen, **off})
    return refund


def _promised(payment: Payment) -> str:
    return f"refunds:{payment.organisation_id}"


@reacts_to(RefundAsked, outside=True)
def send_refund(event: RefundAsked) -> None:
    """Tell the provider to give back, and take in its answer. Money that did not come through it is given back by hand."""
    refund = db.session.get_one(Refund, event.refund_id)
    payment = db.session.get_one(Payment, refund.payment_id)
    if refund.state != "asked" or payment.way != "provider":
        return
    intent, amount, key = payment.intent_id or "", refund.amount_fen, refund.key
    db.session.rollback()
    try:
        answer: Mapping[str, Any] = provider.refund(intent, amount, key)
    except RefundRefused as no:
        answer = {"id": "", "status": "failed", "failure_reason": no.code, "metadata": {"refund": key}}
    with transaction():
        take_refund(answer)


def take_refund(said: Mapping[str, Any]) -> str:
    """Follow what the provider says of one refund: gone, arrived, or come back. Any order, any number of times. Joins."""
    refunds = _of(said)
    if not refunds:
        return UNKNOWN_PAYMENT
    payment = db.session.get_one(Payment, refunds[0].payment_id)
    if payment.state in ("created", "failed", "cancelled"):
        succeed(payment, said.get("payment_intent"))
    for refund in refunds:
        if said["id"] and refund.provider_id is None:
            refund.provider_id = said["id"]
            db.session.flush()
        _follow(refund, payment, said)
    return str(said["status"])


def _of(said: Mapping[str, Any]) -> list[Refund]:
    """Our refunds of the provider's; one that was made at the provider itself is taken up."""
    key = (said.get("metadata") or {}).get("refund")
    by = Refund.key == key if key else Refund.provider_id == said["id"]
    found = list(db.session.scalars(select(Refund).where(by).order_by(Refund.id).with_for_update()))
    if found or not said.get("payment_intent"):
        return found
    payment = db.session.scalars(select(Payment).where(Payment.intent_id == said["payment_intent"])).first()
    if payment is None:
        return []
    unnamed = db.session.scalars(select(Refund).where(
        Refund.payment_id == payment.id, Refund.provider_id.is_(None), Refund.state == "sent",
        Refund.amount_fen == said["amount"])).first()
    return [unnamed] if unnamed else _take_up(payment, said)


def _take_up(payment: Payment, said: Mapping[str, Any]) -> list[Refund]:
    """A refund that was not asked here: taken off the lines in their order, and off the charity's fund what is spent."""
    left, made = said["amount"], []
    for line in payment.lines:
        part = min(left, line.left_fen)
        if part and _reserve(line, part):
            off = ledger.borne(line.account, f"fund:{payment.organisation_id}", part)
            made.append(_promise(line, part, f"{said['id']}-{line.id}", off, said["id"]))
            left -= part
    return made


def settle_by_hand(refund: Refund, actor: int) -> None:
    """A refund that the provider cannot send was paid back by the charity itself. Joins. Raises WrongState."""
    payment = db.session.get_one(Payment, refund.payment_id)
    if refund.state != "asked":
        raise WrongState("finish", refund.state)
    _follow(refund, payment, {"id": "", "status": "succeeded"}, actor)


def _follow(refund: Refund, payment: Payment, said: Mapping[str, Any], actor: int = 0) -> None:
    status, line = said["status"], db.session.get_one(PaymentLine, refund.line_id)
    if status in UNDER_WAY and refund.state == "asked":
        ledger.move(where(payment), _promised(payment), refund.amount_fen, f"refund:{refund.id}")
        REFUND_LIFE.move(refund, "send")
    if status == "succeeded" and refund.state == "sent":
        REFUND_LIFE.move(refund, "finish")
        _count(refund, line, payment, actor)
    if status in ("failed", "canceled") and refund.state != "failed":
        _come_back(refund, line, payment, said.get("failure_reason") or status)


def _count(refund: Refund, line: PaymentLine, payment: Payment, actor: int) -> None:
    changed(update(PaymentLine).where(PaymentLine.id == line.id)
            .values(refunded_fen=PaymentLine.refunded_fen + refund.amount_fen))
    db.session.refresh(line)
    total = payment.refunded_fen + refund.amount_fen
    if payment.state in BACK_TO:
        LIFE.move(payment, "refund" if total == payment.amount_fen else "refund_part", refunded_fen=total)
    else:
        payment.refunded_fen = total
    audit.record(actor, "payment.refunded", f"payment:{payment.id}", f"{total} fen in all")
    announce(PaymentRefunded(payment.id, line.purpose, line.refunded_fen == line.amount_fen))


def _come_back(refund: Refund, line: PaymentLine, payment: Payment, why: str) -> None:
    """It did not arrive: the charity has it again, without a purpose, until a person settles it with the giver."""
    lost = f"unassigned:{payment.organisation_id}"
    if refund.state == "asked":
        ledger.move(lost, _promised(payment), refund.amount_fen, f"refund_failed:{refund.id}")
    else:
        ledger.move(lost, where(payment), refund.amount_fen, f"refund_failed:{refund.id}")
    REFUND_LIFE.move(refund, "fail", failure=why)
    audit.record(0, "payment.refund_failed", f"payment:{payment.id}", f"{refund.amount_fen} fen")
    announce(RefundFailed(payment.id, line.purpose))
