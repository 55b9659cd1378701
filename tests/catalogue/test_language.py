"""Expressions that no catalogue has yet: the engine and the oracle read the language alike, whatever an official writes."""
import os
from datetime import date

import pytest

from marketplace.catalogue.catalogue import built_in, names_in
from marketplace.catalogue.parse import Scope, Wrong
from marketplace.catalogue.parse import parse as parse_expression
from marketplace.catalogue.tree import Shop
from tests.catalogue.engine import Engine
from tests.catalogue.expressions import Author, carrying, derived
from tests.catalogue.oracle import TEXT, Oracle
from tests.catalogue.rows import Draw, later

FRESH = int(os.environ["ORACLE_SEED"])
DAYS = (date(2018, 1, 1), date(2021, 7, 1), date(2024, 2, 29), date(2027, 12, 31))
KINDS = ("bool", "int", "date")
ROUNDS = [*enumerate(DAYS), (FRESH, DAYS[2])]
RULE = """  - id: rule_{number}
    zh: 试
    en: Invented
    kind: hardship
    trigger: change
    level: {level}
    requires_prev: {needs}
    due_workdays: {{high: 1, medium: 1, low: 1}}
    criteria: [{{id: only, expr: "true"}}]
    severity: [[high, "{first}"], [medium, "{second}"], [low, "true"]]
"""


def values(author: Author, count: int) -> list[str]:
    """Derived values that say what the author writes."""
    lines = []
    for number in range(count):
        level, kind = author.random.choice(("household", "person")), author.random.choice(KINDS)
        written = valid(author, kind, level)
        lines.append(derived(f"invented_{number}", level, kind, written))
    return lines


def rules(author: Author, count: int) -> list[str]:
    """Warnings that always fire; how severe they are is what the author writes."""
    levels = [author.random.choice(("household", "person")) for _ in range(count)]
    return [RULE.format(number=number, level=level, first=valid(author, "bool", level), second=valid(author, "bool", level),
                        needs="[household]" if level == "household" else "[household, person]")
            for number, level in enumerate(levels)]


def valid(author: Author, kind: str, level: str) -> str:
    """An expression that the engine takes: it refuses comparisons that can never hold, and an invented one may be one."""
    while True:
        written = author.write(kind, level, 3)
        try:
            parse_expression(written, names_in(built_in()), Shop(), Scope(level, warning=author.warning), kind)
            return written
        except Wrong as wrong:
            assert "never" in str(wrong) or "is not a key" in str(wrong), (written, wrong)


@pytest.mark.parametrize(("seed", "day"), ROUNDS)
def test_invented_derived_values(seed, day):
    lines = values(Author(seed, TEXT), 60)
    text, rows = carrying(TEXT, *lines), Draw(seed, day).city(12)
    found, wanted = Engine(text, day).derived(*rows), Oracle(text, day).derived(*rows)
    for key, right in wanted.items():
        for name in (name for name in right if name.startswith("invented")):
            got = found[key][name]
            assert got == right[name] and type(got) is type(right[name]), (seed, key, got, right[name], lines[int(name[9:])])


@pytest.mark.parametrize(("seed", "day"), ROUNDS[1:])
def test_invented_warnings(seed, day):
    lines = rules(Author(seed, TEXT, warning=True), 30)
    text, draw = TEXT.replace("\nwarnings:\n", "\nwarnings:\n" + "".join(lines), 1), Draw(seed, day)
    now = draw.city(8)
    before, then = draw.earlier(*now), later(day, -3)
    found, wanted = (side(text, day).warn(*before, then, *now) for side in (Engine, Oracle))
    for key in found.keys() | wanted.keys():
        assert found.get(key) == wanted.get(key), (seed, key, found.get(key), wanted.get(key),
                                                   lines[int(key[0][5:])] if key[0].startswith("rule") else "")
