"""What a catalogue consists of."""
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from marketplace.catalogue.tree import Node

MONEY = 10_000_000_000
PER_HOUSEHOLD = 50


@dataclass(frozen=True)
class Fault:
    """What is wrong in a catalogue, and on which line of its text."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


class Faulty(ValueError):
    """The catalogue breaks its own rules; `faults` names each with its line."""

    def __init__(self, faults: list[Fault]):
        super().__init__("; ".join(map(str, faults[:5])))
        self.faults = sorted(faults, key=lambda fault: fault.line)


class NoValue(ValueError):
    """A parameter was asked for a key of which its table says nothing."""

    def __init__(self, table: str, keys: tuple):
        super().__init__(f"the parameter {table} has no value for {', '.join(map(str, keys))}")
        self.table, self.keys = table, keys


@dataclass(frozen=True)
class Column:
    """A column of the input: `kind` is str, int, bool or date; `low` and `high` bound an int, `values` a str."""

    name: str
    kind: str
    nullable: bool
    values: tuple[str, ...] | None = None
    low: int = 0
    high: int = MONEY
    zh: str = ""
    unit: str = ""
    role: str = "fact"
    line: int = 0


@dataclass(frozen=True)
class Table:
    """A dated parameter: rows by key, each valid from its day until the next of the same key."""

    name: str
    zh: str
    unit: str
    keys: tuple[str, ...]
    domains: tuple[tuple[Any, ...], ...]
    default: int | None
    rows: Mapping[tuple, tuple[tuple[date, int, str], ...]]  # keys -> (from, value, tag), in order of time
    line: int = 0

    @property
    def positive(self) -> bool:
        """Whether every value of it, whenever in force, is above 0."""
        values = [value for rows in self.rows.values() for _, value, _ in rows]
        if self.default is not None:
            values.append(self.default)
        return min(values, default=0) > 0

    def at(self, keys: tuple, as_of: date) -> int:
        """The value in force on a day. Raises NoValue where there is none and no default."""
        rows = self.rows.get(keys, ())
        found = bisect_right(rows, as_of, key=lambda row: row[0])
        if found:
            return rows[found - 1][1]
        if self.default is None:
            raise NoValue(self.name, keys)
        return self.default

    def known(self, keys: tuple, as_of: date) -> int:
        """As `at`, and 0 for keys of which nobody will ask."""
        try:
            return self.at(keys, as_of)
        except NoValue:
            return 0


@dataclass(frozen=True)
class Value:
    """A derived value of a household ("h.x") or person ("p.x")."""

    ref: str
    name: str
    level: str
    kind: str
    values: tuple[Any, ...] | None
    zh: str
    tree: Node
    line: int


@dataclass(frozen=True)
class Criterion:
    """One condition of a policy or warning; `text` is the expression as it stands in the catalogue."""

    id: str
    zh: str
    text: str
    tree: Node
    line: int


@dataclass(frozen=True)
class Policy:
    """A policy: whom it is for (criteria, all must hold) and what it gives (fen, or 0)."""

    id: str
    seq: int
    zh: str
    en: str
    department: str
    level: str
    kind: str
    basis: str
    needs_verification: bool
    model: str
    criteria: tuple[Criterion, ...]
    amount: Node
    interactions: str
    line: int


@dataclass(frozen=True)
class Rule:
    """A rule of dynamic monitoring; `severity` is tried in order, `due` is in working days."""

    id: str
    zh: str
    en: str
    kind: str
    trigger: str
    level: str
    needs_earlier: tuple[str, ...]
    due: Mapping[str, int]
    criteria: tuple[Criterion, ...]
    severity: tuple[tuple[str, Node], ...]
    line: int


@dataclass(frozen=True)
class Check:
    """A check of the data's quality; it never changes eligibility."""

    id: str
    level: str
    zh: str
    tree: Node
    line: int


@dataclass(frozen=True)
class Department:
    id: str
    zh: str
    en: str


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Policies as data: one definition that screens the city and explains itself. `hash` is of the text."""

    text: str
    hash: str
    version: str
    first_day: date
    last_day: date
    departments: Mapping[str, Department]
    columns: Mapping[str, tuple[Column, ...]]
    tables: Mapping[str, Table]
    derived: Mapping[str, Value]
    policies: tuple[Policy, ...]
    warnings: tuple[Rule, ...]
    checks: tuple[Check, ...]
    order: tuple[str, ...]
    recorded: Mapping[str, Node] = field(default_factory=dict)  # policy -> who is on record as receiving it

    @cached_property
    def policy(self) -> dict[str, Policy]:
        """The policies by id."""
        return {policy.id: policy for policy in self.policies}

    def of_level(self, level: str) -> tuple[Policy, ...]:
        """The policies whose results stand in the rows of this level, in order."""
        return tuple(policy for policy in self.policies if policy.level == level)
