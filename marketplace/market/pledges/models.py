from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.crypto import Private, Sealed
from marketplace.core.database import Moment
from marketplace.extensions import Model

LIFE = Lifecycle(
    "pledge",
    Arrow("commit", ("reserved",), "committed"),
    Arrow("deliver", ("committed",), "delivering"),
    Arrow("fulfil", ("delivering",), "fulfilled"),
    Arrow("expire", ("reserved",), "expired"),
    Arrow("cancel", ("committed", "reserved", "late"), "cancelled"),
    Arrow("fail", ("delivering",), "failed"),
    Arrow("revive", ("expired", "cancelled"), "committed"),
    Arrow("come_late", ("expired", "cancelled"), "late"),
    Arrow("place", ("late",), "committed"),
    Arrow("give_on", ("committed", "late"), "moved"),
    Arrow("lose", ("reserved", "committed", "late"), "failed"),
    Arrow("refund", ("cancelled", "expired", "failed", "reserved", "committed", "late", "moved"), "refunded"),
)
HOLDING = ("reserved", "committed")  # a part of a need that nothing is on its way for yet
IF_ENDED = ("refund", "reroute", "fund")


class Pledge(Model):
    """A giver's promise of `units` of a need (fen for money): one model for money, goods and services.

    `giver_id` is 0 for a guest, who proves the gift by the secret link whose digest is `follow_digest`, and for money that
    a charity had already: then `source` is the account of the ledger that it comes from, "campaign:5", and goes back to; of
    goods in store it is the reservation, "stock:7". `offer_id` is the offer that a match made it of.
    Money that came for what had closed is "late": its giver may choose what becomes of it until `choose_until`, then
    `if_ended` does.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    wish_id: Mapped[int] = mapped_column(ForeignKey("wish.id"), index=True)
    household_id: Mapped[int] = mapped_column(index=True)
    place_code: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(index=True)
    giver_id: Mapped[int] = mapped_column(index=True)
    follow_digest: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    units: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(default="")
    offer_id: Mapped[int | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="reserved")
    lapses_at: Mapped[datetime] = mapped_column(Moment, index=True)
    if_ended: Mapped[str] = mapped_column(default="refund")
    created_at: Mapped[datetime] = mapped_column(Moment)
    committed_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_why: Mapped[str] = mapped_column(default="")
    choose_until: Mapped[datetime | None] = mapped_column(Moment)
    delivery_id: Mapped[int | None] = mapped_column(index=True)

    __table_args__ = (
        LIFE.check(),
        CheckConstraint("units > 0", name="units"),
        CheckConstraint(f"if_ended IN ({', '.join(map(repr, IF_ENDED))})", name="if_ended"),
    )


class PledgeContact(Model):
    """Who gives, and how to reach them; personal. The secret link is kept sealed, to send it again."""

    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"), primary_key=True)
    name: Mapped[Private | None] = mapped_column(Sealed("pledge_contact.name"))
    phone: Mapped[Private | None] = mapped_column(Sealed("pledge_contact.phone"))
    mail: Mapped[Private | None] = mapped_column(Sealed("pledge_contact.mail"))
    secret: Mapped[Private] = mapped_column(Sealed("pledge_contact.secret"))
    language: Mapped[str] = mapped_column(default="zh")
