"""Input files as blocks of whole households, in bounded memory, whatever the order of their rows."""
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from marketplace.catalogue import keys
from marketplace.catalogue.contract import Breached, Breaches
from marketplace.catalogue.model import PER_HOUSEHOLD, Catalogue
from marketplace.catalogue.source_file import BATCH, Source
from marketplace.catalogue.writing import ROW

HOUSEHOLDS = 16_384  # in a block
BUCKET_ROWS = 200_000  # persons in a part of a file whose rows are not in order


@dataclass(frozen=True)
class Part:
    """Whole households: their rows, their members' rows in the order of the households, and the numbers of all.

    `scattered`: they do not stand together in the files, nor in this order.
    """

    households: pa.Table
    persons: pa.Table
    home: np.ndarray
    household_rows: np.ndarray
    person_rows: np.ndarray
    scattered: bool = False


class NotInOrder(Exception):
    """The members do not stand in the order of the households."""


def sources(catalogue: Catalogue, households: Path, persons: Path, folder: str = "") -> tuple[Source, Source]:
    """Both input files, with headers that fit; breaches name them in `folder`. Raises Breached."""
    found = (Source(households, catalogue.columns["household"], folder),
             Source(persons, catalogue.columns["person"], folder))
    breaches = Breaches()
    for source in found:
        source.check(breaches)
    breaches.refuse()
    return found


def parts(households: Source, persons: Source, breaches: Breaches) -> Iterator[Part]:
    """The city in parts of whole households, in the order of the files. Raises NotInOrder when persons are not in it.

    Keys that stand twice in files that are in order are found on the way and added to `breaches`.
    """
    waiting = _Waiting(persons)
    first, last = 0, None
    for table in regrouped(households.batches(), HOUSEHOLDS):
        ids = texts(table["household_id"])
        if not keys.rising(ids, last):
            raise NotInOrder
        last = ids[-1].as_py()
        members, home, person_rows = waiting.of(ids)
        _crowds(home, person_rows, persons.name, breaches)
        yield Part(table, members, home, np.arange(first + 1, first + len(table) + 1), person_rows)
        first += len(table)
    if waiting.any():
        raise NotInOrder


def texts(column: pa.ChunkedArray) -> pa.Array:
    """A column as one array of text."""
    joined = column.combine_chunks()
    if isinstance(joined, pa.ChunkedArray):
        joined = pa.concat_arrays(joined.chunks) if joined.num_chunks else pa.array([], pa.string())
    return joined.cast(pa.string())


def regrouped(batches: Iterable[pa.RecordBatch], size: int) -> Iterator[pa.Table]:
    """The rows regrouped into tables of `size`."""
    kept: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        kept.append(batch)
        rows += len(batch)
        while rows >= size:
            joined = pa.Table.from_batches(kept)
            yield joined.slice(0, size)
            rest = joined.slice(size)
            kept, rows = rest.to_batches(), len(rest)
    if rows:
        yield pa.Table.from_batches(kept)


class _Waiting:
    """Persons that were read and whose household has not come yet."""

    def __init__(self, persons: Source):
        self._batches = persons.batches()
        self._kept: list[pa.RecordBatch] = []
        self._first, self._last = 1, None  # the number of the first row kept; the last key seen

    def _more(self) -> bool:
        batch = next(self._batches, None)
        if batch is None:
            return False
        ids = batch.column(batch.schema.get_field_index("person_id")).cast(pa.string())
        if not keys.rising(ids, self._last):
            raise NotInOrder
        self._last = ids[-1].as_py() if len(ids) else self._last
        self._kept.append(batch)
        return True

    def any(self) -> bool:
        return any(len(batch) for batch in self._kept) or self._more() and self.any()

    def of(self, ids: pa.Array) -> tuple[pa.Table, np.ndarray, np.ndarray]:
        """The next persons, as far as they belong to these households."""
        taken: list[pa.RecordBatch] = []
        homes: list[np.ndarray] = []
        while self._kept or self._more():
            batch = self._kept[0]
            column = batch.column(batch.schema.get_field_index("household_id")).cast(pa.string())
            at = pc.index_in(column, value_set=ids)
            if at.null_count:
                mine = pc.index(pc.is_null(at), True).as_py()
                taken.append(batch.slice(0, mine))
                homes.append(at.slice(0, mine).to_numpy())
                self._kept[0] = batch.slice(mine)
                break
            taken.append(batch)
            homes.append(at.to_numpy())
            self._kept.pop(0)
        return self._joined(taken, homes)

    def _joined(self, taken: list[pa.RecordBatch], homes: list[np.ndarray]) -> tuple[pa.Table, np.ndarray, np.ndarray]:
        home = np.concatenate([*homes, np.zeros(0, dtype=np.int32)]).astype(np.int32)
        if len(home) > 1 and (np.diff(home) < 0).any():
            raise NotInOrder
        schema = self._kept[0].schema if self._kept else taken[0].schema if taken else None
        table = pa.Table.from_batches(taken, schema) if schema is not None else None
        rows = np.arange(self._first, self._first + len(home))
        self._first += len(home)
        return table if table is not None else pa.table({}), home, rows


