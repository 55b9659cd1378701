"""Criteria opened up: what a condition comes down to, number by number.

A derived truth is replaced by what it means, so that "assets fit" becomes its limits. A factor is taken out of a comparison:
`income * 100 < line * 150` measures the income. Costs are per mille of the threshold.
"""
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from marketplace.catalogue import tree
from marketplace.catalogue.model import Catalogue, Criterion
from marketplace.catalogue.tree import Node

FLIPPED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
SOON = {"years": 1, "months": 6, "days": 90}  # time is near when it comes by itself within so many of its units
NEVER = np.int64(2**40)  # no number mends it


@dataclass(frozen=True, eq=False)
class Comparison:
    """A comparison of two numbers inside a criterion; `measure` is its left side without its factor.

    `fact` is the column ("p.disability_grade") whose value the measure is, or, where that is null, what stands in for it.
    """

    node: tree.Compare
    measure: str
    left: Node
    factor: int
    passing: str  # years, months or days: time that passes by itself, and never back
    fact: str


@dataclass(frozen=True, eq=False)
class Condition:
    """A criterion as a tree of comparisons and other truths: `parts` joined by `how` (and, or, not, a leaf)."""

    how: str
    node: Node
    parts: tuple["Condition", ...] = ()
    comparison: Comparison | None = None

    def leaves(self) -> list["Condition"]:
        """The conditions at the ends."""
        return [leaf for part in self.parts for leaf in part.leaves()] if self.parts else [self]


@lru_cache(maxsize=4096)
def opened(catalogue: Catalogue, criterion: Criterion) -> Condition:
    """The criterion, opened up."""
    return _open(catalogue, criterion.tree)


def _open(catalogue: Catalogue, node: Node) -> Condition:
    match node:
        case tree.Both():
            return Condition("and", node, tuple(_open(catalogue, part) for part in node.parts))
        case tree.Either():
            return Condition("or", node, tuple(_open(catalogue, part) for part in node.parts))
        case tree.Not():
            return Condition("not", node, (_open(catalogue, node.item),))
        case tree.Derived() if node.kind == "bool":
            return _open(catalogue, catalogue.derived[node.ref].tree)
        case tree.Compare() if node.left.kind == "int":
            left, factor = _bare(node.left)
            return Condition("leaf", node, comparison=Comparison(
                node, str(left), left, factor, _passes(catalogue, left), _stands_for(catalogue, left)))
    return Condition("leaf", node)


def _bare(node: Node) -> tuple[Node, int]:
    """A node without its literal factor."""
    if isinstance(node, tree.Arith) and node.op == "*" and isinstance(node.right, tree.Literal):
        inner, factor = _bare(node.left)
        return inner, factor * int(node.right.value)  # type: ignore[arg-type]
    return node, 1


def _stands_for(catalogue: Catalogue, node: Node) -> str:
    """The nullable column that a number is, with something in place of null; or nothing."""
    if isinstance(node, tree.Derived):
        return _stands_for(catalogue, catalogue.derived[node.ref].tree)
    return str(node.column) if isinstance(node, tree.Nz) else ""


def _passes(catalogue: Catalogue, node: Node) -> str:
    """The unit of a number that is time since a day, or nothing."""
    if isinstance(node, tree.Derived):
        return _passes(catalogue, catalogue.derived[node.ref].tree)
    if isinstance(node, tree.Call) and node.name in SOON and isinstance(node.args[1], tree.Today):
        return node.name
    if isinstance(node, tree.Iff):  # time since a day that may not have been
        return _passes(catalogue, node.yes) or _passes(catalogue, node.no)
    return ""


def threshold(op: str, factor: int, right: Any) -> Any:
    """What the measure is compared with, when `measure * factor op right`."""
    return right // factor if op in ("<=", ">") else -(-right // factor)


def gap(op: str, value: Any, limit: Any) -> Any:
    """By how much a measure that fails `value op limit` must change; 0 where it holds, NEVER where no amount is meant."""
    match op:
        case "<":
            found = value - limit + 1
        case "<=":
            found = value - limit
        case ">":
            found = limit - value + 1
        case ">=":
            found = limit - value
        case _:
            return np.where(value == limit if op == "==" else value != limit, 0, NEVER)
    return np.maximum(found, 0)


@dataclass(frozen=True)
class Mend:
    """The cheapest single number that would make a condition hold, row by row: its cost, which leaf, and by how much."""

    cost: np.ndarray  # per mille of the threshold, 0 where it holds, NEVER where one number is not enough
    leaf: np.ndarray
    gap: np.ndarray


def mend(condition: Condition, wanted: bool, values: Callable[[Node], np.ndarray], leaves: list[Condition]) -> Mend:
    """How each row could come to have `condition` as `wanted`. `values` gives a node's values."""
    if condition.how == "not":
        return mend(condition.parts[0], not wanted, values, leaves)
    if condition.parts:
        mends = [mend(part, wanted, values, leaves) for part in condition.parts]
        join = _all if (condition.how == "and") is wanted else _any
        found = mends[0]
        for other in mends[1:]:
            found = join(found, other)
        return found
    return _mend_leaf(condition, wanted, values, leaves.index(condition))


def _mend_leaf(leaf: Condition, wanted: bool, values: Callable[[Node], np.ndarray], number: int) -> Mend:
    if leaf.comparison is None:
        cost = np.where(values(leaf.node) == wanted, np.int64(0), NEVER)
        return Mend(cost, np.full(len(cost), number), cost)
    compared = leaf.comparison
    op = compared.node.op if wanted else FLIPPED[compared.node.op]
    limit = threshold(op, compared.factor, values(compared.node.right))
    short = gap(op, values(compared.left), limit)
    if compared.passing:
        reach = SOON[compared.passing] if op in (">", ">=") else 0
        short = np.where(short > reach, NEVER, short)
    with np.errstate(over="ignore"):
        relative = np.maximum(short * 1000 // np.maximum(np.abs(limit), 1), 1)
    cost = np.where(short == 0, 0, np.where(short >= NEVER, NEVER, relative))
    return Mend(cost.astype(np.int64), np.full(len(cost), number), short)


def _any(one: Mend, other: Mend) -> Mend:
    first = one.cost <= other.cost
    return Mend(np.where(first, one.cost, other.cost), np.where(first, one.leaf, other.leaf),
                np.where(first, one.gap, other.gap))


def _all(one: Mend, other: Mend) -> Mend:
    """Both must come to hold: one number is enough only where one of them holds already."""
    cost = np.where((one.cost > 0) & (other.cost > 0), NEVER, one.cost + other.cost)
    first = other.cost == 0
    return Mend(cost, np.where(first, one.leaf, other.leaf), np.where(first, one.gap, other.gap))
