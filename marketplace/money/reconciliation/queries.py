"""What the comparison found, for those who answer for the whole city."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.money.ledger.models import Account, Entry
from marketplace.money.payments.models import Dispute, Payment
from marketplace.money.reconciliation.models import Agreement, BalanceLine, Comparison, Difference
from marketplace.people.accounts.permissions import may, narrow

DAYS = 31
PAGE = 50


@dataclass(frozen=True)
class Day:
    """One day in the city: what the provider's lines add up to, and what the books say about the same lines, in fen."""

    on: date
    lines: int
    provider_fen: int
    ledger_fen: int
    open: int

    @property
    def differs_fen(self) -> int:
        return self.provider_fen - self.ledger_fen


def days(user, before: date | None = None) -> list[Day]:
    """The newest days before `before` on which the provider moved money, in three statements; for whom may read them."""
    if not _may(user):
        return []
    per_day = select(BalanceLine.on, func.count(), func.sum(BalanceLine.net_fen)).group_by(BalanceLine.on).order_by(
        BalanceLine.on.desc()).limit(DAYS)
    found = db.session.execute(per_day.where(BalanceLine.on < before) if before else per_day).all()
    wanted = [on for on, _lines, _net in found]
    booked = dict(_pairs(select(BalanceLine.on, func.sum(Entry.amount_fen)).join(
        Agreement, Agreement.line_id == BalanceLine.id).join(Entry, Entry.booking_id == Agreement.booking_id).join(
        Account, Account.id == Entry.account_id).where(Account.name == "provider", BalanceLine.on.in_(wanted))
        .group_by(BalanceLine.on)))
    open_ = dict(_pairs(select(Difference.on, func.count()).where(Difference.state == "open", Difference.on.in_(wanted))
                        .group_by(Difference.on)))
    return [Day(on, lines, net, booked.get(on, 0), open_.get(on, 0)) for on, lines, net in found]


def _may(user) -> bool:
    return may(user, "reconciliation.read", Difference)


def _pairs(statement) -> list[tuple]:
    return [tuple(row) for row in db.session.execute(statement)]


def differences(user, state: str, after: str = "") -> Page:
    """Differences in a state, the oldest first; only for those who may read them."""
    statement = narrow(user, "reconciliation.read", select(Difference), Difference).where(Difference.state == state)
    return page(statement, Order((Difference.on, Difference.id), (False, False)), PAGE, after,
                lambda row: (row[0].on, row[0].id))


def difference(user, number: int) -> Difference:
    """One of them, for whom may resolve it; otherwise NoResultFound."""
    return db.session.scalars(narrow(user, "difference.resolve", select(Difference), Difference)
                              .where(Difference.id == number)).one()


def counts(user) -> dict[str, int]:
    """How many differences are in which state; for whom may read them."""
    return dict(_pairs(narrow(user, "reconciliation.read", select(Difference.state, func.count()), Difference)
                       .group_by(Difference.state)))


def last(user) -> Comparison | None:
    """The newest comparison, finished or not; for whom may read it."""
    if not _may(user):
        return None
    return db.session.scalars(select(Comparison).order_by(Comparison.id.desc()).limit(1)).first()


def disputes(user) -> Sequence[tuple[Dispute, Payment]]:
    """What givers' banks ask back and have not decided, the most pressing first; for whom may read the comparison."""
    if not _may(user):
        return []
    return [(dispute, payment) for dispute, payment in db.session.execute(
        select(Dispute, Payment).join(Payment, Payment.id == Dispute.payment_id).where(Dispute.state == "open")
        .order_by(Dispute.answer_by.is_(None), Dispute.answer_by, Dispute.opened_at))]
