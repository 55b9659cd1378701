"""What a Spark worker does. Rows travel in pieces, many rows as one binary cell, so that Spark moves bytes and not cells.

Four steps, each a function for `mapInArrow` over partitions whose rows are sorted by all columns but the last:

    split of a file ──deal──▶ bucket by household ──match──▶ district ──evaluate──▶ chunk of the output ──save──▶ a file

Each step gives the same pieces whenever it is done again, so that lost work can be repeated anywhere.
"""
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from marketplace.catalogue import catalogue as catalogues
from marketplace.catalogue import keys, program
from marketplace.catalogue.contract import Breaches
from marketplace.catalogue.flow import LEVELS, block_of
from marketplace.catalogue.model import Catalogue
from marketplace.catalogue.reading import Source, matched, regrouped, texts
from marketplace.catalogue.screening import KEYS, results
from marketplace.catalogue.writing import ROW

SCHEMA = pa.schema([("district", pa.string()), ("bucket", pa.int32()), ("kind", pa.string()), ("row", pa.int64()),
                    ("piece", pa.binary())])
COLUMNS = "district string, bucket int, kind string, row long, piece binary"
BREACHES = "breaches"  # the kind of a piece that says what is wrong, and the district of all of them

Row = tuple[str, int, str, int, bytes]
Batches = Iterator[pa.RecordBatch]
parse = lru_cache(maxsize=4)(catalogues.parse)


@dataclass(frozen=True)
class Split:
    """Some row groups of a Parquet file, the number of the first row, and the file's name in breaches."""

    level: str
    path: str
    name: str
    groups: tuple[int, ...]
    first: int


@dataclass(frozen=True)
class Pass:
    """One screening, as the workers know it. `chunk` is rows of the output, `most` households of a block."""

    text: str
    as_of: date
    splits: tuple[Split, ...]
    buckets: int
    chunk: int
    most: int
    scratch: str

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue, read once by each Python worker."""
        return parse(self.text)

    def deal(self, batches: Batches) -> Batches:
        """Numbers of splits to rows by household, and the persons' keys by themselves, to find those that stand twice."""
        for batch in batches:
            for number in batch.column(0).to_pylist():
                yield from self._dealt(self.splits[number])

    def _dealt(self, split: Split) -> Batches:
        source, first = Source(Path(split.path), self.catalogue.columns[split.level]), split.first
        for table in regrouped(source.batches(groups=split.groups), self.chunk):
            table = _numbered(table, np.arange(first, first + len(table)))
            first += len(table)
            yield from _pieces(table, split.level, self._bucket(table["household_id"]))
            if split.level == "person":
                place = self.buckets + self._bucket(table["person_id"])
                yield from _pieces(table.select(["person_id", ROW]), "key", place)

    def _bucket(self, column: pa.ChunkedArray) -> np.ndarray:
        return (keys.hashes(texts(column)) % np.uint64(self.buckets)).astype(np.int64)

    def match(self, batches: Batches) -> Batches:
        """Buckets of whole households to districts. Persons of no household go to a district without a name."""
        for (bucket,), tables in _groups(batches, 1, 2):
            if "key" in tables:
                yield from self._twice("person", tables["key"])
                continue
            households, persons = tables.get("household"), tables.get("person")
            names: list[str] = []
            if households is not None:
                yield from self._twice("household", households)
                coded = pc.fill_null(texts(households["county_code"]), "").dictionary_encode()
                names, codes = coded.dictionary.to_pylist(), coded.indices.to_numpy()
                yield from _pieces(households, "household", codes, names, bucket)
            if persons is not None:
                place = np.full(len(persons), len(names))
                if households is not None:
                    at = pc.index_in(texts(persons["household_id"]), value_set=texts(households["household_id"]))
                    known = at.is_valid().to_numpy(zero_copy_only=False)
                    place[known] = codes[at.drop_null().to_numpy()]
                yield from _pieces(persons, "person", place, [*names, ""], bucket)

    def _twice(self, level: str, table: pa.Table) -> Batches:
        breaches, found = Breaches(), texts(table[KEYS[level]])
        again = keys.repeated([found], [found])
        breaches.at(self._name(level), KEYS[level], table[ROW].to_numpy()[again], "stands twice")
        yield from _wrong(breaches)

    def _name(self, level: str) -> str:
        return next(split.name for split in self.splits if split.level == level)

    def evaluate(self, batches: Batches) -> Batches:
        """Districts, in blocks of whole households, to results by chunks of the output; every breach of the contract."""
        waiting: dict[str, list[pa.Table]] = {}
        of = None
        for (district, _), tables in _groups(batches, 0, 2):
            if district == BREACHES:
                yield from _passed(tables)
                continue
            if waiting and (district != of or sum(map(len, waiting.get("household", []))) >= self.most):
                yield from self._evaluated(waiting)
                waiting = {}
            of = district
            for kind, table in tables.items():
                waiting.setdefault(kind, []).append(table)
        if waiting:
            yield from self._evaluated(waiting)

    def _evaluated(self, waiting: dict[str, list[pa.Table]]) -> Batches:
        names, breaches = (self._name("household"), self._name("person")), Breaches()
        households, persons = (_one(waiting[level]) if level in waiting else _none(level) for level in LEVELS)
        part = matched(households, persons, names[1], breaches)
        block = block_of(self.catalogue, part, breaches, names)
        if breaches.found:
            yield from _wrong(breaches)
            return
        found = results(self.catalogue, program.screen(self.catalogue, self.as_of), block)
        for level, rows in zip(LEVELS, (part.household_rows, part.person_rows)):
            yield from _pieces(_numbered(found[level], rows), level, (rows - 1) // self.chunk)

    def save(self, batches: Batches) -> Batches:
        """Chunks to Parquet files in the scratch folder, each in the order of the input, and a row that names each."""
        for (district, chunk), tables in _groups(batches, 0, 2):
            if district == BREACHES:
                yield from _passed(tables)
                continue
            for level in tables:
                table = tables[level].take(pa.array(np.argsort(tables[level][ROW].to_numpy())))
                path = saved(self.scratch, level, chunk)
                under_way = path.with_suffix(f".{uuid4().hex}")  # two workers may be at the same chunk
                pa.parquet.write_table(table.drop_columns([ROW]), under_way, compression="lz4")
                under_way.replace(path)
                yield _piece("", chunk, level, len(table), b"")


def saved(scratch: str, level: str, chunk: int) -> Path:
    """Where a chunk of the output waits."""
    return Path(scratch) / f"{level}-{chunk:06}.parquet"


def _numbered(table: pa.Table, rows: np.ndarray) -> pa.Table:
    return table.append_column(ROW, pa.array(rows, pa.int64()))


def _none(level: str) -> pa.Table:
    return pa.table({KEYS[level]: pa.array([], pa.string()), "household_id": pa.array([], pa.string()),
                     ROW: pa.array([], pa.int64())})


def _piece(district: str, bucket: int, kind: str, row: int, piece: bytes) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([value], kind) for value, kind in zip(
        (district, bucket, kind, row, piece), SCHEMA.types)], schema=SCHEMA)


