"""Goods in store for those who keep them; scoped by the rule table. Lists take the same statements however long."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import selectinload

from marketplace.core import clock
from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.stock.models import Batch, Holding, Kit, Movement, Reservation, StockCount, Store
from marketplace.market.stock.rules import COUNTED_WITHIN, GIVEN_OUT, SOON
from marketplace.market.wishes import goods, public
from marketplace.market.wishes.models import Need, Wish
from marketplace.people.accounts.permissions import narrow


@dataclass(frozen=True)
class Wanted:
    """What a list of stock is narrowed to; what is empty narrows nothing. `what` is "", "ending", "unfit" or "reserved"."""

    store_id: int = 0
    category: str = ""
    item_code: str = ""
    what: str = ""
    query: str = ""


@dataclass(frozen=True)
class Line:
    """A batch in a store."""

    batch: Batch
    store: Store
    units: int
    reserved: int

    @property
    def free(self) -> int:
        return self.units - self.reserved


@dataclass(frozen=True)
class Shortage:
    """Of an item (and size, "" for any): units that open needs of the charity's wishes want, and what is free for them."""

    item_code: str
    size: str
    wanted: int
    needs: int
    free: int

    @property
    def missing(self) -> int:
        return max(0, self.wanted - self.free)


def stores(user, capability: str = "store.read") -> Sequence[Store]:
    """The stores that the user may do this to, open ones first."""
    return db.session.scalars(narrow(user, capability, select(Store), Store).order_by(Store.state.desc(), Store.id)).all()


def store(user, capability: str, store_id: int) -> Store:
    """Raises NoResultFound."""
    return db.session.scalars(narrow(user, capability, select(Store), Store).where(Store.id == store_id)).one()


def totals(user) -> dict[int, tuple[int, int]]:
    """By store: units there, and units reserved."""
    rows = db.session.execute(
        narrow(user, "store.read", select(Store.id, func.coalesce(func.sum(Holding.units), 0),
                                          func.coalesce(func.sum(Holding.reserved), 0)), Store)
        .outerjoin(Holding, Holding.store_id == Store.id).group_by(Store.id))
    return {number: (units, reserved) for number, units, reserved in rows}


def batch(user, ref: str) -> Batch:
    """The batch of a label, however it was typed. Raises NoResultFound."""
    return db.session.scalars(narrow(user, "batch.read", select(Batch), Batch).where(Batch.ref == normal(ref))).one()


def normal(ref: str) -> str:
    """A label as it is kept, however it was typed."""
    return ref.replace(" ", "").replace("-", "").upper()


def places(batch: Batch) -> Sequence[Holding]:
    """Where the units of a batch are, and where they came from."""
    return db.session.scalars(select(Holding).where(Holding.batch_id == batch.id, Holding.units != 0)
                              .order_by(Holding.outside, Holding.place)).all()


def movements(user, batch_id: int = 0, store_id: int = 0, after: str = "", size: int = 50) -> Page:
    """A page of movements, the newest first; its rows hold a movement and its batch."""
    statement = narrow(user, "batch.read", select(Movement, Batch).join(Batch, Batch.id == Movement.batch_id), Batch)
    if batch_id:
        statement = statement.where(Movement.batch_id == batch_id)
    if store_id:
        place = f"store:{store_id}"
        statement = statement.where(or_(Movement.from_place == place, Movement.to_place == place))
    return page(statement, Order((Movement.id,), (True,)), size, after, lambda row: (row.Movement.id,))


def lines(user, wanted: Wanted, after: str = "", size: int = 50) -> Page:
    """A page of what is in store, by item, what ends first first; its rows hold a batch, its holding and its store."""
    statement = narrowed(there(user), wanted)
    return page(statement, Order((Batch.item_code, Batch.id, Holding.store_id), (False, False, False)), size, after,
                lambda row: (row.Batch.item_code, row.Batch.id, row.Holding.store_id))


def count_sheet(user, store_id: int, added: Sequence[str] = ()) -> list[Line]:
    """All that should be in a store, in the order of a sheet to count by; with the labels that were `added` because
    somebody found such a batch there again."""
    also = and_(Batch.ref.in_(added), Batch.id.in_(_was_in(store_id))) if added else false()
    rows = db.session.execute(_held(user).where(Holding.store_id == store_id, or_(Holding.units > 0, also))
                              .order_by(Batch.item_code, Batch.id))
    return [Line(row.Batch, row.Store, row.Holding.units, row.Holding.reserved) for row in rows]


def found_again(user, store_id: int, ref: str) -> Batch | None:
    """The batch of a label that was in the store within the last year; None for any other."""
    plain = normal(ref)
    return db.session.scalars(narrow(user, "batch.read", select(Batch), Batch).where(
        Batch.ref == plain, Batch.id.in_(_was_in(store_id)))).first()


def _was_in(store_id: int) -> Select:
    """The numbers of the batches that came to a store or left it within the last year."""
    place = f"store:{store_id}"
    return select(Movement.batch_id).where(or_(Movement.from_place == place, Movement.to_place == place),
                                           Movement.at > clock.now() - COUNTED_WITHIN)


