"""One kind made ready: who can be served at all, from how far, for how many points."""
from dataclasses import dataclass

import numpy as np

from marketplace.market.matching.engine import fairness
from marketplace.market.matching.engine.classes import NO, Classes, classes, points
from marketplace.market.matching.engine.graph import Network, network
from marketplace.market.matching.engine.market import Kind
from marketplace.market.matching.engine.model import CITY, COUNTY, SMALLER, TOWN, Columns
from marketplace.market.matching.engine.rules import Rules


@dataclass(frozen=True)
class Problem:
    """What of a kind is open to be matched: `need` and `line` are rows of the kind, all else is in their order.

    `worth` is points of a unit whatever the line, `tier` how far the rule about waiting puts the need before others,
    `barred` rows of needs and lines that may not come together.
    """

    kind: Kind
    rules: Rules
    need: np.ndarray
    line: np.ndarray
    needs: Columns
    lines: Columns
    reach: tuple[np.ndarray, np.ndarray]
    classes: Classes
    worth: np.ndarray
    tier: np.ndarray
    bonus: np.ndarray
    barred: np.ndarray

    @classmethod
    def of(cls, kind: Kind, rules: Rules) -> "Problem | None":
        """None when there is nothing to match."""
        reach = rules.reach(kind.item, kind.needs.closes_in), rules.reach(kind.item, kind.lines.ends_in)
        open_needs = np.flatnonzero((reach[0] >= 0) & (kind.needs.units > 0))
        open_lines = np.flatnonzero((reach[1] >= 0) & (kind.lines.units > 0))
        if not len(open_needs) or not len(open_lines):
            return None
        needs, lines = kind.needs.taken(open_needs), kind.lines.taken(open_lines)
        if kind.item in rules.still:
            lines = Columns({**lines.of, "level": np.full(len(lines), CITY), "spot": np.zeros(len(lines), np.int64)})
        barred = _rows(kind, needs, lines)
        tier = fairness.tiers(kind.needs, rules.multiple)[open_needs]
        return cls(kind, rules, open_needs, open_lines, needs, lines, (reach[0][open_needs], reach[1][open_lines]),
                   classes(needs, lines, rules, barred), rules.served + rules.urgent(needs) + rules.waited(needs), tier,
                   rules.expiring(lines), barred)

    def rest(self, got: np.ndarray, used: np.ndarray) -> "Problem | None":
        """What is still open when so many units of the needs and the lines are taken."""
        open_needs, open_lines = np.flatnonzero(self.needs.units > got), np.flatnonzero(self.lines.units > used)
        if not len(open_needs) or not len(open_lines):
            return None
        needs, lines = self.needs.taken(open_needs), self.lines.taken(open_lines)
        needs = Columns({**needs.of, "units": needs.units - got[open_needs]})
        lines = Columns({**lines.of, "units": lines.units - used[open_lines]})
        barred = _rows(self.kind, needs, lines)
        return Problem(self.kind, self.rules, self.need[open_needs], self.line[open_lines], needs, lines,
                       (self.reach[0][open_needs], self.reach[1][open_lines]), classes(needs, lines, self.rules, barred),
                       self.worth[open_needs], self.tier[open_needs], self.bonus[open_lines], barred)

    @property
    def careful(self) -> np.ndarray:
        """The needs for which it matters from which line each unit comes."""
        needs = self.needs
        return (needs.units > 1) & ((needs.splittable == 0) | (needs.least > 1))

    def network(self, lead: int) -> Network:
        """The flow in which each tier has a lead of so many points."""
        return network(self.needs, self.lines, self.classes, self.reach, self.worth + lead * self.tier, self.closeness,
                       self.bonus)

    @property
    def closeness(self) -> np.ndarray:
        return self.rules.travel(self.kind.item)[0]

    def away(self, need: np.ndarray, line: np.ndarray) -> np.ndarray:
        """How far the thing travels, of rows that fit each other."""
        level, spot, town = self.lines.level[line], self.lines.spot[line], self.needs.town[need]
        county = np.where(level == TOWN, spot // SMALLER[COUNTY], spot)
        near = (level <= COUNTY) & (county == town // SMALLER[COUNTY])
        return np.where((level == TOWN) & (spot == town), TOWN, np.where(near, COUNTY, CITY))

    def points(self, need: np.ndarray, line: np.ndarray) -> np.ndarray:
        """What a unit of the line brings beyond the need's worth; NO where it may not serve the need."""
        needs, lines, away = self.needs.taken(need), self.lines.taken(line), self.away(need, line)
        fit = points(needs, lines, self.rules)
        can = (fit != NO) & (away <= self.reach[0][need]) & (away <= self.reach[1][line])
        can &= (lines.most == 0) | (lines.most >= needs.total)
        can &= (lines.area == 0) | (lines.area == needs.town) | (lines.area == needs.town // SMALLER[COUNTY])
        if len(self.barred):
            can &= ~np.isin(need * len(self.lines) + line, self.barred @ (len(self.lines), 1))
        return np.where(can, self.closeness[away] + self.bonus[line] + fit, NO)


def _rows(kind: Kind, needs: Columns, lines: Columns) -> np.ndarray:
    """The pairs of a kind that are barred, as rows of what is open."""
    pairs = np.array(sorted(kind.barred), np.int64).reshape(-1, 2)
    pairs = pairs[np.isin(pairs[:, 0], needs.id) & np.isin(pairs[:, 1], lines.id)]
    return np.stack([np.searchsorted(needs.id, pairs[:, 0]), np.searchsorted(lines.id, pairs[:, 1])], axis=1)
