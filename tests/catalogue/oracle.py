"""A second reading of the catalogue, as slow and as plain as it can be.

It is written from the notation at the head of policies.yaml alone and shares nothing with the engine that it judges:
Python's own parser reads an expression, and each row is answered by itself. Both sides of every `and`, `or` and `iff`
are worked out, so that an expression that is not total fails here, as do nulls, mixed types and a negative dividend.
"""
import ast
import csv
import gzip
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

TEXT = (Path(__file__).parents[2] / "marketplace" / "data" / "policies.yaml").read_text(encoding="utf-8")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
LETTER = {"household": "h", "person": "p"}
READERS = {"int": int, "str": str, "date": date.fromisoformat, "bool": {"0": False, "1": True}.__getitem__}


@lru_cache(None)
def load(text: str) -> dict:
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@lru_cache(None)
def tree(text: str) -> ast.expr:
    return ast.parse(text.strip(), mode="eval").body


@dataclass(eq=False)
class Row:
    """One household or person: its facts, the rows around it, and what is already known about it."""
    level: str
    facts: dict[str, Any]
    home: "Row | None" = None
    members: list["Row"] = field(default_factory=list)
    known: dict[tuple[str, str], Any] = field(default_factory=dict)


def rows_of(households: list[dict], persons: list[dict]) -> tuple[dict[str, Row], dict[str, Row]]:
    homes = {facts["household_id"]: Row("h", facts) for facts in households}
    for home in homes.values():
        home.home = home
    people = {facts["person_id"]: Row("p", facts, homes[facts["household_id"]]) for facts in persons}
    for person in people.values():
        person.home.members.append(person)
    return homes, people


def read(path: Path, level: str, text: str = TEXT) -> list[dict]:
    """The rows of a CSV file (or .csv.gz) in the schema of `level`."""
    kinds = {column["name"]: column["type"] for column in load(text)["schema"][level]}
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as lines:
        return [{name: None if cell == "" else READERS[kinds[name]](cell) for name, cell in line.items()}
                for line in csv.DictReader(lines)]


