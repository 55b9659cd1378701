"""A block: some whole households and their members, as arrays, the members in the order of the households."""
from dataclasses import dataclass

import numpy as np
import pyarrow as pa


@dataclass(frozen=True)
class Filled:
    """A column's values and where it is null (None: nowhere). Behind a null stands anything.

    int is int64, bool is bool, date is int32 (days since 1970), a str with a domain is its place in the domain as uint8,
    any other str stays an Arrow array.
    """

    values: np.ndarray | pa.Array
    nulls: np.ndarray | None = None


@dataclass(frozen=True)
class Block:
    """`home[i]` is the household (its row) of person `i`; members of household `k` are rows bounds[k] to bounds[k + 1]."""

    homes: int
    people: int
    home: np.ndarray
    bounds: np.ndarray
    columns: dict[str, Filled]  # "h.x" and "p.x"

    @classmethod
    def of(cls, homes: int, home: np.ndarray, columns: dict[str, Filled]) -> "Block":
        """A block from the household row of each person, which must not fall."""
        bounds = np.searchsorted(home, np.arange(homes + 1)).astype(np.int64)
        return cls(homes, len(home), home, bounds, columns)
