"""The columns of the registry's files, as the catalogue declares them."""
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

CATALOGUE = Path(__file__).parents[2] / "data" / "policies.yaml"
MONEY = 10_000_000_000
PER_HOUSEHOLD = 50


@dataclass(frozen=True)
class Column:
    """One column: `kind` is str, int, bool or date; `low` and `high` bound an int."""

    name: str
    kind: str
    nullable: bool
    values: frozenset | None = None
    low: int = 0
    high: int = MONEY


IDENTITY = (Column("person_id", "str", False), Column("name", "str", True), Column("phone", "str", True),
            Column("address", "str", True))


@cache
def columns(level: str) -> tuple[Column, ...]:
    """The columns of a "household", "person" or "identity" file, in order."""
    if level == "identity":
        return IDENTITY
    with CATALOGUE.open(encoding="utf-8") as text:
        declared = yaml.load(text, Loader=yaml.CSafeLoader)["schema"][level]
    return tuple(map(_column, declared))


def _column(declared: dict) -> Column:
    values = declared.get("values")
    return Column(
        name=declared["name"], kind=declared["type"], nullable="null_means" in declared,
        values=frozenset(values) if values else None,
        low=declared.get("min", -MONEY if declared.get("neg") else 0), high=declared.get("max", MONEY))
