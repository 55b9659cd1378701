"""The matching beside a greedy matcher and first come first served, in one run: `python -m bench.matching 100000 20000`."""
import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

from bench import matching_report as report
from bench.matching_city import MONEY, City
from bench.matching_rivals import Given, first_come, greedy
from marketplace.market.matching.engine import Plan, Rules, match
from marketplace.market.matching.engine.kindplan import planned
from marketplace.market.matching.engine.market import Market
from marketplace.market.matching.engine.problem import Problem
from marketplace.market.matching.engine.processes import uncollected
from marketplace.market.matching.engine.solve import worth

NEEDS, LINES, CHANGED = 100_000, 20_000, 100
RULES, WORKERS = Rules(), os.cpu_count() or 1


def main() -> int:
    """Measure, print, and write bench-matching.json; 1 when an answer is wrong, whatever the speed."""
    parser = argparse.ArgumentParser(prog="bench.matching", description=__doc__)
    parser.add_argument("needs", nargs="?", type=int, default=NEEDS)
    parser.add_argument("lines", nargs="?", type=int, default=LINES)
    parser.add_argument("--turns", type=int, default=3)
    asked = parser.parse_args()
    return run(Path(os.environ.get("DATA_DIR", "var")).resolve(), asked.needs, asked.lines, asked.turns)


def run(folder: Path, needs: int, lines: int, turns: int) -> int:
    """All ways to match one city, in turns, the best of each; the table, and `folder`/bench-matching.json."""
    said = measured(needs, lines, turns)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench-matching.json").write_text(json.dumps(said, indent=2) + "\n")
    print(report.table(said))
    return 1 if said["wrong"] else 0


def measured(needs: int, lines: int, turns: int) -> dict[str, Any]:
    """What was measured, what it is worth, and what is wrong."""
    rows = City(needs, lines).rows()
    market = Market.of(*rows)
    one = [[row for row in some if row.item == rows[0][0].item] for some in rows]
    everywhere, once = _changes(*rows, CHANGED), _changes(one[0], one[1], CHANGED)
    parts = [replace(need, splittable=True) if need.units > 1 else need for need in rows[0]], rows[1]
    times: dict[str, float] = {}
    found: dict[str, Any] = {}
    ways: dict[str, Callable[[], Any]] = {
        "reading": lambda: Market.of(*rows),
        "optimum": lambda: match(*rows, RULES), "optimum, all processors": lambda: match(*rows, RULES, workers=WORKERS),
        "greedy": lambda: _all(greedy, Market.of(*rows)),
        "first come": lambda: _all(first_come, Market.of(*rows)),
        "optimum, all in parts": lambda: match(*parts, RULES),
        "greedy, all in parts": lambda: _all(greedy, Market.of(*parts)),
        "changed": lambda: found["optimum"].changed(*everywhere),
        "changed, all processors": lambda: found["optimum"].changed(*everywhere, workers=WORKERS),
        "changed, one kind": lambda: found["optimum"].changed(*once),
        "proposals": lambda: len(found["optimum"].proposals)}
    cpu: dict[str, float] = {}
    for _ in range(turns):
        for name, way in ways.items():
            wall, before = perf_counter(), process_time()
            with uncollected():  # for all alike
                found[name] = way()
            times[name] = min(times.get(name, 1e9), perf_counter() - wall)
            cpu[name] = min(cpu.get(name, 1e9), process_time() - before)
    return told(market, found) | {
        "needs": needs, "lines": lines, "turns": turns, "processors": WORKERS, "load": os.getloadavg(),
        "seconds": times, "cpu": cpu}


def told(market: Market, found: dict[str, Any]) -> dict[str, Any]:
    """What the answers are worth and whether they are right."""
    plan: Plan = found["optimum"]
    values = {name: _value(market, found[name]) for name in ("greedy", "first come")}
    for name in ("value", "bound"):
        values["optimum" if name == "value" else name] = {item: getattr(kind, name) for item, kind in plan.kinds.items()}
    gaps = [1 - kind.value[2] / kind.bound[2] for kind in plan.kinds.values() if kind.bound[2]]
    after = {name: found[name] for name in ("changed", "changed, one kind")}
    parts: Plan = found["optimum, all in parts"]
    flows = [kind for item, kind in parts.kinds.items() if item != MONEY]
    return {
        "kinds": len(market.kinds), "proposals": found["proposals"],
        "proven": sum(kind.proven for kind in plan.kinds.values()), "fair": sum(kind.fair for kind in plan.kinds.values()),
        "flows": len(flows), "flows_proven": sum(kind.proven and kind.fair for kind in flows),
        "goods": {name: _sum(value for item, value in of.items() if item != MONEY) for name, of in values.items()},
        "money": {name: list(of.get(MONEY, (0, 0, 0))) for name, of in values.items()}, "worst_gap": max(gaps, default=0.0),
        "again": {name: _again(later) for name, later in after.items()},
        "wrong": [f"{item}: {what}" for some in (plan, parts, *after.values()) for item, kind in some.kinds.items()
                  for what in report.broken(kind, RULES)]}


def _all(way: Callable, market: Market) -> dict[str, Given]:
    return {item: way(kind, RULES) for item, kind in market.kinds.items()}


def _changes(needs: Sequence, lines: Sequence, many: int) -> tuple[list, list, list[int], list[int]]:
    """Four fifths needs, one fifth lines: a half is gone, the others want or have one more."""
    chance = np.random.default_rng(7)
    parts = [[rows[place] for place in chance.choice(len(rows), min(share, len(rows)), replace=False)]
             for rows, share in ((needs, many * 4 // 5), (lines, many // 5))]
    gone = [[row.id for row in rows[: len(rows) // 2]] for rows in parts]
    come = [[replace(row, units=row.units + 1) for row in rows[len(rows) // 2:]] for rows in parts]
    return come[0], come[1], gone[0], gone[1]


def _again(plan: Plan) -> dict[str, Any]:
    """The plan after a change beside one made anew, by the share of its points in each kind at worst."""
    anew = {item: planned(kind.kind, RULES).value[2] for item, kind in plan.kinds.items()}
    shares = [kind.value[2] / anew[item] for item, kind in plan.kinds.items() if anew[item]]
    return {"share": min(shares, default=1.0), "fair": sum(kind.fair for kind in plan.kinds.values())}


def _value(market: Market, given: dict[str, Given]) -> dict[str, tuple[int, ...]]:
    """What a rival's plan is worth by the engine's own count."""
    values: dict[str, tuple[int, ...]] = {}
    for item, kind in market.kinds.items():
        problem = Problem.of(kind, RULES)
        if problem and given[item]:
            need, line, units = np.array(given[item]).T
            values[item] = worth(problem, list(zip(np.searchsorted(problem.need, need).tolist(),
                                                   np.searchsorted(problem.line, line).tolist(), units.tolist())))
    return values


def _sum(values: Iterable[tuple[int, ...]]) -> list[int]:
    return [int(total) for total in np.array(list(values), np.int64).reshape(-1, 3).sum(axis=0)]


if __name__ == "__main__":
    sys.exit(main())
