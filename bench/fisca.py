"""OpenFisca-Core over the same blocks: only the evaluator differs, reading, encoding and writing are the same code.

It is given enumerations as small codes, days as whole numbers and money in 64 bits (its own integers are of 32). As it
comes it has its own builder and its own look-up of parameters by key, which goes through a Python list of rows; in its best
form it is given the membership, and parameter tables that are laid out once.
"""
from datetime import date
from functools import cache, lru_cache, partial
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
from openfisca_core import periods
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from bench import rules
from marketplace.catalogue import days, kernels
from marketplace.catalogue.block import Block
from marketplace.catalogue.flow import LEVELS, Results
from marketplace.catalogue.model import Catalogue, Table
from marketplace.catalogue.screening import KEYS

TYPES = {"int": (int, np.int64), "bool": (bool, np.bool_), "date": (int, np.int32), "str": (int, np.uint8)}
LEAST = -(2 ** 53)  # below every number of the catalogue


class Fisca:
    """The catalogue as an OpenFisca system, for one day; as it comes, or `best`."""

    def __init__(self, catalogue: Catalogue, as_of: date, best: bool):
        self.catalogue, self.best, self.period = catalogue, best, periods.period(f"day:{as_of.isoformat()}")
        household = build_entity("household", "households", "", roles=[{"key": "member"}])
        person = build_entity("person", "persons", "", is_person=True)
        self.entities = {"household": household, "person": person}
        self.system = TaxBenefitSystem([household, person])
        self.system.parameters = ParameterNode("", data={name: _node(t) for name, t in catalogue.tables.items()})
        self.names = _words(catalogue, best)
        self.inputs = self._declare()

    @classmethod
    @cache
    def of(cls, catalogue: Catalogue, as_of: date, best: bool) -> "Fisca":
        """The system of a catalogue, made once."""
        return cls(catalogue, as_of, best)

    def _declare(self) -> list[tuple[str, str, bool]]:
        """Every variable; gives (column, level, nullable) of those that come from the files."""
        inputs = []
        for level in LEVELS:
            for column in self.catalogue.columns[level]:
                if column.kind == "str" and not column.values:
                    continue  # keys and places: no policy and no derived value asks for them
                name = f"{level[0]}.{column.name}"
                inputs.append((name, level, column.nullable))
                self._add(rules.variable(name), level, column.kind)
                if column.nullable:
                    self._add(f"{rules.variable(name)}_null", level, "bool")
        for name, (level, kind, source) in rules.formulas(self.catalogue).items():
            self._add(name, level, kind, source)
        return inputs

    def _add(self, name: str, level: str, kind: str, source: str = "") -> None:
        stored, dtype = TYPES[kind]
        parts: dict[str, Any] = {"value_type": stored, "entity": self.entities[level], "definition_period": DateUnit.DAY,
                                 "label": name}
        if source:
            written = dict(self.names)
            exec(compile(source, f"<{name}>", "exec"), written)
            parts["formula"] = written["formula"]
        self.system.add_variable(type(name, (Variable,), parts))
        self.system.variables[name].dtype = dtype

    def simulation(self, block: Block) -> Simulation:
        """A simulation with the facts of a block."""
        found = self._joined(block) if self.best else self._built(block)
        for name, level, nullable in self.inputs:
            column = block.columns[name]
            found.set_input(rules.variable(name), self.period, column.values)
            if nullable:
                nulls = column.nulls if column.nulls is not None else np.zeros(found.populations[level].count, dtype=bool)
                found.set_input(f"{rules.variable(name)}_null", self.period, nulls)
        return found

    def _built(self, block: Block) -> Simulation:
        """Households and their members put together by OpenFisca's own builder."""
        builder = SimulationBuilder()
        builder.create_entities(self.system)
        builder.declare_person_entity("person", range(block.people))
        households = builder.declare_entity("household", range(block.homes))
        builder.join_with_persons(households, block.home, ["member"] * block.people)
        return builder.build(self.system)

    def _joined(self, block: Block) -> Simulation:
        populations = self.system.instantiate_entities()
        for level, rows in (("household", block.homes), ("person", block.people)):
            populations[level].count, populations[level].ids = rows, np.arange(rows)
        populations["household"].members_entity_id = block.home.astype(np.int64)
        return Simulation(self.system, populations)

    def results(self, block: Block) -> Results:
        """The tables of `screening.results`, worked out by OpenFisca."""
        simulation = self.simulation(block)
        found = {}
        for level in LEVELS:
            columns: dict[str, Any] = {KEYS[level]: block.columns[f"{level[0]}.{KEYS[level]}"].values}
            for policy in self.catalogue.of_level(level):
                for part in ("mask", "amount", "provisional"):
                    columns[f"{policy.id}.{part}"] = pa.array(simulation.calculate(f"{policy.id}_{part}", self.period))
            found[level] = pa.table(columns)
        return found