def _pieces(table: pa.Table, kind: str, place: np.ndarray, names: Sequence[str] = (), bucket: int = 0) -> Batches:
    """The rows dealt by place, each share in the order of the table. A place is a bucket, or one of the named districts."""
    order = np.argsort(place, kind="stable")
    places, starts = np.unique(place[order], return_index=True)
    dealt = table.unify_dictionaries().combine_chunks().take(pa.array(order))
    for at, start, end in zip(places.tolist(), starts, [*starts[1:], len(order)]):
        share = dealt.slice(start, end - start)
        district, number = (names[at], bucket) if names else ("", at)
        yield _piece(district, number, kind, share[ROW][0].as_py(), _packed(share))


def _packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()


def _one(tables: Iterable[pa.Table]) -> pa.Table:
    return pa.concat_tables(tables).unify_dictionaries().combine_chunks()


def _groups(batches: Batches, first: int, last: int) -> Iterator[tuple[tuple, dict[str, pa.Table]]]:
    """Neighbouring pieces that agree in some columns, joined by their kind."""
    rows = (row for batch in batches for row in zip(*(column.to_pylist() for column in batch.columns)))
    for named, group in groupby(rows, lambda row: row[first:last]):
        yield named, {kind: _one(pa.ipc.open_stream(row[4]).read_all() for row in same)
                      for kind, same in groupby(group, lambda row: row[2])}


def _wrong(breaches: Breaches) -> Batches:
    if breaches.found:
        told = json.dumps([asdict(breach) for breach in breaches.found])
        yield _piece(BREACHES, 0, BREACHES, 0, _packed(pa.table({"told": [told]})))


def _passed(tables: dict[str, pa.Table]) -> Batches:
    for table in tables.values():
        yield _piece(BREACHES, 0, BREACHES, 0, _packed(table))


def told(piece: bytes) -> list[dict]:
    """The breaches that a piece says."""
    found = pa.ipc.open_stream(piece).read_all()["told"].to_pylist()
    return [breach for text in found for breach in json.loads(text)]
