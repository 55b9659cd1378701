"""At the size of a real kind, the flow through hubs is the linear programme over all pairs."""
from itertools import product

import pytest
from ortools.linear_solver import pywraplp

from bench.matching_city import City
from marketplace.market.matching.engine import Rules, match
from tests.market.matching import oracle

RULES = Rules(exact_pairs=0)


def test_the_bound_is_the_linear_programme():
    needs, lines = City(9_000, 1_800).rows()
    plan, rules = match(needs, lines, RULES), RULES
    items = sorted(plan.kinds, key=lambda item: len(plan.kinds[item].kind.needs))
    for item in ("winter-coat", "money", items[0]):
        some = [need for need in needs if need.item == item], [line for line in lines if line.item == item]
        kind, given = plan.kinds[item], [row for row in oracle.given(plan) if row[0] in {need.id for need in some[0]}]
        assert oracle.value(*some, given, rules) == kind.value <= kind.bound
        assert linear(*some, rules) == pytest.approx(kind.bound, rel=1e-6, abs=0.01)
        assert kind.value[2] >= 0.98 * kind.bound[2] and kind.fair


def linear(needs, lines, rules):
    """Units for the latest, for the overdue, and points, each the most with those before it held."""
    solver, tier = pywraplp.Solver.CreateSolver("GLOP"), oracle.tiers(needs, rules)
    units = {(n.id, line.id): solver.NumVar(0, n.units, "") for n, line in product(needs, lines)
             if oracle.suits(n, line, rules) and line.units >= (min(n.least, n.units) if n.splittable else n.units)}
    for position, rows in enumerate((needs, lines)):
        for row in rows:
            solver.Add(sum(some for pair, some in units.items() if pair[position] == row.id) <= row.units)
    need_of, line_of = {n.id: n for n in needs}, {line.id: line for line in lines}
    found = []
    for stage in (sum(some for (n, _), some in units.items() if tier[n] == 2),
                  sum(some for (n, _), some in units.items() if tier[n]),
                  sum(some * oracle.points(need_of[n], line_of[line], rules) for (n, line), some in units.items())):
        solver.Maximize(stage)
        assert solver.Solve() == solver.OPTIMAL
        found.append(solver.Objective().Value())
        solver.Add(stage >= found[-1] - 1e-6)
    return tuple(found)
