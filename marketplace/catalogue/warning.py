"""Dynamic monitoring: which warnings fire between an earlier snapshot and the current one.

`hp.x` is the earlier row of the same household number, `pp.x` that of the same person, wherever they lived then; a rule that
needs an earlier row does not fire where there is none.
"""
import os
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from marketplace.catalogue import kernels, program, tree
from marketplace.catalogue.block import Block
from marketplace.catalogue.contract import Breaches
from marketplace.catalogue.flow import LEVELS, Flow, Results, block_of
from marketplace.catalogue.keys import Index
from marketplace.catalogue.model import Catalogue, Rule
from marketplace.catalogue.program import Program
from marketplace.catalogue.reading import in_memory

KEYS = {"household": "h.household_id", "person": "p.person_id"}


class OutOfOrder(ValueError):
    """The earlier snapshot is not earlier."""


class Earlier:
    """What the rules want to know of the earlier snapshot, found by key."""

    def __init__(self, tables: dict[str, pa.Table]):
        self._rows = {level: Index(_chunked(tables[level]["id"])) for level in LEVELS}
        self._values = {name: _joined(tables[level][name]) for level in LEVELS
                        for name in tables[level].column_names if name != "id"}
        self._level = {name: level for level in LEVELS for name in tables[level].column_names if name != "id"}

    def given(self, block: Block) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """The earlier values for the rows of a block (anything where there was none), and for each level where there was."""
        at = {level: self._rows[level].find(block.columns[KEYS[level]].values) for level in LEVELS}
        values = {}
        for name, known in self._values.items():
            rows = at[self._level[name]]
            values[name] = kernels.spread(known, np.maximum(rows, 0)) if len(known) else _anything(known, len(rows))
        return values, {level: rows >= 0 for level, rows in at.items()}


def _joined(column: pa.ChunkedArray) -> Any:
    """A text as an Arrow array, anything else as NumPy's."""
    return column.combine_chunks() if pa.types.is_string(column.type) else column.to_numpy()


def _anything(like: Any, count: int) -> Any:
    """So many values of the same type."""
    return pa.array([""] * count, pa.string()) if isinstance(like, pa.Array) else np.zeros(count, dtype=like.dtype)


def _chunked(column: Any) -> pa.ChunkedArray:
    return column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])


def _looked_at(catalogue: Catalogue) -> dict[str, tree.Node]:
    """What the rules ask of the earlier snapshot, by name ("hp.std"), as it is evaluated there."""
    shop, found = tree.Shop(), {}
    for rule in catalogue.warnings:
        for node in [*(c.tree for c in rule.criteria), *(node for _, node in rule.severity)]:
            for part in node.below():
                if isinstance(part, tree.Earlier):
                    found[part.ref] = _then(catalogue, part, shop)
    return found


def _then(catalogue: Catalogue, part: tree.Earlier, shop: tree.Shop) -> tree.Node:
    ref = f"{part.ref[0]}.{part.ref[3:]}"
    if ref in catalogue.derived:
        return catalogue.derived[ref].tree
    return shop.make(tree.Column, part.level, part.ref[3:], False, kind=part.kind, level=part.level, values=part.values)


def _level(ref: str) -> str:
    return "household" if ref.startswith("hp.") else "person"


def earlier_program(catalogue: Catalogue, as_of: date) -> Program:
    """What is wanted of the earlier snapshot. Raises OutOfRange."""
    wanted = _looked_at(catalogue)
    return program.of(catalogue, as_of, wanted, {ref: _level(ref) for ref in wanted})


def remembered(catalogue: Catalogue, wanted: Program, block: Block) -> Results:
    """The wanted values of a block of the earlier snapshot, with their keys as `id`."""
    values = wanted.run(block)
    for name, slot in wanted.outputs.items():
        derived = catalogue.derived.get(f"{name[0]}.{name[3:]}")
        if derived and derived.values and slot.values:  # the rules know a text by its place among the declared ones
            values[name] = np.array([derived.values.index(text) for text in slot.values], dtype=np.uint8)[values[name]]
    return {level: pa.table({"id": block.columns[KEYS[level]].values,
                             **{name: values[name] for name in wanted.outputs if _level(name) == level}})
            for level in LEVELS}


