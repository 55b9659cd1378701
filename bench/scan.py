"""The baseline: every column of both files read and aggregated, and nothing else."""
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from marketplace.catalogue.model import Catalogue

BATCH = 65_536


def scan(catalogue: Catalogue, folder: Path, workers: int) -> int:
    """Sum, least and greatest of numbers; least and greatest of days; trues; how often each listed text; how many others.

    Gives the number of values that were looked at. Batches are aggregated by so many threads while the next are read.
    """
    seen = 0
    with ThreadPoolExecutor(workers) as pool:
        for level in ("household", "person"):
            coded = [c.name for c in catalogue.columns[level] if c.values]
            with pa.parquet.ParquetFile(folder / f"{level}.parquet", read_dictionary=coded) as found:
                waiting: list[Any] = []
                for batch in found.iter_batches(BATCH, use_threads=workers > 1):
                    waiting.append(pool.submit(_aggregate, batch))
                    if len(waiting) > workers:
                        seen += waiting.pop(0).result()
                seen += sum(one.result() for one in waiting)
    return seen


def _aggregate(batch: pa.RecordBatch) -> int:
    for column in batch.columns:
        kind = column.type
        if pa.types.is_integer(kind):
            pc.sum(column), pc.min_max(column)
        elif pa.types.is_boolean(kind):
            pc.sum(column)
        elif pa.types.is_date(kind):
            pc.min_max(column)
        elif pa.types.is_dictionary(kind):
            pc.value_counts(column.indices)
        else:
            pc.sum(pc.binary_length(column))
    return batch.num_rows * batch.num_columns
