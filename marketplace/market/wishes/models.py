from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.crypto import Private, Sealed
from marketplace.core.database import Moment
from marketplace.extensions import Model, db

LIFE = Lifecycle(
    "wish",
    Arrow("submit", ("draft", "returned"), "submitted"),
    Arrow("publish", ("submitted",), "published"),
    Arrow("return", ("submitted",), "returned"),
    Arrow("reject", ("submitted",), "rejected"),
    Arrow("withdraw", ("draft", "returned", "submitted", "published"), "withdrawn"),
    Arrow("expire", ("published",), "expired"),
    Arrow("close", ("published",), "closed"),
)
KINDS = ("goods", "service", "money")
URGENCIES = ("normal", "soon", "urgent")


class Wish(Model):
    """What one member of a household asks for. Everything here but the place may be shown to the public once
    published; the household's own words stand in WishOrigin. Public pages list wishes through `public.visible` alone.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="draft")
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    author_id: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(default=0, index=True)
    place_code: Mapped[str] = mapped_column(index=True)
    town_code: Mapped[str]
    title: Mapped[str]
    alias: Mapped[str] = mapped_column(default="")
    age_band: Mapped[str]
    story: Mapped[str] = mapped_column(Text, default="")
    urgency: Mapped[int] = mapped_column(default=0)
    consent_id: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    closes_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    needs: Mapped[list["Need"]] = relationship(back_populates="wish", order_by="Need.id")
    photos: Mapped[list["WishPhoto"]] = relationship(order_by="WishPhoto.id")
    origin: Mapped["WishOrigin"] = relationship(back_populates="wish")

    __table_args__ = (
        LIFE.check(),
        CheckConstraint("urgency BETWEEN 0 AND 2", name="urgency"),
        db.Index("ix_wish_newest", "state", "published_at", "id"),
        db.Index("ix_wish_urgent", "state", "urgency", "published_at", "id"),
    )


class WishOrigin(Model):
    """The part of a wish that no stranger sees: whose it is, in which words, and why somebody else wrote it."""

    wish_id: Mapped[int] = mapped_column(ForeignKey("wish.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    words: Mapped[Private] = mapped_column(Sealed("wish_origin.words"))
    on_behalf: Mapped[Private | None] = mapped_column(Sealed("wish_origin.on_behalf"))
    verdict: Mapped[Private | None] = mapped_column(Sealed("wish_origin.verdict"))

    wish: Mapped[Wish] = relationship(back_populates="origin")


class Need(Model):
    """One thing a wish asks for, in whole units (fen for money). What is pledged and received is fenced here.

    `item_code` is what it is on the list of goods, "" for what the list has not; `size` one of its sizes, "" for any.
    A divisible need may come in parts and from several givers when things from store are matched to it.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    wish_id: Mapped[int] = mapped_column(ForeignKey("wish.id"), index=True)
    kind: Mapped[str]
    category: Mapped[str] = mapped_column(default="", index=True)
    item: Mapped[str]
    unit: Mapped[str] = mapped_column(default="")
    wanted: Mapped[int]
    pledged: Mapped[int] = mapped_column(default=0)
    received: Mapped[int] = mapped_column(default=0)
    price_fen: Mapped[int] = mapped_column(default=0)
    item_code: Mapped[str] = mapped_column(default="", index=True)
    size: Mapped[str] = mapped_column(default="")
    divisible: Mapped[bool] = mapped_column(default=False)

    wish: Mapped[Wish] = relationship(back_populates="needs")

    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(map(repr, KINDS))})", name="kind"),
        CheckConstraint("0 <= received AND received <= pledged AND pledged <= wanted AND wanted > 0",
                        name="quantities"),
        CheckConstraint("price_fen >= 0", name="price"),
    )

    @property
    def left(self) -> int:
        return self.wanted - self.pledged

    @property
    def worth_fen(self) -> int:
        """What all of it costs."""
        return self.wanted if self.kind == "money" else self.wanted * self.price_fen


class WishPhoto(Model):
    """A re-encoded picture of the thing wished for; public only after a worker has looked at it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    wish_id: Mapped[int] = mapped_column(ForeignKey("wish.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    width: Mapped[int]
    height: Mapped[int]
    reviewed: Mapped[bool] = mapped_column(default=False)


class Consent(Model):
    """A person's yes to publication, in a stated version; ends the moment it is withdrawn."""

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    place_code: Mapped[str]
    version: Mapped[str]
    by_guardian: Mapped[bool] = mapped_column(default=False)
    given_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[int]
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class ConsentGiver(Model):
    """Who said yes, and for a minor the guardian's name; personal."""

    consent_id: Mapped[int] = mapped_column(ForeignKey("consent.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    guardian: Mapped[Private | None] = mapped_column(Sealed("consent_giver.guardian"))


class WishText(Model):
    """The searchable text of a published wish: folded, as pairs in order and as single characters."""

    wish_id: Mapped[int] = mapped_column(ForeignKey("wish.id"), primary_key=True)
    folded: Mapped[str] = mapped_column(Text)
    pairs: Mapped[str] = mapped_column(Text)
    singles: Mapped[str] = mapped_column(Text)
