from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.crypto import Private, Sealed
from marketplace.core.database import Moment
from marketplace.extensions import Model

LIFE = Lifecycle(
    "volunteer",
    Arrow("approve", ("applied",), "approved"),
    Arrow("decline", ("applied",), "declined"),
    Arrow("pause", ("approved",), "paused"),
    Arrow("resume", ("paused",), "approved"),
    Arrow("end", ("applied", "approved", "paused"), "ended"),
    Arrow("leave", ("applied", "approved", "paused"), "ended"),
)
LIVING = "state IN ('applied', 'approved', 'paused')"
CHECKS = ("identity", "police", "guardianship", "health", "first_aid", "driving")


class Volunteer(Model):
    """Somebody who helps with a charity: from the asking to the end. One person may help with several charities.

    `decided_by` is who moved it last.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[str] = mapped_column(default="applied", index=True)
    name: Mapped[Private] = mapped_column(Sealed("volunteer.name"))
    with_children: Mapped[bool] = mapped_column(default=False)
    applied_at: Mapped[datetime] = mapped_column(Moment)
    decided_by: Mapped[int] = mapped_column(default=0)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(default="")

    skills: Mapped[list["VolunteerSkill"]] = relationship(order_by="VolunteerSkill.skill", cascade="all, delete-orphan")
    areas: Mapped[list["VolunteerArea"]] = relationship(order_by="VolunteerArea.area_code", cascade="all, delete-orphan")
    times: Mapped[list["VolunteerTime"]] = relationship(
        order_by="(VolunteerTime.weekday, VolunteerTime.first_minute)", cascade="all, delete-orphan")

    __table_args__ = (
        LIFE.check(),
        Index("uq_volunteer_living", "user_id", "organisation_id", unique=True, sqlite_where=text(LIVING),
              postgresql_where=text(LIVING)),
    )


class VolunteerSkill(Model):
    """What somebody can do: a category of services, or one of the other skills."""

    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"), primary_key=True)
    skill: Mapped[str] = mapped_column(primary_key=True, index=True)


class VolunteerArea(Model):
    """Where somebody helps: a division code, and all below it."""

    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"), primary_key=True)
    area_code: Mapped[str] = mapped_column(primary_key=True)


class VolunteerTime(Model):
    """When somebody has time each week: 1 is Monday; minutes of the day in the city."""

    id: Mapped[int] = mapped_column(primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"), index=True)
    weekday: Mapped[int]
    first_minute: Mapped[int]
    last_minute: Mapped[int]

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint("0 <= first_minute AND first_minute < last_minute AND last_minute <= 1440", name="minutes"),
    )


class VolunteerCheck(Model):
    """A paper that somebody of the charity has seen, or a training that was passed; never one's own to record.

    Without `valid_until` it holds as long as the person helps. Nothing is deleted: a wrong one is taken back.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"), index=True)
    user_id: Mapped[int]
    organisation_id: Mapped[int]
    kind: Mapped[str]
    issued_on: Mapped[date]
    valid_until: Mapped[date | None] = mapped_column(index=True)
    number: Mapped[Private | None] = mapped_column(Sealed("volunteer_check.number"))
    checked_by: Mapped[int]
    checked_at: Mapped[datetime] = mapped_column(Moment)
    taken_back_by: Mapped[int] = mapped_column(default=0)
    taken_back_at: Mapped[datetime | None] = mapped_column(Moment)
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(map(repr, CHECKS))})", name="kind"),
        CheckConstraint("valid_until IS NULL OR issued_on <= valid_until", name="days"),
        CheckConstraint("checked_by <> user_id", name="two_people"),
    )
