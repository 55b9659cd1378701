"""Whether the matching is fair, as its latest run found: who had waited too long, and how many of them it serves.

By county and age group only, never a household.
"""
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Select, and_, func, or_, select

from marketplace.assistance.policies.rules import coarse
from marketplace.extensions import db
from marketplace.market.matching.models import MatchingRun, Proposal
from marketplace.market.wishes.models import Wish
from marketplace.network.registry.eligibility import AGE_BANDS
from marketplace.people.accounts.permissions import demand, narrow

SHORT = 50


@dataclass(frozen=True)
class Cell:
    """Needs of a thing in a county and age band that waited longer than `limit` days, and how many of them are served.

    `median` are the days of all needs of it there that the run leaves open.
    """

    item: str
    county: str
    band: str
    overdue: int
    served: int
    median: int
    limit: int

    @property
    def left(self) -> int:
        return self.overdue - self.served


@dataclass(frozen=True)
class Report:
    """A run with its cells, and what became of proposals since: how many stand, and how many were decided on, by state."""

    run: MatchingRun
    cells: tuple[Cell, ...]
    became: dict[str, int]
    exact: bool

    def told(self, number: int) -> int | None:
        """The number, or for those who see coarse numbers what tells of nobody: None below five."""
        return number if self.exact else coarse(number)

    @property
    def total(self) -> Cell:
        return _together(self.cells)

    @property
    def by_county(self) -> list[Cell]:
        return _sums(self.cells, lambda cell: cell.county)

    @property
    def by_band(self) -> list[Cell]:
        return sorted(_sums(self.cells, lambda cell: cell.band), key=lambda cell: AGE_BANDS.index(cell.band))

    @property
    def by_item(self) -> list[Cell]:
        return _sums(self.cells, lambda cell: cell.item)

    @property
    def short(self) -> list[Cell]:
        """Where what there is does not suffice, the most first; nothing for those who see coarse numbers."""
        found = (cell for cell in self.cells if cell.left and self.exact)
        return sorted(found, key=lambda cell: (-cell.left, cell.item, cell.county, cell.band))[:SHORT]


def of_charity(user) -> Report | None:
    """What the newest run for the user's charity or for the whole city found, and what became of the charity's proposals."""
    demand(user, "proposal.read")
    run = _newest((0, user.organisation_id))
    statement = select(Proposal.state, func.count())
    return _report(run, "", narrow(user, "proposal.read", statement, Proposal), exact=False) if run else None


def of_area(user) -> Report | None:
    """What the newest run over the city found in the user's area, and what became of proposals to wishes there."""
    demand(user, "matching.watch")
    run = _newest((0,))
    statement = select(Proposal.state, func.count()).join(Wish, Wish.id == Proposal.wish_id)
    return _report(run, user.area_code, narrow(user, "matching.watch", statement, Wish), exact=True) if run else None


def _newest(of: Sequence[int]) -> MatchingRun | None:
    return db.session.scalars(select(MatchingRun).where(MatchingRun.organisation_id.in_(of))
                              .order_by(MatchingRun.id.desc()).limit(1)).first()


def _report(run: MatchingRun, area: str, proposals: Select, exact: bool) -> Report:
    since = and_(Proposal.state != "replaced", or_(Proposal.state == "proposed", Proposal.decided_at >= run.at))
    became = {state: many for state, many in db.session.execute(proposals.where(since).group_by(Proposal.state))}
    cells = tuple(cell for cell in _cells(run) if cell.county.startswith(area))
    return Report(run, cells, became, exact)


def _cells(run: MatchingRun) -> list[Cell]:
    """None of a run before limits were kept: it told only where there was too little."""
    return [Cell(band=AGE_BANDS[kept.pop("group")], **kept) for kept in json.loads(run.fairness) if "limit" in kept]


def _sums(cells: Sequence[Cell], by: Callable[[Cell], str]) -> list[Cell]:
    return [_together([cell for cell in cells if by(cell) == one]) for one in sorted({by(cell) for cell in cells})]


def _together(cells: Sequence[Cell]) -> Cell:
    """Their sum; what they have in common is that of the first."""
    first = cells[0] if cells else Cell("", "", "", 0, 0, 0, 0)
    return replace(first, overdue=sum(cell.overdue for cell in cells), served=sum(cell.served for cell in cells))
