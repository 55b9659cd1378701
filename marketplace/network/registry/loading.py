"""Rows of the registry's files into tables, in blocks. Runs inside the import's transaction."""
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from marketplace.core import clock, crypto
from marketplace.core.outbox import announce
from marketplace.extensions import db
from marketplace.network.registry import eligibility, facts, redeciding, rulebook
from marketplace.network.registry.changes import Changes
from marketplace.network.registry.contract import batches
from marketplace.network.registry.events import EligibilityGained, EligibilityLost
from marketplace.network.registry.models import NEVER, Household, HouseholdRecord, Person
from marketplace.people.accounts.rules import normal_phone

BLOCK = 500


@dataclass
class Outcome:
    """How much an import did."""

    households: int = 0
    persons: int = 0
    gained: int = 0
    lost: int = 0


def load(households: Path, persons: Path, identities: Path | None, as_of: date) -> Outcome:
    """Upsert all rows, then decide the eligibility of every household among them."""
    outcome, touched, changes = Outcome(), list[int](), Changes()
    for block in _blocks(households, "household"):
        touched += _households(block, as_of, changes)
        outcome.households += len(block)
    for block in _blocks(persons, "person"):
        _persons(block, as_of, changes)
        outcome.persons += len(block)
    if identities:
        for block in _blocks(identities, "identity"):
            _identities(block)
    for start in range(0, len(touched), BLOCK):
        _decide(touched[start : start + BLOCK], as_of, outcome)
    left = sorted(changes.facts.keys() - set(touched))  # households outside the files that a member left
    for start in range(0, len(left), BLOCK):
        redeciding.decide(left[start : start + BLOCK])
    changes.announce()
    return outcome


def _blocks(path: Path, level: str) -> Iterator[list[dict]]:
    for rows in batches(path, level):
        rest = iter(rows)
        while block := list(islice(rest, BLOCK)):
            yield block


def pack(row: dict) -> str:
    """A row's facts as JSON; dates as ISO text, nulls left out."""
    return json.dumps({k: v.isoformat() if isinstance(v, date) else v for k, v in row.items() if v is not None},
                      ensure_ascii=False, separators=(",", ":"))


def unpack(facts: str) -> dict:
    """What `pack` kept, with dates as dates again (columns that end in _date, _since or _start)."""
    return {k: date.fromisoformat(v) if isinstance(v, str) and k.endswith(("_date", "_since", "_start")) else v
            for k, v in json.loads(facts).items()}


def _known(column, references: Iterable[str], value) -> dict[str, int]:
    rows = db.session.execute(select(column, value).where(column.in_(list(references))))
    return {reference: number for reference, number in rows}


def _households(block: list[dict], as_of: date, changes: Changes) -> list[int]:
    """Add or replace households. Returns their numbers."""
    known = {r.reference: r for r in db.session.execute(
        select(HouseholdRecord.reference, HouseholdRecord.household_id, HouseholdRecord.facts)
        .where(HouseholdRecord.reference.in_([r["household_id"] for r in block])))}
    new = [r for r in block if r["household_id"] not in known]
    homes = [{"place_code": r["village_code"], "town_code": r["town_code"], "eligible_until": NEVER} for r in new]
    numbers = list(db.session.scalars(insert(Household).returning(Household.id, sort_by_parameter_order=True),
                                      homes)) if homes else []
    records = [{"household_id": n, "reference": r["household_id"], "facts": pack(r), "basis": "", "as_of": as_of}
               for n, r in zip(numbers, new)]
    if records:
        db.session.execute(insert(HouseholdRecord), records)
    for number in numbers:
        changes.came(number)
    old = [(known[r["household_id"]], r, pack(r)) for r in block if r["household_id"] in known]
    for record, _row, packed in old:
        changes.packed(record.household_id, "household", record.facts.reveal(), packed)
    _bulk(Household, "id", [{"key": record.household_id, "place_code": r["village_code"], "town_code": r["town_code"]}
                            for record, r, _packed in old])
    _bulk(HouseholdRecord, "household_id", [{"key": record.household_id, "facts": packed, "as_of": as_of}
                                            for record, _row, packed in old])
    return [*numbers, *(record.household_id for record in known.values())]


def _persons(block: list[dict], as_of: date, changes: Changes) -> None:
    """Add or replace persons."""
    homes = _known(HouseholdRecord.reference, {r["household_id"] for r in block}, HouseholdRecord.household_id)
    known = {p.reference: p for p in db.session.execute(
        select(Person.id, Person.reference, Person.household_id, Person.facts)
        .where(Person.reference.in_([r["person_id"] for r in block])))}
    counted = eligibility.counted(rulebook.current(), facts.people(rulebook.current(), block), as_of).tolist()
    new, old = [], []
    for r, counts in zip(block, counted):
        person = known.get(r["person_id"])
        row = {"reference": r["person_id"], "household_id": homes[r["household_id"]], "birth_date": r["birth_date"],
               "counted": counts, "facts": pack(r), "resident_id": r["resident_id"],
               "resident_id_index": _index("person.resident_id", r["resident_id"])}
        _note_person(changes, person, row)
        if person is None:
            new.append(row)
        else:
            old.append({"key": person.id, **row})
    if new:
        db.session.execute(insert(Person), new)
    _bulk(Person, "id", old)


def _note_person(changes: Changes, person: Any, row: dict) -> None:
    """What a row of the person file changes; `person` is what was known, or None."""
    if person is None or person.household_id != row["household_id"]:
        changes.came(row["household_id"])
    if person is not None:
        if person.household_id != row["household_id"]:
            changes.came(person.household_id)
        changes.packed(row["household_id"], "person", person.facts.reveal(), row["facts"])


def _identities(block: list[dict]) -> None:
    known = _known(Person.reference, (r["person_id"] for r in block), Person.id)
    rows = []
    for r in block:
        phone = normal_phone(r["phone"]) if r["phone"] else None
        rows.append({"key": known[r["person_id"]], "name": r["name"], "phone": phone,
                     "phone_index": _index("person.phone", phone), "address": r["address"]})
    _bulk(Person, "id", rows)


def _decide(numbers: list[int], as_of: date, outcome: Outcome) -> None:
    catalogue, known = rulebook.current(), facts.load(numbers)
    decisions = eligibility.decide(catalogue, known.block(catalogue), as_of, clock.today())
    before = dict(db.session.execute(select(Household.id, Household.eligible_until).where(Household.id.in_(numbers))).all())
    homes, records = [], []
    for number, decision in zip(known.households.tolist(), decisions):
        until = decision.until or NEVER
        homes.append({"key": number, "eligible_until": until})
        records.append({"key": number, "basis": decision.basis})
        _announce_change(number, before[number], until, outcome)
    _bulk(Household, "id", homes)
    _bulk(HouseholdRecord, "household_id", records)


def _announce_change(number: int, before: date, until: date, outcome: Outcome) -> None:
    if before == NEVER and until != NEVER:
        announce(EligibilityGained(number))
        outcome.gained += 1
    elif before != NEVER and until == NEVER:
        announce(EligibilityLost(number))
        outcome.lost += 1


def _bulk(model, key: str, rows: list[dict]) -> None:
    if rows:
        names = [name for name in rows[0] if name not in ("key", "reference")]
        statement = (update(model.__table__).where(model.__table__.c[key] == bindparam("key_"))
                     .values({name: bindparam(f"{name}_") for name in names}))
        db.session.connection().execute(
            statement, [{"key_": r["key"], **{f"{n}_": r[n] for n in names}} for r in rows])


def _index(field: str, value: str | None) -> bytes | None:
    return crypto.index(field, value) if value else None
