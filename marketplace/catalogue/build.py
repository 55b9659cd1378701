"""From the lines of a catalogue to its parts. Everything that is wrong is collected, with its line."""
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from marketplace.catalogue.model import MONEY, Column, Fault, Table
from marketplace.catalogue.source import Items, Map

KINDS = ("int", "bool", "str", "date")
LEVELS = ("household", "person")
KEYS = (("household", "household_id"), ("person", "person_id"), ("person", "household_id"))


@dataclass
class Faults:
    """Collects what is wrong. Of a part that is missing only that is told, not what it lacks."""

    found: list[Fault] = field(default_factory=list)

    def add(self, line: int, text: str) -> None:
        if line:
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

    def word(self, source: Map, key: str) -> str:
        """A name that expressions can speak of."""
        value = self.take(source, key, str)
        if value and not value.isidentifier():
            self.add(source.at[key], f"{key} is {value!r}, must be one word of letters, digits and _")
        return value

    def maps(self, source: Map, key: str) -> list[Map]:
        """The mappings of a list."""
        items = self.take(source, key, list)
        for item, line in zip(items, getattr(items, "at", [])):
            if not isinstance(item, Map):
                self.add(line, f"an entry of {key} is a mapping")
        return [item for item in items if isinstance(item, Map)]

    def plain(self, source: Map, key: str, kind: type = str) -> tuple[Any, ...]:
        """A list of texts or of numbers, none twice; nothing when it is not there."""
        items = self.take(source, key, list, default=None) or Items()
        right = tuple(item for item in items if type(item) is kind)
        for item, line in zip(items, getattr(items, "at", [])):
            if type(item) is not kind:
                self.add(line, f"{item!r} in {key} is not {_named(kind)}{': quote it' if kind is str else ''}")
        if len(set(right)) < len(right):
            self.add(source.at[key], f"{key} names one twice")
        return right

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
    """A day as YYYY-MM-DD; None if it is none. A date that YAML made itself is one too."""
    try:
        found = text if type(text) is date else date.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if str(text) == found.isoformat() else None  # other ISO forms are no days here


def columns(source: Map, faults: Faults) -> dict[str, tuple[Column, ...]]:
    """The schema of both files."""
    found: dict[str, tuple[Column, ...]] = {}
    schema = faults.take(source, "schema", Map)
    for level in LEVELS:
        declared = faults.maps(schema, level)
        faults.unique(declared, "name")
        found[level] = tuple(_column(one, faults) for one in declared)
    for level, key in KEYS:
        if not any((c.name, c.kind, c.nullable, c.values) == (key, "str", False, None) for c in found[level]):
            faults.add(source.named["schema"], f"the schema of {level} needs {key}: a str, never null, without values")
    return found


def _column(one: Map, faults: Faults) -> Column:
    kind, values = faults.take(one, "type", str, KINDS), faults.plain(one, "values")
    if "values" in one and (kind != "str" or not 0 < len(values) < 255):
        faults.add(one.at["values"], "only a str has values, and fewer than 255")
    low = faults.take(one, "min", int, default=-MONEY if one.get("neg") else 0)
    high = faults.take(one, "max", int, default=MONEY)
    if not -MONEY <= low <= high <= MONEY:
        faults.add(one.line, "min to max is not a range")
    return Column(
        name=faults.word(one, "name"), kind=kind, nullable="null_means" in one, values=values or None, low=low, high=high,
        zh=faults.take(one, "zh", str), unit=str(one.get("unit", "")),
        role=faults.take(one, "role", str, ("key", "geo", "fact")), line=one.line)


def tables(source: Map, faults: Faults, first_day: date) -> dict[str, Table]:
    """The dated parameters; each is complete for its keys from the first day, or has a default."""
    found: dict[str, Table] = {}
    declared = faults.take(source, "parameters", Map)
    sources = faults.take(source, "sources", Map)
    for name, one in declared.items():
        if not isinstance(one, Map) or not isinstance(name, str):
            faults.add(declared.named[name], f"{name} must be a name and a mapping")
            continue
        found[name] = _table(name, one, faults, sources, declared.named[name])
        _covers(found[name], faults, first_day)
    return found


def _table(name: str, one: Map, faults: Faults, sources: Map, line: int) -> Table:
    faults.take(one, "keys", list)
    keys = faults.plain(one, "keys")
    domain = faults.take(one, "domain", Map, default=None) or Map()
    if set(domain) != set(keys):
        faults.add(line, f"the domain of {name} does not name its keys")
    domains = tuple(_domain(domain, key, faults) for key in keys)
    rows: dict[tuple, list[tuple[date, int, str]]] = {}
    items = faults.take(one, "rows", list)
    for row, at in zip(items, getattr(items, "at", [])):
        read = _row(row, keys, domains, sources)
        if isinstance(read, str):
            faults.add(at, read)
            continue
        same = rows.setdefault(read[0], [])
        if any(begins == read[1][0] for begins, _, _ in same):
            faults.add(at, "two rows begin on the same day for the same keys")
        same.append(read[1])
    default = faults.take(one, "default", int, default=None)
    if default is not None and abs(default) > MONEY:
        faults.add(one.at["default"], f"{default!r} is not a whole number in range")
    return Table(name=name, zh=faults.take(one, "zh", str), unit=str(one.get("unit", "")), keys=keys, domains=domains,
                 default=default,
                 rows={key: tuple(sorted(same)) for key, same in rows.items()}, line=line)


def _domain(domain: Map, key: str, faults: Faults) -> tuple[Any, ...]:
    """What a key can be: texts, or numbers."""
    items = domain.get(key)
    if isinstance(items, Items) and items and type(items[0]) in (str, int):
        return faults.plain(domain, key, type(items[0]))
    faults.add(domain.at.get(key, 0) if domain else 0,
               f"the domain of {key} is a list of texts or of numbers: quote words like no and on")
    return ("",)


def _row(row: Any, keys: tuple, domains: tuple, sources: Map) -> tuple | str:
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


def _untagged(tag: Any, sources: Map) -> str:
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
