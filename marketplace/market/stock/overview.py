"""What a storekeeper's pages show beside the lists: sums, who and where, what kits can be made of; scoped as the lists."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import case, func, or_, select

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.stock import queries
from marketplace.market.stock.models import Batch, Holding, Kit, Reservation, StockCount, Store
from marketplace.market.stock.rules import GIVEN_OUT, most_kits
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import narrow


@dataclass(frozen=True)
class Tally:
    """Batches in store and their units; how many of the batches end soon, cannot be given, are spoken for."""

    lines: int
    units: int
    ending: int
    unfit: int
    reserved: int


def tally(user, wanted: queries.Wanted) -> Tally:
    """Sums over what is wanted, whatever `what` it is narrowed to."""
    known = queries.conditions()
    sums = [func.coalesce(func.sum(case((known[what], 1), else_=0)), 0) for what in ("ending", "unfit", "reserved")]
    row = db.session.execute(queries.narrowed(queries.there(user), replace(wanted, what="")).with_only_columns(
        func.count(), func.coalesce(func.sum(Holding.units), 0), *sums)).one()
    return Tally(*row)


def last_counted(user) -> dict[int, datetime]:
    """By store: when it was counted last."""
    rows = db.session.execute(narrow(user, "store.read", select(StockCount.store_id, func.max(StockCount.at)), StockCount)
                              .group_by(StockCount.store_id)).all()
    return {store_id: at for store_id, at in rows}


def batches(user, refs: Sequence[str]) -> list[Batch]:
    """The batches of these labels, in their order; labels that nobody knows are left out."""
    rows = db.session.scalars(narrow(user, "batch.read", select(Batch), Batch).where(Batch.ref.in_(refs)))
    found = {batch.ref: batch for batch in rows}
    return [found[ref] for ref in dict.fromkeys(refs) if ref in found]


def labels(user, places: Iterable[str]) -> dict[int, str]:
    """The labels of batches that places or sources name ("used:7", "made:7"), by their number."""
    numbers = {int(number) for kind, _colon, number in (place.partition(":") for place in places)
               if kind in ("used", "made") and number.isdigit()}
    rows = db.session.execute(narrow(user, "batch.read", select(Batch.id, Batch.ref), Batch).where(Batch.id.in_(numbers)))
    return {number: ref for number, ref in rows} if numbers else {}


def people(numbers: Iterable[int]) -> dict[int, str]:
    """Who did something, by the name on the desk."""
    return {number: name for number, name in db.session.execute(
        select(User.id, User.display_name).where(User.id.in_(set(numbers))))}


def to_give(user) -> dict[int, dict[tuple[str, str], int]]:
    """By store: free units that a family may be given today, by item and size."""
    found: dict[int, dict[tuple[str, str], int]] = {}
    free = func.sum(Holding.units - Holding.reserved)
    rows = db.session.execute(
        queries.there(user).with_only_columns(Holding.store_id, Batch.item_code, Batch.size, free)
        .where(Batch.condition.in_(GIVEN_OUT), or_(Batch.expires_on.is_(None), Batch.expires_on >= clock.today()))
        .group_by(Holding.store_id, Batch.item_code, Batch.size))
    for store_id, code, size, units in rows:
        found.setdefault(store_id, {})[code, size] = units
    return found


def of_part(part, free: dict[tuple[str, str], int]) -> int:
    """How many of the free units fit a part of a kit."""
    return sum(units for (code, size), units in free.items() if code == part.item_code and part.size in ("", size))


def makeable(kit: Kit, free: dict[tuple[str, str], int]) -> int:
    """How many of a kit these units are enough for; no unit counts for two parts."""
    return most_kits([(part.item_code, part.size, part.units) for part in kit.parts], free)


def kit_stock(user) -> dict[str, int]:
    """Made kits that are free, by their item code."""
    free = func.sum(Holding.units - Holding.reserved)
    rows = db.session.execute(queries.there(user).with_only_columns(Batch.item_code, free)
                              .where(Batch.item_code.startswith("kit:")).group_by(Batch.item_code)).all()
    return {code: units for code, units in rows}


def right_to_put(batch: Batch) -> queries.Line | None:
    """Where all that came in as a batch lies free, so that its number can still be put right; None otherwise."""
    places = queries.places(batch)
    there = [one for one in places if not one.outside]
    came = sum(-one.units for one in places if one.place == batch.source)
    if len(there) != 1 or not there[0].store_id or there[0].free != came:
        return None
    return queries.Line(batch, db.session.get_one(Store, there[0].store_id), there[0].units, there[0].reserved)


def held(user, batch_id: int) -> list[queries.Line]:
    """Where units of a batch are in store."""
    rows = db.session.execute(queries.there(user).where(Batch.id == batch_id).order_by(Store.id))
    return [queries.Line(row.Batch, row.Store, row.Holding.units, row.Holding.reserved) for row in rows]


def speaking_for(user, batch_id: int, store_id: int) -> Sequence[Reservation]:
    """The promises that hold units of a batch in a store."""
    return db.session.scalars(narrow(user, "store.read", select(Reservation), Reservation).where(
        Reservation.batch_id == batch_id, Reservation.store_id == store_id, Reservation.state == "held")
        .order_by(Reservation.id)).all()
