"""The engine and the oracle give the same answers for invented households, on every day on which a rule changes.

A fixed seed covers each of these days and the day before; a fresh seed, printed on failure, draws some more on each run
(ORACLE_SEED repeats one).
"""
import os
from collections import Counter
from datetime import date, timedelta
from functools import cache
from random import Random

import pytest

from tests.catalogue.engine import Engine
from tests.catalogue.oracle import TEXT, Oracle, load
from tests.catalogue.rows import Draw, later

FIRST, LAST = date(2018, 1, 1), date(2027, 12, 31)
FRESH = int(os.environ["ORACLE_SEED"])
STARTS = sorted({date.fromisoformat(row[0]) for table in load(TEXT)["parameters"].values() for row in table["rows"]})
TURNS = sorted({*STARTS, *(day - timedelta(1) for day in STARTS[1:]), date(2020, 2, 29), date(2023, 2, 28), LAST})
ANY_DAYS = [FIRST + timedelta(days) for days in Random(FRESH).sample(range((LAST - FIRST).days + 1), 4)]
FIXED = [(11, day, 30) for day in TURNS]
ROUNDS = FIXED + [(FRESH, day, 60) for day in ANY_DAYS]
CHANGING = [(11, day, 30) for day in STARTS[1::2]] + [(11, day, 60) for day in STARTS[-4:]]
LATER = CHANGING + [(FRESH, day, 60) for day in ANY_DAYS[:2] if day > FIRST]


@cache
def drawn(seed: int, as_of: date, count: int) -> tuple[list[dict], list[dict]]:
    return Draw(seed, as_of).city(count)


@cache
def answered(side: type, seed: int, as_of: date, count: int) -> tuple[dict, dict]:
    """What a side says of the drawn rows: the results and the derived values."""
    rows, asked = drawn(seed, as_of, count), side(TEXT, as_of)
    return asked.screen(*rows), asked.derived(*rows)


@cache
def warned(side: type, seed: int, as_of: date, count: int) -> dict:
    """What a side warns of between an invented earlier snapshot and the drawn rows."""
    now, as_of_prev = drawn(seed, as_of, count), max(FIRST, later(as_of, -3))
    return side(TEXT, as_of).warn(*Draw(seed, as_of).earlier(*now), as_of_prev, *now)


def differences(found: tuple[dict, dict], wanted: tuple[dict, dict], about: str) -> list[str]:
    """A line for each value on which the two sides differ, rows that one side does not know included."""
    lines = []
    for engine, oracle in zip(found, wanted):
        lines += [f"{about}: {key} is answered by one side only" for key in engine.keys() ^ oracle.keys()]
        for key in engine.keys() & oracle.keys():
            lines += [f"{about}: {name} of {key}: engine {engine[key].get(name)!r}, oracle {oracle[key].get(name)!r}"
                      for name in sorted(engine[key].keys() | oracle[key].keys())
                      if not same(engine[key].get(name), oracle[key].get(name))]
    return sorted(lines)


def same(one, other) -> bool:
    return one == other and type(one) is type(other)


def told(lines: list[str]) -> str:
    return "\n".join([f"{len(lines)} differences", *lines[:10]])


@pytest.mark.parametrize("drawing", ROUNDS, ids=lambda drawing: f"{drawing[0]}-{drawing[1]}")
def test_every_result_and_every_derived_value(drawing):
    seed, as_of, _ = drawing
    lines = differences(answered(Engine, *drawing), answered(Oracle, *drawing), f"seed {seed}, {as_of}")
    assert not lines, told(lines)


@pytest.mark.parametrize("drawing", ROUNDS[::3], ids=lambda drawing: f"{drawing[0]}-{drawing[1]}")
def test_every_bad_row(drawing):
    seed, as_of, _ = drawing
    found, wanted = (side(TEXT, as_of).quality(*drawn(*drawing)) for side in (Engine, Oracle))
    assert found == wanted, f"seed {seed}, {as_of}: {sorted(found ^ wanted)[:10]}"


@pytest.mark.parametrize("drawing", LATER, ids=lambda drawing: f"{drawing[0]}-{drawing[1]}")
def test_every_warning_between_two_snapshots(drawing):
    found, wanted = (warned(side, *drawing) for side in (Engine, Oracle))
    assert found == wanted, f"seed {drawing[0]}, {drawing[1]}: {sorted(found.items() ^ wanted.items())[:10]}"


def test_the_fixed_rounds_meet_every_rule():
    """Each criterion holds and fails, and each policy is granted, so that a silent rule cannot hide."""
    met: Counter = Counter()
    for drawing in FIXED:
        for results in answered(Oracle, *drawing)[0].values():
            met.update((policy, "granted") for policy, (mask, _, _) in results.items() if mask == 0)
            met.update((policy, bit, mask >> bit & 1) for policy, (mask, _, _) in results.items() for bit in range(8))
    policies = load(TEXT)["policies"]
    wanted = {(policy["id"], "granted") for policy in policies}
    wanted |= {(policy["id"], bit, fails) for policy in policies
               for bit in range(len(policy["criteria"])) for fails in (0, 1)}
    assert not wanted - set(met)


def test_the_fixed_rounds_meet_every_check_and_every_warning():
    met = {check for drawing in FIXED[::4] for check, _, _ in Oracle(TEXT, drawing[1]).quality(*drawn(*drawing))}
    met |= {rule for drawing in CHANGING for rule, _, _ in warned(Oracle, *drawing)}
    assert not {rule["id"] for rule in load(TEXT)["warnings"] + load(TEXT)["dq"]} - met


@pytest.mark.parametrize(("right", "wrong", "named"), [
    ("h.pc_adj < h.std or h.gradual_exit", "h.pc_adj <= h.std or h.gradual_exit", "dibao_household"),
    ("p.nursing_base >= p.eldercare_base", "p.nursing_base > p.eldercare_base", "severe_disability_nursing"),
    ("h.fin_assets <= h.std * param('fin_months', 'dibao')", "h.fin_assets < h.std * param('fin_months', 'dibao')",
     "asset_ok_dibao"),
    ("h.counted_n > 0", "h.counted_n >= 0", "temp_emergency"), ("p.age >= 18", "p.age > 18", "single_path_adult"),
    ('["2025-01-01", A, rural, 85000, D]', '["2025-01-02", A, rural, 85000, D]', "std"),
    ("needs_verification: true", "needs_verification: false", "dibao_household"),
])
def test_the_comparison_notices_one_slip(right, wrong, named):
    """The oracle alone reads a catalogue with a slip in it; the engine reads the true one."""
    slipped, lines = TEXT.replace(right, wrong), []
    assert slipped != TEXT
    for drawing in reversed(FIXED):
        oracle = Oracle(slipped, drawing[1])
        spoilt = oracle.screen(*drawn(*drawing)), oracle.derived(*drawn(*drawing))
        lines += differences(answered(Engine, *drawing), spoilt, str(drawing))
        if any(f": {named} of" in line for line in lines):
            return
    pytest.fail(f"nobody noticed: {told(lines)}")
