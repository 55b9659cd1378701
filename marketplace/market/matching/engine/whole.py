"""From flows, which split every need, to a plan in which whole needs are whole."""
import numpy as np

from marketplace.market.matching.engine.classes import NO
from marketplace.market.matching.engine.drawing import Drawing
from marketplace.market.matching.engine.graph import Network
from marketplace.market.matching.engine.problem import Problem

Given = list[tuple[int, int, int]]  # need, line, units


class Whole:
    """What needs that take care (of several units, not to be split, or only into parts of some size) have been given.

    A flow is read again and again: of what it brings to such a need all that comes from one line is given, the rest is left
    for the next flow. `left` is what the lines have, `got` what the needs have, `on` each line's needs and their units.
    """

    def __init__(self, problem: Problem, network: Network, price: np.ndarray):
        needs = problem.needs
        self.problem, self.network, self.price, self.careful = problem, network, price, problem.careful
        self.units, self.least, self.cut = needs.units.tolist(), needs.least.tolist(), (needs.splittable == 1).tolist()
        self.place, self.arc = network.place.tolist(), (network.sold - network.sale).tolist()
        self.surplus = (network.points[network.sold] - price[network.place]).tolist()
        some = np.flatnonzero(self.careful)
        self.order = some[np.lexsort((needs.id[some], -needs.waited[some], needs.splittable[some]))].tolist()
        self.got, self.left = [0] * len(needs), network.stock.tolist()
        self.given: Given = []
        self.on: dict[int, list[tuple[int, int]]] = {}

    @property
    def stuck(self) -> list[int]:
        """Needs that could have more at no loss."""
        return [need for need in self.order if self.surplus[need] > 0 and self.got[need] < self.units[need]]

    @property
    def margin(self) -> list[int]:
        """Needs that may get something or nothing: it comes to the same, but that others then get nothing or something."""
        return [need for need in self.order if self.surplus[need] == 0 and not self.got[need]]

    def room(self, careful: bool) -> np.ndarray:
        """The room of each arc for what is still wanted and there, with or without those that take care."""
        network, sales = self.network, self.network.sales
        wanted = np.where(self.careful & (not careful), 0, self.problem.needs.units - np.array(self.got))
        room = network.room.copy()
        room[sales] = np.bincount(network.sold - network.sale, wanted, sales.stop - sales.start)
        room[sales.stop:] = self.left
        return room

    def read(self, flow: np.ndarray) -> None:
        """Give what the flow brings whole, the largest first."""
        shares, drawing, hard = self._shares(flow), Drawing(self.network, flow), []
        for need in sorted(shares, key=lambda need: (-shares[need], need)):
            line = drawing.whole(self.place[need], shares[need])
            if line >= 0:
                self.give(need, line, shares[need])
            elif self.cut[need]:
                hard.append(need)
        for need in hard:
            parts = drawing.parts(self.place[need], shares[need])
            for line, part in sorted(parts.items(), key=lambda row: (-row[1], row[0])):
                part = self.lawful(need, part)
                if part:
                    self.give(need, line, part)

    def _shares(self, flow: np.ndarray) -> dict[int, int]:
        """Of each arc's flow what each careful need gets, whole needs before parts and who waited longest first."""
        shares, left = {}, flow[self.network.sales].tolist()
        for need in self.order:
            part = self.lawful(need, left[self.arc[need]]) if left[self.arc[need]] else 0
            if part:
                shares[need] = part
                left[self.arc[need]] -= part
        return shares

    def lawful(self, need: int, part: int) -> int:
        """As much of a part as the need may get now: all that is wanted, or what leaves a part that can be given too."""
        want, least = self.units[need] - self.got[need], self.least[need]
        if part >= want:
            return want
        part = min(part, want - least)
        return part if self.cut[need] and part >= least else 0

    def give(self, need: int, line: int, units: int) -> None:
        self.given.append((need, line, units))
        self.got[need] += units
        self.left[line] -= units
        self.on.setdefault(line, []).append((need, units))

    def take_back(self, need: int, line: int, units: int) -> None:
        """Undo what was given."""
        self.given.remove((need, line, units))
        self.got[need] -= units
        self.left[line] += units
        self.on[line].remove((need, units))

    def loss(self, need: int) -> np.ndarray:
        """What a unit from each line loses against its price; -1 where it may not serve the need or never has enough."""
        points = self.problem.points(np.array(need), np.arange(len(self.left)))
        loss = self.price[: len(points)] - points - self.price[self.place[need]]
        least = self.least[need] if self.cut[need] else self.units[need]
        return np.where((points == NO) | (self.network.stock < least), -1, loss)
