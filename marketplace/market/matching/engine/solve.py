"""The plan of one kind: the flow, needs made whole, what is lost by that made up for, and how much of it is proven."""
from dataclasses import dataclass

import numpy as np

from marketplace.market.matching.engine import flow
from marketplace.market.matching.engine.drawing import Drawing
from marketplace.market.matching.engine.fairness import LATE, LATEST
from marketplace.market.matching.engine.graph import Network
from marketplace.market.matching.engine.problem import Problem
from marketplace.market.matching.engine.whole import Given, Whole

Value = tuple[int, int, int]  # units of the latest served, of all overdue, points: compared in this order
MOST = 10_000  # what a loss counts for at most while a flow is mended


@dataclass(frozen=True)
class Solution:
    """Rows of need and line and units; what they are worth, what nothing could exceed, and whether nothing is better."""

    given: Given
    value: Value
    bound: Value
    proven: bool


def solve(problem: Problem) -> Solution:
    """The best plan that is found."""
    network, best, bound = relaxed(problem)
    whole = Whole(problem, network, flow.prices(network, best))
    rest = lossless(whole, best)
    if rest is None:
        for _ in range(problem.rules.mends):
            whole.read(mended(whole, True), swap=True)
        whole.force()
        rest = mended(whole, False)
    found = whole.given + spread(whole, rest)
    value = worth(problem, found)
    return Solution(found, value, bound, value == bound)


def relaxed(problem: Problem) -> tuple[Network, np.ndarray, Value]:
    """The best flow, and its value: first the most for who is latest, then for all overdue, then points.

    A tier leads by so many points that no other choice makes up for it; that the flow gives each tier all that any plan
    could is shown by greatest flows, else the lead is made longer. Units served can be exchanged for each other one by
    one, so that more for the latest never means less for all overdue.
    """
    lead = 2 * int(problem.worth.max() + problem.bonus.max() + problem.closeness.max() + problem.classes.fit.max())
    while True:
        network = problem.network(lead)
        best = flow.cheapest(network.tail, network.head, network.room, -network.points, network.stock, network.sink)
        tiers = np.zeros(len(network.tail), np.int64)
        tiers[network.sold] = problem.tier
        units = [int(best[tiers >= tier].sum()) for tier in (LATEST, LATE)]
        if all(flow.greatest(network, np.flatnonzero(tiers >= tier)) == served
               for tier, served in zip((LATEST, LATE), units) if served < network.room[tiers >= tier].sum()):
            points = int((best * network.points).sum()) - lead * sum(units)
            return network, best, (units[0], units[1], points)
        lead *= 8


def lossless(whole: Whole, best: np.ndarray) -> np.ndarray | None:
    """Reads flows that lose nothing until all that take care are served, and gives the flow to the others; or None."""
    network, chance = whole.network, np.random.default_rng(0)
    rest = best
    for _turn in range(whole.problem.rules.rounds):
        whole.read(rest)
        if not whole.stuck:
            last = flow.tight(network, whole.price, whole.room(False), np.array(whole.left), np.arange(len(network.tail)))
            if last is not None:
                return last
        order = chance.permutation(len(network.tail))
        further = flow.tight(network, whole.price, whole.room(True), np.array(whole.left), order)
        if further is None:
            return None
        rest = further
    return None


def worth(problem: Problem, given: Given) -> Value:
    """Counts a plan."""
    if not given:
        return 0, 0, 0
    need, line, units = np.array(given).T
    points = problem.points(need, line) + problem.worth[need]
    latest, overdue = (int(units[problem.tier[need] >= tier].sum()) for tier in (LATEST, LATE))
    return latest, overdue, int((points * units).sum())


def mended(whole: Whole, careful: bool) -> np.ndarray:
    """The best flow of what is left to those that take no care."""
    network, price, room = whole.network, whole.price, whole.room(careful)
    loss = np.clip(price[network.tail] - network.points - price[network.head], -MOST, MOST)
    some = np.flatnonzero(room > 0)
    found = np.zeros(len(room), np.int64)
    found[some] = flow.cheapest(network.tail[some], network.head[some], room[some], loss[some], np.array(whole.left),
                                network.sink)
    return found


def spread(whole: Whole, rest: np.ndarray) -> Given:
    """The flow to needs that take no care, by need and line: of one place and worth, who waited longest first."""
    network, needs, drawing = whole.network, whole.problem.needs, Drawing(whole.network, rest)
    left = rest[network.sales].tolist()
    some = np.flatnonzero(~whole.careful & (rest[network.sold] > 0))
    some = some[np.lexsort((needs.id[some], -needs.waited[some]))]
    given: Given = []
    for need, want in zip(some.tolist(), needs.units[some].tolist()):
        want = min(want, left[whole.arc[need]])
        left[whole.arc[need]] -= want
        while want:
            line, part = drawing.some(whole.place[need], want)
            given.append((need, line, part))
            want -= part
    return given
