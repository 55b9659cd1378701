"""Screening: every policy for every household and person, from tables to tables or from files to files."""
import os
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from marketplace.catalogue import program
from marketplace.catalogue.block import Block
from marketplace.catalogue.contract import Breaches
from marketplace.catalogue.flow import LEVELS, Flow, Results, block_of
from marketplace.catalogue.model import Catalogue
from marketplace.catalogue.program import Program
from marketplace.catalogue.reading import in_memory

KEYS = {"household": "household_id", "person": "person_id"}


def screen_tables(catalogue: Catalogue, as_of: date, households: pa.Table, persons: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Mask (0: eligible), amount in fen and provisional of each policy, a row for each row of the input, in its order.

    Raises Breached when the tables break the input contract, OutOfRange for a day that the catalogue does not cover.
    """
    return _over_tables(catalogue, program.screen(catalogue, as_of), households, persons)


def derived_tables(catalogue: Catalogue, as_of: date, households: pa.Table, persons: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Every derived value by its name, a row for each row of the input, in its order. Raises as `screen_tables`."""
    wanted = {value.ref: value for value in catalogue.derived.values()}
    found = program.of(catalogue, as_of, {ref: value.tree for ref, value in wanted.items()},
                       {ref: value.level for ref, value in wanted.items()})
    tables = _over_tables(catalogue, found, households, persons)
    return tables[0].rename_columns(_bare(tables[0].column_names)), tables[1].rename_columns(_bare(tables[1].column_names))


def _over_tables(catalogue: Catalogue, wanted: Program, households: pa.Table,
                 persons: pa.Table) -> tuple[pa.Table, pa.Table]:
    breaches = Breaches()
    part = in_memory(households, persons, breaches)
    breaches.refuse()
    block = block_of(catalogue, part, breaches)
    breaches.refuse()
    result = results(catalogue, wanted, block)
    return (result["household"].take(pa.array(np.argsort(part.household_rows))),
            result["person"].take(pa.array(np.argsort(part.person_rows))))


def _bare(names: list[str]) -> list[str]:
    return [name[2:] if name[:2] in ("h.", "p.") else name for name in names]


def results(catalogue: Catalogue, wanted: Program, block: Block) -> Results:
    """What a program says of a block, as a table of each level, with its keys."""
    values = wanted.run(block)
    found = {}
    for level in LEVELS:
        columns = {KEYS[level]: block.columns[f"{level[0]}.{KEYS[level]}"].values}
        for name, slot in wanted.outputs.items():
            if slot.level == level:
                columns[name] = _arrow(values[name], slot)
        found[level] = pa.table(columns)
    return found


def _arrow(values: np.ndarray, slot: program.Slot) -> pa.Array:
    match slot.kind:
        case "str" if slot.values:
            return pa.array(slot.values, pa.string()).take(pa.array(values))
        case "int":
            return pa.array(values if values.dtype == np.int64 else values.astype(np.int64))
        case "date":
            return pa.array(values.astype(np.int32), pa.int32()).cast(pa.date32())
    return pa.array(values)


def screen_files(catalogue: Catalogue, as_of: date, households: Path, persons: Path, out: Path,
                 workers: int | None = None) -> dict[str, int]:
    """Screen files (CSV or Parquet) into `out`/household.parquet and person.parquet, block by block; says how many rows.

    Nothing appears in `out` unless the whole input keeps its contract. Rows are in the order of the input; fastest is an
    input that is in order itself (households by rising number, members likewise). Raises Breached, OutOfRange, OSError.
    """
    wanted = program.screen(catalogue, as_of)
    flow = Flow(catalogue, households, persons, workers or os.cpu_count() or 1)
    return flow.write(out, lambda block: results(catalogue, wanted, block))


def quality(catalogue: Catalogue, as_of: date) -> Program:
    """The program of the data-quality checks, by their ids."""
    return program.of(catalogue, as_of, {check.id: check.tree for check in catalogue.checks},
                      {check.id: check.level for check in catalogue.checks})


def quality_rows(catalogue: Catalogue, as_of: date, households: pa.Table, persons: pa.Table) -> pa.Table:
    """The bad rows of each check: check, level, id. Raises as `screen_tables`."""
    return bad_rows(catalogue, _over_tables(catalogue, quality(catalogue, as_of), households, persons))


def bad_rows(catalogue: Catalogue, found: tuple[pa.Table, pa.Table]) -> pa.Table:
    """One row for each row that a check finds bad."""
    tables = []
    for check in catalogue.checks:
        table = found[LEVELS.index(check.level)]
        ids = table[KEYS[check.level]].filter(table[check.id])
        tables.append(pa.table({"check": pa.repeat(check.id, len(ids)), "level": pa.repeat(check.level, len(ids)),
                                "id": ids}))
    return pa.concat_tables(tables).combine_chunks()


def quality_files(catalogue: Catalogue, as_of: date, households: Path, persons: Path, out: Path,
                  workers: int | None = None) -> int:
    """The bad rows of files as Parquet; says how many. Raises as `screen_files`."""
    wanted = quality(catalogue, as_of)
    flow = Flow(catalogue, households, persons, workers or os.cpu_count() or 1)

    def rows(block: Block) -> Results:
        found = results(catalogue, wanted, block)
        return {"quality": bad_rows(catalogue, (found["household"], found["person"]))}

    return flow.write_one(out, "quality", rows)


__all__ = ["bad_rows", "block_of", "derived_tables", "quality_files", "quality_rows", "results", "screen_files",
           "screen_tables"]
