"""One movement of goods, and the labels of batches. All of these join; the database moves the holdings."""
import secrets

from sqlalchemy import update

from marketplace.core import clock
from marketplace.core.transaction import changed, inserting
from marketplace.extensions import db
from marketplace.market.stock.models import Batch, Holding, Movement
from marketplace.market.stock.rules import TooFewInStore, outside

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is taken for another


def fresh_ref() -> str:
    """What stands on a label: eight characters that are read aloud without mistakes."""
    return "".join(secrets.choice(LETTERS) for _n in range(8))


def store_place(store_id: int) -> str:
    """What the movements call a store."""
    return f"store:{store_id}"


def move(batch_id: int, from_place: str, to_place: str, units: int, cause: str, by_id: int, reason: str = "") -> None:
    """Write one movement. What is reserved in a store does not leave it this way. Raises TooFewInStore."""
    _open(batch_id, from_place)
    _open(batch_id, to_place)
    if not outside(from_place):
        _demand_free(batch_id, from_place, units)
    db.session.add(Movement(batch_id=batch_id, from_place=from_place, to_place=to_place, units=units, cause=cause,
                            reason=reason, by_id=by_id, at=clock.now()))
    db.session.flush()
    for place in (from_place, to_place):
        db.session.expire(db.session.get_one(Holding, (batch_id, place)))


def _open(batch_id: int, place: str) -> None:
    """The row of a place, from nothing. Two at once: the second waits for the first, and finds it."""
    if db.session.get(Holding, (batch_id, place)) is None:
        kind, _colon, number = place.partition(":")
        db.session.execute(inserting(Holding).values(
            batch_id=batch_id, place=place, store_id=int(number) if kind == "store" else 0, units=0, reserved=0,
            outside=outside(place)).on_conflict_do_nothing())


def _demand_free(batch_id: int, place: str, units: int) -> None:
    """Lock the row and see that so many are free there. Raises TooFewInStore."""
    enough = (Holding.batch_id == batch_id, Holding.place == place, Holding.units - Holding.reserved >= units)
    if not changed(update(Holding).where(*enough).values(reserved=Holding.reserved)):
        raise TooFewInStore(units, free(batch_id, place))


def free(batch_id: int, place: str) -> int:
    """How many units of a batch nobody has spoken for at a place."""
    found = db.session.get(Holding, (batch_id, place), populate_existing=True)
    return found.free if found else 0


def twin(batch: Batch, **changes: object) -> Batch:
    """A new batch that is like another one but for `changes`, and says that it was made of it."""
    kept = {name: getattr(batch, name) for name in ("organisation_id", "item_code", "size", "condition", "expires_on",
                                                    "price_fen", "note")}
    made = Batch(**{**kept, "ref": fresh_ref(), "source": f"made:{batch.id}", "received_at": clock.now(), **changes})
    db.session.add(made)
    db.session.flush()
    return made
