"""Deliveries for those who move them, or wait for them; scoped by the rule table."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery, Thanks
from marketplace.market.pledges.models import Pledge
from marketplace.market.stations.models import Station
from marketplace.market.wishes.models import Need, Wish
from marketplace.people.accounts.permissions import narrow

MOVING = ("planned", "dispatched", "arrived", "handed_over", "disputed")
PAGE = 50


@dataclass(frozen=True)
class Item:
    """A delivery with what it carries."""

    delivery: Delivery
    need: Need
    wish: Wish


def one(user, capability: str, delivery_id: int) -> Delivery:
    """The delivery, if this user may do `capability` to it; otherwise NoResultFound."""
    return db.session.scalars(narrow(user, capability, select(Delivery), Delivery)
                              .where(Delivery.id == delivery_id)).one()


def _readable(user) -> Select:
    """Deliveries that the user may read, with what they carry and their steps, in two statements."""
    return narrow(user, "delivery.read", select(Delivery, Need, Wish).options(selectinload(Delivery.steps)), Delivery).join(
        Need, Need.id == Delivery.need_id).join(Wish, Wish.id == Delivery.wish_id)


def listed(user, states: Sequence[str] = MOVING, after: str = "") -> Page:
    """A page of deliveries in these states that the user may see, oldest first; rows of Item."""
    found = page(_readable(user).where(Delivery.state.in_(states)), Order((Delivery.id,), (False,)), PAGE, after,
                 lambda row: (row[0].id,))
    return Page([Item(*row) for row in found.rows], found.after)


def counts(user) -> dict[str, int]:
    """How many deliveries the user may see, by state."""
    statement = narrow(user, "delivery.read", select(Delivery.state, func.count()), Delivery).group_by(Delivery.state)
    return dict(db.session.execute(statement).all())


def of_household(user, household_id: int) -> list[Item]:
    """All deliveries to a household, newest first."""
    statement = _readable(user)
    return [Item(*row) for row in db.session.execute(
        statement.where(Delivery.household_id == household_id, Delivery.state != "cancelled")
        .order_by(Delivery.id.desc()).limit(30))]


def item(delivery: Delivery) -> Item:
    return Item(delivery, db.session.get_one(Need, delivery.need_id), db.session.get_one(Wish, delivery.wish_id))


def station(delivery: Delivery) -> Station | None:
    """Where it waits, or will wait."""
    return db.session.get(Station, delivery.station_id or 0)


def thanks_waiting(user) -> list[tuple[Thanks, Wish]]:
    """Words of thanks that wait for a worker."""
    statement = narrow(user, "thanks.moderate", select(Thanks, Wish), Thanks).join(
        Delivery, Delivery.id == Thanks.delivery_id).join(Wish, Wish.id == Delivery.wish_id)
    return [tuple(row) for row in db.session.execute(
        statement.where(Thanks.state == "submitted").order_by(Thanks.id))]


def thanks(user, thanks_id: int) -> Thanks:
    """One of them. Raises NoResultFound."""
    return db.session.scalars(narrow(user, "thanks.moderate", select(Thanks), Thanks)
                              .where(Thanks.id == thanks_id)).one()


def thanked(delivery_ids: Sequence[int]) -> dict[int, Thanks]:
    """Thanks already written, by delivery."""
    return {t.delivery_id: t for t in db.session.scalars(
        select(Thanks).where(Thanks.delivery_id.in_(delivery_ids)))}


def paid_needs(user) -> list[tuple[Need, Wish, int]]:
    """Needs of money of the user's organisation with committed gifts that are not spent yet, and how many fen."""
    found: dict[int, int] = {}
    for need_id, units in db.session.execute(
            narrow(user, "pledge.read", select(Pledge.need_id, Pledge.units), Pledge)
            .where(Pledge.kind == "money", Pledge.state == "committed", Pledge.delivery_id.is_(None))):
        found[need_id] = found.get(need_id, 0) + units
    rows = db.session.execute(select(Need, Wish).join(Wish, Wish.id == Need.wish_id).where(Need.id.in_(found)))
    return [(need, wish, found[need.id]) for need, wish in rows]
