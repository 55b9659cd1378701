"""Files in the catalogue's schema, written block by block."""
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from marketplace.catalogue.contract import ARROW
from marketplace.network.registry.schema import columns

USUAL = {"residence_type": "rural", "sex": "F", "relation": "other", "member_status": "coresident", "employment": "none",
         "pension_scheme": "none", "medical_scheme": "none", "student_stage": "none", "father_status": "present",
         "mother_status": "present", "placement": "home"}


class Files:
    """The three files of one snapshot in a folder; `kind` is "csv" or "parquet". Closed at the end of `with`."""

    def __init__(self, folder: Path, kind: str):
        self.folder, self.kind = folder, kind
        self._open: dict[str, pa.csv.CSVWriter | pa.parquet.ParquetWriter] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> "Files":
        return self

    def __exit__(self, *_: object) -> None:
        for writer in self._open.values():
            writer.close()

    def add(self, snapshot: dict[str, dict[str, np.ndarray]]) -> None:
        """Append a block to each of the files."""
        for level, values in snapshot.items():
            self._add(level, values)

    def _add(self, level: str, values: dict[str, np.ndarray]) -> None:
        """What the schema has and `values` has not is written as null or as the usual value."""
        count = len(next(iter(values.values())))
        arrays = [self._array(column, values.get(column.name), count) for column in columns(level)]
        table = pa.table(dict(zip([c.name for c in columns(level)], arrays)))
        if level not in self._open:
            path = self.folder / f"{level}.{self.kind}"
            self._open[level] = pa.parquet.ParquetWriter(path, table.schema) if self.kind == "parquet" else \
                pa.csv.CSVWriter(path, table.schema, write_options=pa.csv.WriteOptions(quoting_style="needed"))
        self._open[level].write_table(table)

    def _array(self, column, values: np.ndarray | None, count: int) -> pa.Array:
        kind = ARROW[column.kind]
        if values is None:
            usual = None if column.nullable else {"int": 0, "bool": False}.get(column.kind, USUAL.get(column.name))
            made = pa.nulls(count, kind) if usual is None else pa.repeat(pa.scalar(usual, kind), count)
        elif isinstance(values, np.ma.MaskedArray):
            made = pa.array(values.data, kind, mask=values.mask)
        else:
            made = pa.array(values, kind, from_pandas=True)
        return made.cast(pa.int8()) if column.kind == "bool" and self.kind == "csv" else made
