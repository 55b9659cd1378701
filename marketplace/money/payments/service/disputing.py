"""A giver's bank that asks for its money back, and what becomes of it."""
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from marketplace.core import audit, clock, fen
from marketplace.core.outbox import announce
from marketplace.extensions import db
from marketplace.money.ledger import service as ledger
from marketplace.money.payments.events import DisputeClosed, PaymentDisputed
from marketplace.money.payments.models import LIFE, UNKNOWN_PAYMENT, Dispute, Payment
from marketplace.money.payments.service.opening import succeed

ENDS = {"won": "won", "warning_closed": "won", "lost": "lost"}


def take_dispute(said: Mapping[str, Any]) -> str:
    """Follow what the provider says of one dispute, in any order, any number of times. Joins.

    What the bank takes and gives back is booked by the number of the provider's own transaction, so once.
    """
    payment = db.session.scalars(select(Payment).where(Payment.intent_id == said.get("payment_intent"))).first()
    if payment is None or not said.get("payment_intent"):
        return UNKNOWN_PAYMENT
    if payment.state in ("created", "failed", "cancelled"):
        succeed(payment, said["payment_intent"])
    dispute = db.session.get(Dispute, said["id"], with_for_update=True)
    if dispute is None:
        dispute = _open(payment, said)
    for part in said.get("balance_transactions") or ():
        _book(payment, part)
    if said["status"] in ENDS and dispute.state == "open":
        _close(dispute, payment, ENDS[said["status"]])
    return str(said["status"])


def _open(payment: Payment, said: Mapping[str, Any]) -> Dispute:
    due = (said.get("evidence_details") or {}).get("due_by")
    dispute = Dispute(id=said["id"], payment_id=payment.id, amount_fen=said["amount"], reason=said.get("reason") or "",
                      opened_at=clock.now(), answer_by=datetime.fromtimestamp(due, UTC) if due else None)
    db.session.add(dispute)
    db.session.flush()
    if payment.state != "disputed":
        LIFE.move(payment, "dispute")
    audit.record(0, "payment.dispute", f"payment:{payment.id}", dispute.reason)
    for line in payment.lines:
        announce(PaymentDisputed(payment.id, line.purpose))
    return dispute


def _book(payment: Payment, part: Mapping[str, Any]) -> None:
    """One transaction of the provider: the money taken or given back, and what the provider charges for it."""
    ledger.move("provider", f"disputes:{payment.organisation_id}", -part["amount"], f"dispute:{part['id']}")
    if part.get("fee"):
        ledger.move("provider", f"fees:{payment.organisation_id}", part["fee"], f"fee:{part['id']}")


def _close(dispute: Dispute, payment: Payment, outcome: str) -> None:
    dispute.state, dispute.closed_at = outcome, clock.now()
    if outcome == "lost":
        _give_up(dispute, payment)
    elif not db.session.scalar(select(Dispute.id).where(Dispute.payment_id == payment.id, Dispute.state != "won")):
        part = payment.refunded_fen and ("win_refunded" if payment.refunded_fen == payment.amount_fen else "win_part")
        LIFE.move(payment, part or "win")
    audit.record(0, "payment.dispute_closed", f"payment:{payment.id}", outcome)
    for line in payment.lines:
        announce(DisputeClosed(payment.id, line.purpose, outcome == "won"))


def _give_up(dispute: Dispute, payment: Payment) -> None:
    """The money is gone: off the purposes that still hold it, and for the rest off the charity's own fund."""
    left = [line.left_fen for line in payment.lines]
    shares = fen.split(dispute.amount_fen, left if any(left) else [line.amount_fen for line in payment.lines])
    for line, share in zip(payment.lines, shares):
        if share:
            line.lost_fen = min(line.amount_fen, line.lost_fen + share)
            off = ledger.borne(line.account, f"fund:{payment.organisation_id}", share)
            ledger.book(f"dispute_lost:{dispute.id}:{line.id}", {f"disputes:{payment.organisation_id}": -share, **off})
