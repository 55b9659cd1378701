from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.crypto import Private, Sealed
from marketplace.core.database import Moment
from marketplace.extensions import Model

LIFE = Lifecycle(
    "company_team",
    Arrow("approve", ("asked",), "approved"),
    Arrow("decline", ("asked",), "declined"),
    Arrow("ask_again", ("declined",), "asked"),
    Arrow("hide", ("approved",), "hidden"),
    Arrow("end", ("asked", "declined", "approved", "hidden"), "ended"),
)
KINDS = ("company", "school", "club")
IN_IT = "left_on IS NULL"


class Team(Model):
    """People of one company, school or club who give and serve together, under a name that a charity has confirmed.

    `organisation_id` is the charity that is asked whether the name may be used; `basis` how it came to know. Nothing of it
    is public before. What the team has done together is kept nowhere: it is added up from receipts when somebody looks.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    english: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(index=True)
    founder_id: Mapped[int] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="asked", index=True)
    founded_at: Mapped[datetime] = mapped_column(Moment)
    basis: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[int] = mapped_column(default=0)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        LIFE.check(),
        CheckConstraint(f"kind IN ({', '.join(map(repr, KINDS))})", name="kind"),
        CheckConstraint("decided_by <> founder_id OR decided_by = 0", name="two_people"),
        Index("uq_team_name", "name", unique=True, sqlite_where=text("state IN ('asked', 'approved')"),
              postgresql_where=text("state IN ('asked', 'approved')")),
    )


class TeamSecret(Model):
    """What only the founder and the charity know; personal. By the link whose digest this is, people join."""

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True, autoincrement=False)
    contact: Mapped[Private] = mapped_column(Sealed("team_secret.contact"))
    link: Mapped[Private | None] = mapped_column(Sealed("team_secret.link"))
    digest: Mapped[str | None] = mapped_column(unique=True)


class TeamMember(Model):
    """Somebody's time in a team: what was given from the first day on, and before the last, counts for it.

    `shown_as` is the name under which the member wants to be seen on the team's page; empty for most.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    user_id: Mapped[int] = mapped_column(index=True)
    shown_as: Mapped[str] = mapped_column(default="")
    joined_on: Mapped[date]
    left_on: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("left_on IS NULL OR joined_on <= left_on", name="days"),
        Index("uq_team_member_in_it", "user_id", unique=True, sqlite_where=text(IN_IT), postgresql_where=text(IN_IT)),
    )
