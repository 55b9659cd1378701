"""What a campaign owes the public: reports by their days, and the account of its end."""
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.database import Moment
from marketplace.extensions import Model, db

DISCLOSURES = ("quarterly", "final")
SETTLEMENT_LIFE = Lifecycle(
    "settlement",
    Arrow("approve", ("asked",), "approved"),
    Arrow("return", ("asked",), "returned"),
    Arrow("ask", ("returned",), "asked"),
)
ADDS_UP = "received_fen = used_fen + cost_fen + returned_fen + surplus_fen + balance_fen"


class Figures:
    """What came and went until a moment, in fen, from the ledger: received = used + cost + returned + surplus + balance."""

    received_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    used_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    cost_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    returned_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    surplus_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    balance_fen: Mapped[int] = mapped_column(BigInteger, default=0)


class Disclosure(Figures, Model):
    """A report that the law asks for by `due_on`; public from the moment it is published, with the figures of then."""

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    place_code: Mapped[str]
    kind: Mapped[str]
    due_on: Mapped[date] = mapped_column(index=True)
    reminded_on: Mapped[date | None]
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    published_by: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(map(repr, DISCLOSURES))})", name="kind"),
        CheckConstraint(ADDS_UP, name="adds_up"),
        db.UniqueConstraint("campaign_id", "kind", "due_on"),
    )


class Settlement(Figures, Model):
    """The account of a closed campaign: what is left (`asked_fen` when it was asked) goes to `target`, as its surplus
    rule says, once an officer has approved it; the figures are those of that moment."""

    life = SETTLEMENT_LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    place_code: Mapped[str]
    state: Mapped[str] = mapped_column(default="asked", index=True)
    asked_fen: Mapped[int] = mapped_column(BigInteger)
    target: Mapped[str]
    words: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int]
    asked_at: Mapped[datetime] = mapped_column(Moment)
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    verdict: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        SETTLEMENT_LIFE.check(),
        CheckConstraint("asked_fen >= 0", name="asked"),
        CheckConstraint(ADDS_UP, name="adds_up"),
    )
