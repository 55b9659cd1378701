"""The needs map as a plan may use it: how many households lack what, by place; coarse, and never fewer than five."""
from dataclasses import dataclass

from sqlalchemy import func

from marketplace.assistance.policies.queries import needs as missing
from marketplace.assistance.policies.queries import scope
from marketplace.assistance.policies.queries.scope import Wanted
from marketplace.assistance.policies.rules import coarse
from marketplace.core import places
from marketplace.market.wishes import public
from marketplace.market.wishes.models import KINDS, Wish

WITHIN = 200  # per mille: the widest band of near misses


@dataclass(frozen=True)
class Shown:
    """The numbers of the places directly below `area`, by place and kind of need; what is not shown is not in it."""

    area: str
    numbers: dict[tuple[str, str], int]

    @property
    def places(self) -> list[str]:
        return sorted({place for place, _kind in self.numbers})


def shown(user, area: str) -> Shown:
    """What the map shows to the user of counties, or of a county's towns. Raises NotAllowed."""
    area = area if len(area) <= places.COUNTY else area[:places.COUNTY]
    digits = scope.BELOW.get(len(area or places.CITY), places.TOWN)
    numbers: dict[tuple[str, str], int | None] = {}
    seen = scope.seen()
    if seen:
        for place, found in missing.by_place(user, seen, Wanted(area=area), WITHIN).items():
            numbers[place, "near"], numbers[place, "silent"] = found.near, found.silent
    for (place, kind), number in public.unmet(user, func.substr(Wish.town_code, 1, digits), area).items():
        if kind in KINDS:
            numbers[place, kind] = coarse(number)
    return Shown(area, {key: number for key, number in numbers.items() if number is not None})
