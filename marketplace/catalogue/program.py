"""A compiled catalogue: run over a block, it gives every wanted value of every row."""
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from marketplace.catalogue import tree
from marketplace.catalogue.block import Block
from marketplace.catalogue.compile import Compiler, Slot, Step
from marketplace.catalogue.model import Catalogue


class OutOfRange(ValueError):
    """The catalogue says nothing of this day."""

    def __init__(self, as_of: date, first: date, last: date):
        super().__init__(f"as_of {as_of} is out of range: {first} to {last}")
        self.first, self.last = first, last


@dataclass(frozen=True)
class Program:
    """Steps and, by name, where their results are. Holds no state: several threads may run it at once."""

    start: tuple[Any, ...]
    inputs: dict[str, int]
    steps: tuple[Step, ...]
    outputs: dict[str, Slot]

    def run(self, block: Block, given: dict[str, np.ndarray] | None = None) -> dict[str, np.ndarray]:
        """The outputs for a block; `given` are inputs that are not columns (values of an earlier snapshot)."""
        registers = list(self.start)
        for name, place in self.inputs.items():
            registers[place] = _input(block, name, given or {})
        for step in self.steps:
            registers[step.to] = step.do(*[registers[at] for at in step.at])
            for done in step.free:
                registers[done] = None
        return {name: _whole(slot, registers, block) for name, slot in self.outputs.items()}


def _input(block: Block, name: str, given: dict[str, np.ndarray]) -> Any:
    match name:
        case "home":
            return block.home
        case "bounds":
            return block.bounds
        case "household rows":
            return block.homes
        case "person rows":
            return block.people
    if name in given:
        return given[name]
    if name.endswith(" null"):
        return block.columns[name.removesuffix(" null")].nulls
    return block.columns[name].values


def _whole(slot: Slot, registers: list[Any], block: Block) -> np.ndarray:
    if not slot.fixed:
        return registers[slot.register]
    same = slot.values.index(slot.same) if slot.kind == "str" and slot.values else slot.same
    return np.full(block.people if slot.level == "person" else block.homes, same)


def of(catalogue: Catalogue, as_of: date, wanted: dict[str, tree.Node], levels: dict[str, str],
       earlier: date | None = None) -> Program:
    """A program for some trees by name; `levels` says at which level each is wanted. Raises OutOfRange."""
    _demand(catalogue, as_of)
    compiler = Compiler(catalogue, as_of, earlier)
    return finished(compiler, {name: leveled(compiler, compiler.slot(node), levels[name]) for name, node in wanted.items()})


@lru_cache(maxsize=16)
def screen(catalogue: Catalogue, as_of: date) -> Program:
    """The program that screens: "<policy>.mask", ".amount" and ".provisional" of each policy. Raises OutOfRange."""
    _demand(catalogue, as_of)
    compiler = Compiler(catalogue, as_of)
    return finished(compiler, policy_outputs(compiler, catalogue))


def policy_outputs(compiler: Compiler, catalogue: Catalogue) -> dict[str, Slot]:
    """Mask, amount and provisional of each policy, by their names."""
    outputs = {}
    for policy in catalogue.policies:
        mask, amount = compiler.outcome(policy)
        outputs[f"{policy.id}.mask"] = mask
        outputs[f"{policy.id}.amount"] = leveled(compiler, amount, policy.level)
        outputs[f"{policy.id}.provisional"] = _provisional(compiler, catalogue, policy)
    return outputs


def _provisional(compiler: Compiler, catalogue: Catalogue, policy) -> Slot:
    if not policy.needs_verification or "h.verified" not in catalogue.derived:
        return replace(compiler.constant(False, "bool"), level=policy.level)
    verified = compiler.at_level(compiler.slot(catalogue.derived["h.verified"].tree), policy.level)
    at = (compiler.eligible(policy).register, compiler.place(verified))
    return compiler.emit(("provisional",), _and_not, at, "bool", policy.level)


def _and_not(eligible: np.ndarray, verified: Any) -> np.ndarray:
    return eligible & np.logical_not(verified)


def leveled(compiler: Compiler, slot: Slot, level: str) -> Slot:
    """The slot with the rows of a level, also when it is the same for all of them."""
    return replace(slot, level=level) if slot.fixed else compiler.at_level(slot, level)


def finished(compiler: Compiler, outputs: dict[str, Slot]) -> Program:
    """The program of what was compiled: only the steps that the outputs need, each freeing what nobody needs after it."""
    needed = {slot.register for slot in outputs.values() if not slot.fixed}
    kept: list[Step] = []
    seen = set(needed)
    for step in reversed(compiler.steps):
        if step.to in needed:
            last = tuple(at for at in set(step.at) if at not in seen)
            seen.update(last)
            needed.update(step.at)
            constants = {at for at in last if compiler.start[at] is not None}
            kept.append(replace(step, free=tuple(at for at in last if at not in constants)))
    inputs = {name: place for name, place in compiler.inputs.items() if place in seen}
    return Program(tuple(compiler.start), inputs, tuple(reversed(kept)), outputs)


def _demand(catalogue: Catalogue, as_of: date) -> None:
    if not catalogue.first_day <= as_of <= catalogue.last_day:
        raise OutOfRange(as_of, catalogue.first_day, catalogue.last_day)
