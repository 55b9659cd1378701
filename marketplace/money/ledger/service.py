"""The books: integer fen, double entry, append-only."""
from dataclasses import dataclass

from sqlalchemy import func, select, update

from marketplace.core import clock
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.money.ledger.models import Account, Entry


@dataclass(frozen=True)
class Verdict:
    """What a check of the books found: accounts whose kept balance differs from their entries."""

    entries: int
    wrong: list[str]


def book(source: str, target: str, amount_fen: int, cause: str) -> bool:
    """Move `amount_fen` from one account to another in the open transaction, once per `cause`; whether it did."""
    with transaction() as session:
        if session.scalar(select(Entry.id).where(Entry.cause == cause)):
            return False
        first, second = sorted((source, target))  # one order for all, so that two bookings never wait in a ring
        numbers = {first: _account(first), second: _account(second)}
        for name in (first, second):
            change = -amount_fen if name == source else amount_fen
            session.execute(update(Account).where(Account.id == numbers[name])
                            .values(balance_fen=Account.balance_fen + change)
                            .execution_options(synchronize_session=False))
        session.add(Entry(at=clock.now(), source_id=numbers[source], target_id=numbers[target],
                          amount_fen=amount_fen, cause=cause))
        session.flush()
    return True


def balance(name: str) -> int:
    """Fen on an account; 0 for one that nothing was booked to."""
    return db.session.scalar(select(Account.balance_fen).where(Account.name == name)) or 0


def verify() -> Verdict:
    """Compare every kept balance with the sum of its entries."""
    def side(column):
        return dict(db.session.execute(select(column, func.sum(Entry.amount_fen)).group_by(column)).all())

    gained, given = side(Entry.target_id), side(Entry.source_id)
    wrong = [a.name for a in db.session.scalars(select(Account))
             if a.balance_fen != gained.get(a.id, 0) - given.get(a.id, 0)]
    if db.session.scalar(select(func.coalesce(func.sum(Account.balance_fen), 0))) != 0:
        wrong.append("sum of all accounts")
    return Verdict(db.session.scalar(select(func.count()).select_from(Entry)) or 0, wrong)


def _account(name: str) -> int:
    number = db.session.scalar(select(Account.id).where(Account.name == name))
    if number is None:
        account = Account(name=name)
        db.session.add(account)
        db.session.flush()
        number = account.id
    return number
