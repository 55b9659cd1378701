"""Households for tests: of each kind the first comes through the registry's import, the others are copies of what it left.

An import is made for a whole city and costs a single household dear; a copy holds row for row what the import would have
left for it (tests/network/registry/test_copies.py).
"""
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from marketplace.core import audit, clock, crypto
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.network.registry import counts
from marketplace.network.registry.changes import Changes
from marketplace.network.registry.events import EligibilityGained
from marketplace.network.registry.loading import pack
from marketplace.network.registry.models import NEVER, Household, HouseholdRecord, Person
from marketplace.people.accounts.rules import normal_phone


@dataclass(frozen=True)
class Left:
    """What the import left of a household, without its numbers."""

    home: dict[str, Any]
    record: dict[str, Any]
    persons: list[dict[str, Any]]


def left(number: int) -> Left:
    """What there is of a household."""
    home, record = db.session.get_one(Household, number), db.session.get_one(HouseholdRecord, number)
    persons = db.session.scalars(select(Person).where(Person.household_id == number).order_by(Person.id))
    return Left({name: getattr(home, name) for name in ("place_code", "town_code", "eligible_until")},
                {"basis": record.basis, "as_of": record.as_of, "facts": json.loads(record.facts.reveal())},
                [{"birth_date": p.birth_date, "counted": p.counted, "facts": json.loads(p.facts.reveal())} for p in persons])


def copy(of: Left, reference: str, people: list[dict], identities: list[dict]) -> int:
    """A household with other names and numbers. Returns its number."""
    with transaction() as session:
        home = Household(**of.home)
        session.add(home)
        session.flush()
        facts = pack({**of.record["facts"], "household_id": reference})
        session.add(HouseholdRecord(household_id=home.id, reference=reference, **{**of.record, "facts": facts}))
        session.add_all(_person(home.id, *member) for member in zip(of.persons, people, identities))
        if home.eligible_until != NEVER:
            announce(EligibilityGained(home.id))
        changes = Changes()
        changes.came(home.id)
        changes.announce()
        session.flush()
        counts.recount(clock.today())
        audit.record(0, "registry.import", f"as_of:{clock.today()}", f"1/{len(people)}")
        return home.id


def _person(household_id: int, of: dict, row: dict, identity: dict) -> Person:
    facts = pack({**of["facts"], **{name: row[name] for name in ("person_id", "household_id", "resident_id")}})
    phone = normal_phone(identity["phone"]) if identity["phone"] else None
    return Person(
        reference=row["person_id"], household_id=household_id, birth_date=of["birth_date"], counted=of["counted"],
        facts=facts, name=identity["name"], phone=phone, phone_index=phone and crypto.index("person.phone", phone),
        resident_id=row["resident_id"], resident_id_index=crypto.index("person.resident_id", row["resident_id"]),
        address=identity["address"])
