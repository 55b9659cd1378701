from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Text, exists
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.crypto import Private, Sealed
from marketplace.core.database import Moment
from marketplace.extensions import Model
from marketplace.market.deliveries import labels
from marketplace.market.pledges.models import Pledge

LIFE = Lifecycle(
    "delivery",
    Arrow("dispatch", ("planned",), "dispatched"),
    Arrow("arrive", ("planned", "dispatched"), "arrived"),
    Arrow("hand_over", ("arrived",), "handed_over"),
    Arrow("confirm", ("handed_over",), "confirmed"),
    Arrow("confirm_for", ("handed_over",), "confirmed"),
    Arrow("take_call", ("handed_over",), "confirmed"),
    Arrow("dispute", ("handed_over",), "disputed"),
    Arrow("resolve", ("disputed",), "handed_over"),
    Arrow("send_back", ("planned", "arrived", "disputed"), "returned"),
    Arrow("lose", ("dispatched", "arrived", "disputed"), "lost"),
    Arrow("cancel", ("planned",), "cancelled"),
)
THANKS_LIFE = Lifecycle(
    "thanks",
    Arrow("approve", ("submitted",), "approved"),
    Arrow("decline", ("submitted",), "declined"),
)
WAYS = ("parcel", "drop_off", "charity_run", "volunteer_run", "pick_up", "visit", "at_station")
BY_RUN = ("charity_run", "volunteer_run")
LAST_LEGS = ("household", "worker", "volunteer")


class Delivery(Model):
    """What brings a promise to the door: by way of the town's station, never from the giver to the household.

    One delivery carries one promise of goods or a service, or all gifts of money that bought one need. `ref` stands on
    its label and tells nothing; `last_leg` is how it gets from the station to the household. What a driver has unloaded
    is `unloaded_at` the station, and arrives when a worker takes it in. It is `straight` from the giver unless it lies in
    a charity's store.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    wish_id: Mapped[int] = mapped_column(ForeignKey("wish.id"), index=True)
    household_id: Mapped[int] = mapped_column(index=True)
    place_code: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(index=True)
    giver_id: Mapped[int]
    follow_digest: Mapped[str]
    kind: Mapped[str]
    units: Mapped[int] = mapped_column(BigInteger)
    ref: Mapped[str] = mapped_column(unique=True, index=True, default=labels.new)
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"), index=True)
    shelf: Mapped[str] = mapped_column(default="")
    last_leg: Mapped[str] = mapped_column(default="")
    unloaded_at: Mapped[datetime | None] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(default="planned", index=True)
    way: Mapped[str] = mapped_column(default="")
    tracking: Mapped[Private | None] = mapped_column(Sealed("delivery.tracking"))
    code_digest: Mapped[str] = mapped_column(default="")
    code_wrong: Mapped[int] = mapped_column(default=0)
    proof: Mapped[str] = mapped_column(default="")
    proof_photo: Mapped[str] = mapped_column(default="")
    handed_over_by: Mapped[int] = mapped_column(default=0)
    confirmed_by: Mapped[int] = mapped_column(default=0)
    reason: Mapped[Private | None] = mapped_column(Sealed("delivery.reason"))
    planned_at: Mapped[datetime] = mapped_column(Moment)

    steps: Mapped[list["DeliveryStep"]] = relationship(order_by="DeliveryStep.id")

    __table_args__ = (LIFE.check(), CheckConstraint("units > 0", name="units"),
                      CheckConstraint(f"last_leg IN ('', {', '.join(map(repr, LAST_LEGS))})", name="last_leg"))


_in_store = exists().where(Pledge.delivery_id == Delivery.id, Pledge.source.startswith("stock:")).correlate_except(Pledge)
Delivery.straight = column_property(~_in_store, deferred=True)


class DeliveryStep(Model):
    """When a delivery came to a state: the trail that everybody follows. Never who, never where exactly."""

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    wish_id: Mapped[int] = mapped_column(index=True)
    state: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)


class Thanks(Model):
    """A word of thanks for a delivery; the giver sees it once a worker has approved it."""

    life = THANKS_LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    place_code: Mapped[str]
    author_id: Mapped[int]
    state: Mapped[str] = mapped_column(default="submitted")
    words: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (THANKS_LIFE.check(),)
