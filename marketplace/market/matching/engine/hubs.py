"""Where lines can go, and which needs they suit there: hubs of one set of conditions at one place."""
from dataclasses import dataclass

import numpy as np

from marketplace.market.matching.engine.model import CITY, COUNTY, SMALLER, TOWN, Columns

SORTS, SPOTS = 100_000, 10**9  # what a key has room for: 3 x 3 levels, a place, a sort or terms
RATIO = np.array(SMALLER)
Pairs = tuple[np.ndarray, np.ndarray]


def up(spot: np.ndarray, at: np.ndarray | int, to: np.ndarray | int) -> np.ndarray:
    """The place of level `to` in which a place of level `at` lies."""
    return spot // (RATIO[to] // RATIO[at])


def key(what: np.ndarray, by: np.ndarray | int, level: np.ndarray | int, spot: np.ndarray | int) -> np.ndarray:
    """A number for a sort or terms (`what`) at a place, for what travels `by` a level; in order of places first."""
    return ((by * 3 + level) * SPOTS + spot) * SORTS + what


@dataclass(frozen=True)
class Legs:
    """Ways in which lines can go: the line's row, how far it travels, and the place whose needs it serves there."""

    row: np.ndarray
    by: np.ndarray
    level: np.ndarray
    spot: np.ndarray


def legs(lines: Columns, reach: np.ndarray) -> Legs:
    """All ways within the area that the donor named, but those that a shorter one makes needless."""
    found, seen = [], np.full(len(lines), -1)
    for by in (TOWN, COUNTY, CITY):
        here, narrow = up(lines.spot, np.minimum(lines.level, by), by), lines.area_level < by
        level, spot = np.minimum(lines.area_level, by), np.where(narrow, lines.area, here)
        inside = up(spot, level, np.maximum(lines.area_level, by)) == np.where(narrow, here, lines.area)
        scope = level * SPOTS + spot
        good = (lines.level <= by) & (by <= reach) & inside & (scope != seen)
        seen = np.where(good, scope, seen)
        row = np.flatnonzero(good)
        found.append((row, np.full(len(row), by), level[row], spot[row]))
    return Legs(*(np.concatenate(parts) for parts in zip(*found)))


def suited(offers: np.ndarray, entries: np.ndarray, fit: np.ndarray) -> tuple[np.ndarray, np.ndarray, Pairs]:
    """Pairs of a hub and an entry at the same place whose needs meet the terms; and pairs of hubs.

    Where a hub's terms are looser than another's at the same place, it feeds that one instead of all of its entries.
    """
    hub, entry = _at_one_place(offers, entries)
    good = fit[entries[entry] % SORTS, offers[hub] % SORTS] >= 0
    hub, entry = hub[good], entry[good]
    loose, tight = _at_one_place(offers, offers)
    good = looser(fit, offers[loose] % SORTS, offers[tight] % SORTS)
    loose, tight = loose[good], tight[good]
    further = _among(loose * len(offers) + tight, _through(loose, tight, loose, tight, len(offers)))
    fed = _among(hub * len(entries) + entry, _through(loose, tight, hub, entry, len(entries)))
    return hub[~fed], entry[~fed], (loose[~further], tight[~further])


def looser(fit: np.ndarray, loose: np.ndarray, tight: np.ndarray) -> np.ndarray:
    """Of pairs of terms, whether whoever meets the second meets the first, with the same points. Terms are never alike."""
    pairs, which = np.unique(loose * fit.shape[1] + tight, return_inverse=True)
    one, other = pairs // fit.shape[1], pairs % fit.shape[1]
    some = np.flatnonzero((fit >= 0).any(axis=0))
    good = (one != other) & np.isin(other, some)
    for points in np.unique(fit[fit >= 0]):
        meets = np.packbits(fit == points, axis=0).T
        good &= ~(meets[other] & ~meets[one]).any(axis=1)
    return good[which]


def _among(keys: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which keys are among the others."""
    if not len(others):
        return np.zeros(len(keys), bool)
    others = np.sort(others)
    found: np.ndarray = others[np.minimum(np.searchsorted(others, keys), len(others) - 1)] == keys
    return found


def _at_one_place(some: np.ndarray, others: np.ndarray) -> Pairs:
    low = np.searchsorted(others, some // SORTS * SORTS)
    return _ranges(low, np.searchsorted(others, some // SORTS * SORTS + SORTS) - low)


def _ranges(low: np.ndarray, many: np.ndarray) -> Pairs:
    """Each row with `many` numbers from `low` on."""
    row = np.repeat(np.arange(len(low)), many)
    return row, np.arange(len(row)) + np.repeat(low - np.cumsum(many) + many, many)


def _through(tail: np.ndarray, middle: np.ndarray, tails: np.ndarray, heads: np.ndarray, size: int) -> np.ndarray:
    """Where one pair and then another lead, as one number; `tails` are in order."""
    low = np.searchsorted(tails, middle)
    row, at = _ranges(low, np.searchsorted(tails, middle, side="right") - low)
    return tail[row] * size + heads[at]