def _crowds(home: np.ndarray, rows: np.ndarray, name: str, breaches: Breaches) -> None:
    """A household has at most PER_HOUSEHOLD persons; the first above is named."""
    if len(home) <= PER_HOUSEHOLD:
        return
    place = np.arange(len(home)) - np.searchsorted(home, home)
    breaches.at(name, "household_id", rows[place == PER_HOUSEHOLD], f"more than {PER_HOUSEHOLD} persons")


def sorted_parts(households: Source, persons: Source, breaches: Breaches) -> Iterator[Part]:
    """The city in parts of whole households, for files in any order: they are dealt into buckets on disk first."""
    _repeats(households, "household_id", breaches)
    _repeats(persons, "person_id", breaches)
    folder = Path(tempfile.mkdtemp(prefix="screening-"))
    try:
        count = 1 + sum(len(batch) for batch in persons.keys("person_id")) // BUCKET_ROWS
        names = [_deal(source, folder / level, count) for source, level in ((households, "h"), (persons, "p"))]
        for mine, members in zip(*names):
            yield matched(pa.parquet.read_table(mine), pa.parquet.read_table(members), persons.name, breaches)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _repeats(source: Source, key: str, breaches: Breaches) -> None:
    rows = keys.repeated(source.keys(key), source.keys(key))
    breaches.at(source.name, key, rows + 1, "stands twice")


def _deal(source: Source, folder: Path, count: int) -> list[Path]:
    """Each row into one of `count` files, by its household, with its number."""
    folder.mkdir()
    paths = [folder / f"{n}.parquet" for n in range(count)]
    first = 1
    with ExitStack() as open_files:
        writers: list[pa.parquet.ParquetWriter] = []
        for batch in source.batches():
            numbered = pa.Table.from_batches([batch]).append_column(ROW, pa.array(np.arange(first, first + len(batch))))
            first += len(batch)
            if not writers:
                writers = [open_files.enter_context(pa.parquet.ParquetWriter(path, numbered.schema)) for path in paths]
            bucket = keys.hashes(texts(numbered["household_id"])) % np.uint64(count)
            order = np.argsort(bucket, kind="stable")
            edges = np.searchsorted(bucket[order], np.arange(count + 1))
            dealt = numbered.take(pa.array(order))
            for number, writer in enumerate(writers):
                writer.write_table(dealt.slice(edges[number], edges[number + 1] - edges[number]))
        if not writers:
            empty = pa.table({c.name: pa.array([], pa.string()) for c in source.columns}).append_column(
                ROW, pa.array([], pa.int64()))
            for path in paths:
                pa.parquet.write_table(empty, path)
    return paths


def matched(households: pa.Table, persons: pa.Table, name: str, breaches: Breaches) -> Part:
    """Numbered rows as one part; persons (of the file `name`) without a household are breaches."""
    rows, person_rows = households[ROW].to_numpy(), persons[ROW].to_numpy()
    at = pc.index_in(texts(persons["household_id"]), value_set=texts(households["household_id"]))
    lost = at.is_null().to_numpy(zero_copy_only=False)
    if at.null_count:
        breaches.at(name, "household_id", person_rows[lost], "household is not in the household file")
        at = pc.fill_null(at, 0)
    home = at.to_numpy()
    order = np.argsort(home, kind="stable")
    found = order[~lost[order]]
    _crowds(home[found], person_rows[found], name, breaches)
    members = persons.drop_columns([ROW]).take(pa.array(order))
    return Part(households.drop_columns([ROW]), members, home[order].astype(np.int32), rows, person_rows[order], True)


def in_memory(households: pa.Table, persons: pa.Table, breaches: Breaches) -> Part:
    """Tables as one part; rows are numbered from 1."""
    numbered = [table.append_column(ROW, pa.array(np.arange(1, len(table) + 1))) for table in (households, persons)]
    for table, key, name in ((households, "household_id", "household"), (persons, "person_id", "person")):
        ids = texts(table[key])
        if not keys.rising(ids, None):
            breaches.at(name, key, keys.repeated([ids], [ids]) + 1, "stands twice")
    if not len(households):
        breaches.at("person", "household_id", np.arange(1, len(persons) + 1), "household is not in the household file")
    return matched(numbered[0], numbered[1], "person", breaches)


def any_order(run: Callable[[Callable], None]) -> None:
    """Run over files as they are; when they turn out not to be in order, once more over sorted parts."""
    try:
        run(parts)
    except NotInOrder:
        run(sorted_parts)


__all__ = ["BATCH", "Breached", "NotInOrder", "Part", "Source", "any_order", "in_memory", "matched", "parts", "regrouped",
           "sorted_parts", "sources", "texts"]
