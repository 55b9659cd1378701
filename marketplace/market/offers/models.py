"""What somebody would give before there is a wish for it: goods, services, money for a kind of need."""
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.crypto import Private, Sealed
from marketplace.core.database import Moment
from marketplace.extensions import Model
from marketplace.market.wishes.models import KINDS

LIFE = Lifecycle(
    "offer",
    Arrow("accept", ("offered",), "accepted"),
    Arrow("decline", ("offered",), "declined"),
    Arrow("withdraw", ("offered", "accepted"), "withdrawn"),
    Arrow("end", ("accepted",), "ended"),
    Arrow("expire", ("offered", "accepted"), "expired"),
    Arrow("go_on", ("ended",), "accepted"),
)


class Offer(Model):
    """Units of a thing, visits or hours of a service, or fen, that a giver offers to a charity until a day.

    What the giver asks for: an area (a division code, the city for anywhere), age bands (codes with commas between, "" for
    anybody), and whether each use is asked about first. `taken` went into a store, `promised` goes to households straight
    from the giver; `surplus` of the units came beyond what was offered. `giver_id` is 0 for a company whose offer a clerk
    wrote down; its link proves it.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    giver_id: Mapped[int] = mapped_column(index=True)
    follow_digest: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    category: Mapped[str]
    item_code: Mapped[str] = mapped_column(default="")
    size: Mapped[str] = mapped_column(default="")
    condition: Mapped[str] = mapped_column(default="")
    units: Mapped[int] = mapped_column(BigInteger)
    taken: Mapped[int] = mapped_column(BigInteger, default=0)
    promised: Mapped[int] = mapped_column(BigInteger, default=0)
    surplus: Mapped[int] = mapped_column(BigInteger, default=0)
    hours: Mapped[int] = mapped_column(default=0)
    weekdays: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(Text, default="")
    area_code: Mapped[str]
    age_bands: Mapped[str] = mapped_column(default="")
    asks_giver: Mapped[bool] = mapped_column(default=False)
    to_store: Mapped[bool] = mapped_column(default=True)
    ends_on: Mapped[date]
    state: Mapped[str] = mapped_column(default="offered", index=True)
    reason: Mapped[str] = mapped_column(default="")
    offered_at: Mapped[datetime] = mapped_column(Moment)
    decided_by: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        LIFE.check(),
        CheckConstraint(f"kind IN ({', '.join(map(repr, KINDS))})", name="kind"),
        CheckConstraint("taken >= 0 AND promised >= 0 AND taken + promised <= units AND units > 0", name="units"),
    )

    @property
    def left(self) -> int:
        return self.units - self.taken - self.promised


class OfferContact(Model):
    """Who offers, and how to reach them; personal. The secret link is kept sealed, to send it again."""

    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), primary_key=True)
    name: Mapped[Private | None] = mapped_column(Sealed("offer_contact.name"))
    phone: Mapped[Private | None] = mapped_column(Sealed("offer_contact.phone"))
    mail: Mapped[Private | None] = mapped_column(Sealed("offer_contact.mail"))
    secret: Mapped[Private] = mapped_column(Sealed("offer_contact.secret"))
    language: Mapped[str] = mapped_column(default="zh")
