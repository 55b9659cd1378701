from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.crypto import Private, Sealed
from marketplace.core.database import Moment
from marketplace.extensions import Model

LIFE = Lifecycle(
    "appointment",
    Arrow("confirm", ("proposed",), "confirmed"),
    Arrow("turn_down", ("proposed",), "cancelled"),
    Arrow("release", ("proposed", "confirmed"), "open"),
    Arrow("take", ("open",), "proposed"),
    Arrow("step_back", ("confirmed",), "proposed"),
    Arrow("give_up", ("open", "proposed", "confirmed"), "cancelled"),
    Arrow("start", ("confirmed",), "present"),
    Arrow("finish", ("present",), "served"),
    Arrow("close", ("present",), "served"),
    Arrow("correct", ("served",), "served"),
    Arrow("write_down", ("confirmed",), "served"),
    Arrow("miss", ("confirmed",), "missed"),
)
COMING = ("proposed", "confirmed", "open")
VENUES = ("home", "station")
SECONDS = ("guardian", "worker", "volunteer")
NOTES = ("release", "late", "turn_down", "give_up", "miss", "close", "correct")
PRESENT = "state = 'present'"


class Appointment(Model):
    """When a volunteer comes for a service that was promised: on one day, at home or at the town's station.

    `user_id` is who comes: the giver of the promise, or who took the time over. Where a minor may be met (`for_minor`, as it
    was when somebody last acted on it) there is a second adult, by name before it is confirmed, and seen by a worker before
    it begins. Times are kept, never positions: `minutes` are those that count between coming and going.
    `confirmed_by` is who agreed the time last; the household has known of it since.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"), index=True)
    household_id: Mapped[int] = mapped_column(index=True)
    place_code: Mapped[str] = mapped_column(index=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    category: Mapped[str]
    for_minor: Mapped[bool]
    user_id: Mapped[int] = mapped_column(index=True)
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer.id"))
    state: Mapped[str] = mapped_column(default="proposed", index=True)
    starts_at: Mapped[datetime] = mapped_column(Moment, index=True)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    venue: Mapped[str]
    second: Mapped[str] = mapped_column(default="")
    second_id: Mapped[int] = mapped_column(default=0)
    confirmed_by: Mapped[int] = mapped_column(default=0)
    seen_by: Mapped[int] = mapped_column(default=0)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    minutes: Mapped[int] = mapped_column(default=0)
    late: Mapped[bool] = mapped_column(default=False)
    released_at: Mapped[datetime | None] = mapped_column(Moment)
    released_by: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        LIFE.check(),
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint("started_at <= ended_at", name="served_times"),
        CheckConstraint("minutes >= 0 AND minutes % 15 = 0", name="minutes"),
        CheckConstraint(f"venue IN ({', '.join(map(repr, VENUES))})", name="venue"),
        CheckConstraint(f"second IN ('', {', '.join(map(repr, SECONDS))})", name="second"),
        CheckConstraint("second_id = 0 OR second_id <> user_id", name="two_people"),
        CheckConstraint("NOT for_minor OR state NOT IN ('confirmed', 'present', 'served') OR second <> ''", name="guarded"),
        CheckConstraint("NOT for_minor OR state NOT IN ('present', 'served') OR seen_at IS NOT NULL", name="seen"),
        CheckConstraint("state NOT IN ('present', 'served') OR started_at IS NOT NULL", name="started"),
        CheckConstraint("state <> 'served' OR ended_at IS NOT NULL", name="ended"),
        Index("uq_appointment_present", "user_id", unique=True, sqlite_where=text(PRESENT),
              postgresql_where=text(PRESENT)),
    )


class AppointmentAsk(Model):
    """That a volunteer was asked whether to take a time over. Whoever was not asked sees nothing of it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"), index=True)
    user_id: Mapped[int] = mapped_column(index=True)
    asked_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("uq_appointment_ask_once", "appointment_id", "volunteer_id", unique=True),)


class AppointmentNote(Model):
    """Why somebody could not come, what happened when nobody came, why times were corrected; in somebody's words."""

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    kind: Mapped[str]
    by_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    words: Mapped[Private] = mapped_column(Sealed("appointment_note.words"))

    __table_args__ = (CheckConstraint(f"kind IN ({', '.join(map(repr, NOTES))})", name="kind"),)
