"""Nothing appears or vanishes: what the holdings say against every movement, and reservations against what is reserved."""
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, true

from marketplace.extensions import db
from marketplace.market.stock.models import Batch, Holding, Movement, Reservation


@dataclass(frozen=True)
class Verdict:
    """How many movements were added up, and what does not hold."""

    movements: int
    wrong: list[str]


def verify(organisation_id: int = 0) -> Verdict:
    """Compare each holding with its movements, each batch with zero, and what is reserved with the reservations.

    Of one charity alone when it is given.
    """
    sums: dict[tuple[int, str], int] = defaultdict(int)
    for sign, place in ((-1, Movement.from_place), (1, Movement.to_place)):
        for batch_id, where, units in db.session.execute(
                select(Movement.batch_id, place, func.sum(Movement.units)).where(_of(Movement, organisation_id))
                .group_by(Movement.batch_id, place)):
            sums[batch_id, where] += sign * units
    kept = {(h.batch_id, h.place): h for h in db.session.scalars(select(Holding).where(_of(Holding, organisation_id)))}
    wrong = [f"batch {batch_id} at {place}" for batch_id, place in sorted({*sums, *kept})
             if sums.get((batch_id, place), 0) != (kept[batch_id, place].units if (batch_id, place) in kept else None)]
    wrong += [f"sum of batch {batch_id}" for batch_id, total in db.session.execute(
        select(Holding.batch_id, func.sum(Holding.units)).where(_of(Holding, organisation_id)).group_by(Holding.batch_id))
        if total]
    movements = db.session.scalar(select(func.count()).select_from(Movement).where(_of(Movement, organisation_id))) or 0
    return Verdict(movements, wrong + _wrongly_reserved(kept, organisation_id))


def _of(model: type[Movement | Holding | Reservation], organisation_id: int) -> ColumnElement[bool]:
    """Rows about batches of one charity; of 0, all."""
    if not organisation_id:
        return true()
    return model.batch_id.in_(select(Batch.id).where(Batch.organisation_id == organisation_id))


def _wrongly_reserved(kept: dict[tuple[int, str], Holding], organisation_id: int) -> list[str]:
    held: dict[tuple[int, str], int] = defaultdict(int)
    for reservation in db.session.scalars(select(Reservation).where(
            Reservation.state.in_(("held", "on_way")), _of(Reservation, organisation_id))):
        at = f"store:{reservation.store_id}" if reservation.state == "held" else f"way:{reservation.id}"
        held[reservation.batch_id, at] += reservation.units
    wrong = [f"reserved of batch {key[0]} at {key[1]}" for key, holding in kept.items()
             if holding.store_id and holding.reserved != held.get(key, 0)]
    on_way = {key: holding.units for key, holding in kept.items() if key[1].startswith("way:")}
    return wrong + [f"on the way: batch {key[0]} at {key[1]}" for key, units in on_way.items() if units != held.get(key, 0)]
