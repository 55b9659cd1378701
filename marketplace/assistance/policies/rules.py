"""Pure decisions of screening: what an amount is in a year, which criteria a mask names, which numbers may be shown."""
from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from marketplace.catalogue import depends, tree
from marketplace.catalogue.model import Catalogue, Column, Criterion, Fault, Faulty, Policy
from marketplace.core.errors import Refused

IN_A_YEAR = {"per_month": 12, "per_year": 1, "per_event": 1, "none": 0}
LEAST = 5
HUNDRED_YUAN = 10_000


class AlreadyRunning(Refused):
    """A run of this kind is at work: `screening_id`."""

    def __init__(self, screening_id: int):
        super().__init__(screening_id)
        self.screening_id = screening_id


class KnownAlready(Refused):
    """This very text is a draft, was previewed, or is in force: `state`."""

    def __init__(self, state: str):
        super().__init__(state)
        self.state = state


class PreviewMissing(Refused):
    """No finished preview compares this text with the catalogue in force."""


class PreviewStale(Refused):
    """The registry was loaded after the preview began."""


def refuse_new_columns(proposed: Catalogue, known: Catalogue) -> None:
    """Raise Faulty, with the lines, where a text reads other columns than the registry's files have."""
    faults = []
    for level, columns in proposed.columns.items():
        has = {_shape(column) for column in known.columns[level]}
        faults += [Fault(c.line, f"{level}.{c.name} is not a column of the registry as it stands here")
                   for c in columns if _shape(c) not in has]
    if faults:
        raise Faulty(faults)


def _shape(column: Column) -> tuple:
    return column.name, column.kind, column.nullable, column.values


def yearly(basis: str, amounts: np.ndarray) -> np.ndarray:
    """What amounts come to in a year, in fen; a case counts once."""
    return amounts * IN_A_YEAR[basis]


def unmet(policy: Policy | None, mask: int | None) -> tuple[Criterion, ...]:
    """The criteria that a mask names; none for a policy that the catalogue does not have, or a mask that nobody kept."""
    if policy is None or mask is None:
        return ()
    return tuple(criterion for bit, criterion in enumerate(policy.criteria) if mask >> bit & 1)


def coarse(count: int) -> int | None:
    """A number that tells nothing of a single household: None below five, else in steps of five.

    Each number and each total is made coarse on its own, so that no difference of two of them is a small number. What ends
    in 9 counts as one more: so every step begins with an odd and ends with an even number, and no total can be as small
    as its parts can at most be together, which would tell each of them (five times "under 5" that make 20 are four each).
    """
    if count < LEAST:
        return None
    count += count % 10 == 9
    return count - count % LEAST


def coarse_fen(fen: int, count: int) -> int | None:
    """The share of a sum that belongs to the coarse count, in steps of a hundred yuan."""
    shown = coarse(count)
    return fen * shown // count // HUNDRED_YUAN * HUNDRED_YUAN if shown else None


def touched(catalogue: Catalogue, changed: Iterable[str]) -> set[str]:
    """The policies of which a change of these facts can touch the result, or whether it is on record."""
    names = set(changed)
    recorded = {policy for policy, read in _read_by_records(catalogue).items() if read & names}
    return depends.touched(catalogue, names) | recorded


@lru_cache(maxsize=8)
def _read_by_records(catalogue: Catalogue) -> dict[str, set[str]]:
    return {policy: _reads(catalogue, node) for policy, node in catalogue.recorded.items()}


def _reads(catalogue: Catalogue, node: tree.Node) -> set[str]:
    found: set[str] = set()
    for part in node.below():
        if isinstance(part, tree.Column):
            found.add(f"{part.home}.{part.name}")
        elif isinstance(part, tree.Derived):
            found |= _reads(catalogue, catalogue.derived[part.ref].tree)
    return found
