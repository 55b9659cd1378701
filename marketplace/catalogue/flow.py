"""Blocks flowing from files through workers into files, in order and in bounded memory."""
import re
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from marketplace.catalogue import reading
from marketplace.catalogue.block import Block, Filled
from marketplace.catalogue.contract import ARROW, Breach, Breaches, encode
from marketplace.catalogue.model import Catalogue
from marketplace.catalogue.reading import Part

Results = dict[str, pa.Table]
LEVELS = ("household", "person")
GROUP = 200_000  # rows written at once


def block_of(catalogue: Catalogue, part: Part, breaches: Breaches, names: tuple[str, ...] = LEVELS) -> Block:
    """The block of a part; what breaks the contract goes to `breaches`, under the files' names."""
    columns: dict[str, Filled] = {}
    for level, table, rows, name in zip(LEVELS, (part.households, part.persons),
                                        (part.household_rows, part.person_rows), names):
        if not len(rows):  # no member at all: the table has no columns either
            table = empty(catalogue, level)
        filled = encode(name, table, catalogue.columns[level], rows, breaches)
        columns |= {f"{level[0]}.{column}": values for column, values in filled.items()}
    return Block.of(len(part.household_rows), part.home, columns)


def empty(catalogue: Catalogue, level: str) -> pa.Table:
    """An input table without rows."""
    return pa.table({c.name: pa.array([], ARROW[c.kind]) for c in catalogue.columns[level]})


class Flow:
    """One pass over a household file and a person file."""

    def __init__(self, catalogue: Catalogue, households: Path, persons: Path, workers: int):
        self.catalogue, self.workers = catalogue, workers
        self.sources = reading.sources(catalogue, households, persons)

    def write(self, out: Path, work: Callable[[Block], Results]) -> dict[str, int]:
        """Each table of the results into `out`/<name>.parquet, when all went well. Raises Breached, OSError."""
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".screening-", dir=out) as folder:
            counts = self._run(Path(folder), work)
            for name in counts:
                (Path(folder) / f"{name}.parquet").replace(out / f"{name}.parquet")
        return counts

    def write_one(self, out: Path, name: str, work: Callable[[Block], Results]) -> int:
        """The one table of the results into the file `out`."""
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".screening-", dir=out.parent) as folder:
            counts = self._run(Path(folder), work)
            (Path(folder) / f"{name}.parquet").replace(out)
        return counts[name]

    def _run(self, folder: Path, work: Callable[[Block], Results]) -> dict[str, int]:
        counts: dict[str, int] = {}

        def files() -> _Files:
            counts.clear()
            return _Files(folder, counts)

        self.run(work, files)
        return counts

    def gather(self, work: Callable[[Block], Results]) -> dict[str, pa.Table]:
        """The tables of the results in memory. Raises Breached, OSError."""
        gathered = _Gathered()

        def anew() -> _Gathered:
            gathered.tables.clear()
            return gathered

        self.run(work, anew)
        return {name: pa.concat_tables(tables) for name, tables in gathered.tables.items()}

    def run(self, work: Callable[[Block], Results], sink: Callable[[], "_Files | _Gathered"]) -> None:
        """Give each block's results to a sink, in order; a fresh sink is asked for when the pass must start again."""
        breaches = Breaches()

        def once(parts: Callable) -> None:
            breaches.found.clear()
            with sink() as taking:
                for results in self._worked(parts(*self.sources, breaches), work, breaches):
                    taking.add(results)

        try:
            reading.any_order(once)
        except pa.ArrowInvalid as error:
            breaches.add(self._unreadable(str(error)))
        breaches.refuse()

    def _worked(self, parts: Iterator[Part], work: Callable[[Block], Results], breaches: Breaches) -> Iterator[Results]:
        """Results in the order of the parts, a few parts under work at a time. After a breach only the check goes on."""
        names = (self.sources[0].name, self.sources[1].name)

        def one(part: Part) -> Results | None:
            block = block_of(self.catalogue, part, breaches, names)
            return None if breaches.found else work(block)

        with ThreadPoolExecutor(self.workers) as pool:
            waiting: deque[Future] = deque()
            for part in parts:
                waiting.append(pool.submit(one, part))
                if len(waiting) > self.workers:
                    if (results := waiting.popleft().result()) is not None:
                        yield results
            while waiting:
                if (results := waiting.popleft().result()) is not None:
                    yield results

    def _unreadable(self, said: str) -> Breach:
        """Arrow's message may quote the row: only its number is kept."""
        row = re.search(r"Row #(\d+)", said)
        return Breach(self.sources[0].name if self.sources[0].name in said else self.sources[1].name,
                      int(row[1]) - 1 if row else 0, "", "cannot be read")


class _Files:
    """Parquet files, opened with their first block, written by a thread of their own, closed at the end of `with`."""

    def __init__(self, folder: Path, counts: dict[str, int]):
        self.folder, self.counts = folder, counts
        self._open: dict[str, pa.parquet.ParquetWriter] = {}
        self._kept: dict[str, list[pa.Table]] = {}
        self._stack = ExitStack()
        self._pool = ThreadPoolExecutor(1)
        self._waiting: deque[Future] = deque()

    def __enter__(self) -> "_Files":
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        with self._stack, self._pool:
            if failed is None:
                for name in list(self._kept):
                    self._flush(name)
            while self._waiting:
                self._waiting.popleft().result()

    def add(self, results: Results) -> None:
        """Append tables to the files of their names; several blocks make one row group."""
        for name, table in results.items():
            self._kept.setdefault(name, []).append(table)
            self.counts[name] = self.counts.get(name, 0) + len(table)
            if sum(map(len, self._kept[name])) >= GROUP:
                self._flush(name)

    def _flush(self, name: str) -> None:
        while len(self._waiting) > 1:
            self._waiting.popleft().result()
        self._waiting.append(self._pool.submit(self._write, name, pa.concat_tables(self._kept.pop(name))))

    def _write(self, name: str, table: pa.Table) -> None:
        if name not in self._open:
            self._open[name] = self._stack.enter_context(pa.parquet.ParquetWriter(
                self.folder / f"{name}.parquet", table.schema, compression="zstd", write_statistics=table.column_names[:1]))
        self._open[name].write_table(table, row_group_size=len(table) or 1)


class _Gathered:
    """Tables kept in memory."""

    def __init__(self) -> None:
        self.tables: dict[str, list[pa.Table]] = {}

    def __enter__(self) -> "_Gathered":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def add(self, results: Results) -> None:
        """Keep the tables under their names."""
        for name, table in results.items():
            self.tables.setdefault(name, []).append(table)