class Oracle:
    """What the catalogue says of rows on one day."""

    def __init__(self, text: str, as_of: date):
        self.text, self.as_of, self.as_of_prev = text, as_of, None
        self.catalogue = load(text)
        self.before: dict[str, dict[str, Row]] = {}
        self.past: Oracle | None = None
        self.derivations = {(LETTER[item["level"]], item["name"]): item["expr"] for item in self.catalogue["derived"]}
        self.policies = {item["id"]: item for item in self.catalogue["policies"]}
        self.params: dict[tuple, int] = {}

    # ---- questions

    def screen(self, households: list[dict], persons: list[dict]) -> dict[tuple[str, str], dict[str, tuple]]:
        """(mask, amount in fen, provisional) of every policy of the row's level, by ("h"|"p", id)."""
        return {key: {name: self.verdict(name, row) for name, policy in self.policies.items()
                      if LETTER[policy["level"]] == row.level}
                for key, row in self._each(households, persons)}

    def derived(self, households: list[dict], persons: list[dict]) -> dict[tuple[str, str], dict[str, Any]]:
        """Every derived value of the row's level, by ("h"|"p", id)."""
        return {key: {name: self.named(level, name, row) for level, name in self.derivations if level == row.level}
                for key, row in self._each(households, persons)}

    def quality(self, households: list[dict], persons: list[dict]) -> set[tuple[str, str, str]]:
        """(check, "h"|"p", id) of each bad row."""
        return {(check["id"], *key) for key, row in self._each(households, persons)
                for check in self.catalogue["dq"] if LETTER[check["level"]] == row.level and self.truth(check["expr"], row)}

    def warn(self, old_households: list[dict], old_persons: list[dict], as_of_prev: date,
             households: list[dict], persons: list[dict]) -> dict[tuple[str, str, str], str]:
        """The severity of each warning that fired, by (rule, "h"|"p", id)."""
        self.past, self.as_of_prev = Oracle(self.text, as_of_prev), as_of_prev
        self.before = dict(zip(("hp", "pp"), rows_of(old_households, old_persons)))
        fired = {(rule["id"], *key): self.severity(rule, row) for key, row in self._each(households, persons)
                 for rule in self.catalogue["warnings"] if LETTER[rule["level"]] == row.level}
        return {key: severity for key, severity in fired.items() if severity}

    def _each(self, households, persons):
        homes, people = rows_of(households, persons)
        return [(("h", key), row) for key, row in homes.items()] + [(("p", key), row) for key, row in people.items()]

    # ---- answers about one row

    def verdict(self, name: str, row: Row) -> tuple[int, int, bool]:
        """Fail mask, amount and provisional of the policy for a row of its own level."""
        if ("e", name) not in row.known:
            policy = self.policies[name]
            met = [self.truth(criterion["expr"], row) for criterion in policy["criteria"]]
            mask = sum(0 if yes else 2 ** bit for bit, yes in enumerate(met))
            amount = whole(self.value(tree(policy["amount"]), row))
            doubt = policy["needs_verification"] and not self.named("h", "verified", row)
            row.known["e", name] = (mask, amount if mask == 0 else 0, mask == 0 and doubt)
        return row.known["e", name]

    def severity(self, rule: dict, row: Row) -> str:
        had = {"household": self._old("hp", row), "person": row.level == "p" and self._old("pp", row)}
        if not all(had[level] for level in rule["requires_prev"]):
            return ""
        if not all([self.truth(criterion["expr"], row) for criterion in rule["criteria"]]):
            return ""
        return next(level for level, text in rule["severity"] if self.truth(text, row))

    def truth(self, text: str, row: Row) -> bool:
        return kind(bool, self.value(tree(text), row))

    def named(self, letter: str, name: str, row: Row) -> Any:
        """The value of `letter.name` as seen from `row`; a fact that is null is None."""
        if letter in ("hp", "pp"):
            return self.past.named(letter[0], name, self._old(letter, row))
        if letter in ("e", "a"):
            mine = row if self.policies[name]["level"] == "person" else row.home
            mask, amount, _ = self.verdict(name, mine)
            return mask == 0 if letter == "e" else amount
        mine = row if letter == "p" else row.home
        assert mine.level == letter, f"{letter}.{name} outside its rows"
        if (letter, name) not in self.derivations:
            return mine.facts.get(name)
        if (letter, name) not in mine.known:
            mine.known[letter, name] = self.value(tree(self.derivations[letter, name]), mine)
        return mine.known[letter, name]

    def _old(self, letter: str, row: Row) -> Row | None:
        key = "household_id" if letter == "hp" else "person_id"
        return self.before[letter].get(row.facts[key])

    def param(self, name: str, *keys) -> int:
        if (name, keys) not in self.params:
            table = self.catalogue["parameters"][name]
            rows = [row for row in table["rows"] if tuple(row[1:-2]) == keys and date.fromisoformat(row[0]) <= self.as_of]
            last = max(rows, key=lambda row: row[0], default=None)
            self.params[name, keys] = table["default"] if last is None else last[-2]
        return self.params[name, keys]

    # ---- the language

    def value(self, node: ast.expr, row: Row) -> Any:
        return getattr(self, f"_{type(node).__name__}")(node, row)

    def _Constant(self, node, row):
        return node.value

    def _Name(self, node, row):
        return {"as_of": self.as_of, "as_of_prev": self.as_of_prev, "true": True, "false": False}[node.id]

    def _Attribute(self, node, row):
        found = self.named(node.value.id, node.attr, row)
        assert found is not None, f"null at {ast.unparse(node)}"
        return found

    def _BoolOp(self, node, row):
        parts = [kind(bool, self.value(part, row)) for part in node.values]
        return all(parts) if isinstance(node.op, ast.And) else any(parts)

    def _UnaryOp(self, node, row):
        operand = self.value(node.operand, row)
        return not kind(bool, operand) if isinstance(node.op, ast.Not) else -whole(operand)

    def _BinOp(self, node, row):
        left, right = whole(self.value(node.left, row)), whole(self.value(node.right, row))
        if isinstance(node.op, ast.FloorDiv):
            assert left >= 0 and right > 0, f"{left} // {right} at {ast.unparse(node)}"
            return left // right
        return {ast.Add: int.__add__, ast.Sub: int.__sub__, ast.Mult: int.__mul__}[type(node.op)](left, right)

    def _Compare(self, node, row):
        (sign,), (other,) = node.ops, node.comparators
        left = self.value(node.left, row)
        if isinstance(sign, ast.In | ast.NotIn):
            return (left in [kind(type(left), item.value) for item in other.elts]) == isinstance(sign, ast.In)
        right = kind(type(left), self.value(other, row))
        if isinstance(sign, ast.Eq | ast.NotEq):
            return (left == right) == isinstance(sign, ast.Eq)
        assert type(left) in (int, date), f"order of {left!r}"
        less, equal = left < right, left == right
        return {ast.Lt: less, ast.LtE: less or equal, ast.Gt: not (less or equal), ast.GtE: not less}[type(sign)]

    def _Call(self, node, row):
        name = node.func.id
        if name in ("SUM", "COUNT", "ANY", "MAX"):
            assert row.level == "h", "an aggregate outside its household"
            chosen = [member for member in row.members if kind(bool, self.value(node.args[0], member))]
            return over(name, [self.value(item, member) for item in node.args[1:] for member in chosen], len(chosen))
        if name in ("isnull", "nz"):
            fact = self.named(node.args[0].value.id, node.args[0].attr, row)
            return fact is None if name == "isnull" else self.value(node.args[1], row) if fact is None else fact
        values = [self.value(part, row) for part in node.args]
        return self.param(*values) if name == "param" else FUNCTIONS[name](*values)


def kind(wanted: type, found: Any) -> Any:
    assert type(found) is wanted, f"{found!r} is not {wanted.__name__}"
    return found


def whole(found: Any) -> int:
    return kind(int, found)


def over(name: str, items: list[int], count: int) -> int | bool:
    return {"SUM": sum(items), "COUNT": count, "ANY": count > 0, "MAX": max(items, default=0)}[name]


def iff(condition: bool, yes: Any, no: Any) -> Any:
    kind(type(yes), no)
    return yes if kind(bool, condition) else no


def years(first: date, last: date) -> int:
    return last.year - first.year - (1 if (last.month, last.day) < (first.month, first.day) else 0)


def months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month - (1 if last.day < first.day else 0)


def ceil_yuan(fen: int) -> int:
    assert whole(fen) >= 0
    return (fen + 99) // 100 * 100


def id_check(number: str) -> bool:
    if len(number) != 18 or any(digit not in "0123456789" for digit in number[:17]):
        return False
    return number[17] == "10X98765432"[sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS)) % 11]


def id_sex(number: str) -> str:
    return ("M" if int(number[16]) % 2 else "F") if id_check(number) else "U"


FUNCTIONS = {
    "iff": iff, "min": min, "max": max, "date": date, "years": years, "months": months, "ceil_yuan": ceil_yuan,
    "days": lambda first, last: (last - first).days, "id_check": id_check, "id_sex": id_sex,
    "id_birth": lambda number: int(number[6:14]) if id_check(number) else 0,
    "ymd": lambda day: day.year * 10000 + day.month * 100 + day.day, "prefix": lambda text, count: text[:count],
}
