"""From needs and lines to proposals with their reasons, kind by kind; a change solves only the kinds that it touches."""
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from marketplace.market.matching.engine import fairness
from marketplace.market.matching.engine.model import COUNTY, LINE, NEED, SMALLER, Columns, Kind, Line, Need
from marketplace.market.matching.engine.problem import Problem
from marketplace.market.matching.engine.rules import Rules
from marketplace.market.matching.engine.solve import solve

Pairs = frozenset[tuple[int, int]]  # of a need and a line
NOBODY: Pairs = frozenset()


@dataclass(frozen=True)
class Proposal:
    """`units` of a line for a need, both by their ids. `terms` are points that add up to what it is worth."""

    need: int
    line: int
    units: int
    terms: dict[str, int]


@dataclass(frozen=True)
class Fairness:
    """Of a county and a group: needs of an item that have waited too long, and how many of them are served now."""

    item: str
    county: str
    group: int
    overdue: int
    served: int


@dataclass(frozen=True)
class Matched:
    """One kind and what was found for it."""

    kind: Kind
    proposals: tuple[Proposal, ...]
    fairness: tuple[Fairness, ...]
    objective: int
    bound: int
    proven: bool


@dataclass(frozen=True)
class Plan:
    """What was found for all kinds. `bound`: what no assignment can exceed, even one that splits every need."""

    kinds: dict[str, Matched]
    rules: Rules
    barred: Pairs

    @property
    def proposals(self) -> list[Proposal]:
        """By need, then by line."""
        return sorted((p for m in self.kinds.values() for p in m.proposals), key=lambda p: (p.need, p.line))

    @property
    def fairness(self) -> list[Fairness]:
        """Where some of those who have waited too long are not served, as there is too little for them."""
        return [one for m in self.kinds.values() for one in m.fairness if one.served < one.overdue]

    @property
    def objective(self) -> int:
        """The points of all proposals."""
        return sum(m.objective for m in self.kinds.values())

    @property
    def bound(self) -> int:
        """Points that nothing could exceed."""
        return sum(m.bound for m in self.kinds.values())

    @property
    def proven(self) -> bool:
        """Whether there is certainly no better plan."""
        return all(m.proven for m in self.kinds.values())

    def changed(self, needs: Sequence[Need] = (), lines: Sequence[Line] = (), gone_needs: Collection[int] = (),
                gone_lines: Collection[int] = ()) -> "Plan":
        """The plan after needs and lines came, changed, or went (by id). Only kinds that are touched are solved again.

        A need or a line that changes keeps its item.
        """
        came = _by_item(needs), _by_item(lines)
        kinds = dict(self.kinds)
        for item in sorted({*came[0], *came[1], *self._of(gone_needs, "needs"), *self._of(gone_lines, "lines")}):
            kind = kinds[item].kind if item in kinds else _empty(item)
            kind = Kind(item, kind.needs.changed(gone_needs, Columns.read(came[0].get(item, ()), NEED)),
                        kind.lines.changed(gone_lines, Columns.read(came[1].get(item, ()), LINE)))
            kinds[item] = _matched(kind, self.rules, self.barred)
        return replace(self, kinds=kinds)

    def mended(self, needs: Sequence[Need]) -> "Plan":
        """As `changed`, for needs that came or changed, but quickly: all other proposals stay as they are, and these needs
        are matched with what is left. Not more than nearly the best; never proven.
        """
        kinds = dict(self.kinds)
        for item, came in sorted(_by_item(needs).items()):
            before = kinds.get(item) or Matched(_empty(item), (), (), 0, 0, True)
            numbers = {one.id for one in came}
            kind = replace(before.kind, needs=before.kind.needs.changed((), Columns.read(came, NEED)))
            kept = tuple(p for p in before.proposals if p.need not in numbers)
            kinds[item] = _added(kind, self.rules, self.barred, kept, numbers, before.bound)
        return replace(self, kinds=kinds)

    def _of(self, gone: Collection[int], what: str) -> list[str]:
        """Items of needs or lines that go."""
        numbers = np.array(sorted(gone), np.int64)
        return [item for item, m in self.kinds.items() if len(gone) and np.isin(getattr(m.kind, what).id, numbers).any()]


def match(needs: Iterable[Need], lines: Iterable[Line], rules: Rules | None = None, barred: Pairs = NOBODY) -> Plan:
    """The best use of lines for needs. `barred` pairs of a need's and a line's id are not proposed.

    The same rows give the same plan, in whatever order they come.
    """
    rules, of_needs, of_lines = rules or Rules(), _by_item(needs), _by_item(lines)
    kinds = {item: Kind(item, Columns.read(of_needs.get(item, ()), NEED), Columns.read(of_lines.get(item, ()), LINE))
             for item in sorted({*of_needs, *of_lines})}
    return Plan({item: _matched(kind, rules, barred) for item, kind in kinds.items()}, rules, barred)


