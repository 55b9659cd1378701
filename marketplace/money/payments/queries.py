"""Payments by what they are for, and what of them waits for somebody."""
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from marketplace.core import fen
from marketplace.extensions import db
from marketplace.money.payments.models import Dispute, PaidBack, Payment, PaymentLine, Refund, Subscription
from marketplace.people.accounts.permissions import narrow

BY_HAND = ("bank", "cash")


@dataclass(frozen=True)
class Back:
    """A refund that the charity itself pays back; `told` what it has said of that, if anything yet."""

    refund: Refund
    line: PaymentLine
    payment: Payment
    told: PaidBack | None


@dataclass(frozen=True)
class Disputed:
    """A dispute with the payment that it is about, and its lines."""

    dispute: Dispute
    payment: Payment
    lines: Sequence[PaymentLine]


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


def lines(purposes: Sequence[str]) -> dict[str, PaymentLine]:
    """The lines for these purposes, with their payments, in one statement."""
    if not purposes:
        return {}
    found = db.session.scalars(select(PaymentLine).join(PaymentLine.payment).options(contains_eager(PaymentLine.payment))
                               .where(PaymentLine.purpose.in_(purposes)))
    return {one.purpose: one for one in found}


def disputed(purposes: Sequence[str]) -> list[str]:
    """Those of the purposes whose money a bank asks back at the moment."""
    return sorted(purpose for purpose, one in lines(purposes).items() if one.payment.state == "disputed" and one.left_fen)


def disputed_on(accounts: Collection[str]) -> dict[str, int]:
    """Fen on each of these accounts that came by payments which a bank asks back at the moment, in one statement."""
    left = func.sum(PaymentLine.amount_fen - PaymentLine.refund_asked_fen - PaymentLine.lost_fen)
    rows = db.session.execute(select(PaymentLine.account, left).join(Payment, Payment.id == PaymentLine.payment_id).where(
        PaymentLine.account.in_(accounts), Payment.state == "disputed").group_by(PaymentLine.account)) if accounts else ()
    return {account: int(fen) for account, fen in rows}


def subscription(purpose: str) -> Subscription | None:
    """The subscription that is for `purpose`, if any."""
    return db.session.scalars(select(Subscription).where(Subscription.purpose == purpose)).first()


def open_disputes(user, limit: int = 50) -> list[Disputed]:
    """Open disputes of the user's charity, the first to be answered first; two statements."""
    rows = db.session.execute(
        narrow(user, "payment.read", select(Dispute, Payment).select_from(Dispute), Payment)
        .join(Payment, Payment.id == Dispute.payment_id).where(Dispute.state == "open")
        .order_by(Dispute.answer_by, Dispute.id).limit(limit)).all()
    found: dict[int, list[PaymentLine]] = {payment.id: [] for _dispute, payment in rows}
    for one in db.session.scalars(select(PaymentLine).where(PaymentLine.payment_id.in_(found)).order_by(PaymentLine.id)):
        found[one.payment_id].append(one)
    return [Disputed(dispute, payment, found[payment.id]) for dispute, payment in rows]


def by_hand(user, limit: int = 50) -> list[Back]:
    """Refunds that the user's charity has to pay back itself: what waits for a second person first, then the oldest."""
    rows = db.session.execute(_by_hand(user, select(Refund, PaymentLine, Payment, PaidBack)).order_by(
        PaidBack.id.is_(None), Refund.id).limit(limit))
    return [Back(*row) for row in rows]


def refund(user, capability: str, refund_id: int) -> Back:
    """One of those, if the user may do `capability` to its payment. Raises NoResultFound."""
    return Back(*db.session.execute(_by_hand(user, select(Refund, PaymentLine, Payment, PaidBack), capability)
                                    .where(Refund.id == refund_id)).one())


def counts(user) -> dict[str, int]:
    """How many open disputes and refunds by hand the user's charity has."""
    disputes = narrow(user, "payment.read", select(func.count()).select_from(Dispute), Payment).join(
        Payment, Payment.id == Dispute.payment_id).where(Dispute.state == "open")
    back = _by_hand(user, select(func.count()))
    return {"disputes": db.session.scalar(disputes) or 0, "back": db.session.scalar(back) or 0}


def _by_hand(user, statement: Select, capability: str = "payment.read") -> Select:
    return narrow(user, capability, statement.select_from(Refund), Payment).join(
        PaymentLine, PaymentLine.id == Refund.line_id).join(
        Payment, Payment.id == Refund.payment_id).outerjoin(PaidBack, PaidBack.refund_id == Refund.id).where(
        Refund.state == "asked", Payment.way.in_(BY_HAND))
