"""What charities hold for households: stores, batches, and the ledger of every movement."""
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.crypto import Private, Sealed
from marketplace.core.database import Moment
from marketplace.extensions import Model

STORE_LIFE = Lifecycle(
    "store",
    Arrow("close", ("open",), "closed"),
    Arrow("reopen", ("closed",), "open"),
)
RESERVATION_LIFE = Lifecycle(
    "reservation",
    Arrow("release", ("held",), "released"),
    Arrow("load", ("held",), "on_way"),
    Arrow("give", ("on_way",), "given"),
    Arrow("come_back", ("given",), "on_way"),
    Arrow("take_back", ("on_way", "given"), "returned"),
    Arrow("lose", ("on_way", "given"), "lost"),
)
CONDITIONS = ("new", "good", "worn", "damaged")


class Store(Model):
    """A charity's store of goods; where it stands is public, as the office of the charity is."""

    life = STORE_LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    english: Mapped[str] = mapped_column(default="")
    place_code: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float]
    longitude: Mapped[float]
    state: Mapped[str] = mapped_column(default="open")
    opened_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        STORE_LIFE.check(),
        CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="coordinates"),
    )


class Batch(Model):
    """Things of one kind, size and condition that came together. `ref` stands on its labels.

    `source` says where it came from ("offer:5", "purchase:12", "made:3" from batch 3, …); `note` is what the storekeeper
    wrote, never about a person. `checked_by` looked at used electrical things, and found them safe.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    item_code: Mapped[str] = mapped_column(index=True)
    size: Mapped[str] = mapped_column(default="")
    condition: Mapped[str] = mapped_column(default="new")
    expires_on: Mapped[date | None]
    price_fen: Mapped[int] = mapped_column(default=0)
    source: Mapped[str] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(default="")
    checked_by: Mapped[Private | None] = mapped_column(Sealed("batch.checked_by"))
    checked_on: Mapped[date | None]
    received_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint(f"condition IN ({', '.join(map(repr, CONDITIONS))})", name="condition"),
        CheckConstraint("price_fen >= 0", name="price"),
    )


class Holding(Model):
    """How many units of a batch are at a place ("store:3", "way:7", "household"), kept by the database from the movements.

    At a source ("offer:5") it is what came from there, below zero, so that all places of a batch together are zero.
    `reserved` of the units in a store are spoken for.
    """

    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(default=0, index=True)
    units: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    outside: Mapped[bool] = mapped_column(default=False)

    batch: Mapped[Batch] = relationship(viewonly=True)

    __table_args__ = (
        CheckConstraint("(outside AND units <= 0 AND reserved = 0) OR (NOT outside AND 0 <= reserved AND reserved <= units)",
                        name="units"),
    )

    @property
    def free(self) -> int:
        return self.units - self.reserved


class Movement(Model):
    """Units of a batch went from one place to another. Append-only; the database moves the holdings with it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    from_place: Mapped[str]
    to_place: Mapped[str]
    units: Mapped[int]
    cause: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment, index=True)

    __table_args__ = (
        CheckConstraint("units > 0", name="units"),
        CheckConstraint("from_place <> to_place", name="two_places"),
    )


class Reservation(Model):
    """Units of a batch in a store that one promise alone may use, until they are with the household, or back."""

    life = RESERVATION_LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    units: Mapped[int]
    cause: Mapped[str] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="held", index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)

    batch: Mapped[Batch] = relationship(viewonly=True)

    __table_args__ = (RESERVATION_LIFE.check(), CheckConstraint("units > 0", name="units"))


class StockCount(Model):
    """Somebody counted a store, or some of its batches."""

    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    by_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(default="")

    lines: Mapped[list["StockCountLine"]] = relationship(order_by="StockCountLine.batch_id")


class StockCountLine(Model):
    """What the ledger said of a batch, and what was there."""

    count_id: Mapped[int] = mapped_column(ForeignKey("stock_count.id"), primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    expected: Mapped[int]
    counted: Mapped[int]


class Kit(Model):
    """Things that a charity gives together ("winter parcel"). A made kit is a batch with the item code "kit:ID"."""

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    english: Mapped[str] = mapped_column(default="")
    category: Mapped[str]

    parts: Mapped[list["KitPart"]] = relationship(order_by="KitPart.id")

    __table_args__ = (Index("uq_kit_name", "organisation_id", "name", unique=True),)


class KitPart(Model):
    """One thing of a kit; `size` is "" when any will do."""

    id: Mapped[int] = mapped_column(primary_key=True)
    kit_id: Mapped[int] = mapped_column(ForeignKey("kit.id"), index=True)
    item_code: Mapped[str]
    size: Mapped[str] = mapped_column(default="")
    units: Mapped[int]

    __table_args__ = (CheckConstraint("units > 0", name="units"),)
