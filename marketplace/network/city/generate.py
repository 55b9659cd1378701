"""The city, block by block: the same seed gives the same files."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from marketplace.core import places
from marketplace.network.city import facts, homes, names
from marketplace.network.city.files import Files

BLOCK = 65_536


@dataclass(frozen=True)
class Made:
    """How much was written."""

    households: int
    persons: int
    changed: int


def generate(population: int, seed: int, out: Path, as_of: date, kind: str = "csv", changes: int = 0) -> Made:
    """Write household, person and identity files of `population` people; with `changes` a second snapshot in `next`.

    In the second snapshot exactly so many households differ: their record ended or began, a member died, or they
    moved. Memory is bounded by the block, time is linear.
    """
    kinds = homes.kinds_for(population, _chance(seed, 0))
    changes = min(changes, len(kinds))
    changing = np.zeros(len(kinds), dtype=bool)
    changing[_chance(seed, 1).choice(len(kinds), changes, replace=False)] = True
    day = np.datetime64(as_of, "D")
    with Files(out, kind) as now, Files(out / "next" if changes else out, kind) as later:
        for home, person, identity, chance, differs in _blocks(kinds, changing, seed, day):
            now.add("household", home)
            now.add("person", person)
            now.add("identity", identity)
            if changes:
                change(home, person, differs, day, chance)
                later.add("household", home)
                later.add("person", person)
                later.add("identity", identity)
    return Made(len(kinds), population, changes)


def _chance(seed: int, stream: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, stream])))


def _blocks(kinds: np.ndarray, changing: np.ndarray, seed: int, as_of: np.datetime64) -> Iterator[tuple]:
    person = 0
    for start in range(0, len(kinds), BLOCK):
        chance = _chance(seed, start // BLOCK + 2)
        part = homes.block(kinds[start : start + BLOCK], start, person, chance)
        codes, full = _villages()
        village = chance.choice(len(codes), len(part.kind), p=_weights(seed))
        where = codes[village]
        town = np.array([code[:9] for code in where], dtype=object)
        home = {"household_id": _numbers("H", start, len(part.kind), 8), "village_code": where, "town_code": town,
                "county_code": np.array([code[:6] for code in where], dtype=object),
                **facts.households(part.kind, town, as_of, chance)}
        poor = (home["reg_category"] != None) | (home["poverty_monitor"] != None)  # noqa: E711  element by element
        ids = _numbers("P", person, len(part.age), 9)
        people = {"person_id": ids, "household_id": home["household_id"][part.home],
                  **facts.people(part, poor, as_of, chance)}
        identity = {"person_id": ids, **names.invented(part.male, part.age, person, full[village][part.home], chance)}
        yield home, people, identity, chance, (changing[start : start + BLOCK], part.home)
        person += len(part.age)


def _numbers(letter: str, first: int, count: int, digits: int) -> np.ndarray:
    return np.array([f"{letter}{number:0{digits}}" for number in range(first, first + count)], dtype=object)


@cache
def _villages() -> tuple[np.ndarray, np.ndarray]:
    """Codes and full names of all villages."""
    codes = [village for county in places.children(places.CITY) for town in places.children(county)
             for village in places.children(town) or (town + "001",)]
    return np.array(codes, dtype=object), np.array([places.full_name(code) for code in codes], dtype=object)


@cache
def _weights(seed: int) -> np.ndarray:
    drawn = _chance(seed, 2**31).lognormal(0, 0.6, len(_villages()[0]))
    return drawn / drawn.sum()


def change(home: dict, person: dict, differs: tuple, as_of: np.datetime64, chance: np.random.Generator) -> None:
    """What happens to the households that differ, in place: each gets exactly one event."""
    changing, at_home = differs
    rows = np.flatnonzero(changing)
    event = chance.random(len(rows))
    on_record = home["reg_category"][rows] != None  # noqa: E711  element by element
    monitored = home["poverty_monitor"][rows] != None  # noqa: E711
    ends = rows[(on_record | monitored) & (event < 0.6)]
    home["reg_category"][ends], home["poverty_monitor"][ends], home["reg_category_since"][ends] = None, None, facts.NEVER
    begins = rows[~on_record & ~monitored & (event < 0.6)]
    home["reg_category"][begins], home["reg_category_since"][begins] = "dibao", as_of
    moves = rows[(event >= 0.6) & (event < 0.75)]
    codes, _full = _villages()
    to = codes[(np.searchsorted(codes, home["village_code"][moves]) + chance.integers(1, 200, len(moves))) % len(codes)]
    home["village_code"][moves] = to
    home["town_code"][moves] = np.array([code[:9] for code in to], dtype=object)
    home["county_code"][moves] = np.array([code[:6] for code in to], dtype=object)
    dies = np.zeros(len(changing), dtype=bool)
    dies[rows[event >= 0.75]] = True
    first = np.flatnonzero(np.diff(at_home, prepend=-1))  # the head of each household
    dead = first[dies]
    person["alive"][dead] = False
    person.setdefault("death_date", np.full(len(at_home), facts.NEVER))[dead] = as_of
