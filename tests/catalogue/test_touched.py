"""A change of a fact never changes the result of a policy that it is not said to touch."""
from datetime import date

import pytest

from marketplace.catalogue.catalogue import built_in
from marketplace.catalogue.depends import touched
from tests.catalogue.engine import Engine
from tests.catalogue.oracle import TEXT, load
from tests.catalogue.rows import Draw

DAY = date(2024, 6, 30)
KEYS = ("household_id", "person_id")
COLUMNS = {level: [c for c in load(TEXT)["schema"][level] if c["name"] not in KEYS] for level in ("household", "person")}


def other(draw: Draw, column: dict, row: dict):
    if column["role"] == "geo" and "values" not in column:
        return "371402101001"
    return draw.wild(column, 0.3)


@pytest.mark.parametrize("level", COLUMNS)
def test_nothing_else_changes(level):
    draw = Draw("touched", DAY)
    homes, people = draw.city(30)
    engine, effective = Engine(TEXT, DAY), 0
    before = engine.screen(homes, people)
    for column in COLUMNS[level]:
        name = column["name"]
        rows = [row | {name: other(draw, column, row)} for row in (homes if level == "household" else people)]
        after = engine.screen(*((rows, people) if level == "household" else (homes, rows)))
        changed = {policy for key, results in before.items() for policy in results if after[key][policy] != results[policy]}
        assert changed <= touched(built_in(), [f"{level}.{name}"]), (name, changed)
        effective += bool(changed)
    assert effective > len(COLUMNS[level]) // 2


def test_a_member_who_moves_touches_everything():
    assert touched(built_in(), ["person.household_id"]) == {policy.id for policy in built_in().policies}
    assert touched(built_in(), ["household.household_id", "person.person_id"]) == set()
