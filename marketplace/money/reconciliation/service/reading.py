"""The provider's own lines, read and kept; what only they tell (fees, payouts) is booked from them."""
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.outbox import still_at_work
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.money.ledger import service as ledger
from marketplace.money.payments.models import Payment
from marketplace.money.payments.provider import Moved, provider
from marketplace.money.reconciliation.models import BalanceLine

BLOCK = 200
PAYOUTS = ("payout", "payout_failure", "payout_cancel")
OURS = ("charge", "payment", "refund", "payment_refund", "refund_failure", "payment_failure_refund", "adjustment")
NOBODY = 0  # the organisation of what belongs to none alone


def read_lines(since: datetime) -> int:
    """Keep every line since then that is new, and book what it alone tells. Returns how many. Raises ProviderAway."""
    new, moved = 0, provider.moved(since)
    while block := list(islice(moved, BLOCK)):
        still_at_work()
        with transaction():
            new += _keep(block)
    for number in db.session.scalars(select(BalanceLine.id).where(
            BalanceLine.type.in_(PAYOUTS), ~BalanceLine.agreed).order_by(BalanceLine.at)).all():
        _pay_out(db.session.get_one(BalanceLine, number))
    return new


def _keep(block: Sequence[Moved]) -> int:
    known = set(db.session.scalars(select(BalanceLine.id).where(BalanceLine.id.in_([m.id for m in block]))))
    fresh = [m for m in block if m.id not in known]
    charities = _charities(m.intent_id for m in fresh if m.intent_id)
    db.session.add_all(BalanceLine(
        id=m.id, type=m.type, source=m.source, intent_id=m.intent_id, amount_fen=m.amount_fen, fee_fen=m.fee_fen,
        net_fen=m.amount_fen - m.fee_fen, at=m.at, on=clock.day_of(m.at)) for m in fresh)
    db.session.flush()
    for moved in fresh:
        _book_cost(moved, charities.get(moved.intent_id, NOBODY))
    return len(fresh)


def _charities(intents: Iterable[str]) -> dict[str, int]:
    rows = db.session.execute(select(Payment.intent_id, Payment.organisation_id).where(Payment.intent_id.in_(set(intents))))
    return {intent or "": organisation_id for intent, organisation_id in rows}


def _book_cost(moved: Moved, organisation_id: int) -> None:
    """What the provider keeps for itself, by its own line's number: with a payment, or as a line of its own."""
    cost = moved.fee_fen - (0 if moved.type in (*OURS, *PAYOUTS) else moved.amount_fen)
    if cost:
        ledger.move("provider", f"fees:{organisation_id}", cost, f"fee:{moved.id}")


def _pay_out(line: BalanceLine) -> None:
    """Money between the provider and the bank: to each charity what its own payments brought, fees taken off."""
    parts = provider.paid_out(line.source)
    with transaction() as session:
        shares: dict[int, int] = {}
        rows = session.execute(select(BalanceLine.net_fen, Payment.organisation_id).outerjoin(
            Payment, Payment.intent_id == BalanceLine.intent_id).where(BalanceLine.id.in_(parts)))
        for net, organisation_id in rows:
            shares[organisation_id or NOBODY] = shares.get(organisation_id or NOBODY, 0) + net
        sign = 1 if line.amount_fen < 0 else -1
        shares[NOBODY] = shares.get(NOBODY, 0) + abs(line.amount_fen) - sum(shares.values())
        moves = {f"bank:{number}": sign * share for number, share in shares.items()}
        ledger.book(f"payout:{line.id}", {**moves, "provider": line.amount_fen})
