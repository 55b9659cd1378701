"""What lies in a station, for its workers; scoped by the rule table."""
from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.queries import Item
from marketplace.market.wishes.models import Need, Wish
from marketplace.people.accounts.permissions import narrow

MOST = 300


def lying(user, station_id: int) -> list[Item]:
    """What waits on the shelves for its households, by place on them, the longest waiting first."""
    return _items(_of(user, station_id).where(Delivery.state == "arrived").order_by(Delivery.shelf, Delivery.id))


def unloaded(user, station_id: int) -> list[Item]:
    """What drivers have left here and nobody has taken in yet."""
    return _items(_of(user, station_id).where(Delivery.state == "dispatched", Delivery.unloaded_at.is_not(None))
                  .order_by(Delivery.unloaded_at, Delivery.id))


def coming(user, station_id: int) -> list[Item]:
    """What is on its way here."""
    return _items(_of(user, station_id).where(Delivery.state == "dispatched", Delivery.unloaded_at.is_(None))
                  .order_by(Delivery.id))


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
    found = _items(_readable(user).where(Delivery.ref == ref)) if ref else []
    return found[0] if found else None


def _readable(user) -> Select:
    return narrow(user, "delivery.read", select(Delivery, Need, Wish).options(selectinload(Delivery.steps)), Delivery).join(
        Need, Need.id == Delivery.need_id).join(Wish, Wish.id == Delivery.wish_id)


def _of(user, station_id: int) -> Select:
    return _readable(user).where(Delivery.station_id == station_id, Delivery.kind != "service")


def _items(statement: Select) -> list[Item]:
    return [Item(*row) for row in db.session.execute(statement.limit(MOST))]
