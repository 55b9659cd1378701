"""Scoped reads of the registry. Every look at personal data is written down."""
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, or_, select

from marketplace.core import audit, clock, crypto
from marketplace.core.errors import Invalid
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.network.registry.counts import years_before
from marketplace.network.registry.eligibility import ADULT, age, band
from marketplace.network.registry.loading import unpack
from marketplace.network.registry.models import Household, HouseholdRecord, Person
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import demand, narrow
from marketplace.people.accounts.rules import normal_phone

PHONE = "person.phone"


@dataclass(frozen=True)
class Member:
    """A member as the desk, or the household itself, sees it."""

    person: Person
    name: str
    age: int
    band: str
    relation: str
    minor: bool


@dataclass(frozen=True)
class Look:
    """One look at a household's data: when, by whom, and what for."""

    at: datetime
    name: str
    role: str
    purpose: str


def one(user, household_id: int) -> Household:
    """The household, if the user may read it; otherwise NoResultFound, as if it did not exist."""
    return db.session.scalars(narrow(user, "household.read", select(Household), Household)
                              .where(Household.id == household_id)).one()


def members(user, household: Household, purpose: str) -> list[Member]:
    """The counted members with their names; the look is recorded with its purpose. Raises NotAllowed."""
    with transaction() as session:
        demand(user, "household.read", household)
        audit.record(user.id, "household.read", f"household:{household.id}", purpose)
        people = session.scalars(select(Person).where(Person.household_id == household.id, Person.counted)
                                 .order_by(Person.id)).all()
    return [_member(p) for p in people]


def _member(person: Person) -> Member:
    years = age(person.birth_date, clock.today())
    return Member(person, person.name.reveal() if person.name else "—", years, band(person.birth_date, clock.today()),
                  unpack(person.facts.reveal()).get("relation", ""), years < ADULT)


def eligible_households(user, page: int, size: int = 30, town: str = "") -> Sequence[tuple[Household, int]]:
    """Eligible households of the user's area with how many members each has."""
    counted = select(func.count()).where(Person.household_id == Household.id, Person.counted).scalar_subquery()
    statement = narrow(user, "household.read", select(Household, counted), Household).where(
        Household.eligible_until >= clock.today(), Household.place_code.startswith(town))
    return db.session.execute(statement.order_by(Household.place_code, Household.id)
                              .limit(size).offset(page * size)).all()


def find(user, number: str) -> Household | None:
    """The household, among those the user may read, of a counted member with this phone or identity number."""
    typed = "".join(number.split()).upper()
    known_by = [Person.resident_id_index.in_(crypto.indexes("person.resident_id", typed))]
    with suppress(Invalid):  # no phone number: then it is an identity number, or nobody's
        known_by.append(Person.phone_index.in_(crypto.indexes("person.phone", normal_phone(typed))))
    return db.session.scalars(
        narrow(user, "household.read", select(Household), Household).join(Person, Person.household_id == Household.id)
        .where(or_(*known_by), Person.counted).order_by(Household.eligible_until.desc(), Household.id)).first()


def size(household: Household) -> int:
    """How many members are counted; no look at who they are."""
    return db.session.scalar(select(func.count()).where(Person.household_id == household.id, Person.counted)) or 0


def minor_lives_in(household_id) -> ColumnElement[bool]:
    """Whether a counted member of the household is under age today; a number or a column. No look at who that is."""
    return exists().where(Person.household_id == household_id, Person.counted,
                          Person.birth_date > years_before(clock.today(), ADULT))


def as_of(household: Household) -> date:
    """The day of the registry's record."""
    return db.session.scalars(select(HouseholdRecord.as_of).where(
        HouseholdRecord.household_id == household.id)).one()


def looks(household_id: int, limit: int = 20) -> list[Look]:
    """Who looked at a household's data lately, newest first; a household may see this of itself."""
    found = db.session.execute(
        select(audit.AuditEntry, User).outerjoin(User, User.id == audit.AuditEntry.actor_id)
        .where(audit.AuditEntry.subject == f"household:{household_id}",
               audit.AuditEntry.capability == "household.read")
        .order_by(audit.AuditEntry.id.desc()).limit(limit))
    return [Look(entry.at, user.display_name if user else "", user.role if user else "administrator", entry.reason)
            for entry, user in found]


def homes_of_phone(number: str) -> Sequence[int]:
    """The households of which a counted member has this phone (+E.164), without a look at who that is."""
    return db.session.scalars(select(Person.household_id).where(
        Person.phone_index.in_(crypto.indexes(PHONE, number)), Person.counted).distinct()).all()
