"""A run of the comparison, from asking the provider to what still differs."""
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from marketplace.core import audit, clock
from marketplace.core.outbox import announce, reacts_to, still_at_work
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.money.ledger import service as ledger
from marketplace.money.payments import service as payments
from marketplace.money.payments.models import Payment
from marketplace.money.payments.provider import ProviderAway, provider
from marketplace.money.reconciliation.models import BalanceLine, Comparison
from marketplace.money.reconciliation.service.comparing import compare
from marketplace.money.reconciliation.service.reading import read_lines
from marketplace.people.accounts.permissions import demand

OVERLAP = timedelta(days=3)  # the provider tries to deliver an event for so long
EVERY = timedelta(hours=24)
AGAIN = timedelta(minutes=30)  # after a run that broke off


@dataclass(frozen=True)
class ComparisonAsked:
    """Somebody, or the day, wants the provider and the books compared."""

    comparison_id: int


def ask(by) -> Comparison:
    """Have the provider and the books compared by the next worker. Raises NotAllowed."""
    with transaction():
        demand(by, "reconciliation.run", Comparison)
        audit.record(by.id, "reconciliation.run", "reconciliation")
        return _asked()


def reconcile_daily() -> None:
    """Ask for a comparison once a day, and again soon after one that broke off. Safe to call at any time."""
    with transaction() as session:
        last = session.scalars(select(Comparison).order_by(Comparison.id.desc()).limit(1)).first()
        wait = EVERY if last is None or last.ended_at else AGAIN
        if last is None or last.started_at + wait <= clock.now():
            _asked()


def _asked() -> Comparison:
    asked = Comparison(started_at=clock.now())
    db.session.add(asked)
    db.session.flush()
    announce(ComparisonAsked(asked.id))
    return asked


@reacts_to(ComparisonAsked, outside=True)
def reconcile(event: ComparisonAsked) -> None:
    """Take in what the provider said and we did not hear, read its lines, and hold both sides together. Safe twice."""
    try:
        _run(event.comparison_id)
    except ProviderAway:
        with transaction() as session:
            session.get_one(Comparison, event.comparison_id).error = "provider away"
        raise


def _run(comparison_id: int) -> None:
    since = _since()
    events = payments.catch_up(since)
    while payments.ask_open():
        still_at_work()
    lines = read_lines(since)
    compare()
    theirs = provider.balance()
    with transaction() as session:
        run = session.get_one(Comparison, comparison_id)
        run.events, run.lines, run.ended_at, run.error = events, lines, clock.now(), ""
        run.provider_fen, run.ledger_fen = theirs, ledger.balance("provider")
        audit.record(0, "reconciliation.run", "reconciliation", f"{lines} lines")


def _since() -> datetime:
    """From where the provider is read again: some days before the newest line that is known, or from the first payment."""
    newest = db.session.scalar(select(func.max(BalanceLine.at)))
    first = db.session.scalar(select(func.min(Payment.created_at)))
    db.session.rollback()
    return (newest or first or clock.now()) - OVERLAP
