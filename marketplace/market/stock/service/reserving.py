"""A promise speaks for goods in store, and takes them to the household, or back. All of these join.

The callers have asked the rule table; of any number at once nobody gets what another has (a conditional update, and a
CHECK behind it).
"""
from sqlalchemy import update

from marketplace.core import clock
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.market.stock.models import RESERVATION_LIFE, Batch, Holding, Reservation
from marketplace.market.stock.rules import NotToGive, TooFewInStore, check_units, may_be_given
from marketplace.market.stock.service import keeping, moving


def reserve(batch_id: int, store_id: int, units: int, cause: str) -> Reservation:
    """Set `units` in a store aside for `cause` ("proposal:5"). Raises NotToGive, TooFewInStore, Invalid."""
    with transaction() as session:
        check_units(units)
        batch = session.get_one(Batch, batch_id)
        demand_fit(batch)
        place = moving.store_place(store_id)
        held = changed(update(Holding).where(Holding.batch_id == batch_id, Holding.place == place,
                                             Holding.units - Holding.reserved >= units)
                       .values(reserved=Holding.reserved + units))
        if not held:
            raise TooFewInStore(units, moving.free(batch_id, place))
        made = Reservation(organisation_id=batch.organisation_id, batch_id=batch_id, store_id=store_id, units=units,
                           cause=cause, made_at=clock.now())
        session.add(made)
        session.flush()
    return made


def one(reservation_id: int) -> Reservation:
    """Raises NoResultFound."""
    return db.session.get_one(Reservation, reservation_id)


def release(reservation: Reservation) -> None:
    """It is not needed: free again. Raises WrongState."""
    with transaction():
        RESERVATION_LIFE.move(reservation, "release")
        _unreserve(reservation)


def load(reservation: Reservation, by_id: int) -> None:
    """It leaves the store. Raises WrongState, NotToGive when its day is over meanwhile."""
    with transaction() as session:
        demand_fit(session.get_one(Batch, reservation.batch_id))
        RESERVATION_LIFE.move(reservation, "load")
        _unreserve(reservation)
        _move(reservation, moving.store_place(reservation.store_id), _way(reservation), "load", by_id)


def give(reservation: Reservation, by_id: int) -> None:
    """The household has it in its hands. Raises WrongState."""
    with transaction():
        RESERVATION_LIFE.move(reservation, "give")
        _move(reservation, _way(reservation), "household", "hand_over", by_id)


def come_back(reservation: Reservation, by_id: int) -> None:
    """The household has given it back: on its way again, and nobody's until a storekeeper has it. Raises WrongState."""
    with transaction():
        RESERVATION_LIFE.move(reservation, "come_back")
        _move(reservation, "household", _way(reservation), "come_back", by_id)


def take_back(reservation: Reservation, by_id: int, condition: str = "", why: str = "returned") -> None:
    """It comes back to its store, from the way or from the household, in its old condition or another. Raises WrongState."""
    with transaction() as session:
        place = _place(reservation)
        RESERVATION_LIFE.move(reservation, "take_back")
        batch = session.get_one(Batch, reservation.batch_id)
        if condition and condition != batch.condition:
            keeping.remake(batch, place, reservation.store_id, reservation.units, by_id, condition)
        else:
            _move(reservation, place, moving.store_place(reservation.store_id), why, by_id)


def discard(reservation: Reservation, by_id: int) -> None:
    """It comes back in a state in which nobody may have it, and is written off at once. Raises WrongState."""
    with transaction():
        place = _place(reservation)
        RESERVATION_LIFE.move(reservation, "take_back")
        _move(reservation, place, "written_off", "write_off:unsafe", by_id)


def lose(reservation: Reservation, by_id: int) -> None:
    """It is gone on the way, or with the household before it was confirmed. Raises WrongState."""
    with transaction():
        place = _place(reservation)
        RESERVATION_LIFE.move(reservation, "lose")
        _move(reservation, place, "lost", "lost", by_id)


def split(reservation: Reservation, units: int, by_id: int) -> Reservation:
    """Part of what is on its way, or with the household, goes its own way from here: a reservation of `units`, the rest
    stays. Raises TooFewInStore, Invalid."""
    with transaction() as session:
        session.refresh(reservation, with_for_update=True)
        check_units(units)
        if reservation.state not in ("on_way", "given") or units >= reservation.units:
            raise TooFewInStore(units, reservation.units - 1)
        part = Reservation(
            organisation_id=reservation.organisation_id, batch_id=reservation.batch_id, store_id=reservation.store_id,
            units=units, cause=reservation.cause, state=str(reservation.state), made_at=reservation.made_at)
        session.add(part)
        session.flush()
        if reservation.state == "on_way":
            moving.move(reservation.batch_id, _way(reservation), _way(part), units, "split", by_id)
        reservation.units -= units
        session.flush()
    return part


def can_be_given(batch: Batch) -> bool:
    """Whether a family may be given it today."""
    return may_be_given(batch.condition, batch.expires_on, clock.today())


def demand_fit(batch: Batch) -> None:
    """Raises NotToGive for what no family may be given today."""
    if not can_be_given(batch):
        raise NotToGive


def fit(reservation: Reservation) -> bool:
    """Whether a family may be given today what is set aside."""
    return can_be_given(db.session.get_one(Batch, reservation.batch_id))


def _way(reservation: Reservation) -> str:
    return f"way:{reservation.id}"


def _place(reservation: Reservation) -> str:
    return "household" if reservation.state == "given" else _way(reservation)


def _unreserve(reservation: Reservation) -> None:
    changed(update(Holding).where(
        Holding.batch_id == reservation.batch_id, Holding.place == moving.store_place(reservation.store_id))
        .values(reserved=Holding.reserved - reservation.units))


def _move(reservation: Reservation, from_place: str, to_place: str, cause: str, by_id: int) -> None:
    moving.move(reservation.batch_id, from_place, to_place, reservation.units, cause, by_id)
