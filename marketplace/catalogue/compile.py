"""From trees to a list of array operations for one evaluation date.

What the date decides (parameters, ages) is decided here, once; equal operations are done once; what only needs the household
is done on households and spread over the members at the last moment.
"""
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa

from marketplace.catalogue import days, kernels, tree
from marketplace.catalogue.model import Catalogue, Policy, Table
from marketplace.catalogue.reach import Reach
from marketplace.catalogue.tree import Node, highest


@dataclass(frozen=True)
class Slot:
    """Where a value is while a block is worked on: a register, or (`register` below zero) the same for every row."""

    register: int
    kind: str
    level: str
    values: tuple[str, ...] | None = None
    same: Any = None

    @property
    def fixed(self) -> bool:
        return self.register < 0


@dataclass(frozen=True)
class Step:
    """`register[to] = do(*register[at])`; afterwards the registers in `free` are needed no more."""

    do: Callable
    at: tuple[int, ...]
    to: int
    free: tuple[int, ...] = ()


class Compiler:
    """Compiles trees of one catalogue as of one date, and for warnings of the date of the earlier snapshot."""

    def __init__(self, catalogue: Catalogue, as_of: date, earlier: date | None = None):
        self.catalogue, self.as_of, self.earlier = catalogue, as_of, earlier
        self.steps: list[Step] = []
        self.start: list[Any] = []  # the registers before the first step: what is the same for every block
        self.inputs: dict[str, int] = {}
        self.reach = Reach(catalogue)
        self._slots: dict[Node, Slot] = {}
        self._done: dict[tuple, Slot] = {}
        self._outcomes: dict[str, tuple[Slot, Slot]] = {}

    def input(self, name: str) -> int:
        """The register of something that comes with each block."""
        if name not in self.inputs:
            self.inputs[name] = self._register(None)
        return self.inputs[name]

    def _register(self, value: Any) -> int:
        self.start.append(value)
        return len(self.start) - 1

    def constant(self, value: Any, kind: str, values: tuple[str, ...] | None = None) -> Slot:
        """The same value for every row."""
        return Slot(-1, kind, "const", values, value)

    def place(self, slot: Slot) -> int:
        """A register that has the slot's value, also when that is the same for every row."""
        if not slot.fixed:
            return slot.register
        key = ("constant", type(slot.same), slot.same)
        if key not in self._done:
            self._done[key] = Slot(self._register(slot.same), slot.kind, "const")
        return self._done[key].register

    def emit(self, key: tuple, do: Callable, at: tuple[int, ...], kind: str, level: str,
             values: tuple[str, ...] | None = None) -> Slot:
        """The result of an operation; `key` names it, and an equal one is not done again."""
        key = (*key, at)
        if key not in self._done:
            to = self._register(None)
            self.steps.append(Step(do, at, to))
            self._done[key] = Slot(to, kind, level, values)
        return self._done[key]

    def at_level(self, slot: Slot, level: str) -> Slot:
        """The slot with a row for each row of `level`: a household's value is given to each member."""
        if slot.fixed or slot.level == level:
            return slot
        return self.emit(("spread",), kernels.spread, (slot.register, self.input("home")), slot.kind, level, slot.values)

    def slot(self, node: Node) -> Slot:
        """Where a node's value is."""
        if node not in self._slots:
            reader: Callable = getattr(self, f"_{type(node).__name__.lower()}")
            self._slots[node] = reader(node)
        return self._slots[node]

    def outcome(self, policy: Policy) -> tuple[Slot, Slot]:
        """Mask of failed criteria, and the amount if all are met."""
        if policy.id not in self._outcomes:
            level = policy.level
            met = [self.at_level(self.slot(c.tree), level) for c in policy.criteria]
            at = (self.input(f"{level} rows"), *map(self.place, met))
            mask = self.emit(("failed",), kernels.failed, at, "int", level)
            eligible = self.emit(("eligible",), kernels.nothing, (mask.register,), "bool", level)
            amount = self.at_level(self.slot(policy.amount), level)
            if not amount.fixed or amount.same != 0:
                amount = self.emit(("where", 0), kernels.or_zero, (eligible.register, self.place(amount)), "int", level)
            self._outcomes[policy.id] = (mask, amount)
            self._done[("eligible of", policy.id)] = eligible
        return self._outcomes[policy.id]

    def eligible(self, policy: Policy) -> Slot:
        self.outcome(policy)
        return self._done[("eligible of", policy.id)]

    # -- one method for each kind of node

    def _literal(self, node: tree.Literal) -> Slot:
        value = days.number(node.value) if isinstance(node.value, date) else node.value
        return self.constant(value, node.kind, node.values)

    def _today(self, node: tree.Today) -> Slot:
        day = self.earlier if node.earlier else self.as_of
        assert day is not None
        return self.constant(days.number(day), "date")

    def _column(self, node: tree.Column) -> Slot:
        return Slot(self.input(str(node)), node.kind, node.level, node.values)

    def _earlier(self, node: tree.Earlier) -> Slot:
        return Slot(self.input(node.ref), node.kind, node.level, node.values)

    def _nz(self, node: tree.Nz) -> Slot:
        if node.kind == "str" and not node.values:
            return self.emit(("fill", node.instead.value), partial(kernels.fill_text, instead=str(node.instead.value)),
                             (self.input(str(node.column)),), "str", node.level)
        instead = node.values.index(node.instead.value) if node.values else self._literal(node.instead).same
        at = (self.input(str(node.column)), self.input(f"{node.column} null"))
        return self.emit(("fill", instead), partial(kernels.fill, instead=instead), at, node.kind, node.level, node.values)

    def _isnull(self, node: tree.IsNull) -> Slot:
        at = (self.input(f"{node.column} null"), self.input(f"{node.level} rows"))
        return self.emit(("missing",), kernels.missing, at, "bool", node.level)

    def _derived(self, node: tree.Derived) -> Slot:
        return self.slot(self.catalogue.derived[node.ref].tree)

    def _outcome(self, node: tree.Outcome) -> Slot:
        policy = self.catalogue.policy[node.policy]
        return self.eligible(policy) if node.what == "e" else self.outcome(policy)[1]

    def _param(self, node: tree.Param) -> Slot:
        table, keys = self.catalogue.tables[node.table], [self.slot(key) for key in node.keys]
        if all(key.fixed for key in keys):
            return self.constant(table.at(tuple(key.same for key in keys), self.as_of), "int")
        coded = [self._code(table, *parts) for parts in zip(node.keys, keys, table.domains)]
        values = [table.known(found, self.as_of) for found in product(*(codes for _, codes in coded))]
        open_keys = [(key, codes) for key, codes in coded if not key.fixed]
        level = highest_slot([key for key, _ in open_keys])
        at = tuple(self.at_level(key, level).register for key, _ in open_keys)
        shaped = np.array(values, dtype=np.int64).reshape([len(codes) for _, codes in open_keys])
        name = ("lookup", node.table, tuple(tuple(codes) for _, codes in coded))
        return self.emit(name, partial(kernels.lookup, shaped), at, "int", level)

    def _code(self, table: Table, node: Node, key: Slot, domain: tuple) -> tuple[Slot, list]:
        """A key as its place among the values that the table is laid out for; None is whatever it does not name."""
        if key.fixed:
            return key, [key.same]
        if key.values:
            return key, list(key.values)
        reach = self.reach.of(node)
        if reach is not None and min(reach) >= 0 and max(reach) <= max(domain):
            return key, list(range(max(domain) + 1))
        known = tuple(sorted(domain))
        do = partial(kernels.coded, np.array(known, dtype=np.int64), None if table.default is not None else table.name)
        return self.emit(("coded", known, table.name), do, (key.register,), "int", key.level), [*known, None]

    def _arith(self, node: tree.Arith) -> Slot:
        left, right = self.slot(node.left), self.slot(node.right)
        if left.fixed and right.fixed:
            return self.constant(int(kernels.ARITHMETIC[node.op](left.same, right.same)), "int")
        return self._joined(node.op, kernels.ARITHMETIC[node.op], (left, right), "int")

    def _joined(self, name: str, do: Callable, slots: tuple[Slot, ...], kind: str) -> Slot:
        level = highest_slot(slots)
        at = tuple(self.place(self.at_level(slot, level)) for slot in slots)
        return self.emit((name,), do, at, kind, level)

    def _negate(self, node: tree.Negate) -> Slot:
        slot = self.slot(node.item)
        return self.constant(-slot.same, "int") if slot.fixed else self._joined("negate", np.negative, (slot,), "int")

    def _compare(self, node: tree.Compare) -> Slot:
        left, right = self.slot(node.left), self.slot(node.right)
        if left.fixed and right.fixed:
            return self.constant(bool(kernels.COMPARE[node.op](left.same, right.same)), "bool")
        if node.left.kind == "str":
            return self._compare_texts(node.op, left, right)
        return self._joined(node.op, kernels.COMPARE[node.op], (left, right), "bool")

    def _compare_texts(self, op: str, left: Slot, right: Slot) -> Slot:
        if left.values and right.values:
            domain = tuple(dict.fromkeys(left.values + right.values))
            coded = tuple(self._recoded(slot, domain) for slot in (left, right))
            return self._joined(op, kernels.COMPARE[op], coded, "bool")
        spelled = tuple(self._spelled(slot) for slot in (left, right))
        same = self._joined("same text", kernels.same_text, spelled, "bool")
        return same if op == "==" else self._not_of(same)

    def _recoded(self, slot: Slot, domain: tuple[str, ...]) -> Slot:
        """A text as its place in another domain."""
        if slot.fixed:
            return self.constant(np.uint8(domain.index(slot.same)), "str", domain)
        codes = np.array([domain.index(value) for value in slot.values or ()], dtype=np.uint8)
        if np.array_equal(codes, np.arange(len(codes))):
            return slot
        return self.emit(("recode", domain), partial(np.take, codes), (slot.register,), "str", slot.level, domain)

    def _spelled(self, slot: Slot) -> Slot:
        if slot.fixed or not slot.values:
            return slot
        return self.emit(("spelled",), partial(kernels.spelled, domain=slot.values), (slot.register,), "str", slot.level)

    def _in(self, node: tree.In) -> Slot:
        slot = self.slot(node.item)
        if slot.fixed:
            return self.constant(slot.same in node.among, "bool")
        if node.item.kind == "str" and not slot.values:
            same = tuple(self._compare_texts("==", slot, self.constant(text, "str")) for text in node.among)
            return self._combined(same, np.logical_or, False)
        wanted = tuple(slot.values.index(text) for text in node.among if text in slot.values) if slot.values else node.among
        return self.emit(("one of", wanted), partial(kernels.one_of, wanted=wanted), (slot.register,), "bool", slot.level)

    def _both(self, node: tree.Both) -> Slot:
        return self._combined(tuple(self.slot(part) for part in node.parts), np.logical_and, True)

    def _either(self, node: tree.Either) -> Slot:
        return self._combined(tuple(self.slot(part) for part in node.parts), np.logical_or, False)

    def _combined(self, slots: tuple[Slot, ...], do: Callable, start: Any) -> Slot:
        """Many into one, first what is the same for all rows, then households, then persons.

        `start` changes nothing for `do`; for truths its opposite decides alone.
        """
        kind = slots[0].kind
        open_slots: list[Slot] = []
        fixed = start
        for slot in slots:
            if slot.fixed:
                fixed = slot.same if fixed is None else do(fixed, slot.same)
            else:
                open_slots.append(slot)
        if not open_slots or (kind == "bool" and bool(fixed) is not start):
            return self.constant(bool(fixed) if kind == "bool" else int(fixed), kind)
        found: Slot | None = None
        for slot in sorted(open_slots, key=lambda slot: tree.LEVELS.index(slot.level)):
            found = slot if found is None else self._joined(f"all {do.__name__}", do, (found, slot), kind)
        assert found is not None
        if kind == "int" and fixed is not None:
            found = self._joined(f"all {do.__name__}", do, (found, self.constant(int(fixed), "int")), kind)
        return found

    def _extreme(self, node: tree.Extreme) -> Slot:
        return self._combined(tuple(self.slot(part) for part in node.parts), kernels.EXTREME[node.how], None)

    def _not(self, node: tree.Not) -> Slot:
        return self._not_of(self.slot(node.item))

    def _not_of(self, slot: Slot) -> Slot:
        if slot.fixed:
            return self.constant(not slot.same, "bool")
        return self._joined("not", np.logical_not, (slot,), "bool")

    def _iff(self, node: tree.Iff) -> Slot:
        condition = self.slot(node.condition)
        if condition.fixed:
            return self.slot(node.yes if condition.same else node.no)
        sides = tuple(self.slot(side) for side in (node.yes, node.no))
        if node.kind == "str":
            sides = tuple(self._recoded(side, node.values) if node.values else self._spelled(side) for side in sides)
        level = highest_slot((condition, *sides))
        at = tuple(self.place(self.at_level(slot, level)) for slot in (condition, *sides))
        return self.emit(("iff", node.values), kernels.chosen, at, node.kind, level, node.values)

    def _call(self, node: tree.Call) -> Slot:
        slots = tuple(self.slot(arg) for arg in node.args)
        if node.name in ("years", "months") and slots[1].fixed and not slots[0].fixed:
            table = (days.years_until if node.name == "years" else days.months_until)(slots[1].same)
            key = (node.name, slots[1].same)
            return self.emit(key, partial(days.looked_up, table), (slots[0].register,), "int", slots[0].level)
        if node.kind == "str" or node.args[0].kind == "str":
            return self._of_text(node, slots)
        if all(slot.fixed for slot in slots):
            return self.constant(int(CALLS[node.name](*(np.int64(slot.same) for slot in slots))), "int")
        return self._joined(node.name, CALLS[node.name], slots, node.kind)

    def _of_text(self, node: tree.Call, slots: tuple[Slot, ...]) -> Slot:
        """A function of a text, which comes as it is written."""
        text, do = self._spelled(slots[0]), CALLS[node.name]
        if node.name == "prefix":
            do = partial(do, length=slots[1].same)
        if text.fixed:
            found = do(pa.array([text.same], pa.string())).tolist()[0]
            return self.constant(node.values[found] if node.values else found, node.kind, node.values)
        key = (node.name, *(slot.same for slot in slots[1:]))
        return self.emit(key, do, (text.register,), node.kind, text.level, node.values)

    def _over(self, node: tree.Over) -> Slot:
        over = (node.among,) if node.item is None else (node.among, node.item)
        at = (*map(self._of_persons, over), self.input("bounds"))
        return self.emit((node.how,), OVER[node.how], at, node.kind, "household")

    def _of_persons(self, node: Node) -> int:
        """The register with a value for every person."""
        slot = self.at_level(self.slot(node), "person")
        if not slot.fixed:
            return slot.register
        do = partial(kernels.full, value=slot.same)
        return self.emit(("full", slot.same), do, (self.input("person rows"),), slot.kind, "person").register


def highest_slot(slots: Any) -> str:
    """The level at which these together have their rows."""
    return max((slot.level for slot in slots), key=tree.LEVELS.index)


OVER: dict[str, Callable] = {"ANY": kernels.some, "COUNT": kernels.count, "SUM": kernels.total, "MAX": kernels.greatest}
CALLS: dict[str, Callable] = {
    "years": days.years, "months": days.months, "days": days.between, "ceil_yuan": kernels.ceil_yuan, "ymd": days.written,
    "id_check": kernels.id_check, "id_birth": kernels.id_birth, "id_sex": kernels.id_sex, "prefix": kernels.prefix}

__all__ = ["Compiler", "Slot", "Step", "highest"]
