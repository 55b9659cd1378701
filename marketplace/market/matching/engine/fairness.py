"""Whom nobody may be preferred to: the hard rule about waiting."""
import numpy as np

from marketplace.market.matching.engine.model import COUNTY, SMALLER, Columns

LATE, LATEST = 1, 2  # tiers above 0


def median(waited: np.ndarray) -> int:
    """The lower median; 0 of none."""
    return int(np.sort(waited)[(len(waited) - 1) // 2]) if len(waited) else 0


def tiers(needs: Columns, multiple: int) -> np.ndarray:
    """LATE for needs that waited more than `multiple` medians of their kind, LATEST for those of them that must be served
    to bring the median of a county's group back below that: the longest waiting, as many as it takes.
    """
    late = needs.waited > multiple * median(needs.waited)
    tier = np.where(late, LATE, 0)
    order = np.lexsort((needs.id, -needs.waited, needs.group, needs.town // SMALLER[COUNTY]))
    cell = (needs.town // SMALLER[COUNTY] * 64 + needs.group)[order]
    starts = np.flatnonzero(np.r_[True, cell[1:] != cell[:-1]])[: len(cell)]
    sizes = np.diff(np.r_[starts, len(cell)])
    overdue = np.add.reduceat(late[order].astype(np.int64), starts) if len(cell) else sizes
    must = np.maximum(2 * overdue - sizes, 0)
    place = np.arange(len(cell)) - np.repeat(starts, sizes)
    tier[order[place < np.repeat(must, sizes)]] = LATEST
    return tier
