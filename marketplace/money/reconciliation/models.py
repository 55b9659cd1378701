from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core import places
from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.database import Moment
from marketplace.extensions import Model

LIFE = Lifecycle(
    "difference",
    Arrow("resolve", ("open",), "resolved"),
    Arrow("reopen", ("resolved",), "open"),
)
KINDS = ("not_in_books", "amount", "not_at_provider", "refund_failed", "unknown_event")


class BalanceLine(Model):
    """One transaction of the provider's balance, as the provider tells it; amounts in fen, `net_fen` after its fee.

    `on` is the day in the city; `intent_id` the provider's number of the payment it is about. `agreed` when the books say
    the same about it.
    """

    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    source: Mapped[str]
    intent_id: Mapped[str] = mapped_column(default="")
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    fee_fen: Mapped[int] = mapped_column(BigInteger)
    net_fen: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    on: Mapped[date] = mapped_column(index=True)
    agreed: Mapped[bool] = mapped_column(default=False, index=True)

    __table_args__ = (CheckConstraint("net_fen = amount_fen - fee_fen", name="net"),)


class Agreement(Model):
    """A booking on the provider's account, and the line of the provider that it is about."""

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    line_id: Mapped[str] = mapped_column(ForeignKey("balance_line.id"), index=True)


class Difference(Model):
    """Something that the provider and the books do not say alike. Shown until a person has resolved it, also when it is
    gone by then (`gone_at`); it opens again when the amounts change.
    """

    life = LIFE
    place_code = places.CITY  # the city's, of no smaller area

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    on: Mapped[date]
    provider_fen: Mapped[int] = mapped_column(BigInteger)
    ledger_fen: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(default="open", index=True)
    found_at: Mapped[datetime] = mapped_column(Moment)
    gone_at: Mapped[datetime | None] = mapped_column(Moment)
    resolved_at: Mapped[datetime | None] = mapped_column(Moment)
    resolved_by: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        LIFE.check(), UniqueConstraint("kind", "subject"),
        CheckConstraint(f"kind IN ({', '.join(map(repr, KINDS))})", name="kind"),
    )


class Comparison(Model):
    """One run that compared the provider with the books. `ended_at` is empty while it works, or when it broke off."""

    place_code = places.CITY

    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    events: Mapped[int] = mapped_column(default=0)
    lines: Mapped[int] = mapped_column(default=0)
    provider_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    ledger_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    error: Mapped[str] = mapped_column(default="")
