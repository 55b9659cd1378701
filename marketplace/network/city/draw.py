"""Chance for whole blocks: drawing is done only for those whom it concerns."""
from collections.abc import Sequence

import numpy as np

NEVER = np.datetime64("NaT", "D")


class Draw:
    """Chance of one block, as of a day."""

    def __init__(self, chance: np.random.Generator, as_of: np.datetime64):
        self.chance, self.as_of = chance, as_of

    def some(self, share: np.ndarray | float, count: int) -> np.ndarray:
        """True for about `share` of them."""
        return self.chance.random(count) < share

    def few(self, among: np.ndarray, share: float) -> np.ndarray:
        """True for about `share` of those in `among`; cheap where these are few."""
        found = among.copy()
        found[among] = self.chance.random(int(among.sum())) < share
        return found

    def fen(self, among: np.ndarray, low: int, high: int) -> np.ndarray:
        """Amounts in whole yuan from `low` to `high` yuan, as fen, for those in `among`; 0 for others."""
        return self.whole(among, low, high) * 100

    def money(self, among: np.ndarray, middle: int, spread: float, most: int) -> np.ndarray:
        """Amounts in whole yuan as fen for those in `among`, 0 for others: half below `middle` yuan, few far above it.

        Log-normal, as incomes, savings and bills are; `spread` is the standard deviation of the logarithm.
        """
        found = np.zeros(len(among), dtype=np.int64)
        drawn = self.chance.lognormal(np.log(middle), spread, int(among.sum()))
        found[among] = np.minimum(drawn, most).astype(np.int64)
        return found * 100

    def whole(self, among: np.ndarray, low: int, high: int) -> np.ndarray:
        """Whole numbers from `low` to `high` for those in `among`, 0 for others."""
        found = np.zeros(len(among), dtype=np.int64)
        found[among] = self.chance.integers(low, high + 1, int(among.sum()))
        return found

    def ago(self, among: np.ndarray, soonest: int, longest: int) -> np.ndarray:
        """Days that lie `soonest` to `longest` days back, for those in `among`; null for others."""
        found = np.full(len(among), NEVER)
        found[among] = self.as_of - self.chance.integers(soonest, longest + 1, int(among.sum())).astype("timedelta64[D]")
        return found

    def one_of(self, among: np.ndarray, names: Sequence[str], shares: Sequence[float] | None = None,
               other: str | None = None) -> np.ndarray:
        """A name for each of those in `among`, `other` for the rest."""
        codes = np.full(len(among), len(names))
        codes[among] = self.chance.choice(len(names), int(among.sum()), p=shares)
        return np.array([*names, other], dtype=object)[codes]