def _node(table: Table) -> dict:
    """A dated parameter, or a node with one for each key; a default stands in force from the first day on."""
    if not table.keys:
        return _dated(table, ())
    found: dict = {}
    for keys in product(*((*domain, None) for domain in table.domains)):
        at = found
        for key in keys[:-1]:
            at = at.setdefault(_name(key), {})
        at[_name(keys[-1])] = _dated(table, keys)
    return found


def _dated(table: Table, keys: tuple) -> dict:
    first = {"1900-01-01": {"value": table.default or 0}}
    return {"values": first | {day.isoformat(): {"value": value} for day, value, _ in table.rows.get(keys, ())}}


def _name(key: Any) -> str:
    return "else" if key is None else f"is_{key}"


def _words(catalogue: Catalogue, best: bool) -> dict[str, Any]:
    """What a formula may speak of."""

    @cache
    def laid_out(day: str, name: str, layout: tuple) -> np.ndarray:
        node = parameters_at[day][name]
        values = []
        for keys in product(*layout):
            at = node
            for key, domain in zip(keys, catalogue.tables[name].domains):
                at = at[_name(key if key in domain else None)]
            values.append(at)
        return np.array(values, dtype=np.int64).reshape([len(known) for known in layout])

    parameters_at: dict[str, Any] = {}

    def of_table(parameters: Any, period: Any, name: str, layout: tuple, *keys: Any) -> Any:
        parameters_at.setdefault(str(period), parameters(period))
        if not layout:
            return parameters(period)[name]
        return laid_out(str(period), name, layout)[keys]

    def by_key(parameters: Any, period: Any, name: str, layout: tuple, *keys: Any) -> Any:
        at = parameters(period)[name]
        for key, known, domain in zip(keys, layout, catalogue.tables[name].domains):
            at = at[np.array([_name(one if one in domain else None) for one in known])[key]]
        return at

    return {"np": np, "on": _on, "today": _today, "of_table": of_table if best else by_key, "placed": _placed,
            "years": _since(days.years_until), "months": _since(days.months_until), "days": days.between,
            "ceil_yuan": kernels.ceil_yuan, "sum_of": _sum, "count_of": _sum, "any_of": _any, "max_of": _max}


def _on(population: Any, value: Any) -> np.ndarray:
    return value if isinstance(value, np.ndarray) and value.ndim else np.full(population.count, value)


@lru_cache
def _today(period: Any) -> int:
    return days.number(date.fromisoformat(str(period.start)))


def _placed(values: np.ndarray, known: tuple) -> np.ndarray:
    domain = np.array(known)
    found = np.minimum(np.searchsorted(domain, values), len(known) - 1)
    return np.where(domain[found] == values, found, len(known))


def _since(table: Any) -> Any:
    general = {days.years_until: days.years, days.months_until: days.months}[table]
    return partial(_until, table, general)


def _until(table: Any, general: Any, start: Any, end: Any) -> np.ndarray:
    return general(start, end) if isinstance(end, np.ndarray) else days.looked_up(table(end), start)


def _sum(household: Any, among: np.ndarray, values: Any = 1) -> np.ndarray:
    return household.sum(np.where(among, values, 0)).astype(np.int64)


def _any(household: Any, among: np.ndarray) -> np.ndarray:
    return household.any(among)


def _max(household: Any, among: np.ndarray, values: Any) -> np.ndarray:
    found = household.max(np.where(among, values, LEAST)).astype(np.int64)
    return np.where(found > LEAST, found, 0)
