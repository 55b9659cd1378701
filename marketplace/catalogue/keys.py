"""Keys by the million: told apart without holding them all as Python text."""
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

FACTOR = np.uint64(0x9E3779B97F4A7C15)


def hashes(keys: pa.Array) -> np.ndarray:
    """A 64-bit number of each key; equal keys have equal numbers. A null counts as the empty text."""
    keys = pc.fill_null(keys.cast(pa.string()), "")
    if isinstance(keys, pa.ChunkedArray):
        keys = keys.combine_chunks()
    _, offsets_buffer, text = keys.buffers()
    found = np.zeros(len(keys), dtype=np.uint64)
    if text is None or not len(keys):
        return found
    offsets = np.frombuffer(offsets_buffer, dtype=np.int32)[keys.offset : keys.offset + len(keys) + 1]
    letters, lengths = np.frombuffer(text, dtype=np.uint8), np.diff(offsets)
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        mixed = np.full(len(rows), np.uint64(length) + np.uint64(1), dtype=np.uint64)
        for at in range(length):
            mixed = (mixed ^ letters[offsets[rows] + at]) * FACTOR
            mixed ^= mixed >> np.uint64(29)
        found[rows] = mixed
    return found


def rising(keys: pa.Array, before: str | None) -> bool:
    """Whether each key is greater than the one before it, the first than `before`: then none stands twice."""
    if not len(keys) or keys.null_count:
        return not len(keys)
    if before is not None and not keys[0].as_py() > before:
        return False
    return bool(pc.all(pc.less(keys[:-1], keys[1:])).as_py()) if len(keys) > 1 else True


def repeated(blocks: Iterable[pa.Array], again: Iterable[pa.Array]) -> np.ndarray:
    """The numbers (from 0) of rows whose key stood before. Both arguments give the same keys, block by block."""
    every = np.concatenate([hashes(block) for block in blocks] or [np.zeros(0, dtype=np.uint64)])
    ordered = np.sort(every)
    suspects = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(suspects):
        return np.zeros(0, dtype=np.int64)
    rows = np.flatnonzero(np.isin(every, suspects))
    seen: set[str | None] = set()
    found, first, at = [], 0, 0
    for block in again:
        while at < len(rows) and rows[at] < first + len(block):
            key = block[int(rows[at]) - first].as_py()
            if key in seen:
                found.append(rows[at])
            seen.add(key)
            at += 1
        first += len(block)
    return np.array(found, dtype=np.int64)


class Index:
    """Where each of many unique keys stands."""

    def __init__(self, keys: pa.ChunkedArray):
        self.keys = keys
        numbers = np.concatenate([hashes(chunk) for chunk in keys.chunks] or [np.zeros(0, dtype=np.uint64)])
        self._order = np.argsort(numbers, kind="stable").astype(np.int64)
        self._numbers = numbers[self._order]

    def find(self, wanted: pa.Array) -> np.ndarray:
        """The row of each wanted key, or -1."""
        numbers = hashes(wanted)
        at = np.searchsorted(self._numbers, numbers)
        found = np.full(len(wanted), -1, dtype=np.int64)
        waiting = np.arange(len(wanted))
        while len(waiting):  # a second turn only for keys of equal number
            waiting = waiting[at[waiting] < len(self._numbers)]
            waiting = waiting[self._numbers[at[waiting]] == numbers[waiting]]
            rows = self._order[at[waiting]]
            same = pc.equal(self.keys.take(pa.array(rows)).combine_chunks(), wanted.take(pa.array(waiting)))
            hit = pc.fill_null(same, False).to_numpy(zero_copy_only=False) if len(waiting) else np.zeros(0, dtype=bool)
            found[waiting[hit]] = rows[hit]
            waiting = waiting[~hit]
            at[waiting] += 1
        return found
