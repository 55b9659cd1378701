"""Results into Parquet files, in the order of the input and in bounded memory."""
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet

Results = dict[str, pa.Table]
GROUP = 200_000  # rows written at once
KEYS = ("household_id", "person_id")
ROW = "__row"  # the number of a row of the input, from 1


def _encoded(schema: pa.Schema) -> dict[str, Any]:
    """How the columns are written: what repeats by a dictionary, truths as bits, a key by how it differs from the last."""
    keys = [name for name in schema.names if name in KEYS]
    repeating = [field.name for field in schema if field.name not in KEYS and not pa.types.is_boolean(field.type)]
    return {"compression": "zstd", "write_statistics": schema.names[:1], "use_dictionary": repeating,
            "column_encoding": dict.fromkeys(keys, "DELTA_BYTE_ARRAY")}


class Files:
    """Parquet files, opened with their first block, written by a thread of their own, closed at the end of `with`.

    Tables with a column ROW come in any order; the rows are written in the order of these numbers, without them.
    """

    def __init__(self, folder: Path, counts: dict[str, int]):
        self.folder, self.counts = folder, counts
        self._open: dict[str, pa.parquet.ParquetWriter] = {}
        self._kept: dict[str, list[pa.Table]] = {}
        self._dealt: dict[str, dict[int, pa.parquet.ParquetWriter]] = {}
        self._stack = ExitStack()
        self._pool = ThreadPoolExecutor(1)
        self._waiting: deque[Future] = deque()

    def __enter__(self) -> "Files":
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        with self._stack, self._pool:
            if failed is None:
                for name in list(self._kept):
                    self._flush(name)
            while self._waiting:
                self._waiting.popleft().result()
            if failed is None:
                for name, dealt in self._dealt.items():
                    self._in_order(name, dealt)

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
        if ROW in table.column_names:
            self._deal(name, table)
            return
        if name not in self._open:
            self._open[name] = self._stack.enter_context(pa.parquet.ParquetWriter(
                self.folder / f"{name}.parquet", table.schema, **_encoded(table.schema)))
        self._open[name].write_table(table, row_group_size=len(table) or 1)

    def _deal(self, name: str, table: pa.Table) -> None:
        """Each row into a file of rows that stand near each other in the input."""
        near = (table[ROW].to_numpy() - 1) // GROUP
        order = np.argsort(near, kind="stable")
        groups, edges = np.unique(near[order], return_index=True)
        sorted_table, dealt = table.take(pa.array(order)), self._dealt.setdefault(name, {})
        for group, start, end in zip(groups.tolist(), edges, [*edges[1:], len(table)]):
            if group not in dealt:
                path = self.folder / f"{name}-{group}.parquet"
                dealt[group] = self._stack.enter_context(pa.parquet.ParquetWriter(path, table.schema))
            dealt[group].write_table(sorted_table.slice(start, end - start))

    def _in_order(self, name: str, dealt: dict[int, pa.parquet.ParquetWriter]) -> None:
        for group in sorted(dealt):
            dealt[group].close()
            table = pa.parquet.read_table(self.folder / f"{name}-{group}.parquet").sort_by(ROW)
            self._write(name, table.drop_columns([ROW]))
