"""Blocks flowing from files through workers into files, in order and in bounded memory."""
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa

from marketplace.catalogue import reading
from marketplace.catalogue.block import Block, Filled
from marketplace.catalogue.contract import ARROW, Breached, Breaches, encode
from marketplace.catalogue.model import Catalogue
from marketplace.catalogue.reading import Part
from marketplace.catalogue.writing import ROW, Files

Results = dict[str, pa.Table]
Work = Callable[[Part, Block], Results]
LEVELS = ("household", "person")


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
    """One pass over a household file and a person file; breaches name them as files of `folder`."""

    def __init__(self, catalogue: Catalogue, households: Path, persons: Path, workers: int, folder: str = ""):
        self.catalogue, self.workers = catalogue, workers
        self.sources = reading.sources(catalogue, households, persons, folder)

    def write(self, out: Path, work: Callable[[Block], Results]) -> dict[str, int]:
        """Each table of the results, with a row for each row of its file and in that order, into `out`/<name>.parquet.

        Nothing appears there unless all went well. Raises Breached, OSError.
        """
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".screening-", dir=out.parent) as folder:
            counts = self._run(Path(folder), lambda part, block: _in_place(part, work(block)))
            out.mkdir(exist_ok=True)
            for name in counts:
                (Path(folder) / f"{name}.parquet").replace(out / f"{name}.parquet")
        return counts

    def write_one(self, out: Path, name: str, work: Callable[[Block], Results]) -> int:
        """The one table of the results into the file `out`."""
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".screening-", dir=out.parent) as folder:
            counts = self._run(Path(folder), lambda _, block: work(block))
            (Path(folder) / f"{name}.parquet").replace(out)
        return counts[name]

    def _run(self, folder: Path, work: Work) -> dict[str, int]:
        counts: dict[str, int] = {}

        def files() -> Files:
            counts.clear()
            return Files(folder, counts)

        self.run(work, files)
        return counts

    def gather(self, work: Callable[[Block], Results]) -> dict[str, pa.Table]:
        """The tables of the results in memory. Raises Breached, OSError."""
        gathered = _Gathered()

        def anew() -> _Gathered:
            gathered.tables.clear()
            return gathered

        self.run(lambda _, block: work(block), anew)
        return {name: pa.concat_tables(tables) for name, tables in gathered.tables.items()}

    def run(self, work: Work, sink: Callable[[], "Files | _Gathered"]) -> None:
        """Give each block's results to a sink, in order; a fresh sink is asked for when the pass must start again."""
        breaches = Breaches()

        def once(parts: Callable) -> None:
            breaches.found.clear()
            with sink() as taking:
                for results in self._worked(parts(*self.sources, breaches), work, breaches):
                    taking.add(results)

        try:
            reading.any_order(once)
        except Breached as no:  # a file that cannot be read to its end
            breaches.found += no.breaches
        breaches.refuse()

    def _worked(self, parts: Iterator[Part], work: Work, breaches: Breaches) -> Iterator[Results]:
        """Results in the order of the parts, a few parts under work at a time. After a breach only the check goes on."""
        names = (self.sources[0].name, self.sources[1].name)

        def one(part: Part) -> Results | None:
            block = block_of(self.catalogue, part, breaches, names)
            return None if breaches.found else work(part, block)

        with ThreadPoolExecutor(self.workers) as pool:
            waiting: deque[Future] = deque()
            for part in self._or_nobody(parts):
                waiting.append(pool.submit(one, part))
                if len(waiting) > self.workers:
                    if (results := waiting.popleft().result()) is not None:
                        yield results
            while waiting:
                if (results := waiting.popleft().result()) is not None:
                    yield results

    def _or_nobody(self, parts: Iterator[Part]) -> Iterator[Part]:
        """The parts, or one without rows: so that files without rows give results without rows."""
        first = next(parts, None)
        if first is None:
            none = np.zeros(0, dtype=np.int32)
            first = Part(empty(self.catalogue, "household"), empty(self.catalogue, "person"), none, none, none)
        yield first
        yield from parts


def _in_place(part: Part, results: Results) -> Results:
    """The results with the number of each row where the rows do not stand in the order of the files."""
    if not part.scattered:
        return results
    rows = {"household": part.household_rows, "person": part.person_rows}
    return {name: table.append_column(ROW, pa.array(rows[name])) for name, table in results.items()}


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
