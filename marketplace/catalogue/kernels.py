"""What each operation of the language does to arrays."""
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from marketplace.catalogue.model import NoValue
from marketplace.core.identity_number import CHECKS, WEIGHTS

COMPARE: dict[str, Any] = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal,
                           "!=": np.not_equal}
ARITHMETIC: dict[str, Any] = {"+": np.add, "-": np.subtract, "*": np.multiply, "//": np.floor_divide}
EXTREME: dict[str, Any] = {"min": np.minimum, "max": np.maximum}


def fill(values: np.ndarray, nulls: np.ndarray | None, instead: Any) -> np.ndarray:
    """The values, with `instead` where they are null."""
    if nulls is None:
        return values
    found = values.copy()
    np.copyto(found, values.dtype.type(instead), where=nulls)
    return found


def fill_text(values: pa.Array, instead: str) -> pa.Array:
    return pc.fill_null(values, instead)


def missing(nulls: np.ndarray | None, count: int) -> np.ndarray:
    """Where a column is null."""
    return np.zeros(count, dtype=bool) if nulls is None else nulls


def total(among: np.ndarray, values: np.ndarray | None, bounds: np.ndarray) -> np.ndarray:
    """The sum of `values` (of ones without them) over the members in `among`, for each household; 0 for none."""
    running = np.zeros(len(among) + 1, dtype=np.int64)
    if values is None:
        np.cumsum(among, out=running[1:])
    else:
        np.cumsum(np.where(among, values, 0), out=running[1:])
    at = running[bounds]
    return at[1:] - at[:-1]


def some(among: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Whether a household has a member in `among`."""
    return total(among, None, bounds) > 0


def greatest(among: np.ndarray, values: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """The greatest of `values` over the members in `among`, for each household; 0 for none."""
    found = np.zeros(len(bounds) - 1, dtype=np.int64)
    rows = np.flatnonzero(among)
    kept = np.searchsorted(rows, bounds)
    filled = np.flatnonzero(np.diff(kept))
    if len(filled):
        found[filled] = np.maximum.reduceat(values[rows], kept[filled])
    return found


def failed(count: int, *criteria: Any) -> np.ndarray:
    """The mask of what is not met: bit i for criterion i, for `count` rows. A criterion may be one truth for all rows."""
    mask: np.ndarray = np.zeros(count, dtype=_wide(len(criteria)))
    for bit, met in enumerate(criteria):
        weight = mask.dtype.type(1 << bit)
        if isinstance(met, np.ndarray):
            mask |= np.logical_not(met).view(np.uint8) * weight  # without a branch, several times np.where's speed
        elif not met:
            mask |= weight
    return mask


def _wide(bits: int) -> Any:
    return np.uint8 if bits <= 8 else np.uint16 if bits <= 16 else np.uint64


def count(among: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """How many members each household has in `among`."""
    return total(among, None, bounds)


def full(rows: int, value: Any) -> np.ndarray:
    return np.full(rows, value)


def nothing(mask: np.ndarray) -> np.ndarray:
    """Where nothing failed."""
    return mask == 0


def or_zero(eligible: np.ndarray, amount: Any) -> np.ndarray:
    return np.where(eligible, amount, 0)


def chosen(condition: np.ndarray, yes: Any, no: Any) -> Any:
    """`yes` where the condition holds, `no` elsewhere, for numbers, codes and texts."""
    if isinstance(yes, pa.Array | str):
        return pc.if_else(pa.array(condition), yes, no)
    return np.where(condition, yes, no)


def spread(values: Any, home: np.ndarray) -> Any:
    """What is true of households, for each of their members."""
    return values.take(pa.array(home)) if isinstance(values, pa.Array) else np.take(values, home)


def coded(domain: np.ndarray, table: str | None, keys: np.ndarray) -> np.ndarray:
    """Each key's place in a rising domain; behind its end when it is not there.

    A table that is named has no value for that. Raises NoValue.
    """
    found = np.minimum(np.searchsorted(domain, keys), len(domain) - 1)
    outside = domain[found] != keys
    if not outside.any():
        return found
    if table is not None:
        raise NoValue(table, (int(keys[outside][0]),))
    return np.where(outside, len(domain), found)


def lookup(table: np.ndarray, *keys: np.ndarray) -> np.ndarray:
    """What a table of as many dimensions says of some keys."""
    if len(keys) == 1:
        return np.take(table, keys[0])
    return table[keys]


def one_of(codes: np.ndarray, wanted: tuple[int | str, ...]) -> np.ndarray:
    """Whether a code is one of a few."""
    found = np.zeros(len(codes), dtype=bool)
    for code in wanted:
        found |= codes == code
    return found


def id_rows(numbers: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """The rows that are identity numbers with their right check character, and their 18 bytes each (GB 11643-1999)."""
    if isinstance(numbers, pa.ChunkedArray):
        numbers = numbers.combine_chunks()
    numbers = numbers.cast(pa.string())
    _, offsets_buffer, bytes_buffer = numbers.buffers()
    if bytes_buffer is None or not len(numbers):
        return np.zeros(0, dtype=np.int64), np.zeros((0, 18), dtype=np.uint8)
    offsets = np.frombuffer(offsets_buffer, dtype=np.int32)[numbers.offset : numbers.offset + len(numbers) + 1]
    rows = np.flatnonzero(np.diff(offsets) == 18)
    if numbers.null_count:
        rows = rows[~numbers.is_null().to_numpy(zero_copy_only=False)[rows]]
    letters = np.frombuffer(bytes_buffer, dtype=np.uint8)[offsets[rows][:, None] + np.arange(18, dtype=np.int32)]
    digits = letters[:, :17] - np.uint8(ord("0"))  # what is no digit wraps to more than 9
    right = (digits <= 9).all(axis=1)
    rows, letters, digits = rows[right], letters[right], digits[right]
    check = np.frombuffer(CHECKS.encode(), dtype=np.uint8)[(digits.astype(np.int64) @ np.array(WEIGHTS)) % 11]
    right = letters[:, 17] == check
    return rows[right], letters[right]


def id_check(numbers: pa.Array) -> np.ndarray:
    found = np.zeros(len(numbers), dtype=bool)
    found[id_rows(numbers)[0]] = True
    return found


def id_birth(numbers: pa.Array) -> np.ndarray:
    rows, letters = id_rows(numbers)
    found = np.zeros(len(numbers), dtype=np.int64)
    found[rows] = (letters[:, 6:14] - np.uint8(ord("0"))).astype(np.int64) @ 10 ** np.arange(7, -1, -1)
    return found


def id_sex(numbers: pa.Array) -> np.ndarray:
    """Codes of ("M", "F", "U")."""
    rows, letters = id_rows(numbers)
    found = np.full(len(numbers), 2, dtype=np.uint8)
    found[rows] = (letters[:, 16] - np.uint8(ord("0")) + 1) % 2
    return found


def prefix(texts: pa.Array, length: int) -> pa.Array:
    return pc.utf8_slice_codeunits(texts, 0, length)


def same_text(left: Any, right: Any) -> np.ndarray:
    """Whether two texts, or a text and a literal, are equal."""
    return pc.equal(left, right).to_numpy(zero_copy_only=False)


def spelled(codes: np.ndarray, domain: tuple[str, ...]) -> pa.Array:
    """Codes as the texts that they stand for."""
    return pc.take(pa.array(domain, pa.string()), pa.array(codes))


def ceil_yuan(fen: Any) -> Any:
    return (fen + 99) // 100 * 100
