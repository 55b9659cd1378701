"""What the givers of goods in store ask for: an area, age bands, to be asked before. It stays with the things, whatever the
store makes of them: another condition, a parcel, the parts of one."""
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import ColumnElement, and_, false, select, true

from marketplace.extensions import db
from marketplace.market.offers.models import Offer
from marketplace.market.offers.rules import GivenElsewhere
from marketplace.market.stock.models import Batch, Holding
from marketplace.market.wishes.models import Wish


@dataclass(frozen=True)
class Conditions:
    """Of all offers that things came of: one for most, none for what was bought, several for a parcel."""

    offers: tuple[Offer, ...] = ()

    def fit(self, wish: Wish) -> bool:
        """Whether it may go to this wish. Only one giver can be asked about one promise."""
        return len([one for one in self.offers if one.asks_giver]) < 2 and all(
            wish.town_code.startswith(one.area_code) and (not one.age_bands or wish.age_band in one.age_bands.split(","))
            for one in self.offers)

    def fitting(self) -> ColumnElement[bool]:
        """As `fit`, for statements about wishes."""
        if len([one for one in self.offers if one.asks_giver]) > 1:
            return false()
        meant = [Wish.town_code.startswith(one.area_code, autoescape=True) for one in self.offers]
        return and_(true(), *meant, *(Wish.age_band.in_(one.age_bands.split(",")) for one in self.offers if one.age_bands))

    def check(self, wish: Wish) -> None:
        """Raises GivenElsewhere."""
        if not self.fit(wish):
            raise GivenElsewhere

    @cached_property
    def asked(self) -> Offer | None:
        """The offer whose giver is to be asked each time."""
        return next((one for one in self.offers if one.asks_giver), None)


def of_batch(batch: Batch) -> Conditions:
    """The conditions of a batch."""
    return of_batches([batch])[batch.id]


def of_batches(batches: Collection[Batch]) -> dict[int, Conditions]:
    """The conditions of several batches by their number. The statements are as many as the most often remade was remade."""
    found: dict[int, set[int]] = defaultdict(set)
    ways = {batch.id: [(batch.id, batch.source)] for batch in batches}
    while ways:
        for number in list(ways):
            found[number] |= {int(source[6:]) for _of, source in ways[number] if source.startswith("offer:")}
        parts = _parts({step for steps in ways.values() for step in steps})
        ways = {number: on for number, steps in ways.items() if (on := [p for of, _s in steps for p in parts.get(of, ())])}
    numbers = set().union(*found.values())
    offers = {one.id: one for one in db.session.scalars(select(Offer).where(Offer.id.in_(numbers)))} if numbers else {}
    return {number: Conditions(tuple(offers[n] for n in sorted(of) if n in offers)) for number, of in found.items()}


def _parts(made: Collection[tuple[int, str]]) -> dict[int, list[tuple[int, str]]]:
    """Numbers and sources of the batches that these were made of: of one, or as a parcel of what was used for it."""
    of_one = {number: int(source[5:]) for number, source in made if source.startswith("made:") and source[5:].isdecimal()}
    parcels = {f"used:{number}": number for number, source in made if source.startswith("kit:")}
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    if of_one:
        sources = dict(db.session.execute(select(Batch.id, Batch.source).where(Batch.id.in_(of_one.values()))).all())
        for number, of in of_one.items():
            found[number].append((of, sources[of]))
    if parcels:
        for place, of, source in db.session.execute(
                select(Holding.place, Batch.id, Batch.source).join(Batch, Batch.id == Holding.batch_id)
                .where(Holding.place.in_(parcels), Holding.units > 0)):
            found[parcels[place]].append((of, source))
    return found
