"""What the engine is measured against, under the same rules: who takes the next need, and which line it gets."""
from collections.abc import Iterable, Iterator

import numpy as np

from marketplace.market.matching.engine import fairness
from marketplace.market.matching.engine.classes import classes
from marketplace.market.matching.engine.market import Kind
from marketplace.market.matching.engine.model import CITY, COUNTY, SMALLER, TOWN
from marketplace.market.matching.engine.rules import Rules

Given = list[tuple[int, int, int]]  # need row, line row, units
Filed = dict[tuple[int, int], list[int]]  # by place and conditions


def greedy(kind: Kind, rules: Rules) -> Given:
    """The overdue first, then the urgent, then who waited longest; to each the nearest line, of these what ends soonest."""
    needs, lines = kind.needs, kind.lines
    order = np.lexsort((needs.id, -needs.waited, -needs.urgency, -fairness.tiers(needs, rules.multiple)))
    return Nearest(kind, rules, np.argsort(-rules.expiring(lines), kind="stable")).served(order)


def first_come(kind: Kind, rules: Rules) -> Given:
    """Needs as they were posted, to each the line that was posted first."""
    return Posted(kind, rules, np.arange(len(kind.lines))).served(np.argsort(kind.needs.id, kind="stable"))


class Taking:
    """What the lines have left, and the lines that suit each sort of need."""

    def __init__(self, kind: Kind, rules: Rules, order: np.ndarray):
        needs, lines, found = kind.needs, kind.lines, classes(kind.needs, kind.lines, rules, np.zeros((0, 2), np.int64))
        self.needs, self.lines, self.order, self.terms = needs, lines, order, found.terms
        self.suits = [np.flatnonzero(row >= 0).tolist() for row in found.fit]
        self.sort, self.town, self.area = found.sort.tolist(), needs.town.tolist(), lines.area.tolist()
        self.ends = rules.reach(kind.item, lines.ends_in)
        self.far, self.left = rules.reach(kind.item, needs.closes_in).tolist(), lines.units.tolist()
        self.file()

    def file(self) -> None:
        """Prepare what `offered` reads."""

    def offered(self, row: int, least: int) -> Iterable[int]:
        """Lines that may serve a need and have as many left, in order."""
        raise NotImplementedError

    def served(self, order: np.ndarray) -> Given:
        """Each need in its turn: whole from the first that has enough, or where it may be split from one after another."""
        needs, left, given = self.needs, self.left, []
        units, cut, least = needs.units.tolist(), needs.splittable.tolist(), needs.least.tolist()
        for row in order.tolist():
            want = units[row]
            for line in self.offered(row, min(want, least[row]) if cut[row] else want):
                part = want if left[line] >= want else min(left[line], want - least[row])  # what stays can be given too
                if part < want and part < least[row]:
                    continue
                left[line] -= part
                given.append((row, line, part))
                want -= part
                if not want:
                    break
        return given


class Nearest(Taking):
    """By distance; what has nothing left drops out."""

    def file(self) -> None:
        lines = self.lines
        county = np.where(lines.level == TOWN, lines.spot // SMALLER[COUNTY], lines.spot)
        self.at: list[Filed] = [{}, {}, {}]
        for level, spot in enumerate((lines.spot, county, lines.spot * 0)):
            rows = self.order[((lines.level <= level) & (self.ends >= level))[self.order]]
            for row, place, terms in zip(rows.tolist(), spot[rows].tolist(), self.terms[rows].tolist()):
                self.at[level].setdefault((place, terms), []).append(row)

    def offered(self, row: int, least: int) -> Iterator[int]:
        town, suits, left, area = self.town[row], self.suits[self.sort[row]], self.left, self.area
        inside = (0, town, town // SMALLER[COUNTY])
        for spot, filed in zip((town, inside[2], 0)[:self.far[row] + 1], self.at):
            for terms in suits:
                some = filed.get((spot, terms))
                if some:
                    while some and not left[some[0]]:
                        del some[0]
                    for line in some:
                        if left[line] >= least and area[line] in inside:
                            yield line


class Posted(Taking):
    """By number."""

    def file(self) -> None:
        of = self.terms.tolist()
        suiting = [set(terms) for terms in self.suits]
        self.by_sort = [[line for line, terms in enumerate(of) if terms in some] for some in suiting]
        self.home = list(zip(self.lines.level.tolist(), self.lines.spot.tolist(), self.ends.tolist()))

    def offered(self, row: int, least: int) -> Iterator[int]:
        town, left, some = self.town[row], self.left, self.by_sort[self.sort[row]]
        inside = (0, town, town // SMALLER[COUNTY])
        while some and not left[some[0]]:
            del some[0]
        for line in some:
            if left[line] >= least and self.area[line] in inside:
                level, spot, ends = self.home[line]
                away = level if level == CITY or spot == (town, inside[2])[level] else (
                    COUNTY if level == TOWN and spot // SMALLER[COUNTY] == inside[2] else CITY)
                if away <= ends and away <= self.far[row]:
                    yield line
