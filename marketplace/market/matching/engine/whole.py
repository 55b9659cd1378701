"""From flows, which split every need, to a plan in which whole needs are whole: at no loss as far as that goes."""
from heapq import heapify, heappop, heappush

import numpy as np

from marketplace.market.matching.engine.classes import NO
from marketplace.market.matching.engine.drawing import Drawing
from marketplace.market.matching.engine.graph import Network
from marketplace.market.matching.engine.problem import Problem

LOOKED_AT = 12  # lines that are compared for one need
Given = list[tuple[int, int, int]]  # need, line, units


class Whole:
    """What needs that take care (of several units, not to be split, or only into parts of some size) have been given.

    A flow is read again and again: of what it brings to such a need all that comes from one line is given, the rest is left
    for the next flow. `left` is what the lines have, `got` what the needs have.
    """

    def __init__(self, problem: Problem, network: Network, price: np.ndarray):
        needs = problem.needs
        self.problem, self.network, self.price, self.careful = problem, network, price, problem.careful
        self.units, self.least, self.cut = needs.units.tolist(), needs.least.tolist(), (needs.splittable == 1).tolist()
        self.place, self.able = network.place.tolist(), problem.able.tolist()
        self.surplus = network.points[network.sold] - price[network.place]
        self.tier = problem.tier.tolist()
        some = np.flatnonzero(self.careful)
        self.order = some[np.lexsort((needs.id[some], -needs.waited[some], needs.splittable[some]))].tolist()
        self.arc = (network.sold - network.sale).tolist()
        self.got, self.left = [0] * len(needs), network.stock.tolist()
        self.given: Given = []
        self.on: dict[int, list[int]] = {}  # whole needs by line

    @property
    def stuck(self) -> list[int]:
        """Needs that could have more at no loss."""
        return [need for need in self.order if self.surplus[need] > 0 and self.got[need] < self.units[need]]

    def room(self, careful: bool) -> np.ndarray:
        """The room of each arc for what is still wanted and there, with or without those that take care."""
        network, sales = self.network, self.network.sales
        wanted = np.where(self.careful & (not careful), 0, self.problem.needs.units - np.array(self.got))
        room = network.room.copy()
        room[sales] = np.bincount(network.sold - network.sale, wanted, sales.stop - sales.start)
        room[sales.stop:] = self.left
        return room

    def read(self, flow: np.ndarray, swap: bool = False) -> int:
        """Give what the flow brings whole, and say in how many parts."""
        before, shares, drawing = len(self.given), self._shares(flow), Drawing(self.network, flow)
        hard, free = [], dict.fromkeys(range(0), 0)
        for need in sorted(shares, key=lambda need: (-self.tier[need], -shares[need], need)):
            line = drawing.whole(self.place[need], shares[need], self.able)
            if line < 0:
                hard.append(need)
            elif self.cut[need] and self._has(need, line):  # one part of each line, so that its limit for one need holds
                free[line] = free.get(line, 0) + shares[need]
            else:
                self._give(need, line, shares[need])
        for need in hard:
            parts = drawing.parts(self.place[need], shares[need])
            for line, part in sorted(parts.items(), key=lambda row: (-row[1], row[0])):
                given = self._lawful(need, min(part, self.able[line])) if self.cut[need] and not self._has(need, line) else 0
                if given:
                    self._give(need, line, given)
                free[line] = free.get(line, 0) + part - given
        if swap:
            self._swap(hard, free)
        return len(self.given) - before

    def _shares(self, flow: np.ndarray) -> dict[int, int]:
        """Of each arc's flow what each careful need gets, whole needs before parts and who waited longest first."""
        shares, left = {}, flow[self.network.sales].tolist()
        for need in self.order:
            part = self._lawful(need, left[self.arc[need]]) if left[self.arc[need]] else 0
            if part:
                shares[need] = part
                left[self.arc[need]] -= part
        return shares

    def _swap(self, needs: list[int], free: dict[int, int]) -> None:
        """Who comes from several lines may together free enough on one of them."""
        whole = [need for need in needs if not self.cut[need]]
        lines = np.array(sorted(free), np.int64)
        for need, loss in zip(whole, self.loss(whole, lines)):
            for line in lines[loss == 0].tolist():
                if free[line] >= self.units[need] <= self.able[line]:
                    free[line] -= self.units[need]
                    self._give(need, line, self.units[need])
                    break

    def _lawful(self, need: int, part: int) -> int:
        """As much of a part as the need may get now: all that is wanted, or what leaves a part that can be given too."""
        want, least = self.units[need] - self.got[need], self.least[need]
        if part >= want:
            return want
        part = min(part, want - least)
        return part if self.cut[need] and part >= least else 0

    def _has(self, need: int, line: int) -> bool:
        return self.got[need] > 0 and any(row[:2] == (need, line) for row in self.given)

    def _give(self, need: int, line: int, units: int) -> None:
        self.given.append((need, line, units))
        self.got[need] += units
        self.left[line] -= units
        if not self.cut[need]:
            self.on.setdefault(line, []).append(need)

    def _take_back(self, need: int, line: int) -> None:
        self.given.remove((need, line, self.units[need]))
        self.got[need] = 0
        self.left[line] += self.units[need]
        self.on[line].remove(need)

    def loss(self, needs: list[int], lines: np.ndarray) -> np.ndarray:
        """[need, line]: what a unit loses against its price; -1 where the line may not serve the need."""
        rows = np.array(needs, np.int64)
        points = self.problem.points(rows[:, None], lines)
        loss = self.price[lines] - points - self.price[self.network.place[rows]][:, None]
        return np.where(points == NO, -1, loss)

    def force(self) -> None:
        """Give stuck needs, who loses most first, the line where the least is lost: by the way the thing goes, or by taking
        it from whole needs that lose less, which then look for another.
        """
        waiting = [(-self.surplus[need] * self.units[need], need) for need in self.stuck if not self.cut[need]]
        heapify(waiting)
        every = np.arange(len(self.left))
        while waiting:
            _, need = heappop(waiting)
            units, loss = self.units[need], self.loss([need], every)[0]
            stock = self.network.stock
            can = np.flatnonzero((loss >= 0) & (loss < self.surplus[need]) & (stock >= units) & (self.problem.able >= units))
            can = can[np.argsort(loss[can], kind="stable")][:LOOKED_AT]
            choices = [(int(loss[line]) * units + cost, line, gone) for line in can.tolist()
                       for cost, gone in [self._room_for(units, line)] if gone is not None]
            cost, line, gone = min(choices, default=(self.surplus[need] * units, 0, []), key=lambda row: row[:2])
            if cost < self.surplus[need] * units:
                for other in gone:
                    self._take_back(other, line)
                    heappush(waiting, (-self.surplus[other] * self.units[other], other))
                self._give(need, line, units)

    def _room_for(self, units: int, line: int) -> tuple[int, list[int] | None]:
        """Whole needs that would have to leave a line, and what they would lose."""
        cost, gone, left = 0, [], self.left[line]
        for other in sorted(self.on.get(line, ()), key=lambda other: (self.surplus[other], other)):
            if left >= units:
                break
            cost, left = cost + int(max(self.surplus[other], 0)) * self.units[other], left + self.units[other]
            gone.append(other)
        return cost, gone if left >= units else None
