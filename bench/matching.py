"""Matching 100 thousand needs with 20 thousand lines, beside a greedy matcher and first come first served.

`python -m bench.matching [NEEDS] [LINES]`. All three keep the same rules. What they are worth is compared as it counts:
units of those who have waited longest, of all who have waited too long, then points. Of money the points are fen, so it is
counted apart.
"""
import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bench.matching_city import MONEY, City
from bench.matching_rivals import Given, first_come, greedy
from marketplace.market.matching.engine import Plan, Rules, match
from marketplace.market.matching.engine.model import Kind
from marketplace.market.matching.engine.problem import Problem
from marketplace.market.matching.engine.solve import Value, worth

CHANGED = 100
RULES = Rules()


def main() -> int:
    """Measure, print, and write bench-matching.json; 1 when a plan breaks a rule."""
    parser = argparse.ArgumentParser(prog="bench.matching", description=__doc__)
    parser.add_argument("needs", nargs="?", type=int, default=100_000)
    parser.add_argument("lines", nargs="?", type=int, default=20_000)
    asked = parser.parse_args()
    found = measure(asked.needs, asked.lines)
    folder = Path(os.environ.get("DATA_DIR", "var")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench-matching.json").write_text(json.dumps(found, indent=2) + "\n")
    print(table(found))
    return 1 if found["wrong"] else 0


def measure(needs: int, lines: int) -> dict[str, Any]:
    """Processor seconds and worth of each way to match, and of matching a changed hundred again."""
    asked, there = City(needs, lines).rows()
    plan, seconds = timed(partial(match, asked, there))
    kinds = [m.kind for m in plan.kinds.values()]
    rivals = {name: timed(partial(every, way, kinds)) for name, way in (
        ("greedy", greedy), ("first come", first_come))}
    urgent = [replace(need, urgency=2 - need.urgency) for need in asked[::max(1, needs // CHANGED)][:CHANGED]]
    again, once_more = timed(lambda: plan.changed(needs=urgent))
    mended, quickly = timed(lambda: plan.mended(urgent))
    ours = total(given(m.kind, m) for m in plan.kinds.values() if m.kind.item != MONEY)
    return {
        "needs": needs, "lines": lines, "proposals": len(plan.proposals), "seconds": {
            "optimum": seconds, "again, a changed hundred": once_more, "only the hundred anew": quickly,
            **{name: spent for name, (_, spent) in rivals.items()}},
        "quickly_of_again": mended.objective / again.objective,
        "worth": {"optimum": ours, **{name: total(valued(k, g) for k, g in zip(kinds, of) if k.item != MONEY)
                                      for name, (of, _) in rivals.items()}},
        "bound": sum(m.bound for m in plan.kinds.values() if m.kind.item != MONEY),
        "proven_kinds": sum(m.proven for m in plan.kinds.values()), "kinds": len(plan.kinds),
        "money": {"objective": plan.kinds[MONEY].objective, "bound": plan.kinds[MONEY].bound},
        "wrong": wrong(plan, asked, there) + ([] if again.bound else ["nothing is left after a change"])}


def every(way: Callable, kinds: list[Kind]) -> list[Given]:
    """A rival's plan of each kind."""
    return [way(kind, RULES) for kind in kinds]


def timed(act: Callable[[], Any]) -> tuple[Any, float]:
    """What it gives, and the processor time that it took."""
    begun = time.process_time()
    return act(), time.process_time() - begun


def given(kind: Kind, matched) -> Value:
    """The worth of a kind's proposals."""
    need = {number: row for row, number in enumerate(kind.needs.id.tolist())}
    line = {number: row for row, number in enumerate(kind.lines.id.tolist())}
    return valued(kind, [(need[p.need], line[p.line], p.units) for p in matched.proposals])


def valued(kind: Kind, of: Given) -> Value:
    """The worth of rows of a kind; those that the engine knows as possible."""
    problem = Problem.of(kind, RULES)
    if problem is None:
        return 0, 0, 0
    need = {row: place for place, row in enumerate(problem.need.tolist())}
    line = {row: place for place, row in enumerate(problem.line.tolist())}
    return worth(problem, [(need[n], line[i], units) for n, i, units in of])


def total(values: Iterable) -> list[int]:
    return [sum(column) for column in zip(*(value for value in values if value))]


def wrong(plan: Plan, needs, lines) -> list[str]:
    """What of the plan breaks the plainest rules: nothing given twice, no need served beyond what it asks."""
    left, want = {one.id: one.units for one in lines}, {one.id: one.units for one in needs}
    for one in plan.proposals:
        left[one.line] -= one.units
        want[one.need] -= one.units
    return [f"{name} {number}" for name, rest in (("line", left), ("need", want)) for number, n in rest.items() if n < 0]


def table(found: dict[str, Any]) -> str:
    """What was measured, as ratios in the same run."""
    seconds, value, bound = found["seconds"], found["worth"], found["bound"]
    rows = [f"{found['needs']:,} needs, {found['lines']:,} lines, {found['proposals']:,} proposals (processor seconds)",
            f"{'':28}{'seconds':>9}{'of greedy':>11}{'longest':>9}{'overdue':>9}{'points':>13}{'of bound':>10}"]
    for name in ("optimum", "greedy", "first come"):
        late, overdue, points = value[name]
        rows.append(f"{name:28}{seconds[name]:>9.2f}{seconds[name] / seconds['greedy']:>11.2f}{late:>9,}{overdue:>9,}"
                    f"{points:>13,}{points / bound:>10.4f}")
    for name in ("again, a changed hundred", "only the hundred anew"):
        rows.append(f"{name:28}{seconds[name]:>9.2f}")
    rows.append(f"proven the best of all: {found['proven_kinds']} of {found['kinds']} kinds; "
                f"points against first come: {value['optimum'][2] / value['first come'][2]:.3f}")
    return "\n".join([*rows, *(f"WRONG: {one}" for one in found["wrong"])])


if __name__ == "__main__":
    sys.exit(main())
