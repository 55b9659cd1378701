"""What a worker should know before a wish goes public: whether the state gives this anyway, and what lies near."""
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from sqlalchemy import or_, select

from marketplace.assistance.policies import benefits, happiness
from marketplace.assistance.policies.happiness import Line
from marketplace.core import clock, places
from marketplace.extensions import db
from marketplace.market.offers import conditions
from marketplace.market.offers.conditions import Conditions
from marketplace.market.offers.models import Offer
from marketplace.market.stock.models import Batch, Holding, Store
from marketplace.market.stock.rules import GIVEN_OUT
from marketplace.market.wishes.models import Need, Wish
from marketplace.people.accounts.permissions import demand

DATA = Path(__file__).parents[2] / "data" / "covers.yaml"
TELLS = (happiness.CLAIMABLE, happiness.AFTER_VERIFICATION, happiness.RECEIVING)
NEAREST = 6


@dataclass(frozen=True)
class Near:
    """Units of what a need wants that are free in a store, or offered. `level` is the length of the code that the place of
    the wish and that of the store share: town, county, or city."""

    size: str
    units: int
    place_code: str
    level: int
    organisation_id: int
    offered: bool


@dataclass(frozen=True)
class Covered:
    """A policy that gives what is wished for, and how the household stands to it; `person_id` None for all of it."""

    line: Line
    person_id: str | None


@cache
def _covers() -> dict[str, dict[str, tuple[str, ...]]]:
    with DATA.open(encoding="utf-8") as text:
        found = yaml.load(text, Loader=yaml.CSafeLoader)
    return {policy: {key: tuple(values) for key, values in what.items()} for policy, what in found.items()}


def policies_for(needs: Sequence[Need], words: str) -> set[str]:
    """Ids of policies that may give what these needs ask for."""
    text = " ".join([words, *(need.item for need in needs)]).casefold()
    return {policy for policy, what in _covers().items()
            if any(need.item_code in what.get("items", ()) or need.category in what.get("categories", ()) for need in needs)
            or any(word in text for word in what.get("words", ()))}


def covered(user, wish: Wish, home) -> list[Covered]:
    """Policies that give what the wish asks for, and that the household receives or may claim today.

    Looks at the household's happiness list, which is recorded. Raises NotAllowed, OutOfRange, Breached.
    """
    demand(user, "wish.edit", wish)
    fitting = policies_for(wish.needs, wish.title)
    if not fitting:
        return []
    found = benefits.of_household(user, home).found
    return [Covered(line, section.person_id) for section in found.sections for line in section.lines
            if line.policy.id in fitting and line.status in TELLS]


def near(user, wish: Wish) -> dict[int, list[Near]]:
    """By need: what of it is free in stores and open in offers of the whole city and meant for such a household, the nearest
    first; however much, in the same statements."""
    demand(user, "wish.edit", wish)
    wanted = [need for need in wish.needs if need.item_code and need.left]
    there = [*_in_store(wish, wanted), *_offered(wish, wanted)] if wanted else []
    fitting = {need.id: [one for code, one in there if code == need.item_code and need.size in ("", one.size)]
               for need in wanted}
    return {number: sorted(lines, key=lambda one: (-one.level, -one.units))[:NEAREST]
            for number, lines in fitting.items() if lines}


def _in_store(wish: Wish, wanted: Sequence[Need]) -> list[tuple[str, Near]]:
    rows = db.session.execute(
        select(Batch, Holding.units - Holding.reserved, Store.place_code)
        .join(Holding, Holding.batch_id == Batch.id).join(Store, Store.id == Holding.store_id)
        .where(Batch.item_code.in_({need.item_code for need in wanted}), Holding.units > Holding.reserved,
               Batch.condition.in_(GIVEN_OUT), or_(Batch.expires_on.is_(None), Batch.expires_on >= clock.today()))).all()
    meant_for = conditions.of_batches({batch.id: batch for batch, *_rest in rows}.values())
    return [(batch.item_code, Near(batch.size, units, place[:places.TOWN], _shared(place, wish.town_code),
                                   batch.organisation_id, False))
            for batch, units, place in rows if meant_for[batch.id].fit(wish)]


def _offered(wish: Wish, wanted: Sequence[Need]) -> list[tuple[str, Near]]:
    rows = db.session.scalars(select(Offer).where(
        Offer.item_code.in_({need.item_code for need in wanted}), Offer.state == "accepted",
        Offer.ends_on >= clock.today(), Offer.taken + Offer.promised < Offer.units))
    return [(o.item_code, Near(o.size, o.left, o.area_code, _shared(o.area_code, wish.town_code), o.organisation_id, True))
            for o in rows if Conditions((o,)).fit(wish)]


def _shared(place: str, town: str) -> int:
    """How much of its place something has in common with a town: 9 digits, 6, or 4."""
    return next((n for n in (places.TOWN, places.COUNTY) if place[:n] == town[:n]), len(places.CITY))
