from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Moment
from marketplace.extensions import Model


class Account(Model):
    """Where money can be: "provider", "wish:<number>", "giver:<number>" … `balance_fen` is kept with the entries."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    balance_fen: Mapped[int] = mapped_column(BigInteger, default=0)


class Entry(Model):
    """Money that moved from one account to another: both sides in one row, so it sums to zero by construction.

    Append-only; a correction is a new entry the other way. `cause` is unique, so nothing is booked twice.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    source_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    cause: Mapped[str] = mapped_column(unique=True)

    __table_args__ = (CheckConstraint("amount_fen > 0 AND source_id <> target_id", name="moves"),)
