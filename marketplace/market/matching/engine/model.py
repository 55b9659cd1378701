"""What is matched: needs and lines as rows, and as columns of one kind, which the engine computes with."""
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from operator import attrgetter

import numpy as np

LONG = 10_000  # days: no end in sight
EVERY_GROUP = 2**31 - 1
TOWN, COUNTY, CITY = 0, 1, 2  # levels: of a place, and how far a thing travels
SMALLER = (1, 1_000, 10**9)  # what a town's code is divided by at each level
Reading = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Need:
    """What is still wanted: `units` of `item` (fen for money) in a `town` (9 digits). Size "" is content with any.

    One line gives all of it or nothing, unless `splittable`: then several lines may give parts, of which none is less than
    `least` units but the one that completes the need. `closes_in` days from now it is over. `group` is a number from 0 to
    30, such as an age band.
    """

    id: int
    item: str
    units: int
    town: str
    size: str = ""
    splittable: bool = False
    least: int = 1
    waited: int = 0
    urgency: int = 0
    closes_in: int = LONG
    group: int = 0
    category: str = ""
    charity: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """What is there to give, an offer or a line of stock: `units` of `item` at a town, a county, or the city.

    Size "" fits all. `ends_in` days from now it is no use any more. The donor's conditions: the needs' `area` (a town, a
    county, or "" anywhere), their `groups` (a mask of 1 << group), `urgency` at least, `charity` (0 any), `category`
    ("" any), and at `most` so many units for one need (0: no such limit).
    """

    id: int
    item: str
    units: int
    place: str
    size: str = ""
    ends_in: int = LONG
    area: str = ""
    groups: int = EVERY_GROUP
    urgency: int = 0
    charity: int = 0
    category: str = ""
    most: int = 0


@cache
def word(text: str) -> int:
    """A size's or category's number: the same in every run, 0 for none."""
    return int.from_bytes(blake2b(text.encode(), digest_size=7).digest(), "big") if text else 0


@cache
def level(code: str) -> int:
    """Whether a code is of a town, a county or of all that is matched here."""
    return TOWN if len(code) >= 9 else COUNTY if len(code) >= 6 else CITY


@cache
def spot(code: str) -> int:
    """The number of a town or county; 0 for what is larger."""
    return int(code[:(9, 6)[level(code)]]) if level(code) < CITY else 0


NEED: Mapping[str, tuple[str, Reading | None]] = {name: (name, None) for name in (
    "id", "units", "splittable", "least", "waited", "urgency", "closes_in", "group", "charity")} | {
    "total": ("units", None), "town": ("town", spot), "size": ("size", word), "category": ("category", word)}
LINE: Mapping[str, tuple[str, Reading | None]] = {name: (name, None) for name in (
    "id", "units", "ends_in", "groups", "urgency", "charity", "most")} | {
    "level": ("place", level), "spot": ("place", spot), "area_level": ("area", level), "area": ("area", spot),
    "size": ("size", word), "category": ("category", word)}


class Columns:
    """Rows as arrays of whole numbers, in the order of their ids."""

    def __init__(self, of: Mapping[str, np.ndarray]):
        self.of = of

    @classmethod
    def read(cls, rows: Iterable, fields: Mapping[str, tuple[str, Reading | None]]) -> "Columns":
        rows = sorted(rows, key=attrgetter("id"))
        return cls({name: np.fromiter(map(_reader(*field), rows), np.int64, len(rows)) for name, field in fields.items()})

    def __len__(self) -> int:
        return len(self.of["id"])

    def __getattr__(self, name: str) -> np.ndarray:
        try:
            return self.__dict__["of"][name]
        except KeyError:
            raise AttributeError(name) from None

    def taken(self, which: np.ndarray) -> "Columns":
        """Some of the rows, by a mask or by position."""
        return Columns({name: column[which] for name, column in self.of.items()})

    def changed(self, gone: np.ndarray, more: "Columns") -> "Columns":
        """Without the rows that are gone, and with those that come."""
        left = self.taken(~gone)
        both = {name: np.concatenate([column, more.of[name]]) for name, column in left.of.items()}
        return Columns(both).taken(np.argsort(both["id"], kind="stable"))


def _reader(attribute: str, reading: Reading | None) -> Callable:
    take = attrgetter(attribute)
    return take if reading is None else lambda row: reading(take(row))
