"""Parcels that things of an offer were packed into: what becomes of a parcel becomes of the things in it.

Nobody writes down which of several like things lies in which parcel. Where they do not come out even, so many count as went
with the parcels at least.
"""
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.market.stock.models import Batch, Movement

PLACES = ("given", "on_way", "gone", "promised", "packed")  # where a parcel can be, the furthest first
Told = tuple[int, datetime, str, int]  # of a batch: when, what happened, how many


@dataclass(frozen=True)
class Parcel:
    """`number` parcels were made, of `units` units of an offer and of other things; `kit_id` is the batch they are."""

    kit_id: int
    number: int
    units: int

    def share(self, parcels: int) -> int:
        """How many of the units went with so many of the parcels; never more than there are."""
        return self.units * min(parcels, self.number) // self.number


def made_of(batches: Collection[int]) -> dict[int, Parcel]:
    """The parcels that things of these batches are in, by each batch that they are now, also in another condition."""
    part = Movement.batch_id.in_(batches), Movement.cause.startswith("kit:")
    used = {int(place.removeprefix("used:")): units for place, units in db.session.execute(
        select(Movement.to_place, func.sum(Movement.units)).where(*part).group_by(Movement.to_place))}
    if not used:
        return {}
    numbers = db.session.execute(select(Movement.batch_id, func.sum(Movement.units)).where(
        Movement.batch_id.in_(used), Movement.cause == "assemble").group_by(Movement.batch_id))
    found = {kit: Parcel(kit, int(number), int(used[kit])) for kit, number in numbers}
    fresh: Collection[int] = list(found)
    while fresh:
        again = db.session.execute(select(Batch.id, Batch.source).where(Batch.source.in_([f"made:{n}" for n in fresh])))
        remade = {number: found[int(source.removeprefix("made:"))] for number, source in again}
        found, fresh = {**found, **remade}, remade
    return found


def sums(parcels: Iterable[tuple[Parcel, str, int]]) -> Counter[str]:
    """Units of the offer by where their parcels are; of each parcel all that is in it."""
    there: dict[Parcel, Counter[str]] = {}
    for parcel, place, number in parcels:
        there.setdefault(parcel, Counter())[place] += number
    found: Counter[str] = Counter()
    for parcel, numbers in there.items():
        before = 0
        for place in PLACES:
            after = before + max(0, numbers[place])
            found[place] += parcel.share(after) - parcel.share(before)
            before = after
    return found


def steps(parcels: Mapping[int, Parcel], told: Iterable[Told]) -> Iterator[tuple[datetime, str, int]]:
    """What happened to units of the offer, from what happened to their parcels; as many over all times as went with them."""
    before: Counter[tuple[Parcel, str]] = Counter()
    for batch_id, at, kind, number in sorted(told, key=lambda one: one[1]):
        parcel = parcels[batch_id]
        units = parcel.share(before[parcel, kind] + number) - parcel.share(before[parcel, kind])
        before[parcel, kind] += number
        if units:
            yield at, kind, units
