"""Proposals for one kind, each with the points it is worth, and what is proven about them."""
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from marketplace.market.matching.engine.market import Kind
from marketplace.market.matching.engine.problem import Problem
from marketplace.market.matching.engine.rules import TERMS, Rules
from marketplace.market.matching.engine.solve import Solution, Value, solve


@dataclass(frozen=True, slots=True)
class Proposal:
    """So many units of a line for a need. `away`: it travels within the town (0), the county (1) or the city (2). `tier`: 1
    for an overdue need, 2 for one of the latest. `terms`: points for all its units, by name; they add up to `points`.
    """

    item: str
    need: int
    line: int
    units: int
    away: int
    tier: int
    terms: Mapping[str, int]

    @property
    def points(self) -> int:
        return sum(self.terms.values())


@dataclass(frozen=True, eq=False)
class Proof:
    """Why nothing is better than a bound, in rows of the kind: no unit of a line is worth more to a need than the line's
    `price` and the need's `gain`. `worth` is that of a unit to the need whatever the line, with a `lead` for each tier.
    """

    lead: int
    price: np.ndarray
    gain: np.ndarray
    worth: np.ndarray


@dataclass(frozen=True, eq=False)
class KindPlan:
    """The proposals of one kind, as rows by need and line. `terms` has points of a unit by TERMS.

    `value` and `bound` are (units for the latest overdue, units for all overdue, points), compared in this order: nothing is
    better than the bound. `proven`: nothing is better than this plan.
    """

    kind: Kind
    need: np.ndarray
    line: np.ndarray
    units: np.ndarray
    away: np.ndarray
    tier: np.ndarray
    terms: np.ndarray
    value: Value
    bound: Value
    proven: bool
    proof: Proof | None

    @property
    def fair(self) -> bool:
        """Whether no plan gives more to the overdue."""
        return self.value[:2] == self.bound[:2] or self.proven

    @property
    def got(self) -> np.ndarray:
        """Units given to each need of the kind."""
        return np.bincount(self.need, self.units, len(self.kind.needs)).astype(np.int64)

    def proposals(self) -> Iterator[Proposal]:
        points = self.terms * self.units[:, None]
        for need, line, units, away, tier, terms in zip(
                self.kind.needs.id[self.need].tolist(), self.kind.lines.id[self.line].tolist(), self.units.tolist(),
                self.away.tolist(), self.tier.tolist(), points.tolist()):
            yield Proposal(self.kind.item, need, line, units, away, tier, dict(zip(TERMS, terms)))


def planned(kind: Kind, rules: Rules) -> KindPlan:
    """The best plan that is found for one kind."""
    problem = Problem.of(kind, rules)
    return told(problem, solve(problem)) if problem else nothing(kind)


def nothing(kind: Kind) -> KindPlan:
    """The plan of a kind in which nothing can be matched."""
    none = np.zeros(0, np.int64)
    return KindPlan(kind, none, none, none, none, none, none.reshape(0, len(TERMS)), (0, 0, 0), (0, 0, 0), True, None)


def told(problem: Problem, found: Solution) -> KindPlan:
    """The plan in rows of the kind, parts from one line together, with what each is worth."""
    rows = np.array(found.given, np.int64).reshape(-1, 3)
    pair, which = np.unique(rows[:, 0] * len(problem.lines) + rows[:, 1], return_inverse=True)
    units = np.bincount(which, rows[:, 2], len(pair)).astype(np.int64)
    need, line = pair // len(problem.lines), pair % len(problem.lines)
    rules, away = problem.rules, problem.away(need, line)
    close, ending = problem.closeness[away], problem.bonus[line]
    terms = np.stack([np.full(len(need), rules.served), problem.points(need, line) - close - ending, close,
                      rules.urgent(problem.needs)[need], rules.waited(problem.needs)[need], ending], axis=1)
    proof = Proof(found.lead, np.zeros(len(problem.kind.lines), np.int64), *np.zeros((2, len(problem.kind.needs)), np.int64))
    proof.price[problem.line], proof.gain[problem.need] = found.price, found.gain
    proof.worth[problem.need] = problem.worth + found.lead * problem.tier
    return KindPlan(problem.kind, problem.need[need], problem.line[line], units, away, problem.tier[need], terms,
                    found.value, found.bound, found.proven, proof)
