"""After a change: what was proposed stays, what is open is matched anew, and where that is not good enough, all is."""
import numpy as np

from marketplace.market.matching.engine.classes import NO
from marketplace.market.matching.engine.fairness import LATE, LATEST
from marketplace.market.matching.engine.kindplan import KindPlan, Proof, nothing, planned, told
from marketplace.market.matching.engine.market import Kind
from marketplace.market.matching.engine.model import Columns
from marketplace.market.matching.engine.problem import Problem
from marketplace.market.matching.engine.rules import Rules
from marketplace.market.matching.engine.solve import Solution, Value, most, solve, worth
from marketplace.market.matching.engine.whole import Given


def again(before: KindPlan | None, kind: Kind, rules: Rules) -> KindPlan:
    """The plan of a kind after a change.

    Proposals stay that are still possible, and what is open on both sides is matched. That is the new plan if no plan gives
    more to the overdue and its points are within a `slack`th of a bound; else the kind is matched as if for the first time.
    """
    if before is None:
        return planned(kind, rules)
    problem = Problem.of(kind, rules)
    if problem is None:
        return nothing(kind)
    kept = _kept(before, before.proof, problem) if before.proof else None
    return told(problem, kept or solve(problem))


def _kept(before: KindPlan, proof: Proof, problem: Problem) -> Solution | None:
    """What stays and what is added to it; None when that is not good enough.

    Where it gives too little to the overdue, lines that could serve one who has lost a line, or is new, are taken from
    needs of a lower tier; then those look for another too.
    """
    staying = _staying(before, problem)
    given = _filled(problem, staying)
    value = worth(problem, given)
    if not _fair(proof, problem, value):
        given = _filled(problem, _yielding(before, problem, staying, given))
        value = worth(problem, given)
        if not _fair(proof, problem, value):
            return None
    price, gain = _prices(before, proof, problem)
    bound = int((price * problem.lines.units).sum() + (gain * problem.needs.units).sum()) - proof.lead * sum(value[:2])
    if (bound - value[2]) * problem.rules.slack > bound:
        return None
    return Solution(given, value, (*value[:2], bound), bound == value[2], proof.lead, price, gain)


def _fair(proof: Proof, problem: Problem, value: Value) -> bool:
    """Whether no plan gives more to the latest or to all overdue."""
    units, late = problem.needs.units, problem.tier > 0
    if list(value[:2]) == [int(units[problem.tier >= tier].sum()) for tier in (LATEST, LATE)]:
        return True
    overdue = problem.rest(np.where(late, 0, units), np.zeros(len(problem.lines), np.int64))
    return overdue is None or most(overdue, overdue.network(proof.lead), list(value[:2])) == list(value[:2])


def _filled(problem: Problem, given: Given) -> Given:
    """A plan, and what is open on both sides matched."""
    need, line, units = np.array(given, np.int64).reshape(-1, 3).T
    rest = problem.rest(_sums(need, units, problem.needs), _sums(line, units, problem.lines))
    if not rest:
        return given
    rows, columns = np.searchsorted(problem.need, rest.need).tolist(), np.searchsorted(problem.line, rest.line).tolist()
    return given + [(rows[need], columns[line], units) for need, line, units in solve(rest).given]


def _yielding(before: KindPlan, problem: Problem, staying: Given, given: Given) -> Given:
    """What stays when lines that suit needs which have newly come to be open are taken from needs of a lower tier."""
    need, _, units = np.array(given, np.int64).reshape(-1, 3).T
    had = np.bincount(before.need, before.units, len(before.kind.needs)) < before.kind.needs.units
    old = _rows(problem.needs.id, before.kind.needs.id)
    opened = (_sums(need, units, problem.needs) < problem.needs.units) & (problem.tier > 0) & ((old < 0) | ~had[old])
    rows = np.flatnonzero(opened)[:, None]
    suits = problem.points(rows, np.arange(len(problem.lines))) != NO
    top = np.where(suits, problem.tier[rows], 0).max(axis=0, initial=0)
    return [row for row in staying if problem.tier[row[0]] >= top[row[1]]]


def _staying(before: KindPlan, problem: Problem) -> Given:
    """Earlier proposals, by the new rows, of needs and lines that want and have as much as before, or more."""
    need, line = (_rows(ids, of.id) for ids, of in (
        (before.kind.needs.id[before.need], problem.needs), (before.kind.lines.id[before.line], problem.lines)))
    both = np.flatnonzero((need >= 0) & (line >= 0))
    both = both[problem.points(need[both], line[both]) != NO]
    need, line, units = need[both], line[both], before.units[both]
    stays = problem.needs.units - _sums(need, units, problem.needs)
    wanted = (stays == 0) | (problem.needs.splittable == 1) & (stays >= problem.needs.least)
    good = (_sums(line, units, problem.lines) <= problem.lines.units)[line] & wanted[need]
    return list(zip(need[good].tolist(), line[good].tolist(), units[good].tolist()))


def _sums(rows: np.ndarray, units: np.ndarray, of: Columns) -> np.ndarray:
    return np.bincount(rows, units, len(of)).astype(np.int64)


def _rows(ids: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Where ids are among others that are in order; -1 where they are not."""
    place = np.minimum(np.searchsorted(of, ids), len(of) - 1)
    return np.where(of[place] == ids, place, -1)


def _prices(before: KindPlan, proof: Proof, problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Prices and gains that hold for all needs and lines there are now: the earlier ones; a changed need gains what it can
    at these prices, a changed line costs what anybody would give for it.
    """
    old_need, old_line = _rows(problem.needs.id, before.kind.needs.id), _rows(problem.lines.id, before.kind.lines.id)
    worth = problem.worth + proof.lead * problem.tier
    same_need = _same(before.kind.needs, old_need, problem.kind.needs, problem.need) & (proof.worth[old_need] == worth)
    same_line = _same(before.kind.lines, old_line, problem.kind.lines, problem.line)
    price, gain = np.where(same_line, proof.price[old_line], 0), np.where(same_need, proof.gain[old_need], 0)
    new, every = np.flatnonzero(~same_need), np.flatnonzero(same_line)
    if len(new) and len(every):
        points = problem.points(new[:, None], every)
        gain[new] = np.maximum(np.where(points == NO, 0, worth[new][:, None] + points - price[every]).max(axis=1), 0)
    new, every = np.flatnonzero(~same_line), np.arange(len(problem.needs))
    if len(new):
        points = problem.points(every[:, None], new)
        price[new] = np.maximum(np.where(points == NO, 0, (worth - gain)[:, None] + points).max(axis=0), 0)
    return price, gain


def _same(before: Columns, old: np.ndarray, now: Columns, rows: np.ndarray) -> np.ndarray:
    """Which rows are as they were."""
    same = old >= 0
    for name, column in now.of.items():
        same = same & (before.of[name][old] == column[rows])
    return same
