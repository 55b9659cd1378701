"""Goods in store that somebody of the charity promises to a wish by hand, and promises of the store that it takes back.

A kit is given whole: one kit serves a need of one of its things, or a need that asks for the kit by its name.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, or_, select

from marketplace.core import audit, places
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.paging import Order, Page, page
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.offers import conditions
from marketplace.market.pledges.models import HOLDING, Pledge
from marketplace.market.pledges.rules import NotFitting, served_by_kit
from marketplace.market.pledges.service import moving, supplying
from marketplace.market.stock.models import Batch, Kit, Store
from marketplace.market.stock.rules import check_text, is_kit
from marketplace.market.wishes import public
from marketplace.market.wishes.models import Need, Wish
from marketplace.market.wishes.rules import check_anonymous
from marketplace.people.accounts.permissions import demand

PAGE = 50


@dataclass(frozen=True)
class Fitting:
    """A public need that a batch would serve: one unit of the batch serves `each` units of it, `left` are open. `place` is
    what everybody sees of where it is."""

    need: Need
    wish: Wish
    place: str
    each: int

    @property
    def left(self) -> int:
        return self.need.left


def asks_first(batch: Batch) -> bool:
    """Whether whoever offered it is asked when it is promised."""
    return conditions.of_batch(batch).asked is not None


def fitting(batch: Batch, area: str = "", after: str = "") -> Page:
    """A page of the public goods needs of the batch's charity that it would serve, the most urgent and the longest waiting
    first, as far as whoever offered it wants; rows of Fitting. `area` is a county or town, "" for everywhere."""
    statement = _serving(batch, Need, Wish, public.shown_place.label("place"))
    if area:
        low, high = places.span(area)
        statement = statement.where(public.shown_place >= low, public.shown_place < high)
    order = Order((Wish.urgency, Wish.published_at, Need.id), (True, False, False))
    found = page(statement, order, PAGE, after, lambda row: (row.Wish.urgency, row.Wish.published_at, row.Need.id))
    kit = _kit(batch)
    return Page([Fitting(need, wish, place, _each(need, kit)) for need, wish, place in found.rows], found.after)


def areas(batch: Batch) -> list[str]:
    """Counties and towns with a need that it would serve, as everybody sees where that is."""
    found = set(db.session.scalars(_serving(batch, public.shown_place).distinct()))
    return sorted(code for code in found | {code[:places.COUNTY] for code in found} if len(code) >= places.COUNTY)


def _kit(batch: Batch) -> Kit | None:
    return db.session.get_one(Kit, int(batch.item_code.removeprefix("kit:"))) if is_kit(batch.item_code) else None


def _serving(batch: Batch, *columns: Any) -> Select:
    """The needs that a batch would serve, with their wishes."""
    statement = public.visible(*columns).join(Need, Need.wish_id == Wish.id).where(
        Wish.organisation_id == batch.organisation_id, Need.kind == "goods", Need.pledged < Need.wanted,
        conditions.of_batch(batch).fitting())
    kit = _kit(batch)
    if kit is None:
        return statement.where(Need.item_code == batch.item_code, Need.size.in_(("", batch.size)))
    named = [Need.item.icontains(name, autoescape=True) for name in (kit.name, kit.english) if name]
    parts = [and_(Need.item_code == part.item_code, Need.size.in_(("", part.size))) for part in kit.parts]
    return statement.where(or_(*parts, *named))


def _each(need: Need, kit: Kit | None) -> int:
    """How many units of a need one unit of the batch serves; 0 when it does not fit."""
    if kit is None:
        return 1
    parts = [(part.item_code, part.size, part.units) for part in kit.parts]
    return served_by_kit((need.item, need.item_code, need.size), (kit.name, kit.english), parts)


def give(need: Need, units: int, batch: Batch, store: Store, by) -> Pledge:
    """Promise goods of a store to a public need of the charity's wishes; of kits one at a time, whatever `units` says.

    Raises NotAllowed, NotFitting, NotToGive, NotPublic, TooFewLeft, TooFewInStore, Invalid.
    """
    with transaction():
        demand(by, "stock.promise", store)
        serves = db.session.scalar(_serving(batch, Need.id).where(Need.id == need.id))
        if not serves or batch.organisation_id != store.organisation_id:
            raise NotFitting
        if not is_kit(batch.item_code):
            return supplying.from_stock(need, units, batch, store.id, f"hand:{by.id}", by)
        units = min(_each(need, _kit(batch)), need.left)
        return supplying.from_stock(need, units, batch, store.id, f"hand:{by.id}", by, taken=1)


def of_reservation(reservation_id: int, organisation_id: int) -> Pledge | None:
    """The promise that units of a charity's store are set aside for."""
    return db.session.scalars(select(Pledge).where(
        Pledge.organisation_id == organisation_id, Pledge.source == f"stock:{reservation_id}")).first()


def to_recall(reservation_ids: Sequence[int], organisation_id: int) -> set[int]:
    """Those of these reservations whose promise can still be taken back; one statement."""
    rows = db.session.scalars(select(Pledge.source).where(
        Pledge.organisation_id == organisation_id, Pledge.state.in_(HOLDING),
        Pledge.source.in_([f"stock:{number}" for number in reservation_ids])))
    return {int(source.removeprefix("stock:")) for source in rows}


def recall(pledge: Pledge, reason: str, by) -> None:
    """The charity takes back what it promised from its own store, before it sets out: the units are free again, and the need
    is open. Why stays in the audit trail. Raises NotAllowed, WrongState, Invalid."""
    with transaction():
        demand(by, "pledge.recall", pledge)
        words = check_text("reason", reason, needed=True)
        check_anonymous("reason", words, ())
        moving.lock(pledge)
        if not pledge.source.startswith("stock:"):
            raise Invalid("reason", "unknown")
        if pledge.state not in HOLDING:
            raise WrongState("recall", pledge.state)
        asked = pledge.state == "reserved"
        moving.end(pledge, "expire" if asked else "cancel", "recalled", by.id)
        audit.record(by.id, "pledge.recall", f"pledge:{pledge.id}", words)
