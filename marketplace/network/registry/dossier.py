"""All that the registry knows of one household, as rows of the schema. Every opening is written down."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from marketplace.core import audit
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.network.registry.loading import unpack
from marketplace.network.registry.models import Household, HouseholdRecord, Person
from marketplace.people.accounts.permissions import demand

COMMAND_LINE = 0  # who looks when nobody is signed in


@dataclass(frozen=True)
class Dossier:
    """Facts by the names of the schema, of the day `as_of`; members in the order in which they came, all of them.

    `names` are the members' by their reference; `numbers` their references by their number here.
    """

    home: Household
    as_of: date
    household: Mapping[str, Any]
    members: tuple[Mapping[str, Any], ...]
    names: Mapping[str, str]
    numbers: Mapping[int, str]


def opened(user, home: Household, purpose: str) -> Dossier:
    """What is known of a household; the look is recorded with its purpose. Raises NotAllowed."""
    with transaction():
        demand(user, "household.read", home)
        return _opened(user.id, home, purpose)


def at_the_command_line(reference: str, purpose: str) -> Dossier:
    """The same by the registry's own reference, for whoever runs the house. Raises NoResultFound."""
    with transaction() as session:
        home = session.scalars(select(Household).join(HouseholdRecord, HouseholdRecord.household_id == Household.id)
                               .where(HouseholdRecord.reference == reference)).one()
        return _opened(COMMAND_LINE, home, purpose)


def _opened(actor_id: int, home: Household, purpose: str) -> Dossier:
    audit.record(actor_id, "household.read", f"household:{home.id}", purpose)
    record = db.session.get_one(HouseholdRecord, home.id)
    people = db.session.scalars(select(Person).where(Person.household_id == home.id).order_by(Person.id)).all()
    return Dossier(
        home=home, as_of=record.as_of, household=unpack(record.facts.reveal()),
        members=tuple(unpack(person.facts.reveal()) for person in people),
        names={person.reference: person.name.reveal() for person in people if person.name},
        numbers={person.id: person.reference for person in people})
