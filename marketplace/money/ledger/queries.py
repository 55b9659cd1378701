"""The books for those who audit them: accounts, and every booking with all its entries."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.money.ledger.models import WHERE, Account, Booking, Entry
from marketplace.people.accounts.permissions import narrow

PAGE = 50


@dataclass(frozen=True)
class Sum:
    """All accounts of a kind together: how many, and how many fen."""

    kind: str
    accounts: int
    fen: int

    @property
    def tells_where(self) -> bool:
        """Whether it says where money is, and not whose."""
        return self.kind in WHERE


def sums(user) -> list[Sum]:
    """What the accounts of each kind add up to; all of it together is zero. Nothing for whom may not read the books."""
    rows = db.session.execute(narrow(user, "ledger.read", select(
        Account.kind, func.count(), func.sum(Account.balance_fen)), Account).group_by(Account.kind))
    return [Sum(*row) for row in sorted(rows, key=lambda row: row[0])]


def accounts(user, kind: str, after: str = "") -> Page:
    """The accounts of a kind, those that hold the most first."""
    size = func.abs(Account.balance_fen)
    found = narrow(user, "ledger.read", select(Account), Account).where(Account.kind == kind)
    return page(found, Order((size, Account.id), (True, True)), PAGE, after,
                lambda row: (abs(row[0].balance_fen), row[0].id))


def account(user, number: int) -> Account:
    """The account of this number, for whom may read the books; otherwise NoResultFound."""
    return db.session.scalars(narrow(user, "ledger.read", select(Account), Account).where(Account.id == number)).one()


def bookings(account: Account, after: str = "") -> Page:
    """The bookings that touch an account, the newest first; `entries` gives what stands in them."""
    touching = select(Booking, Entry.amount_fen).join(Entry, Entry.booking_id == Booking.id).where(
        Entry.account_id == account.id)
    return page(touching, Order((Booking.id,), (True,)), PAGE, after, lambda row: (row[0].id,))


def entries(numbers: Sequence[int]) -> dict[int, list[tuple[Account, int]]]:
    """For bookings: the accounts in them, and what each changed by, in fen."""
    found: dict[int, list[tuple[Account, int]]] = {}
    for number, account, amount in db.session.execute(
            select(Entry.booking_id, Account, Entry.amount_fen).join(Account, Account.id == Entry.account_id)
            .where(Entry.booking_id.in_(numbers)).order_by(Entry.id)):
        found.setdefault(number, []).append((account, amount))
    return found
