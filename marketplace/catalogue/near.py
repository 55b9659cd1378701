"""Near misses: who fails a policy by one criterion alone, which one number would mend within reach."""
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import pyarrow as pa

from marketplace.catalogue import leaves, program
from marketplace.catalogue.block import Block
from marketplace.catalogue.compile import Compiler
from marketplace.catalogue.contract import Breaches
from marketplace.catalogue.flow import block_of
from marketplace.catalogue.model import Catalogue, Criterion, Policy
from marketplace.catalogue.program import Program
from marketplace.catalogue.reading import in_memory
from marketplace.catalogue.tree import Node

WITHIN = 200  # per mille of the threshold
KEYS = {"household": "h.household_id", "person": "p.person_id"}
COLUMNS = ("level", "id", "policy", "criterion", "measure", "value", "threshold", "gap", "per_mille")


@dataclass(frozen=True)
class Measured:
    """A criterion that a number could mend."""

    policy: Policy
    criterion: Criterion
    bit: int
    condition: leaves.Condition


@lru_cache(maxsize=8)
def _measured(catalogue: Catalogue) -> tuple[Measured, ...]:
    found = []
    for policy in catalogue.policies:
        for bit, criterion in enumerate(policy.criteria):
            condition = leaves.opened(catalogue, criterion)
            if any(leaf.comparison for leaf in condition.leaves()):
                found.append(Measured(policy, criterion, bit, condition))
    return tuple(found)


def _sides(condition: leaves.Condition) -> list[Node]:
    """The nodes whose values the mending of a condition needs."""
    found: list[Node] = []
    for leaf in condition.leaves():
        found += [leaf.comparison.left, leaf.comparison.node.right] if leaf.comparison else [leaf.node]
    return found


@lru_cache(maxsize=8)
def compiled(catalogue: Catalogue, as_of: date) -> tuple[Program, dict[tuple[Node, str], str]]:
    """The program of masks and of all that is measured; and the output of each node at each level."""
    program.screen(catalogue, as_of)  # the same refusals
    compiler = Compiler(catalogue, as_of)
    outputs = {f"{p.id}.mask": compiler.outcome(p)[0] for p in catalogue.policies}
    names: dict[tuple[Node, str], str] = {}
    for one in _measured(catalogue):
        for node in _sides(one.condition):
            name = names.setdefault((node, one.policy.level), f"#{len(names)}")
            outputs[name] = program.leveled(compiler, compiler.slot(node), one.policy.level)
    return program.finished(compiler, outputs), names


def rows(catalogue: Catalogue, as_of: date, block: Block) -> pa.Table:
    """The near misses of a block, with the columns of COLUMNS; amounts of change (`gap`) are in the measure's own unit."""
    wanted, names = compiled(catalogue, as_of)
    return of_values(catalogue, wanted.run(block), names, block)


def of_values(catalogue: Catalogue, values: dict[str, np.ndarray], names: dict[tuple[Node, str], str],
              block: Block) -> pa.Table:
    """The near misses of a block of which all that is measured is known: masks, and each node's values under its name."""
    tables = [table for one in _measured(catalogue) for table in _of(one, values, names, block)]
    return pa.concat_tables(tables or [_table({})])


def near_rows(catalogue: Catalogue, as_of: date, households: pa.Table, persons: pa.Table) -> pa.Table:
    """The near misses among tables of whole households. Raises as `screening.screen_tables`."""
    breaches = Breaches()
    part = in_memory(households, persons, breaches)
    breaches.refuse()
    block = block_of(catalogue, part, breaches)
    breaches.refuse()
    return rows(catalogue, as_of, block)


def _of(one: Measured, values: dict[str, np.ndarray], names: dict[tuple[Node, str], str],
        block: Block) -> list[pa.Table]:
    mask = values[f"{one.policy.id}.mask"]
    alone = np.flatnonzero(mask == mask.dtype.type(1 << one.bit))
    if not len(alone):
        return []
    ends = one.condition.leaves()
    mended = leaves.mend(one.condition, True, lambda node: values[names[node, one.policy.level]][alone], ends)
    near = np.flatnonzero((mended.cost > 0) & (mended.cost <= WITHIN))
    tables = []
    for number, leaf in enumerate(ends):
        at = near[mended.leaf[near] == number]
        if len(at) and leaf.comparison:
            tables.append(_near(one, leaf.comparison, alone[at], mended, at, values, names, block))
    return tables


def _near(one: Measured, compared: leaves.Comparison, rows_: np.ndarray, mended: leaves.Mend, at: np.ndarray,
          values: dict[str, np.ndarray], names: dict[tuple[Node, str], str], block: Block) -> pa.Table:
    level = one.policy.level
    value = values[names[compared.left, level]][rows_]
    limit = leaves.threshold(compared.node.op, compared.factor, values[names[compared.node.right, level]][rows_])
    return _table({
        "level": pa.repeat(level, len(at)), "id": block.columns[KEYS[level]].values.take(pa.array(rows_)),
        "policy": pa.repeat(one.policy.id, len(at)), "criterion": pa.repeat(one.criterion.id, len(at)),
        "measure": pa.repeat(compared.measure, len(at)), "value": value, "threshold": limit, "gap": mended.gap[at],
        "per_mille": mended.cost[at]})


def _table(columns: dict) -> pa.Table:
    kinds = {name: pa.int64() if name in ("value", "threshold", "gap", "per_mille") else pa.string() for name in COLUMNS}
    return pa.table({name: pa.array(columns.get(name, []), kind) for name, kind in kinds.items()})


__all__ = ["COLUMNS", "WITHIN", "compiled", "near_rows", "of_values", "rows"]