def _held(user) -> Select:
    return narrow(user, "store.read", select(Batch, Holding, Store).join(Holding, Holding.batch_id == Batch.id)
                  .join(Store, Store.id == Holding.store_id), Store)


def there(user) -> Select:
    """What is in the stores of the user's charity."""
    return _held(user).where(Holding.units > 0)


def narrowed(statement: Select, wanted: Wanted) -> Select:
    """What of it is wanted."""
    if wanted.store_id:
        statement = statement.where(Holding.store_id == wanted.store_id)
    if wanted.item_code:
        statement = statement.where(Batch.item_code == wanted.item_code)
    if wanted.category:
        statement = statement.where(Batch.item_code.in_([i.code for i in goods.items().values()
                                                         if i.category == wanted.category]))
    if wanted.query.strip():
        typed = wanted.query.strip()
        named = [i.code for i in goods.items().values() if typed.casefold() in (i.zh + " " + i.en).casefold()]
        statement = statement.where(or_(Batch.ref.contains(typed.upper(), autoescape=True), Batch.item_code.in_(named),
                                        Batch.note.contains(typed, autoescape=True)))
    known = conditions()
    return statement.where(known[wanted.what]) if wanted.what in known else statement


def conditions() -> dict[str, ColumnElement[bool]]:
    """What batches in store can be narrowed to; what is over is unfit, not ending."""
    today = clock.today()
    return {"ending": Batch.expires_on.between(today, today + SOON), "reserved": Holding.reserved > 0,
            "unfit": or_(Batch.condition.not_in(GIVEN_OUT), and_(Batch.expires_on.is_not(None), Batch.expires_on < today))}


def reservations(batch: Batch) -> Sequence[Reservation]:
    """Promises that speak for units of a batch now."""
    return db.session.scalars(select(Reservation).where(
        Reservation.batch_id == batch.id, Reservation.state.in_(("held", "on_way"))).order_by(Reservation.id)).all()


def counts(user, store_id: int, limit: int = 10) -> Sequence[StockCount]:
    """The last counts of a store, with their lines."""
    return db.session.scalars(
        narrow(user, "store.read", select(StockCount), StockCount).options(selectinload(StockCount.lines))
        .where(StockCount.store_id == store_id).order_by(StockCount.id.desc()).limit(limit)).all()


def kits(user) -> Sequence[Kit]:
    """The charity's kits with their parts."""
    return db.session.scalars(narrow(user, "kit.read", select(Kit), Kit).options(selectinload(Kit.parts))
                              .order_by(Kit.id)).all()


def kit(user, capability: str, kit_id: int) -> Kit:
    """Raises NoResultFound."""
    return db.session.scalars(narrow(user, capability, select(Kit), Kit).where(Kit.id == kit_id)).one()


def kit_names(codes: Sequence[str]) -> dict[str, Kit]:
    """Kits by the item code of their batches."""
    numbers = [int(code.removeprefix("kit:")) for code in codes if code.startswith("kit:")]
    return {f"kit:{k.id}": k for k in db.session.scalars(select(Kit).where(Kit.id.in_(numbers)))} if numbers else {}


def shortages(user, organisation_id: int) -> list[Shortage]:
    """What public needs of the charity's wishes want of the list, against what is free: the most missing first.

    A need without a size takes any; it is counted under "".
    """
    wanted: dict[tuple[str, str], list[int]] = {}
    for code, size, left in db.session.execute(
            narrow(user, "wish.read", public.visible(Need.item_code, Need.size, Need.wanted - Need.pledged), Wish)
            .join(Need, Need.wish_id == Wish.id)
            .where(Wish.organisation_id == organisation_id, Need.kind == "goods", Need.pledged < Need.wanted,
                   Need.item_code != "")):
        wanted.setdefault((code, size), []).append(left)
    free = free_units(user)
    found = [Shortage(code, size, sum(units), len(units),
                      sum(n for (c, s), n in free.items() if c == code and size in ("", s)))
             for (code, size), units in wanted.items()]
    return sorted(found, key=lambda one: (-one.missing, one.item_code, one.size))


def free_units(user) -> dict[tuple[str, str], int]:
    """Units that can be given to families today, by item and size, over all stores of the user's charity."""
    rows = db.session.execute(
        narrow(user, "store.read", select(Batch.item_code, Batch.size, func.sum(Holding.units - Holding.reserved))
               .select_from(Store), Store)
        .join(Holding, Holding.store_id == Store.id).join(Batch, Batch.id == Holding.batch_id)
        .where(Batch.condition.in_(GIVEN_OUT),
               or_(Batch.expires_on.is_(None), Batch.expires_on >= clock.today()))
        .group_by(Batch.item_code, Batch.size))
    return {(code, size): units for code, size, units in rows if units}


def batches_of(source: str) -> list[int]:
    """The numbers of the batches that came from a source, and of those that were made of them: sorted out, or in kits."""
    found: set[int] = set()
    fresh = set(db.session.scalars(select(Batch.id).where(Batch.source == source)))
    while fresh:
        found |= fresh
        used = db.session.scalars(select(Holding.place).where(Holding.batch_id.in_(fresh), Holding.place.startswith("used:"),
                                                              Holding.place != "used:apart"))
        fresh = {int(place.removeprefix("used:")) for place in used} - found
    return sorted(found)
