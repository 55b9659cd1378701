"""Nothing appears or vanishes: what the holdings say against every movement, and reservations against what is reserved."""
from dataclasses import dataclass

from sqlalchemy import ColumnElement, CompoundSelect, String, case, cast, func, literal, or_, select, true, union_all

from marketplace.extensions import db
from marketplace.market.stock.models import Batch, Holding, Movement, Reservation


@dataclass(frozen=True)
class Verdict:
    """How many movements were added up, and what does not hold."""

    movements: int
    wrong: list[str]


def verify(organisation_id: int = 0) -> Verdict:
    """Compare each holding with its movements, each batch with zero, and what is reserved with the reservations.

    Of one charity alone when it is given. The database adds up, and answers with what is wrong alone.
    """
    of = organisation_id
    uneven = select(Holding.batch_id).where(_of(Holding, of)).group_by(Holding.batch_id).having(
        func.sum(Holding.units) != 0).order_by(Holding.batch_id)
    wrong = [f"batch {batch_id} at {place}" for batch_id, place in _unequal(_moved(of))]
    wrong += [f"sum of batch {batch_id}" for batch_id in db.session.scalars(uneven)]
    wrong += [f"reserved of batch {batch_id} at {place}" for batch_id, place in _unequal(_spoken_for(of))]
    return Verdict(db.session.scalar(select(func.count()).select_from(Movement).where(_of(Movement, of))) or 0, wrong)


def _of(model: type[Movement | Holding | Reservation], organisation_id: int) -> ColumnElement[bool]:
    """Rows about batches of one charity; of 0, all."""
    if not organisation_id:
        return true()
    return model.batch_id.in_(select(Batch.id).where(Batch.organisation_id == organisation_id))


def _unequal(rows: CompoundSelect) -> list[tuple[int, str]]:
    """Batches and places where what `said` adds up to is not what is `kept`, or of which nothing is kept."""
    both = rows.subquery()
    different = or_(func.sum(both.c.said) != func.sum(both.c.kept), func.sum(both.c.known) == 0)
    found = db.session.execute(select(both.c.batch_id, both.c.place).group_by(both.c.batch_id, both.c.place)
                               .having(different).order_by(both.c.batch_id, both.c.place))
    return [(batch_id, place) for batch_id, place in found]


def _moved(of: int) -> CompoundSelect:
    """What the movements say of each place, and what is kept of it."""
    none = literal(0)
    said = [select(Movement.batch_id, place.label("place"), (sign * Movement.units).label("said"), none.label("kept"),
                   none.label("known")).where(_of(Movement, of))
            for sign, place in ((-1, Movement.from_place), (1, Movement.to_place))]
    return union_all(*said, select(Holding.batch_id, Holding.place, none, Holding.units, literal(1)).where(_of(Holding, of)))


def _spoken_for(of: int) -> CompoundSelect:
    """What promises hold in stores and on the way, and what is kept as reserved or on the way."""
    none, held = literal(0), Reservation.state == "held"
    place = case((held, literal("store:") + cast(Reservation.store_id, String)),
                 else_=literal("way:") + cast(Reservation.id, String))
    said = select(Reservation.batch_id, place.label("place"), Reservation.units.label("said"), none.label("kept"),
                  none.label("known")).where(Reservation.state.in_(("held", "on_way")), _of(Reservation, of))
    units = case((Holding.store_id != 0, Holding.reserved), else_=Holding.units)
    kept = select(Holding.batch_id, Holding.place, none, units, literal(1)).where(
        or_(Holding.store_id != 0, Holding.place.startswith("way:")), _of(Holding, of))
    return union_all(said, kept)
