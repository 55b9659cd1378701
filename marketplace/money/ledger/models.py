from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core import places
from marketplace.core.database import Moment
from marketplace.extensions import Model

WHERE = ("provider", "bank", "cash", "receivable", "disputes", "fees")
WHOSE = ("wish", "campaign", "fund", "match", "refunds", "unassigned")


class Account(Model):
    """Where money is (`kind` in WHERE, above zero) or whose it is (WHOSE, below zero): "provider", "bank:3", "wish:17" …

    The part behind the colon numbers an organisation, a wish, a campaign, a match. `balance_fen` is kept with the entries;
    all balances together are zero.
    """

    place_code = places.CITY  # the books are the whole city's

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(index=True)
    currency: Mapped[str] = mapped_column(default="CNY")
    balance_fen: Mapped[int] = mapped_column(BigInteger, default=0)

    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(map(repr, WHERE + WHOSE))})", name="kind"),
        CheckConstraint("currency = 'CNY'", name="currency"),
    )


class Zero(Model):
    """One row that holds nothing but 0. What every booking adds up to refers to it when the transaction commits."""

    __tablename__ = "ledger_zero"

    fen: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)

    __table_args__ = ({"info": {"constant": True}},)


class Booking(Model):
    """One movement of money and what caused it. Append-only; a correction is a booking that reverses another.

    `open_fen` is added up by the database from the entries, and must be 0 at the commit. `cause` is unique, so that
    nothing is booked twice; `kind` is the part of it before the colon. `booked_on` is the day in the city.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    booked_on: Mapped[date] = mapped_column(index=True)
    cause: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(index=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), unique=True)
    open_fen: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("ledger_zero.fen", deferrable=True, initially="DEFERRED"), default=0)

    entries: Mapped[list["Entry"]] = relationship(order_by="Entry.id", viewonly=True)


class Entry(Model):
    """What a booking changes on one account, in fen. Append-only."""

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (CheckConstraint("amount_fen <> 0", name="amount"),)
