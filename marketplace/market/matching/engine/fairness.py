"""The hard rule about waiting: who goes before all others, and whether anybody still waits too long.

The limit of a kind is `multiple` times the median of the days that its needs have waited. A need beyond it is overdue.
Plans are compared by units given to overdue needs before anything else, so that nobody else is preferred where one of them
could be served. When all are served, nobody who is left has waited beyond the limit, and so no county's and no group's
median is beyond it.

When not all can be served, those come first without whom some county's group (the needs of one group in one county) would
stay with a median beyond the limit: of each the longest waiting, as many as it takes. A county's or a group's needs are
those of its cells, so that medians within the limit in all cells are within it in all counties and groups.
"""
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from marketplace.market.matching.engine.model import COUNTY, SMALLER, Columns

LATE, LATEST = 1, 2  # tiers above 0


@dataclass(frozen=True)
class Waiting:
    """The needs of one county or one group of a kind: how many, how many of them overdue, before and after the plan; and the
    median days of those that the plan leaves. `held`: it is within the limit.
    """

    item: str
    by: str
    code: int
    needs: int
    overdue: int
    left: int
    left_overdue: int
    median: int
    limit: int

    @property
    def held(self) -> bool:
        return self.median <= self.limit


@dataclass(frozen=True)
class Fairness:
    """Of a county and a group: needs of an item that have waited longer than `limit` days, how many of them are served now,
    and the median days of all its needs that are left."""

    item: str
    county: str
    group: int
    overdue: int
    served: int
    median: int
    limit: int


def median(waited: np.ndarray) -> int:
    """The lower median; 0 of none."""
    return int(np.sort(waited)[(len(waited) - 1) // 2]) if len(waited) else 0


def tiers(needs: Columns, multiple: int) -> np.ndarray:
    """LATE for overdue needs, LATEST for those of them that must be served for the median of their cell."""
    late = needs.waited > multiple * median(needs.waited)
    tier = np.where(late, LATE, 0)
    if not late.any():
        return tier
    cell = needs.town // SMALLER[COUNTY] * 64 + needs.group
    order = np.lexsort((needs.id, -needs.waited, cell))
    starts = np.flatnonzero(np.diff(cell[order], prepend=-1))
    sizes = np.diff(starts, append=len(cell))
    must = np.maximum(2 * np.add.reduceat(tier[order], starts) - sizes, 0)  # then as many are within as beyond
    place = np.arange(len(cell)) - np.repeat(starts, sizes)
    tier[order[place < np.repeat(must, sizes)]] = LATEST
    return tier


def report(item: str, needs: Columns, got: np.ndarray, multiple: int) -> Iterator[Waiting]:
    """By county and by group, after `got` units were given to each need."""
    limit, left = multiple * median(needs.waited), got < needs.units
    late = needs.waited > limit
    for by, codes in (("county", needs.town // SMALLER[COUNTY]), ("group", needs.group)):
        for code in np.unique(codes).tolist():
            here = codes == code
            yield Waiting(item, by, code, int(here.sum()), int((here & late).sum()), int((here & left).sum()),
                          int((here & left & late).sum()), median(needs.waited[here & left]), limit)


def overdue(item: str, needs: Columns, got: np.ndarray, multiple: int) -> Iterator[Fairness]:
    """The cells in which there are overdue needs."""
    limit = multiple * median(needs.waited)
    late, left = needs.waited > limit, got < needs.units
    cell = np.stack([needs.town // SMALLER[COUNTY], needs.group])
    for county, group in np.unique(cell[:, late], axis=1).T.tolist():
        here = (cell[0] == county) & (cell[1] == group)
        yield Fairness(item, str(county), group, int((here & late).sum()), int((here & late & (got > 0)).sum()),
                       median(needs.waited[here & left]), limit)
