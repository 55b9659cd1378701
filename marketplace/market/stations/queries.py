"""Stations for their workers, scoped by the rule table."""
from collections.abc import Sequence

from sqlalchemy import select

from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.stations.models import Station
from marketplace.people.accounts.permissions import narrow

PAGE = 40


def one(user, capability: str, station_id: int) -> Station:
    """The station, if this user may do `capability` to it. Raises NoResultFound."""
    return db.session.scalars(narrow(user, capability, select(Station), Station).where(Station.id == station_id)).one()


def mine(user, after: str = "") -> Page:
    """Stations of the user's area by place; rows of one station each."""
    return page(narrow(user, "station.shelf", select(Station), Station), Order((Station.place_code,), (False,)), PAGE, after,
                lambda row: (row[0].place_code,))


def all_open() -> Sequence[Station]:
    """Every open station by place, in one statement."""
    return db.session.scalars(select(Station).where(Station.state == "open").order_by(Station.place_code)).all()


def by_number(numbers: Sequence[int]) -> dict[int, Station]:
    """Stations by their number, in one statement."""
    return {s.id: s for s in db.session.scalars(select(Station).where(Station.id.in_(set(numbers))))}
