"""Who may be helped here: the one place that decides it, in the words of the catalogue."""
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from marketplace.catalogue import program
from marketplace.catalogue.block import Block
from marketplace.catalogue.catalogue import expression
from marketplace.catalogue.model import Catalogue
from marketplace.catalogue.program import Program

VALID_DAYS = 365
ADULT = 18
BASIS = {  # the first that is true is on what the eligibility of a household rests
    "record": "COUNT(p.counted) > 0 and h.reg != 'none'",
    "monitored": "COUNT(p.counted) > 0 and h.monitored",
    "member": "ANY(p.counted and not isnull(p.reg_person))",
    **{f"tier{tier}": f"h.cat == {tier}" for tier in (1, 2, 3, 4)},
}
BANDS = ((6, "0-6"), (13, "7-13"), (17, "14-17"), (59, "18-59"), (200, "60+"))
AGE_BANDS = tuple(name for _last, name in BANDS)
MINORS = tuple(name for last, name in BANDS if last < ADULT)


@dataclass(frozen=True)
class Decision:
    """`until` is the last day of eligibility, or None; `basis` says on which record it rests."""

    until: date | None
    basis: str = ""


def decide(catalogue: Catalogue, block: Block, as_of: date, loaded_on: date) -> list[Decision]:
    """A decision for each household of a block, as of a day.

    Eligible is whose computed tier is 1 to 4, and who is on record as assisted or monitored, or has a member who is; in
    each case with a living member who counts. The decision holds for VALID_DAYS from the day the record was loaded: a
    registry that nobody refreshes makes nobody eligible for ever. Raises OutOfRange.
    """
    found = _program(catalogue, as_of).run(block)
    first = np.select([found[name] for name in BASIS], list(range(len(BASIS))), -1)
    names, until = list(BASIS), max(as_of, loaded_on) + timedelta(days=VALID_DAYS)
    return [Decision(until, names[at]) if at >= 0 else Decision(None) for at in first.tolist()]


def counted(catalogue: Catalogue, block: Block, as_of: date) -> np.ndarray:
    """Whether each person is a living, jointly living member, as the catalogue counts them. Raises OutOfRange."""
    return _counting(catalogue, as_of).run(block)["counted"]


@lru_cache(maxsize=16)
def _program(catalogue: Catalogue, as_of: date) -> Program:
    trees = {name: expression(catalogue, text, "household", "bool") for name, text in BASIS.items()}
    return program.of(catalogue, as_of, trees, dict.fromkeys(trees, "household"))


@lru_cache(maxsize=16)
def _counting(catalogue: Catalogue, as_of: date) -> Program:
    return program.of(catalogue, as_of, {"counted": catalogue.derived["p.counted"].tree}, {"counted": "person"})


def age(born: date, on: date) -> int:
    """Completed years; someone born on 29 February completes a year on 1 March in common years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def band(born: date, on: date) -> str:
    """The age band that the public sees."""
    years = age(born, on)
    return next(name for most, name in BANDS if years <= most)
