"""One household, explained: for each policy and member every criterion with its numbers, met or not."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from marketplace.catalogue import leaves, near, program
from marketplace.catalogue.block import Block
from marketplace.catalogue.compile import Compiler, Slot
from marketplace.catalogue.contract import ARROW, Breaches
from marketplace.catalogue.flow import LEVELS, block_of
from marketplace.catalogue.model import Catalogue, Criterion, Policy
from marketplace.catalogue.program import Program
from marketplace.catalogue.reading import in_memory
from marketplace.catalogue.tree import Node


@dataclass(frozen=True)
class Leaf:
    """One comparison or truth inside a criterion; of a comparison of numbers `measure`, `value` and `threshold` in its unit.

    `gap` is by how much the measure would have to change; None when it is met, or when no amount would do. `fact` is the
    column whose value the measure is, if something stands in where that is null.
    """

    text: str
    measure: str
    op: str
    value: Any
    threshold: Any
    met: bool
    gap: int | None
    fact: str = ""


@dataclass(frozen=True)
class Answer:
    """What became of one criterion."""

    criterion: Criterion
    met: bool
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True)
class Near:
    """The one number that would mend the one criterion that fails."""

    criterion: Criterion
    leaf: Leaf
    gap: int
    per_mille: int


@dataclass(frozen=True)
class Result:
    """A policy for the household (`person_id` None) or a member. `received` is what the record says, None if nothing."""

    policy: Policy
    person_id: str | None
    mask: int
    amount_fen: int
    provisional: bool
    received: bool | None
    criteria: tuple[Answer, ...]
    near: Near | None


@dataclass(frozen=True)
class Explanation:
    """All results of one household; `values` are its derived values: "h.std", and ("p.age", person_id)."""

    as_of: date
    version: str
    hash: str
    results: tuple[Result, ...]
    values: Mapping[str | tuple[str, str], Any]


def explain(catalogue: Catalogue, as_of: date, household: Mapping, members: Iterable[Mapping]) -> Explanation:
    """Every policy for one household and its members, with reasons. What a mapping does not name is null.

    Raises Breached when a fact breaks the input contract, OutOfRange for a day that the catalogue does not cover.
    """
    members = list(members)
    block, order = _block(catalogue, household, members)
    wanted, names = _compiled(catalogue, as_of)
    values = wanted.run(block)
    nearest = {(row["policy"], row["id"]): row for row in near.of_values(catalogue, values, names, block).to_pylist()}
    cells = {name: _cells(values[name], slot) for name, slot in wanted.outputs.items()}
    ids = [str(member["person_id"]) for member in members]
    results = []
    for policy in catalogue.policies:
        rows = [(None, 0)] if policy.level == "household" else list(zip(ids, order))
        results += [_result(catalogue, policy, person, row, names, cells, nearest) for person, row in rows]
    derived = _values(catalogue, cells, ids, order)
    return Explanation(as_of, catalogue.version, catalogue.hash, tuple(results), derived)


def _block(catalogue: Catalogue, household: Mapping, members: list[Mapping]) -> tuple[Block, list[int]]:
    tables = [table_of(catalogue, level, rows) for level, rows in zip(LEVELS, ([household], members))]
    breaches = Breaches()
    part = in_memory(tables[0], tables[1], breaches)
    breaches.refuse()
    block = block_of(catalogue, part, breaches)
    breaches.refuse()
    return block, list(np.argsort(part.person_rows))


def table_of(catalogue: Catalogue, level: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows as an input table; what a row does not name is null."""
    return pa.table({c.name: pa.array([row.get(c.name) for row in rows], ARROW[c.kind]) for c in catalogue.columns[level]})


@lru_cache(maxsize=8)
def _compiled(catalogue: Catalogue, as_of: date) -> tuple[Program, dict[tuple[Node, str], str]]:
    """Results, records, derived values and every end of every criterion, by name."""
    program.screen(catalogue, as_of)  # the same refusals
    compiler = Compiler(catalogue, as_of)
    outputs: dict[str, Slot] = dict(program.policy_outputs(compiler, catalogue))
    names: dict[tuple[Node, str], str] = {}

    def want(node: Node, level: str) -> None:
        name = names.setdefault((node, level), f"#{len(names)}")
        outputs[name] = program.leveled(compiler, compiler.slot(node), level)

    for policy in catalogue.policies:
        for criterion in policy.criteria:
            want(criterion.tree, policy.level)
            for leaf in leaves.opened(catalogue, criterion).leaves():
                for node in (leaf.node, *((leaf.comparison.left, leaf.comparison.node.right) if leaf.comparison else ())):
                    want(node, policy.level)
        if policy.id in catalogue.recorded:
            want(catalogue.recorded[policy.id], policy.level)
    for value in catalogue.derived.values():
        outputs[value.ref] = program.leveled(compiler, compiler.slot(value.tree), value.level)
    return program.finished(compiler, outputs), names


def _result(catalogue: Catalogue, policy: Policy, person: str | None, row: int,
            names: dict[tuple[Node, str], str], cells: dict[str, list], nearest: dict) -> Result:
    def value(node: Node) -> Any:
        return cells[names[node, policy.level]][row]

    answers = tuple(Answer(c, value(c.tree), tuple(_leaf(leaf, value) for leaf in leaves.opened(catalogue, c).leaves()))
                    for c in policy.criteria)
    recorded = catalogue.recorded.get(policy.id)
    key = [k for k in nearest if k[0] == policy.id and (person is None or k[1] == person)]
    return Result(
        policy, person, cells[f"{policy.id}.mask"][row], cells[f"{policy.id}.amount"][row],
        cells[f"{policy.id}.provisional"][row], None if recorded is None else value(recorded), answers,
        _near(nearest[key[0]], answers) if key else None)


@lru_cache(maxsize=8_192)
def _text(node: Node) -> str:
    """The notation of a node, written once."""
    return str(node)


def _leaf(leaf: leaves.Condition, value: Any) -> Leaf:
    met = bool(value(leaf.node))
    if leaf.comparison is None:
        return Leaf(_text(leaf.node), _text(leaf.node), "", met, True, met, None)
    compared = leaf.comparison
    op = compared.node.op
    measured = value(compared.left)
    limit = leaves.threshold(op, compared.factor, value(compared.node.right))
    short = 0 if met else int(leaves.gap(op, measured, limit))
    useless = met or short >= leaves.NEVER or (compared.passing and op in ("<", "<="))
    return Leaf(_text(compared.node), compared.measure, op, measured, limit, met, None if useless else short, compared.fact)


def _near(row: dict, answers: tuple[Answer, ...]) -> Near:
    answer = next(a for a in answers if a.criterion.id == row["criterion"])
    leaf = next(leaf for leaf in answer.leaves if leaf.measure == row["measure"] and leaf.value == row["value"]
                and leaf.threshold == row["threshold"])
    return Near(answer.criterion, leaf, row["gap"], row["per_mille"])


def _cells(values: Any, slot: Slot) -> list:
    """A column as Python says it."""
    plain = values.tolist()
    if slot.kind == "date":
        return [date(1970, 1, 1) + timedelta(days=number) for number in plain]
    return [slot.values[code] for code in plain] if slot.kind == "str" and slot.values else plain


def _values(catalogue: Catalogue, cells: dict[str, list], ids: list[str],
            order: list[int]) -> dict[str | tuple[str, str], Any]:
    found: dict[str | tuple[str, str], Any] = {}
    for ref, value in catalogue.derived.items():
        if value.level == "household":
            found[ref] = cells[ref][0]
        else:
            found |= {(ref, person): cells[ref][row] for person, row in zip(ids, order)}
    return found
