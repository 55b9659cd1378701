"""What lies in a station, for its workers; scoped by the rule table."""
from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.queries import Item
from marketplace.market.wishes.models import Need, Wish
from marketplace.people.accounts.permissions import narrow

PAGE = 100


def lying(user, station_id: int, after: str = "") -> Page:
    """What waits on the shelves for its households, by place on them, the longest waiting first: a page, as of all three."""
    return _page(_of(user, station_id).where(Delivery.state == "arrived"), after, "shelf", "id")


def unloaded(user, station_id: int, after: str = "") -> Page:
    """What drivers have left here and nobody has taken in yet."""
    return _page(_of(user, station_id).where(Delivery.state == "dispatched", Delivery.unloaded_at.is_not(None)), after,
                 "unloaded_at", "id")


def coming(user, station_id: int, after: str = "") -> Page:
    """What is on its way here."""
    return _page(_of(user, station_id).where(Delivery.state == "dispatched", Delivery.unloaded_at.is_(None)), after, "id")


def counts(user, stations: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many parcels lie in each station, by state."""
    found: dict[int, dict[str, int]] = {number: {} for number in stations}
    for number, state, many in db.session.execute(
            narrow(user, "delivery.read", select(Delivery.station_id, Delivery.state, func.count()), Delivery)
            .where(Delivery.station_id.in_(stations), Delivery.kind != "service")
            .group_by(Delivery.station_id, Delivery.state)):
        found[number][state] = many
    return found


def by_ref(user, ref: str) -> Item | None:
    """The delivery with this number, if the user may read it."""
    row = db.session.execute(_readable(user).where(Delivery.ref == ref)).first() if ref else None
    return Item(*row) if row else None


def _readable(user) -> Select:
    return narrow(user, "delivery.read", select(Delivery, Need, Wish).options(selectinload(Delivery.steps)), Delivery).join(
        Need, Need.id == Delivery.need_id).join(Wish, Wish.id == Delivery.wish_id)


def _of(user, station_id: int) -> Select:
    return _readable(user).where(Delivery.station_id == station_id, Delivery.kind != "service")


def _page(statement: Select, after: str, *keys: str) -> Page:
    order = Order(tuple(getattr(Delivery, key) for key in keys), (False,) * len(keys))
    found = page(statement, order, PAGE, after, lambda row: tuple(getattr(row[0], key) for key in keys))
    return Page([Item(*row) for row in found.rows], found.after)
