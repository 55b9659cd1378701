"""What became of money that was given to a charity without a purpose, for everybody: no word of whose wish it is."""
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from marketplace.extensions import db
from marketplace.market.funds.models import Grant, account
from marketplace.market.wishes.models import Need
from marketplace.money.ledger.models import Account, Booking, Entry

SHOWN = 20
USED = ("grant", "fund_back")


@dataclass(frozen=True)
class Figures:
    """Fen of a fund: received = given + returned + balance. `given` is with wishes; `returned` went back to givers, or
    banks took it. The balance is below zero when they took what was spent."""

    received: int = 0
    given: int = 0
    returned: int = 0

    @property
    def balance(self) -> int:
        return self.received - self.given - self.returned


@dataclass(frozen=True)
class Line:
    """One gift of the fund to a wish: what kind of thing it is for, when, and the wish to look its trail up by."""

    category: str
    wish_id: int
    amount_fen: int
    at: datetime


def figures(organisation_id: int) -> Figures:
    """From the books, in one statement: a booking counts by what caused it, the rest by its direction."""
    kind = case((Booking.kind.in_(USED), "given"), (Entry.amount_fen > 0, "returned"), else_="received")
    rows = db.session.execute(
        select(kind, func.sum(Entry.amount_fen)).join(Account, Account.id == Entry.account_id)
        .join(Booking, Booking.id == Entry.booking_id).where(Account.name == account(organisation_id)).group_by(kind))
    return Figures(**{what: -int(fen) if what == "received" else int(fen) for what, fen in rows})


def lines(organisation_id: int, most: int = SHOWN) -> list[Line]:
    """The latest gifts of the fund to wishes that stand, the newest first."""
    rows = db.session.execute(
        select(Need.category, Grant.wish_id, Grant.amount_fen, Grant.approved_at).join(Need, Need.id == Grant.need_id)
        .where(Grant.organisation_id == organisation_id, Grant.state == "given").order_by(Grant.id.desc()).limit(most))
    return [Line(category, wish_id, fen, at) for category, wish_id, fen, at in rows if at]
