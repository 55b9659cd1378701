"""The city, block by block: the same seed gives the same files."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from marketplace.core import places
from marketplace.network.city import homes, households, names, people
from marketplace.network.city.change import change
from marketplace.network.city.draw import Draw
from marketplace.network.city.files import Files
from marketplace.network.city.land import Land
from marketplace.network.city.numbers import ResidentNumbers, numbered

BLOCK = 65_536
KINDS, CHANGING, LAND, FIRST_BLOCK = range(4)  # streams of chance


@dataclass(frozen=True)
class Made:
    """How much was written."""

    households: int
    persons: int
    changed: int


def generate(population: int, seed: int, out: Path, as_of: date, kind: str = "csv", changes: int = 0,
             areas: Sequence[str] = (places.CITY,)) -> Made:
    """Write household, person and identity files of `population` people; with `changes` a second snapshot in `next`.

    In the second snapshot exactly so many households differ, each by one event (see `change`). Memory is bounded by the
    block, time is linear.
    """
    kinds = homes.kinds_for(population, _chance(seed, KINDS))
    changes = min(changes, len(kinds))
    changing = np.zeros(len(kinds), dtype=bool)
    changing[_chance(seed, CHANGING).choice(len(kinds), changes, replace=False)] = True
    land, day = Land(areas, _chance(seed, LAND)), np.datetime64(as_of, "D")
    with Files(out, kind) as now, Files(out / "next" if changes else out, kind) as later:
        for part, snapshot, draw in _blocks(kinds, land, seed, day):
            now.add(snapshot)
            if changes:
                differs = changing[part.first_home : part.first_home + len(part.kind)]
                change(snapshot["household"], snapshot["person"], differs, part.home, land, draw)
                later.add(snapshot)
    return Made(len(kinds), population, changes)


def _chance(seed: int, stream: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, stream])))


def _blocks(kinds: np.ndarray, land: Land, seed: int, as_of: np.datetime64) -> Iterator[tuple]:
    person, numbers = 0, ResidentNumbers(as_of)
    for start in range(0, len(kinds), BLOCK):
        draw = Draw(_chance(seed, start // BLOCK + FIRST_BLOCK), as_of)
        part = homes.block(kinds[start : start + BLOCK], start, person, draw.chance)
        yield part, _snapshot(part, land, numbers, draw), draw
        person += len(part.age)


def _snapshot(part: homes.Block, land: Land, numbers: ResidentNumbers, draw: Draw) -> dict[str, dict[str, np.ndarray]]:
    """The columns of a block, file by file."""
    where = land.settle(len(part.kind), draw.chance)
    facts, poor, category = households.facts(part.kind, land.streets[where], draw)
    home = {"household_id": numbered("H", part.first_home, len(part.kind), 8), **land.codes(where), **facts}
    born = people.days_before(draw.as_of, part.age, draw.chance)
    ids = numbered("P", part.first_person, len(part.age), 9)
    person = {"person_id": ids, "household_id": home["household_id"][part.home], "birth_date": born,
              "resident_id": numbers.deal(born, part.male), **people.facts(part, home, poor, category, draw)}
    identity = {"person_id": ids, **names.invented(part, land.names[where], draw.chance)}
    return {"household": home, "person": person, "identity": identity}