def rules_program(catalogue: Catalogue, as_of: date, earlier: date) -> Program:
    """Every criterion and severity of every rule. Raises OutOfRange, OutOfOrder."""
    if not earlier < as_of:
        raise OutOfOrder(f"the earlier snapshot is of {earlier}, the current one of {as_of}")
    trees: dict[str, tree.Node] = {}
    levels: dict[str, str] = {}
    for rule in catalogue.warnings:
        parts = {f"{rule.id}/{c.id}": c.tree for c in rule.criteria}
        parts |= {f"{rule.id}#{n}": node for n, (_, node) in enumerate(rule.severity)}
        trees |= parts
        levels |= dict.fromkeys(parts, rule.level)
    return program.of(catalogue, as_of, trees, levels, earlier)


def fired(catalogue: Catalogue, wanted: Program, block: Block, earlier: Earlier) -> pa.Table:
    """The warnings of a block: rule, level, id, severity."""
    given, there = earlier.given(block)
    values = wanted.run(block, given)
    return pa.concat_tables([_fired(rule, values, block, there) for rule in catalogue.warnings])


def _fired(rule: Rule, values: dict[str, np.ndarray], block: Block, there: dict[str, np.ndarray]) -> pa.Table:
    fires = np.logical_and.reduce([values[f"{rule.id}/{c.id}"] for c in rule.criteria])
    for level in rule.needs_earlier:
        known = there[level]
        fires = fires & (known[block.home] if level != rule.level else known)
    rows = np.flatnonzero(fires)
    names = np.full(len(rows), "", dtype=object)
    for number, (name, _) in reversed(list(enumerate(rule.severity))):
        names[values[f"{rule.id}#{number}"][rows]] = name
    ids = block.columns[KEYS[rule.level]].values.take(pa.array(rows))
    return pa.table({"rule": pa.repeat(rule.id, len(rows)), "level": pa.repeat(rule.level, len(rows)), "id": ids,
                     "severity": pa.array(names, pa.string())})


def warning_rows(catalogue: Catalogue, earlier_tables: tuple[pa.Table, pa.Table], earlier_as_of: date,
                 tables: tuple[pa.Table, pa.Table], as_of: date) -> pa.Table:
    """The warnings between two snapshots (households, persons): rule, level, id, severity.

    Raises Breached, OutOfRange, OutOfOrder.
    """
    wanted = rules_program(catalogue, as_of, earlier_as_of)
    before, now = (_block(catalogue, pair) for pair in (earlier_tables, tables))
    earlier = Earlier(remembered(catalogue, earlier_program(catalogue, earlier_as_of), before))
    return fired(catalogue, wanted, now, earlier)


def _block(catalogue: Catalogue, tables: tuple[pa.Table, pa.Table]) -> Block:
    breaches = Breaches()
    part = in_memory(*tables, breaches)
    breaches.refuse()
    block = block_of(catalogue, part, breaches)
    breaches.refuse()
    return block


def warn_files(catalogue: Catalogue, earlier_files: tuple[Path, Path], earlier_as_of: date, files: tuple[Path, Path],
               as_of: date, out: Path, workers: int | None = None) -> int:
    """The warnings between two snapshots in files, as Parquet; says how many. Raises as `warning_rows`, OSError."""
    wanted, then = rules_program(catalogue, as_of, earlier_as_of), earlier_program(catalogue, earlier_as_of)
    workers = workers or os.cpu_count() or 1
    flows = [Flow(catalogue, *pair, workers, folder) for pair, folder in ((earlier_files, "previous/"), (files, ""))]
    gathered = flows[0].gather(lambda block: remembered(catalogue, then, block))
    earlier = Earlier({level: gathered.get(level, pa.table({"id": pa.array([], pa.string())})) for level in LEVELS})
    return flows[1].write_one(out, "warnings", lambda block: {"warnings": fired(catalogue, wanted, block, earlier)})
