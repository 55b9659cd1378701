"""Payments by what they are for."""
from sqlalchemy import func, select

from marketplace.core import fen
from marketplace.extensions import db
from marketplace.money.payments.models import Dispute, PaymentLine


def line(purpose: str) -> PaymentLine | None:
    """The line of a payment that is for `purpose`, if any."""
    return db.session.scalars(select(PaymentLine).where(PaymentLine.purpose == purpose)).first()


def kept_fen(purpose: str) -> int:
    """What has settled for `purpose`, was not given back, and was not lost to the giver's bank."""
    found = line(purpose)
    if found is None or found.payment.succeeded_at is None:
        return 0
    lost = int(db.session.scalar(select(func.sum(Dispute.amount_fen)).where(
        Dispute.payment_id == found.payment_id, Dispute.state == "lost")) or 0)
    left = [one.amount_fen - one.refunded_fen for one in found.payment.lines]
    shares = fen.split(min(lost, sum(left)), left) if any(left) else left
    return dict(zip((one.id for one in found.payment.lines), map(int.__sub__, left, shares)))[found.id]
