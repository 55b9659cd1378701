"""The cases calculated by hand and the two snapshots with every expected value, answered exactly.

Each test asks a side: the oracle, so that it is right before it judges, and the engine.
"""
import csv
import gzip
import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from tests.catalogue.engine import Engine
from tests.catalogue.oracle import TEXT, Oracle, load, read

FOLDER = Path(__file__).parents[1] / "data" / "catalogue"
CASES = json.loads((FOLDER / "golden" / "expected.json").read_text(encoding="utf-8"))
BEFORE, NOW = date(2024, 3, 31), date(2024, 6, 30)
LEVELS = {"h": "household", "p": "person"}
SIDES = {"oracle": Oracle, "engine": Engine}


@pytest.fixture(params=SIDES)
def side(request):
    return SIDES[request.param]


@cache
def snapshot(name: str) -> tuple[list[dict], list[dict]]:
    end = "csv" if name == "golden" else "csv.gz"
    return tuple(read(FOLDER / name / f"{level}.{end}", level) for level in LEVELS.values())


@cache
def screened(side, as_of, name):
    return side(TEXT, as_of).screen(*snapshot(name))


@cache
def derived(side, as_of, name):
    return side(TEXT, as_of).derived(*snapshot(name))


def expected(name: str) -> list[dict[str, str]]:
    with gzip.open(FOLDER / "sample" / "expected" / f"{name}.csv.gz", "rt", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def written(value) -> str:
    return str(int(value)) if isinstance(value, bool | int) else value


def place(level: str, row_id: str) -> tuple[str, str]:
    """The household's and the person's number, as the expected files write them."""
    homes = {person["person_id"]: person["household_id"] for person in snapshot("sample/current")[1]}
    return (row_id, "") if level == "h" else (homes[row_id], row_id)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['row']}-{case['as_of']}")
def test_a_case_calculated_by_hand(side, case):
    as_of, key = date.fromisoformat(case["as_of"]), ("p" if "-" in case["row"] else "h", case["row"])
    values = derived(side, as_of, "golden")[key]
    results = {name: amount if mask == 0 else None
               for name, (mask, amount, _) in screened(side, as_of, "golden")[key].items()}
    assert {name: {**values, **results}[name] for name in case["expect"]} == case["expect"]


@pytest.mark.parametrize("level", LEVELS)
def test_every_mask_and_amount_of_the_sample(side, level):
    rows = {row.pop(f"{LEVELS[level]}_id"): row for row in expected(f"policy_{LEVELS[level]}")}
    found = {key[1]: {f"{policy}.{part}": written(value) for policy, parts in results.items()
                      for part, value in zip(("mask", "amount", "provisional"), parts)}
             for key, results in screened(side, NOW, "sample/current").items() if key[0] == level}
    assert found.keys() == rows.keys()
    assert [(row, found[row], rows[row]) for row in rows if found[row] != rows[row]][:1] == []


@pytest.mark.parametrize("level", LEVELS)
def test_every_derived_value_of_the_sample(side, level):
    rows = {row.pop(f"{LEVELS[level]}_id"): row for row in expected(f"derived_{LEVELS[level]}")}
    found = {key[1]: {name: written(value) for name, value in values.items()}
             for key, values in derived(side, NOW, "sample/current").items() if key[0] == level}
    assert found.keys() == rows.keys()
    assert [(row, found[row], rows[row]) for row in rows if found[row] != rows[row]][:1] == []


def test_every_warning_of_the_sample(side):
    fired = side(TEXT, NOW).warn(*snapshot("sample/previous"), BEFORE, *snapshot("sample/current"))
    found = {(rule, *place(level, row), severity) for (rule, level, row), severity in fired.items()}
    assert found == {tuple(row.values()) for row in expected("warnings")}


def test_every_bad_row_of_the_sample(side):
    bad = side(TEXT, NOW).quality(*snapshot("sample/current"))
    assert {(check, *place(level, row)) for check, level, row in bad} == {tuple(row.values()) for row in expected("dq")}


def test_the_happiness_lists_of_the_sample(side):
    order = {policy["id"]: policy["seq"] for policy in load(TEXT)["policies"]}
    found = [(*place(*key), policy, str(amount), written(provisional))
             for key, results in screened(side, NOW, "sample/current").items()
             for policy, (mask, amount, provisional) in results.items() if mask == 0]
    found.sort(key=lambda line: (line[0], order[line[2]], line[1]))
    assert found == [tuple(line.values()) for line in expected("happiness_list")]
