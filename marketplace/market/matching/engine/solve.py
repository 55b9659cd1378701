"""The plan of one kind: the flow, needs made whole, what is lost by that made up for, and how much of it is proven."""
from dataclasses import dataclass

import numpy as np

from marketplace.market.matching.engine import exact, flow, near, stuck
from marketplace.market.matching.engine.fairness import LATE, LATEST
from marketplace.market.matching.engine.graph import Network
from marketplace.market.matching.engine.losses import Ground
from marketplace.market.matching.engine.problem import Problem
from marketplace.market.matching.engine.rest import mended, spread
from marketplace.market.matching.engine.whole import Given, Whole

Value = tuple[int, int, int]  # units of the latest served, of all overdue, points: compared in this order


@dataclass(frozen=True)
class Solution:
    """Rows of need and line and units; what they are worth, what nothing could exceed, and whether nothing is better.

    `price` of a unit of each line and `gain` of each need say why, with a `lead` in points for each tier: no unit of any
    line is worth more to any need than its price and the gain.
    """

    given: Given
    value: Value
    bound: Value
    proven: bool
    lead: int
    price: np.ndarray
    gain: np.ndarray


def solve(problem: Problem) -> Solution:
    """The best plan that is found: the bound's value proves it, or a search to the end where the kind is small.

    More is tried where it is not shown that nobody could give more to the overdue.
    """
    network, best, bound, lead = relaxed(problem)
    price = flow.prices(network, best)
    whole, found, value = _rounded(problem, network, best, price, 0)
    for turn in range(1, problem.rules.turns):
        if value[:2] == bound[:2]:
            break
        again = _rounded(problem, network, best, price, turn)
        whole, found, value = max((whole, found, value), again, key=lambda one: one[2])
    proven = value == bound
    if not proven and value[:2] == bound[:2]:
        found, proven = _nearer(Ground(problem, network, price), found, value)
        value = worth(problem, found)
    if not proven and (searched := exact.search(problem, found, value, bound)):
        found, proven = searched
        value = worth(problem, found)
    return Solution(found, value, bound, proven, lead, price[: len(problem.lines)], np.maximum(whole.surplus, 0))


def _nearer(ground: Ground, given: Given, value: Value) -> tuple[Given, bool]:
    """A plan that is no worse, and whether none is better. Prices count the overdue by their lead: what loses less against
    them has more points, as long as it gives the overdue no less.
    """
    if (ground.problem.careful & (ground.problem.needs.splittable == 1)).any():
        return given, False
    found, proven = near.search(ground, given)
    after = worth(ground.problem, found)
    return (found, proven) if after[:2] == value[:2] else (given, False)


def _rounded(problem: Problem, network: Network, best: np.ndarray, price: np.ndarray,
             turn: int) -> tuple[Whole, Given, Value]:
    """The flow with whole needs whole, and what that is worth; each turn takes other flows, and more of them."""
    whole = Whole(problem, network, price)
    rest = lossless(whole, best, turn)
    if rest is None:
        if any(whole.cut[need] for need in whole.stuck):
            whole.read(mended(whole, True))
        stuck.force(whole)
        rest = mended(whole, False)
    found = whole.given + spread(whole, rest)
    return whole, found, worth(problem, found)


def relaxed(problem: Problem) -> tuple[Network, np.ndarray, Value, int]:
    """The best flow, its value (first the most for who is latest, then for all overdue, then points), and the tiers' lead.

    A tier leads by so many points that no other choice makes up for it; that the flow gives each tier all that any plan
    could is shown by greatest flows, else the lead is made longer. Units served can be exchanged for each other one by
    one, so that more for the latest never means less for all overdue.
    """
    lead = 2 * int(problem.worth.max() + problem.bonus.max() + problem.closeness.max() + problem.rules.exact)
    while True:
        network = problem.network(lead)
        best = flow.cheapest(network.tail, network.head, network.room, -network.points, network.stock, network.sink)
        units = [int(best[of].sum()) for of in tiers(problem, network)]
        if units == most(problem, network, units):
            points = int((best * network.points).sum()) - lead * sum(units)
            return network, best, (units[0], units[1], points), lead
        lead *= 8


def tiers(problem: Problem, network: Network) -> list[np.ndarray]:
    """The arcs of the latest, and of all overdue needs."""
    tier = np.zeros(len(network.tail), np.int64)
    tier[network.sold] = problem.tier
    return [np.flatnonzero(tier >= least) for least in (LATEST, LATE)]


def most(problem: Problem, network: Network, units: list[int]) -> list[int]:
    """The most units that any plan can give to the latest, and to all overdue needs; who has all they want has the most."""
    return [served if served == network.room[of].sum() else flow.greatest(network, of)
            for of, served in zip(tiers(problem, network), units)]


def lossless(whole: Whole, best: np.ndarray, turn: int) -> np.ndarray | None:
    """Read flows that lose nothing until the others can be served without those that take care, and say by which flow; None
    if that does not come to an end.
    """
    network, rules, chance = whole.network, whole.problem.rules, np.random.default_rng(turn)
    every = np.arange(len(network.tail))

    def rest(careful: bool, order: np.ndarray) -> np.ndarray | None:
        return flow.tight(network, whole.price, whole.room(careful), order)

    for _ in range(rules.rounds * (turn + 1)):
        whole.read(best)
        done = None if whole.stuck else rest(False, every)
        if done is not None:
            return done
        after = rest(True, chance.permutation(every))
        if after is None:
            return None
        best = after
    checks = rules.checks * (turn + 1)
    stuck.squeeze(whole, whole.stuck, checks, lambda: rest(True, every) is not None)
    done = None if whole.stuck else rest(False, every)
    for need in whole.margin[:turn]:
        if done is None and not whole.stuck:
            stuck.squeeze(whole, [need], checks, lambda: rest(True, every) is not None)
            done = rest(False, every)
    return done if not whole.stuck else None


def worth(problem: Problem, given: Given) -> Value:
    """Counts a plan."""
    if not given:
        return 0, 0, 0
    need, line, units = np.array(given).T
    points = problem.points(need, line) + problem.worth[need]
    latest, late = (int(units[problem.tier[need] >= tier].sum()) for tier in (LATEST, LATE))
    return latest, late, int((points * units).sum())
