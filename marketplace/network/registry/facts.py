"""What the registry knows of some households, unsealed into arrays for as long as a block is worked."""
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.json
from sqlalchemy import select

from marketplace.catalogue.block import Block
from marketplace.catalogue.contract import Breaches
from marketplace.catalogue.explain import table_of
from marketplace.catalogue.flow import block_of, empty
from marketplace.catalogue.model import Catalogue
from marketplace.catalogue.reading import Part
from marketplace.extensions import db
from marketplace.network.registry.models import Household, HouseholdRecord, Person

KINDS = {"str": pa.string(), "int": pa.int64(), "bool": pa.bool_(), "date": pa.string()}


@dataclass(frozen=True)
class Facts:
    """Households and their members by their numbers here; `home[i]` is the row of the household of person `i`."""

    households: np.ndarray
    towns: list[str]
    persons: np.ndarray
    home: np.ndarray
    of_households: bytes
    of_persons: bytes

    def block(self, catalogue: Catalogue) -> Block:
        """The facts as the arrays that a catalogue works on. Raises Breached when they do not fit its columns."""
        part = Part(_table(self.of_households, catalogue, "household"), _table(self.of_persons, catalogue, "person"),
                    self.home, self.households, self.persons)
        breaches = Breaches()
        found = block_of(catalogue, part, breaches)
        breaches.refuse()
        return found


def load(household_ids: Sequence[int]) -> Facts:
    """The facts of those of the households that exist, in the order of their numbers."""
    homes = db.session.execute(
        select(Household.id, Household.town_code, HouseholdRecord.facts)
        .join(HouseholdRecord, HouseholdRecord.household_id == Household.id)
        .where(Household.id.in_(household_ids)).order_by(Household.id)).all()
    found = [h.id for h in homes]
    people = db.session.execute(
        select(Person.id, Person.household_id, Person.facts).where(Person.household_id.in_(found))
        .order_by(Person.household_id, Person.id)).all()
    numbers = np.array(found, dtype=np.int64)
    home = np.searchsorted(numbers, np.array([p.household_id for p in people], dtype=np.int64)).astype(np.int32)
    return Facts(numbers, [h.town_code for h in homes], np.array([p.id for p in people], dtype=np.int64), home,
                 _lines(h.facts for h in homes), _lines(p.facts for p in people))


def people(catalogue: Catalogue, rows: Sequence[Mapping]) -> Block:
    """Rows of the person file as a block of their own, for what needs no household. Raises Breached."""
    breaches = Breaches()
    none, numbers = np.zeros(0, dtype=np.int64), np.arange(len(rows))
    persons = table_of(catalogue, "person", rows)
    part = Part(empty(catalogue, "household"), persons, np.zeros(len(rows), dtype=np.int32), none, numbers)
    found = block_of(catalogue, part, breaches)
    breaches.refuse()
    return found


def _lines(facts) -> bytes:
    return "\n".join(sealed.reveal() for sealed in facts).encode()


def _table(lines: bytes, catalogue: Catalogue, level: str) -> pa.Table:
    """JSON lines as a table of the catalogue's columns; what a line does not name is null."""
    schema = pa.schema([(c.name, KINDS[c.kind]) for c in catalogue.columns[level]])
    if not lines:
        return schema.empty_table()
    return pa.json.read_json(
        io.BytesIO(lines), pa.json.ReadOptions(use_threads=False, block_size=len(lines) + 1),
        pa.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"))
