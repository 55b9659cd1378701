"""A small kind searched to the end by CP-SAT, for what the flow leaves open about whole needs."""
import numpy as np
from ortools.sat.python import cp_model

from marketplace.market.matching.engine.classes import NO
from marketplace.market.matching.engine.fairness import LATE, LATEST
from marketplace.market.matching.engine.problem import Problem
from marketplace.market.matching.engine.whole import Given

Value = tuple[int, int, int]


def search(problem: Problem, given: Given, value: Value, bound: Value) -> tuple[Given, bool] | None:
    """A plan at least as good, and whether no other is better; None where there are too many pairs to search.

    How long is counted in work and not by a clock, so that the same needs and lines have the same answer.
    """
    most, needs = problem.rules.exact_pairs, problem.needs
    if len(needs) * len(problem.lines) > 20 * most:
        return None
    need, line = np.indices((len(needs), len(problem.lines))).reshape(2, -1)
    points = problem.points(need, line)
    good = (points != NO) & ((needs.splittable == 1)[need] | (problem.lines.units[line] >= needs.units[need]))
    if not 0 < good.sum() <= most:
        return None
    model = Model(problem, need[good], line[good], points[good] + problem.worth[need[good]])
    better = False
    for stage, (least, most) in enumerate(zip(value, bound)):
        if better or least < most:
            found, proven = model.best(stage, -1 if better else least)
            if not proven:
                return found or given, False
            given, better = found, better or model.reached > least
            least = model.reached
        model.hold(stage, least)
    return given, True


class Model:
    """Units of each pair; what lines have, what needs want, and what may be split how."""

    def __init__(self, problem: Problem, need: np.ndarray, line: np.ndarray, points: np.ndarray):
        self.model, self.problem = cp_model.CpModel(), problem
        self.pairs = list(zip(need.tolist(), line.tolist()))
        self.points, self.reached = points.tolist(), 0
        needs, stock = problem.needs, problem.lines.units.tolist()
        self.by_need: dict[int, list] = {}
        by_line: dict[int, list] = {}
        self.units: list = []
        for one, other in self.pairs:
            want, cut, least = int(needs.units[one]), int(needs.splittable[one]), int(needs.least[one])
            whole = self.model.new_bool_var("")
            units = want * whole
            if cut:
                units = self.model.new_int_var(0, min(want, stock[other]), "")
                self.model.add(units >= min(least, want) * whole)
                self.model.add(units <= min(want, stock[other]) * whole)
            self.units.append(units)
            self.by_need.setdefault(one, []).append(units)
            by_line.setdefault(other, []).append(units)
        for other, some in by_line.items():
            self.model.add(sum(some) <= stock[other])
        for one, some in self.by_need.items():
            self._want(one, sum(some))
        tier = problem.tier[need].tolist()
        self.stages = [sum(units for units, of in zip(self.units, tier) if of >= at) for at in (LATEST, LATE)]
        self.stages.append(sum(units * points for units, points in zip(self.units, self.points)))

    def _want(self, need: int, got) -> None:
        """What stays can be given too."""
        want, least = int(self.problem.needs.units[need]), int(self.problem.needs.least[need])
        if self.problem.needs.splittable[need] and least > 1:
            done = self.model.new_bool_var("")
            self.model.add(got >= want * done)
            self.model.add(got <= want - min(least, want) + min(least, want) * done)
        else:
            self.model.add(got <= want)

    def hold(self, stage: int, least: int) -> None:
        self.model.add(self.stages[stage] >= least)

    def best(self, stage: int, least: int) -> tuple[Given, bool]:
        """The most of a stage, and whether it is; nothing when nothing is found."""
        self.hold(stage, least)
        self.model.maximize(self.stages[stage])
        solver = cp_model.CpSolver()
        solver.parameters.num_workers, solver.parameters.random_seed = 1, 1
        solver.parameters.max_deterministic_time = self.problem.rules.effort
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return [], False
        found = [(need, line, solver.value(units)) for (need, line), units in zip(self.pairs, self.units)]
        self.reached = round(solver.objective_value)
        return [row for row in found if row[2]], status == cp_model.OPTIMAL
