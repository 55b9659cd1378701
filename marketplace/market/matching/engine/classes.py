"""Which needs the lines of a kind cannot tell apart, and which lines the needs cannot: exact, and much smaller."""
from dataclasses import dataclass

import numpy as np

from marketplace.market.matching.engine.model import Columns
from marketplace.market.matching.engine.rules import Rules

NO = -1


@dataclass(frozen=True)
class Classes:
    """`sort` of each need, `terms` (conditions) of each line; `fit[sort, terms]` is points, or NO. Places are not in it."""

    sort: np.ndarray
    terms: np.ndarray
    fit: np.ndarray


def distinct(*columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A row of each combination that occurs, in order, and which of them each row has."""
    code = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        values, which = np.unique(column, return_inverse=True)
        code = code * max(len(values), 1) + which
    _, first, which = np.unique(code, return_index=True, return_inverse=True)
    return first, which


def smallest(needs: Columns) -> np.ndarray:
    """The least that a line must be able to give: all, or where the need may be split, a part."""
    return np.where(needs.splittable == 1, np.minimum(needs.least, needs.units), needs.units)


def ability(lines: Columns) -> np.ndarray:
    """The most that a line can give to one need."""
    return np.where(lines.most > 0, np.minimum(lines.most, lines.units), lines.units)


def classes(needs: Columns, lines: Columns, rules: Rules) -> Classes:
    """The classes of a kind."""
    sizes = np.unique(smallest(needs))
    asked, able = np.searchsorted(sizes, smallest(needs)), np.searchsorted(sizes, ability(lines), side="right")
    masks = np.unique(lines.groups)
    heard = (masks >> needs.group[:, None] & 1) @ (1 << np.arange(len(masks))) if len(masks) < 60 else needs.group
    one, profile = distinct(
        np.where((needs.size == 0) | np.isin(needs.size, lines.size), needs.size, NO), asked, heard,
        np.where(np.isin(needs.charity, lines.charity), needs.charity, NO),
        np.where(np.isin(needs.category, lines.category), needs.category, NO),
        np.searchsorted(np.unique(lines.urgency), needs.urgency, side="right"))
    other, terms = distinct(lines.size, lines.charity, lines.category, lines.urgency, lines.groups, able)
    fit = points(needs.taken(one), lines.taken(other), rules)
    fit[able[other] <= asked[one][:, None]] = NO
    kept, sort = _alike(fit)
    seen, same = _alike(fit[kept].T)
    return Classes(sort[profile], same[terms], fit[kept][:, seen])


def points(needs: Columns, lines: Columns, rules: Rules) -> np.ndarray:
    """[need, line]: what the size is worth; NO where it does not fit, or the donor's conditions are not met."""
    size, charity, category, urgency, group = (column[:, None] for column in (
        needs.size, needs.charity, needs.category, needs.urgency, needs.group))
    any_size = (lines.size == 0) | (size == 0)
    met = any_size | (lines.size == size)
    met &= (lines.charity == 0) | (lines.charity == charity)
    met &= (lines.category == 0) | (lines.category == category)
    met &= (lines.urgency <= urgency) & (lines.groups >> group & 1 == 1)
    return np.where(met, np.where(any_size, 0, rules.exact), NO).astype(np.int64)


def _alike(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A row of each of a table that occurs, and which of them each row is."""
    rows = np.ascontiguousarray(table)
    if not rows.size:
        return np.arange(len(rows)), np.arange(len(rows))
    _, kept, which = np.unique(rows.view(np.dtype((np.void, rows.itemsize * rows.shape[1]))).ravel(), return_index=True,
                               return_inverse=True)
    return kept, which
