from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, synonym

from marketplace.core.crypto import Private, Sealed
from marketplace.extensions import Model, db

NEVER = date(1970, 1, 1)


class Household(Model):
    """What the rest of the house may know of a household: where it is, and until when it is eligible.

    `eligible_until` is written by the registry alone; NEVER stands for "not eligible".
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = synonym("id")  # the name under which rules look for the household of a subject
    place_code: Mapped[str]
    town_code: Mapped[str] = mapped_column(index=True)
    eligible_until: Mapped[date] = mapped_column(default=NEVER, index=True)

    __table_args__ = (db.Index("ix_household_place_code", "place_code"),)


class HouseholdRecord(Model):
    """The registry's facts of a household (columns of the schema, as JSON), sealed; personal."""

    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    facts: Mapped[Private] = mapped_column(Sealed("household_record.facts"))
    basis: Mapped[str] = mapped_column(default="")
    as_of: Mapped[date]


class Person(Model):
    """A member of a household, with identity and facts sealed; personal."""

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    birth_date: Mapped[date]
    counted: Mapped[bool]
    facts: Mapped[Private] = mapped_column(Sealed("person.facts"))
    name: Mapped[Private | None] = mapped_column(Sealed("person.name"))
    phone: Mapped[Private | None] = mapped_column(Sealed("person.phone"))
    phone_index: Mapped[bytes | None] = mapped_column(index=True)
    resident_id: Mapped[Private | None] = mapped_column(Sealed("person.resident_id"))
    resident_id_index: Mapped[bytes | None] = mapped_column(index=True)
    address: Mapped[Private | None] = mapped_column(Sealed("person.address"))


class KindCount(Model):
    """How many eligible households of a kind (by the age band of a member) live in a town or district.

    Kept by the import, so that a page shows a town only where enough of them live (numbers, no persons).
    """

    place_code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    households: Mapped[int]

    __table_args__ = (CheckConstraint("households >= 0", name="households"),)


class HouseholdCard(Model):
    """The secret on a household's paper card; a new card makes the old one worthless."""

    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), primary_key=True)
    secret: Mapped[Private] = mapped_column(Sealed("household_card.secret"))
    secret_index: Mapped[bytes] = mapped_column(unique=True)
