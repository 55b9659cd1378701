"""Which needs the lines of a kind cannot tell apart, and which lines the needs cannot: exact, and much smaller."""
from dataclasses import dataclass

import numpy as np

from marketplace.market.matching.engine.model import Columns
from marketplace.market.matching.engine.rules import Rules

NO = -1
ANY = 2**62  # no limit
MANY = 2**40


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
        if len(column) and (column == column[0]).all():
            continue
        values, which = np.unique(column, return_inverse=True)
        code = code * max(len(values), 1) + which
        if code.size and code.max() > MANY:
            code = np.unique(code, return_inverse=True)[1]
    _, first, which = np.unique(code, return_index=True, return_inverse=True)
    return first, which


def smallest(needs: Columns) -> np.ndarray:
    """The least that a line must have: all, or where the need may be split, a part."""
    return np.where(needs.splittable == 1, np.minimum(needs.least, needs.units), needs.units)


def limit(lines: Columns) -> np.ndarray:
    """The most units of a need that a line is for."""
    return np.where(lines.most > 0, lines.most, ANY)


def classes(needs: Columns, lines: Columns, rules: Rules, barred: np.ndarray) -> Classes:
    """The classes of a kind. Needs and lines in `barred` pairs of rows are classes of their own."""
    alone, apart = np.zeros(len(needs), np.int64), np.zeros(len(lines), np.int64)
    alone[barred[:, 0]], apart[barred[:, 1]] = barred[:, 0] + 1, barred[:, 1] + 1
    asked, has = _ranks(smallest(needs), lines.units)
    wanted, most = _ranks(needs.total, limit(lines))
    masks = np.unique(lines.groups)
    heard = (masks >> needs.group[:, None] & 1) @ (1 << np.arange(len(masks))) if len(masks) < 60 else needs.group
    one, profile = distinct(
        alone, np.where((needs.size == 0) | np.isin(needs.size, lines.size), needs.size, NO), asked, wanted, heard,
        np.where(np.isin(needs.charity, lines.charity), needs.charity, NO),
        np.where(np.isin(needs.category, lines.category), needs.category, NO),
        np.searchsorted(np.unique(lines.urgency), needs.urgency, side="right"))
    other, terms = distinct(apart, lines.size, lines.charity, lines.category, lines.urgency, lines.groups, has, most)
    fit = points(needs.taken(one[:, None]), lines.taken(other), rules)
    fit[(has[other] < asked[one][:, None]) | (most[other] < wanted[one][:, None])] = NO
    fit[profile[barred[:, 0]], terms[barred[:, 1]]] = NO
    kept, sort = _alike(fit)
    seen, same = _alike(fit[kept].T)
    return Classes(sort[profile], same[terms], fit[kept][:, seen])


def points(needs: Columns, lines: Columns, rules: Rules) -> np.ndarray:
    """What the size is worth, of rows that fit each other; NO where it does not fit, or conditions are not met."""
    any_size = (lines.size == 0) | (needs.size == 0)
    met = any_size | (lines.size == needs.size)
    met &= (lines.charity == 0) | (lines.charity == needs.charity)
    met &= (lines.category == 0) | (lines.category == needs.category)
    met &= (lines.urgency <= needs.urgency) & (lines.groups >> needs.group & 1 == 1)
    return np.where(met, np.where(any_size, 0, rules.exact), NO).astype(np.int64)


def _ranks(asked: np.ndarray, given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Small numbers that compare as these do, as far as it matters who can give what is asked."""
    bounds = np.unique(given)
    steps = np.unique(np.searchsorted(bounds, asked))  # the first of those given that is enough
    return np.searchsorted(steps, np.searchsorted(bounds, asked)), np.searchsorted(
        steps, np.searchsorted(bounds, given), side="right") - 1


def _alike(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A row of each of a table that occurs, and which of them each row is."""
    rows = np.ascontiguousarray(table)
    if not rows.size:
        return np.arange(len(rows)), np.arange(len(rows))
    _, kept, which = np.unique(rows.view(np.dtype((np.void, rows.itemsize * rows.shape[1]))).ravel(), return_index=True,
                               return_inverse=True)
    return kept, which
