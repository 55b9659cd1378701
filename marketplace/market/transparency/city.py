"""The city's money in public: what came in, what became of it, month by month. From the books, no second book."""
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.money.ledger.models import WHOSE, Account, Booking, Entry

AT_HAND = ("provider", "bank", "cash", "receivable")
BORNE = ("fees", "disputes")
PARTS = {"payment": "received", "match_fund": "received", "refund": "given_back", "refund_failed": "given_back",
         "fee": "fees", "dispute": "taken"}
AMONG_US = ("payout",)  # between the payment service and the bank


@dataclass(frozen=True)
class Money:
    """Fen of a time: what came in, went back, was spent, was kept by the payment service, was taken back by banks."""

    received: int = 0
    given_back: int = 0
    spent: int = 0
    fees: int = 0
    taken: int = 0

    @property
    def left(self) -> int:
        return self.received - self.given_back - self.spent - self.fees - self.taken


@dataclass(frozen=True)
class City:
    """Everything since the first gift. `balances` says by kind of account where money is, and (below zero) whose it is."""

    all: Money
    months: list[tuple[date, Money]]
    balances: dict[str, int] = field(default_factory=dict)

    @property
    def at_hand(self) -> int:
        """Fen that are with the payment service, in banks and at counters."""
        return sum(self.balances.get(kind, 0) for kind in AT_HAND)

    @property
    def held(self) -> dict[str, int]:
        """Whose the money is, in fen by kind of purpose."""
        return {kind: -self.balances[kind] for kind in WHOSE if self.balances.get(kind)}

    @property
    def borne(self) -> dict[str, int]:
        """What is off that already, in fen below zero, and the charities' own funds answer for."""
        return {kind: -self.balances[kind] for kind in BORNE if self.balances.get(kind)}

    @property
    def adds_up(self) -> bool:
        """Whether what came in, less what went out, is what is there; and all of it is somebody's."""
        return self.all.left == self.at_hand and sum(self.balances.values()) == 0


def money() -> City:
    """The city's money, in two statements whatever the number of gifts."""
    by_month: dict[date, Counter[str]] = {}
    for on, name, fen in _parts():
        by_month.setdefault(on.replace(day=1), Counter())[name] += fen
    total: Counter[str] = Counter()
    for part in by_month.values():
        for name, fen in part.items():
            total[name] += fen
    balances = {kind: fen for kind, fen in db.session.execute(
        select(Account.kind, func.sum(Account.balance_fen)).group_by(Account.kind))}
    return City(Money(**total), [(month, Money(**by_month[month])) for month in sorted(by_month, reverse=True)], balances)


def _parts() -> Iterator[tuple[date, str, int]]:
    """By day: what changes each part of Money. Whatever leaves the bank and is nothing else is spent."""
    rows = db.session.execute(
        select(Booking.booked_on, Booking.kind, func.sum(Entry.amount_fen)).join(Entry, Entry.booking_id == Booking.id)
        .join(Account, Account.id == Entry.account_id).where(Account.kind.in_(AT_HAND), Booking.kind.not_in(AMONG_US))
        .group_by(Booking.booked_on, Booking.kind))
    for on, kind, fen in rows:
        name = PARTS.get(kind, "spent")
        yield on, name, fen if name == "received" else -fen
