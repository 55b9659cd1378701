"""From the lines of a catalogue to its parts. Everything that is wrong is collected, with its line."""
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from marketplace.catalogue.model import MONEY, Column, Fault, Table
from marketplace.catalogue.source import Items, Map

KINDS = ("int", "bool", "str", "date")
LEVELS = ("household", "person")
TEXTS = (str,)


@dataclass
class Faults:
    """Collects what is wrong."""

    found: list[Fault] = field(default_factory=list)

    def add(self, line: int, text: str) -> None:
        self.found.append(Fault(line, text))

    def take(self, source: Map, key: str, kind: type, among: tuple = (), default: Any = ...) -> Any:
        """`source[key]`, which must be of this type and, if given, one of `among`; what is missing is a fault."""
        value = source.get(key, default)
        if value is ...:
            self.add(source.line, f"{key} is missing")
        elif value is default:
            return value
        elif isinstance(value, bool) is not (kind is bool) or not isinstance(value, kind):
            self.add(source.at[key], f"{key} must be {_named(kind)}")
        elif among and value not in among:
            self.add(source.at[key], f"{key} is {value!r}, must be one of {', '.join(map(str, among))}")
        else:
            return value
        return kind()

    def maps(self, source: Map, key: str) -> list[Map]:
        """The mappings of a list."""
        items = self.take(source, key, list)
        for item, line in zip(items, getattr(items, "at", [])):
            if not isinstance(item, Map):
                self.add(line, f"an entry of {key} is a mapping")
        return [item for item in items if isinstance(item, Map)]

    def unique(self, maps: list[Map], key: str) -> None:
        """A fault for each value of `key` that stands twice."""
        seen: set = set()
        for one in maps:
            value = one.get(key)
            if isinstance(value, str) and value in seen:
                self.add(one.at[key], f"{value} stands twice")
            seen.add(value if isinstance(value, str) else None)


def _named(kind: type) -> str:
    return {str: "text", int: "a whole number", bool: "true or false", list: "a list", Map: "a mapping"}[kind]


def day(text: Any) -> date | None:
    """An ISO day; None if it is none. A date that YAML made itself is one too."""
    try:
        return text if type(text) is date else date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def columns(source: Map, faults: Faults) -> dict[str, tuple[Column, ...]]:
    """The schema of both files."""
    found: dict[str, tuple[Column, ...]] = {}
    schema = faults.take(source, "schema", Map)
    for level in LEVELS:
        declared = faults.maps(schema, level) if schema else []
        faults.unique(declared, "name")
        found[level] = tuple(_column(one, faults) for one in declared)
    return found


def _column(one: Map, faults: Faults) -> Column:
    kind = faults.take(one, "type", str, KINDS)
    values = faults.take(one, "values", list, default=None)
    if values is not None:
        _texts(one, "values", values, faults)
        if kind != "str":
            faults.add(one.line, "only a str column has values")
    low = faults.take(one, "min", int, default=-MONEY if one.get("neg") else 0)
    return Column(
        name=faults.take(one, "name", str), kind=kind, nullable="null_means" in one,
        values=tuple(values) if values else None, low=low, high=faults.take(one, "max", int, default=MONEY),
        zh=faults.take(one, "zh", str), unit=str(one.get("unit", "")),
        role=faults.take(one, "role", str, ("key", "geo", "fact")), line=one.line)


def _texts(one: Map, key: str, values: Items, faults: Faults) -> None:
    for value, line in zip(values, values.at):
        if not isinstance(value, str):
            faults.add(line, f"{value!r} in {key} is no text: quote it")
    if len(set(map(repr, values))) < len(values):
        faults.add(one.at[key], f"{key} names one twice")


def tables(source: Map, faults: Faults, first_day: date) -> dict[str, Table]:
    """The dated parameters; each is complete for its keys from the first day, or has a default."""
    found: dict[str, Table] = {}
    declared = faults.take(source, "parameters", Map)
    sources = source.get("sources", {})
    for name, one in declared.items():
        if not isinstance(one, Map):
            faults.add(declared.at[name], f"{name} must be a mapping")
            continue
        table = _table(name, one, faults, sources)
        _covers(table, faults, first_day)
        found[name] = table
    return found


def _table(name: str, one: Map, faults: Faults, sources: Any) -> Table:
    keys = tuple(faults.take(one, "keys", list))
    domain = faults.take(one, "domain", Map, default=None) or {}
    if set(domain) != set(keys):
        faults.add(one.line, f"the domain of {name} does not name its keys")
    domains = tuple(tuple(domain.get(key) or ()) for key in keys)
    for key, values in zip(keys, domains):
        if len({type(v) for v in values}) != 1 or not isinstance(values[0], str | int) or isinstance(values[0], bool):
            faults.add(one.line, f"the domain of {key} is a list of texts or of numbers: quote words like no and on")
    rows: dict[tuple, list[tuple[date, int, str]]] = {}
    items = faults.take(one, "rows", list)
    for row, line in zip(items, getattr(items, "at", [])):
        read = _row(row, keys, domains, sources)
        if isinstance(read, str):
            faults.add(line, read)
            continue
        rows.setdefault(read[0], []).append(read[1])
        if len({r[0] for r in rows[read[0]]}) < len(rows[read[0]]):
            faults.add(line, "two rows begin on the same day for the same keys")
    return Table(name=name, zh=faults.take(one, "zh", str), unit=str(one.get("unit", "")), keys=keys, domains=domains,
                 default=faults.take(one, "default", int, default=None),
                 rows={key: tuple(sorted(r)) for key, r in rows.items()}, line=one.line)


def _row(row: Any, keys: tuple, domains: tuple, sources: Any) -> tuple | str:
    """One row as its keys and (from, value, tag); or what is wrong with it."""
    if not isinstance(row, list) or len(row) != len(keys) + 3:
        return f"a row is a day, {len(keys)} keys, a value and a tag"
    begins, value = day(row[0]), row[-2]
    if begins is None:
        return f"{row[0]!r} is not a day"
    if type(value) is not int or abs(value) > MONEY:
        return f"{value!r} is not a whole number in range"
    for key, domain, part in zip(keys, domains, row[1:-2]):
        if not any(part == known and type(part) is type(known) for known in domain):
            return f"{part!r} is not in the domain of {key}"
    return _untagged(row[-1], sources) or (tuple(row[1:-2]), (begins, value, row[-1]))


def _untagged(tag: Any, sources: Any) -> str:
    """What is wrong with a tag: V, P, K or D, and for V and P the source."""
    words = str(tag).split()
    if not words or words[0] not in ("V", "P", "K", "D"):
        return "a row ends with its tag: V, P, K or D, and the source of V and P"
    if any(name not in sources for name in words[1:]) or (words[0] in "VP" and len(words) == 1):
        return "the tag names no source of the list"
    return ""


def _covers(table: Table, faults: Faults, first_day: date) -> None:
    if table.default is not None:
        return
    wanted: list[tuple] = [()]
    for domain in table.domains:
        wanted = [(*keys, value) for keys in wanted for value in domain]
    for keys in wanted:
        if not any(begins <= first_day for begins, _, _ in table.rows.get(keys, ())):
            faults.add(table.line, f"{table.name} has no value for {', '.join(map(str, keys)) or 'it'} "
                                   f"on {first_day}, and no default")
