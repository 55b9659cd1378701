"""What only the whole catalogue can show: circles, keys and values that do not fit, and what nothing uses."""
import re
from dataclasses import dataclass

from marketplace.catalogue import order, tree
from marketplace.catalogue.build import LEVELS, Faults
from marketplace.catalogue.model import Catalogue
from marketplace.catalogue.reach import Reach

MENTIONED = re.compile(r"\b([hp])p?\.(\w+)|param\(\s*'(\w+)'")


@dataclass(frozen=True)
class Spoken:
    """An expression of the catalogue and the line on which it stands."""

    line: int
    tree: tree.Node


def check(found: Catalogue, spoken: list[Spoken], faults: Faults) -> tuple[str, ...]:
    """The order of evaluation; every fault of the whole is added. What could not be read may be missing from `found`."""
    _unused(found, spoken, faults)
    _reaches(found, spoken, faults)
    names, circles = order.sort(found)
    for circle in circles:
        faults.add(circle[0][1], f"a circle: {' → '.join(name for name, _ in circle)}")
    return names


def _unused(found: Catalogue, spoken: list[Spoken], faults: Faults) -> None:
    """Every fact and parameter is there for something. Where something could not be read, its text counts too."""
    used = _used(spoken)
    if faults.found:
        used |= {table or f"{level}.{name}" for level, name, table in MENTIONED.findall(found.text)}
    for level in LEVELS:
        for column in found.columns[level]:
            if column.role == "fact" and f"{level[0]}.{column.name}" not in used:
                faults.add(column.line, f"{level[0]}.{column.name} is used by nothing")
    for table in found.tables.values():
        if table.name not in used:
            faults.add(table.line, f"the parameter {table.name} is used by nothing")


def _used(spoken: list[Spoken]) -> set[str]:
    """The facts ("h.x", "p.x") and parameters of which expressions speak."""
    used = set()
    for part in {part for one in spoken for part in one.tree.below()}:
        match part:
            case tree.Column():
                used.add(str(part))
            case tree.Earlier():
                used.add(part.ref[0] + part.ref[2:])
            case tree.Param():
                used.add(part.table)
    return used


def _reaches(found: Catalogue, spoken: list[Spoken], faults: Faults) -> None:
    """Numbers stay within what is declared of them, as far as the expressions tell."""
    reach = Reach(found)
    for value in found.derived.values():
        if value.kind == "int" and value.values and (reach.of(value.tree) or frozenset()) - set(value.values):
            faults.add(value.line, f"{value.name}: its values do not name all that it can be")
    for one in spoken:
        for part in one.tree.below():
            if isinstance(part, tree.Param) and found.tables[part.table].default is None:
                _keys(found, one.line, part, reach, faults)


def _keys(found: Catalogue, line: int, part: tree.Param, reach: Reach, faults: Faults) -> None:
    for key, domain in zip(part.keys, found.tables[part.table].domains):
        strange = _numbers(found, key, reach) - set(domain)
        if strange:
            faults.add(line, f"{part.table!r} has no value for {', '.join(map(str, sorted(strange)))}")


def _numbers(found: Catalogue, key: tree.Node, reach: Reach) -> frozenset[int]:
    """What a key can be: what its expression tells, or else what is declared of it."""
    known = reach.of(key)
    if known is None and isinstance(key, tree.Derived) and key.kind == "int" and key.ref in found.derived:
        known = frozenset(found.derived[key.ref].values or ())
    return known or frozenset()
