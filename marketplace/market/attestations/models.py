import json
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.crypto import Private, Sealed
from marketplace.core.database import Moment
from marketplace.extensions import Model

LIFE = Lifecycle(
    "attestation",
    Arrow("issue", ("asked",), "issued"),
    Arrow("decline", ("asked",), "declined"),
    Arrow("take_back", ("asked",), "dropped"),
    Arrow("replace", ("issued",), "replaced"),
    Arrow("revoke", ("issued",), "revoked"),
)
NUMBERED = ("issued", "replaced", "revoked")
OPEN = "state = 'asked'"


class Attestation(Model):
    """A certificate of voluntary service (志愿服务记录证明), from the volunteer's asking to the charity's word.

    From its issue on everything here may be shown to whoever knows the number, and stays as it was: `hours` and the
    `minutes` beside them, `visits` (services that are not counted in time), by category in `lines`; `services` is how many
    there were.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    giver_id: Mapped[int] = mapped_column(index=True)
    giver: Mapped[str] = mapped_column(default="")
    first_on: Mapped[date]
    last_on: Mapped[date]
    state: Mapped[str] = mapped_column(default="asked", index=True)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    organisation: Mapped[str] = mapped_column(default="")
    credit_code: Mapped[str] = mapped_column(default="")
    hours: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(default=0)
    visits: Mapped[int] = mapped_column(default=0)
    services: Mapped[int] = mapped_column(default=0)
    lines: Mapped[str] = mapped_column(Text, default="[]")
    issued_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("attestation.id"))
    digest: Mapped[str | None] = mapped_column(unique=True)

    __table_args__ = (
        LIFE.check(),
        CheckConstraint("first_on <= last_on", name="days"),
        CheckConstraint("state IN ('asked', 'declined', 'dropped') OR (number IS NOT NULL AND digest IS NOT NULL "
                        "AND services > 0)", name="issued"),
        CheckConstraint("(state = 'replaced') = (replaced_by_id IS NOT NULL)", name="replaced"),
        Index("uq_attestation_asked", "giver_id", "organisation_id", unique=True, sqlite_where=text(OPEN),
              postgresql_where=text(OPEN)),
    )

    @property
    def contents(self) -> list[tuple[str, int, int, int]]:
        """What was done: category, hours, visits, and minutes beside the hours; those issued earlier have none."""
        return [(category, hours, visits, *(more or (0,))) for category, hours, visits, *more in json.loads(self.lines)]

    @property
    def in_force(self) -> bool:
        return self.state == "issued"


class AttestationHolder(Model):
    """Whose name stands on it; personal. No number of an ID card is kept: whoever reads the paper looks at the card."""

    attestation_id: Mapped[int] = mapped_column(ForeignKey("attestation.id"), primary_key=True, autoincrement=False)
    name: Mapped[Private] = mapped_column(Sealed("attestation_holder.name"))


class AttestedService(Model):
    """What somebody did for a promise and a certificate in force counts: nothing is counted by two of them."""

    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"), primary_key=True, autoincrement=False)
    giver_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    attestation_id: Mapped[int] = mapped_column(ForeignKey("attestation.id"), index=True)
