"""From needs and lines to a plan for all kinds; a change plans only those again that it touches."""
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from marketplace.market.matching.engine import fairness, processes
from marketplace.market.matching.engine.again import again
from marketplace.market.matching.engine.fairness import Fairness, Waiting
from marketplace.market.matching.engine.kindplan import KindPlan, Proposal, planned
from marketplace.market.matching.engine.market import Kind, Market, Pairs
from marketplace.market.matching.engine.model import Line, Need
from marketplace.market.matching.engine.rules import Rules


@dataclass(frozen=True)
class Plan:
    """Plans by kind, of all that is open."""

    market: Market
    rules: Rules
    kinds: Mapping[str, KindPlan]

    @property
    def proposals(self) -> list[Proposal]:
        """By need, then by line."""
        found = [one for kind in self.kinds.values() for one in kind.proposals()]
        return sorted(found, key=lambda one: (one.need, one.line))

    @property
    def objective(self) -> int:
        """The points of all proposals."""
        return sum(kind.value[2] for kind in self.kinds.values())

    @property
    def bound(self) -> int:
        """Points that no plan exceeds which gives as much to the overdue."""
        return sum(max(kind.value[2], kind.bound[2]) for kind in self.kinds.values())

    @property
    def proven(self) -> bool:
        """Whether there is no better plan for any kind."""
        return all(kind.proven for kind in self.kinds.values())

    @property
    def fairness(self) -> list[Fairness]:
        """Where some of those who have waited too long are not served, as there is too little for them."""
        return [one for one in self.overdue if one.served < one.overdue]

    @property
    def overdue(self) -> list[Fairness]:
        """Where somebody has waited too long, served or not."""
        return [one for kind in self.kinds.values() for one in fairness.overdue(
            kind.kind.item, kind.kind.needs, kind.got, self.rules.multiple)]

    def waiting(self) -> Iterator[Waiting]:
        """How long who is left has waited, by kind and county, and by kind and group."""
        for kind in self.kinds.values():
            yield from fairness.report(kind.kind.item, kind.kind.needs, kind.got, self.rules.multiple)

    @processes.uncollected()
    def changed(self, needs: Iterable[Need] = (), lines: Iterable[Line] = (), gone_needs: Collection[int] = (),
                gone_lines: Collection[int] = (), workers: int = 1) -> "Plan":
        """The plan after needs and lines came, changed, or went (by id).

        Kinds in which nothing changed keep their proposals. In the others those stay that can, as long as the plan stays
        fair and nearly as good as any.
        """
        market = self.market.changed(needs, lines, gone_needs, gone_lines)
        touched = [item for item, kind in market.kinds.items() if kind is not self.market.kinds.get(item)]
        found = _each(market, touched, lambda kind: again(self.kinds.get(kind.item), kind, self.rules), workers)
        return Plan(market, self.rules, {item: found.get(item) or self.kinds[item] for item in market.kinds})


@processes.uncollected()
def match(needs: Iterable[Need], lines: Iterable[Line], rules: Rules | None = None, barred: Pairs = frozenset(),
          workers: int = 1) -> Plan:
    """The best use of lines for needs that is found. `barred` pairs of a need's and a line's id do not come together.

    The same rows give the same plan, in whatever order they come and however many processes work on it.
    """
    market, asked = Market.of(needs, lines, barred), rules or Rules()
    return Plan(market, asked, _each(market, list(market.kinds), lambda kind: planned(kind, asked), workers))


def _each(market: Market, items: list[str], work: Callable[[Kind], KindPlan], workers: int) -> dict[str, KindPlan]:
    """Plans of some kinds, the largest first."""
    largest = sorted(items, key=lambda item: (-len(market.kinds[item].needs), item))
    plans = processes.each(lambda item: work(market.kinds[item]), largest, workers)
    return {item: replace(plans[item], kind=market.kinds[item]) for item in sorted(items)}