def _by_item(rows: Iterable) -> dict[str, list]:
    found = defaultdict(list)
    for row in rows:
        found[row.item].append(row)
    return found


def _empty(item: str) -> Kind:
    return Kind(item, Columns.read((), NEED), Columns.read((), LINE))


def _matched(kind: Kind, rules: Rules, barred: Pairs) -> Matched:
    problem = Problem.of(kind, rules)
    if problem is None:
        return Matched(kind, (), (), 0, 0, True)
    found = solve(problem)
    proposals = _proposals(problem, found.given)
    kept = tuple(p for p in proposals if (p.need, p.line) not in barred)
    if len(kept) < len(proposals):
        kept = _instead(kind, rules, barred, kept)
    points = sum(sum(p.terms.values()) for p in kept)
    return Matched(kind, kept, _fairness(problem, kept), points, max(points, found.value[2], found.bound[2]),
                   found.proven and len(kept) == len(proposals))


def _added(kind: Kind, rules: Rules, barred: Pairs, kept: tuple[Proposal, ...], numbers: Collection[int],
           bound: int) -> Matched:
    """What is kept, and for these needs the best of what it leaves."""
    found = _left_for(kind, rules, kept, numbers, frozenset())
    proposals = (*kept, *(p for p in found if (p.need, p.line) not in barred))
    points = sum(sum(p.terms.values()) for p in proposals)
    return Matched(kind, proposals, (), points, max(bound, points), False)


def _left_for(kind: Kind, rules: Rules, kept: Sequence[Proposal], numbers: Collection[int],
              without: Collection[int]) -> tuple[Proposal, ...]:
    """For some needs the best of what is left of all lines but some."""
    left = dict(zip(kind.lines.id.tolist(), kind.lines.units.tolist()))
    for one in kept:
        left[one.line] -= one.units
    free = np.array([0 if line in without else units for line, units in left.items()], np.int64)
    rows = np.flatnonzero(np.isin(kind.needs.id, sorted(numbers)))
    problem = Problem.of(Kind(kind.item, kind.needs.taken(rows), Columns({**kind.lines.of, "units": free})), rules)
    return _proposals(problem, solve(problem).given) if problem else ()


def _instead(kind: Kind, rules: Rules, barred: Pairs, kept: tuple[Proposal, ...]) -> tuple[Proposal, ...]:
    """What else may serve the needs whose best line is barred to them, one after the other, of what is left."""
    served = {one.need for one in kept}
    for number in sorted({need for need, _line in barred} - served):
        kept = (*kept, *_left_for(kind, rules, kept, [number], {line for need, line in barred if need == number}))
    return kept


def _proposals(problem: Problem, given: Sequence[tuple[int, int, int]]) -> tuple[Proposal, ...]:
    """Rows as proposals; several parts of one line for one need are one."""
    if not given:
        return ()
    rows: dict[tuple[int, int], int] = defaultdict(int)
    for row, of, part in given:
        rows[row, of] += part
    pairs, units = np.array(list(rows)), np.array(list(rows.values()))
    need, line = pairs[:, 0], pairs[:, 1]
    rules, needs, lines = problem.rules, problem.needs, problem.lines
    terms = {"served": np.full(len(units), rules.served), "fit": problem.classes.fit[problem.classes.sort[need],
                                                                                      problem.classes.terms[line]],
             "closeness": problem.closeness[problem.away(need, line)], "urgency": rules.urgent(needs)[need],
             "waiting": rules.waited(needs)[need], "expiry": problem.bonus[line]}
    names, points = list(terms), np.stack(list(terms.values())) * units
    return tuple(Proposal(n, i, u, dict(zip(names, p))) for n, i, u, p in zip(
        needs.id[need].tolist(), lines.id[line].tolist(), units.tolist(), points.T.tolist()))


def _fairness(problem: Problem, proposals: Sequence[Proposal]) -> tuple[Fairness, ...]:
    """By county and group: how many have waited too long, and how many of them get something now."""
    needs = problem.kind.needs
    late = fairness.tiers(needs, problem.rules.multiple) >= fairness.LATE
    served = np.isin(needs.id, [p.need for p in proposals])
    found: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for row in np.flatnonzero(late).tolist():
        counted = found[int(needs.town[row]) // SMALLER[COUNTY], int(needs.group[row])]
        counted[0] += 1
        counted[1] += bool(served[row])
    return tuple(Fairness(problem.kind.item, str(county), group, overdue, got)
                 for (county, group), (overdue, got) in sorted(found.items()))
