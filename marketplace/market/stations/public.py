"""Stations for everyone: offices, their addresses and hours. Nothing of what waits there."""
from sqlalchemy import select

from marketplace.core import places
from marketplace.core.paging import Order, Page, page
from marketplace.market.stations.models import Station

PAGE = 24


def listed(area: str = "", after: str = "") -> Page:
    """Open stations by place, of one county or of all; rows of one station each."""
    low, high = places.span(area or places.CITY)
    statement = select(Station).where(Station.state == "open", Station.place_code >= low, Station.place_code < high)
    return page(statement, Order((Station.place_code,), (False,)), PAGE, after, lambda row: (row[0].place_code,))
