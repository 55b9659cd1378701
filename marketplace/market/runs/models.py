from datetime import date, datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.database import Moment
from marketplace.extensions import Model
from marketplace.market.deliveries.models import BY_RUN

LIFE = Lifecycle(
    "run",
    Arrow("load", ("planned",), "loading"),
    Arrow("depart", ("planned", "loading"), "under_way"),
    Arrow("finish", ("under_way",), "done"),
    Arrow("cancel", ("planned", "loading"), "cancelled"),
)
PARCEL_LIFE = Lifecycle(
    "run_parcel",
    Arrow("scan_on", ("waiting",), "on"),
    Arrow("scan_off", ("waiting", "on", "missing", "left"), "off"),
    Arrow("leave", ("waiting",), "left"),
    Arrow("bring_back", ("on",), "back"),
    Arrow("miss", ("on",), "missing"),
    Arrow("find", ("missing",), "found"),
    Arrow("lose", ("missing",), "lost"),
)
CARRIED = ("waiting", "on", "missing")  # a delivery is so on one run at most
AGAIN = ("back", "found")  # it set out once and waits for another run
SCANS = ("on", "off", "closed")
RESULTS = ("accepted", "already", "wrong_run", "wrong_stop", "unknown", "refused")


class Run(Model):
    """One vehicle of a charity on one day: from its start over the stations and back. It knows no household.

    The start is kept as it was. `starts_at`, `ends_at` and the times of stops are minutes of the day; `list_metres` is how
    long the same stops take in the order of the list.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    driver_id: Mapped[int] = mapped_column(default=0, index=True)
    way: Mapped[str] = mapped_column(default="charity_run")
    day: Mapped[date] = mapped_column(index=True)
    starts_at: Mapped[int]
    ends_at: Mapped[int]
    start_name: Mapped[str]
    start_latitude: Mapped[float] = mapped_column(Float)
    start_longitude: Mapped[float] = mapped_column(Float)
    capacity: Mapped[int]
    metres: Mapped[int]
    list_metres: Mapped[int]
    planner: Mapped[str]
    state: Mapped[str] = mapped_column(default="planned", index=True)
    planned_by: Mapped[int]
    planned_at: Mapped[datetime] = mapped_column(Moment)
    departed_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    stops: Mapped[list["RunStop"]] = relationship(order_by="RunStop.position, RunStop.id")
    parcels: Mapped[list["RunParcel"]] = relationship(order_by="RunParcel.id")

    __table_args__ = (
        LIFE.check(),
        CheckConstraint(f"way IN ({', '.join(map(repr, BY_RUN))})", name="way"),
        CheckConstraint("capacity > 0 AND metres >= 0 AND list_metres >= 0", name="measures"),
    )


class RunStop(Model):
    """A station that a run visits, in its order; `at` is the planned minute, 0 where none was found."""

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), index=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"), index=True)
    position: Mapped[int]
    at: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class RunParcel(Model):
    """A delivery on a run, from the plan to the station. Scanned on and never off, it is missing until somebody decides."""

    life = PARCEL_LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), index=True)
    stop_id: Mapped[int] = mapped_column(ForeignKey("run_stop.id"))
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    ref: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    on_at: Mapped[datetime | None] = mapped_column(Moment)
    off_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        PARCEL_LIFE.check(),
        Index("uq_run_parcel_carried", "delivery_id", unique=True,
              sqlite_where=text("state IN ('waiting', 'on', 'missing')"),
              postgresql_where=text("state IN ('waiting', 'on', 'missing')")),
    )


class RunScan(Model):
    """What a phone sent, once by its own number `key`, with the answer that it got. `scanned_at` is the phone's word."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), index=True)
    by_id: Mapped[int]
    kind: Mapped[str]
    ref: Mapped[str] = mapped_column(default="")
    stop_id: Mapped[int] = mapped_column(default=0)
    scanned_at: Mapped[datetime | None] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment)
    result: Mapped[str]

    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(map(repr, SCANS))})", name="kind"),
        CheckConstraint(f"result IN ({', '.join(map(repr, RESULTS))})", name="result"),
    )
