"""The books: integer fen, double entry, append-only. Every booking adds up to zero, which the database checks."""
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, update

from marketplace.core import clock
from marketplace.core.transaction import inserting, transaction
from marketplace.extensions import db
from marketplace.money.ledger.models import Account, Booking, Entry
from marketplace.money.ledger.rules import Overdrawn, Unbalanced, kind, overdrawn


@dataclass(frozen=True)
class Verdict:
    """What a check of the books found; `wrong` names accounts and bookings that do not add up."""

    bookings: int
    entries: int
    wrong: list[str]


def book(cause: str, moves: Mapping[str, int], reverses: int | None = None) -> bool:
    """Change accounts (name → fen) in the open transaction, once per `cause`; whether it did.

    Raises Unbalanced when the changes are none or do not add up to zero, Overdrawn when a purpose would be left with
    less than nothing.
    """
    changes = {name: amount for name, amount in sorted(moves.items()) if amount}
    if not changes or sum(changes.values()) != 0:
        raise Unbalanced(cause)
    with transaction() as session:
        booking_id = _claim(cause, reverses)
        if booking_id is None:
            return False
        for name, amount in changes.items():  # one order for all, so that two bookings never wait in a ring
            session.add(Entry(booking_id=booking_id, account_id=_change(name, amount), amount_fen=amount))
        session.flush()
    return True


def move(source: str, target: str, amount_fen: int, cause: str) -> bool:
    """Book `amount_fen` off `source` and onto `target`, once per `cause`; whether it did. Raises Overdrawn."""
    return book(cause, {source: -amount_fen, target: amount_fen})


def reverse(cause: str, because: str) -> bool:
    """Undo the booking of `cause` by one with all signs turned, once; whether it did. Raises NoResultFound."""
    with transaction() as session:
        wrong = session.scalars(select(Booking).where(Booking.cause == cause)).one()
        entries = session.execute(select(Account.name, Entry.amount_fen).join(Entry, Entry.account_id == Account.id)
                                  .where(Entry.booking_id == wrong.id))
        return book(because, {name: -amount for name, amount in entries}, wrong.id)


def balance(name: str) -> int:
    """Fen on an account; 0 for one that nothing was booked to."""
    return db.session.scalar(select(Account.balance_fen).where(Account.name == name)) or 0


def held(name: str) -> int:
    """Fen held for a purpose ("wish:17", "campaign:5", "fund:3" …)."""
    return -balance(name)


def borne(purpose: str, fund: str, amount_fen: int) -> dict[str, int]:
    """Changes that take `amount_fen` off a purpose as far as it is still there, and for the rest off a charity's fund.

    For money that somebody outside has taken already, spent or not. The other side of the booking is the caller's.
    """
    there = max(0, min(amount_fen, held(purpose)))
    changes = {purpose: there}
    changes[fund] = changes.get(fund, 0) + amount_fen - there
    return changes


def verify() -> Verdict:
    """Compare every kept balance with its entries, every booking with zero, and the whole with zero."""
    entries = db.session.execute(select(Entry.account_id, func.sum(Entry.amount_fen)).group_by(Entry.account_id))
    sums = {number: fen for number, fen in entries}
    wrong = [a.name for a in db.session.scalars(select(Account)) if a.balance_fen != sums.get(a.id, 0)]
    total = func.coalesce(func.sum(Entry.amount_fen), 0)
    wrong += [f"booking {number}" for number in db.session.scalars(
        select(Booking.id).outerjoin(Entry, Entry.booking_id == Booking.id).group_by(Booking.id)
        .having((total != 0) | (func.count(Entry.id) == 0) | (func.max(Booking.open_fen) != 0)))]
    if db.session.scalar(select(func.coalesce(func.sum(Account.balance_fen), 0))) != 0:
        wrong.append("sum of all accounts")
    count = select(func.count())
    return Verdict(db.session.scalar(count.select_from(Booking)) or 0, db.session.scalar(count.select_from(Entry)) or 0,
                   wrong)


def _claim(cause: str, reverses: int | None) -> int | None:
    """The number of a new booking of `cause`; None when there is one. Of two at once the second waits for the first."""
    statement = inserting(Booking).values(
        at=clock.now(), booked_on=clock.today(), cause=cause, kind=cause.partition(":")[0], reverses_id=reverses, open_fen=0)
    return db.session.scalar(statement.on_conflict_do_nothing().returning(Booking.id))


def _change(name: str, amount_fen: int) -> int:
    """Add to the balance of an account, which is opened when it is new; its number. Raises Overdrawn."""
    change = update(Account).where(Account.name == name).values(balance_fen=Account.balance_fen + amount_fen).returning(
        Account.id, Account.balance_fen).execution_options(synchronize_session=False)
    found = db.session.execute(change).first()
    if found is None:
        db.session.execute(inserting(Account).values(name=name, kind=kind(name), currency="CNY", balance_fen=0)
                           .on_conflict_do_nothing())
        found = db.session.execute(change).one()
    if overdrawn(name, found.balance_fen) and amount_fen > 0:
        raise Overdrawn(name, amount_fen - found.balance_fen)
    return found.id
