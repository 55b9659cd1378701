"""Masks of a household and its members in few bytes, in the order of the policies of one catalogue."""
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from marketplace.catalogue.model import Catalogue

WIDTHS = ((8, "<u1"), (16, "<u2"), (32, "<u4"), (64, "<u8"))


@dataclass(frozen=True)
class Shape:
    """How the masks of a catalogue are laid out: those of the household, then for each member its number and its own."""

    household: tuple[str, ...]
    person: tuple[str, ...]
    mask: str

    @property
    def member(self) -> np.dtype:
        return np.dtype([("id", "<i8"), ("masks", self.mask, (len(self.person),))])


@lru_cache(maxsize=8)
def shape(catalogue: Catalogue) -> Shape:
    most = max((len(p.criteria) for p in catalogue.policies), default=0)
    household, person = (tuple(p.id for p in catalogue.of_level(level)) for level in ("household", "person"))
    return Shape(household, person, next(name for bits, name in WIDTHS if most <= bits))


def pack(catalogue: Catalogue, masks: dict[str, np.ndarray], persons: np.ndarray, bounds: np.ndarray) -> list[bytes]:
    """One value for each household; `bounds` are where its members begin and end among `persons`."""
    form, homes = shape(catalogue), len(bounds) - 1
    mine = np.zeros((homes, len(form.household)), dtype=form.mask)
    for column, policy in enumerate(form.household):
        mine[:, column] = masks[policy]
    members = np.zeros(len(persons), dtype=form.member)
    members["id"] = persons
    for column, policy in enumerate(form.person):
        members["masks"][:, column] = masks[policy]
    first, rest = mine.tobytes(), members.tobytes()
    wide, step = mine.itemsize * len(form.household), members.itemsize
    starts = bounds.tolist()
    return [first[n * wide : (n + 1) * wide] + rest[starts[n] * step : starts[n + 1] * step] for n in range(homes)]


def unpack(catalogue: Catalogue, packed: bytes) -> dict[tuple[int, str], int]:
    """The masks by person (0: the household itself) and policy."""
    form = shape(catalogue)
    head = np.dtype(form.mask).itemsize * len(form.household)
    found = {(0, policy): int(mask) for policy, mask in zip(form.household, np.frombuffer(packed[:head], form.mask))}
    for member in np.frombuffer(packed[head:], form.member):
        number = int(member["id"])
        found |= {(number, policy): int(mask) for policy, mask in zip(form.person, member["masks"])}
    return found
