"""What a plan loses against prices: a plan that loses nothing reaches the bound."""
import numpy as np

from marketplace.market.matching.engine.classes import NO
from marketplace.market.matching.engine.graph import Network
from marketplace.market.matching.engine.problem import Problem
from marketplace.market.matching.engine.whole import Given

FAR = 2**40  # where a line may not serve a need


class Ground:
    """A problem and the prices that prove its bound.

    An ask is a need that is to be whole, or `many` single units of one place and worth: all the needs on one arc of the
    network that take no care. `ask` is that of each need, `rep` a need of each, `size` the units of one.
    """

    def __init__(self, problem: Problem, network: Network, price: np.ndarray):
        self.problem, self.network, self.stock, self.price = problem, network, network.stock, price
        self.worth = price[network.place]
        self.surplus = network.points[network.sold] - self.worth
        units, whole = problem.needs.units, np.flatnonzero(problem.careful)
        single = np.flatnonzero(~problem.careful)
        _, first, which = np.unique(network.sold[single], return_index=True, return_inverse=True)
        self.rep, self.size = np.r_[whole, single[first]], np.r_[units[whole], np.ones(len(first), np.int64)]
        self.many = np.r_[np.ones(len(whole), np.int64), np.bincount(which, units[single], len(first)).astype(np.int64)]
        self.ask = np.zeros(len(units), np.int64)
        self.ask[whole], self.ask[single] = np.arange(len(whole)), len(whole) + which

    def loss(self, need: np.ndarray, line: np.ndarray) -> np.ndarray:
        """What a unit loses that goes this way; FAR where it may not."""
        points = self.problem.points(need, line)
        lost = self.price[line] - points - self.worth[need] + np.maximum(-self.surplus[need], 0)
        return np.where(points == NO, FAR, lost)

    def lost(self, asks: np.ndarray, lines: np.ndarray) -> np.ndarray:
        """What one of each ask loses at each line; FAR where it may not go or never has enough."""
        size = self.size[asks][:, None]
        return np.where(self.stock[lines] < size, FAR, self.loss(self.rep[asks][:, None], lines) * size)


class Losses:
    """A plan and what it loses in all; the lines at which, and the asks of needs that get less than they could. `served` is
    a line of each need.
    """

    def __init__(self, ground: Ground, given: Given):
        self.need, self.line, self.units = np.array(given, np.int64).reshape(-1, 3).T
        units = ground.problem.needs.units
        lost = ground.loss(self.need, self.line) * self.units
        idle = ground.stock - np.bincount(self.line, self.units, len(ground.stock)).astype(np.int64)
        by_line = np.bincount(self.line, lost, len(idle)).astype(np.int64) + idle * ground.price[: len(idle)]
        got = np.bincount(self.need, self.units, len(units)).astype(np.int64)
        unserved = (units - got) * np.maximum(ground.surplus, 0)
        self.total = int(by_line.sum() + unserved.sum())
        self.lines, self.asks = np.flatnonzero(by_line), np.unique(ground.ask[unserved > 0])
        self.served = np.full(len(units), -1)
        self.served[self.need] = self.line
